// The requests that are written by hand: [name, document, what else the request holds].

import { directives } from "./directives.mjs";
import { fields } from "./fields.mjs";
import { fragments } from "./fragments.mjs";
import { introspection } from "./introspection.mjs";
import { operations } from "./operations.mjs";
import { sizes } from "./sizes.mjs";
import { syntax } from "./syntax.mjs";
import { text } from "./text.mjs";
import { values } from "./values.mjs";
import { variables } from "./variables.mjs";

const KINDS = { syntax, text, values, variables, operations, fields, fragments, directives, sizes, introspection };

export const documents = () =>
  Object.entries(KINDS).flatMap(([kind, list]) =>
    list.map(([name, query, rest = {}]) => ({ name: `${kind}: ${name}`, query, ...rest })));
