// The selection was shared: it has done its work.

import { forget } from "/assets/selected.js";

forget();
