// Audits a server with the public suite of graphql-http: prints what is not ok, a line each, and how many there are.
//
//   node audit.mjs FOLDER URL     FOLDER holds the packages

import { createRequire } from "node:module";

const [folder, url] = process.argv.slice(2);
const { auditServer } = createRequire(`${folder}/`)("graphql-http");

const results = await auditServer({ url });
for (const { status, id, name, reason } of results) {
  if (status !== "ok") console.log(`${status} ${id}: ${name}: ${reason}`);
}
console.log(`${results.filter(({ status }) => status === "ok").length} of ${results.length} ok`);
