// Writes verdicts.json: requests against our schema, each with what graphql-js says of it before it would run
// anything. See README.md.

import { buildSchema, getOperationAST, getVariableValues, GraphQLError, parse, specifiedRules, validate } from "graphql";
import { readFileSync, writeFileSync } from "node:fs";
import { documents } from "./documents/index.mjs";
import { mutations } from "./mutations.mjs";
import { operations } from "./operations.mjs";
import { defineScalars } from "./scalars.mjs";

const here = (path) => new URL(path, import.meta.url);
const schema = buildSchema(readFileSync(here("../../graphql/schema.graphql"), "utf8"));
defineScalars(schema);

// What graphql-js finds first, in the order in which a server asks it.
function verdict({ query, variables, variablesText, operationName }) {
  let document;
  try {
    document = parse(query);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return { verdict: "PARSE", message: error.message };
  }
  const [invalid] = validate(schema, document, specifiedRules, { maxErrors: 1 });
  if (invalid) return { verdict: invalid.extensions.scalar ? "SCALAR" : "VALIDATION", message: invalid.message };
  const operation = getOperationAST(document, operationName);
  if (!operation) {
    const message = operationName == null
      ? "Must provide operation name if query contains multiple operations."
      : `Unknown operation named "${operationName}".`;
    return { verdict: "OPERATION", message };
  }
  const values = (variablesText ? JSON.parse(variablesText) : variables) ?? {};
  const { errors } = getVariableValues(schema, operation.variableDefinitions ?? [], values, { maxErrors: 1 });
  if (errors) return { verdict: "VARIABLES", message: errors[0].message };
  return { verdict: "OK", ...(operation.operation === "subscription" && { socket: true }) };
}

// A line for each part of an entry. What is not ASCII is escaped: much of it cannot be seen.
function print(entries) {
  const escaped = (value) =>
    JSON.stringify(value).replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const entry = (entry) => {
    const lines = Object.entries(entry).filter(([, value]) => value !== undefined);
    return `{\n${lines.map(([key, value]) => ` "${key}": ${escaped(value)}`).join(",\n")}\n}`;
  };
  return `[\n${entries.map(entry).join(",\n")}\n]\n`;
}

const examples = operations();
const requests = [...examples, ...examples.flatMap((example) => mutations(schema, example)), ...documents()];
const entries = requests.map(({ name, query, ...rest }) => ({ name, query, ...rest, ...verdict({ query, ...rest }) }));

const names = new Set(entries.map(({ name }) => name));
if (names.size !== entries.length) {
  const twice = entries.map(({ name }) => name).filter((name, index, all) => all.indexOf(name) !== index);
  throw new Error(`names that come twice: ${twice.join(", ")}`);
}
const large = entries.filter((entry) => !entry.signedIn && JSON.stringify(entry).length > 8000);
if (large.length > 0) throw new Error(`too large for an anonymous caller: ${large.map(({ name }) => name).join(", ")}`);
writeFileSync(process.argv[2] ?? here("verdicts.json"), print(entries));

const counts = ["OK", "PARSE", "VALIDATION", "SCALAR", "OPERATION", "VARIABLES"].map(
  (verdict) => `${entries.filter((entry) => entry.verdict === verdict).length} ${verdict}`,
);
console.log(`${entries.length} entries: ${counts.join(", ")}`);
