// Questions about the schema.

import { getIntrospectionQuery } from "graphql";

export const introspection = [
  ["the usual question", getIntrospectionQuery().replace(/\s+/g, " ").trim()],
  ["the usual question with all options", getIntrospectionQuery({ specifiedByUrl: true, directiveIsRepeatable: true, inputValueDeprecation: true }).replace(/\s+/g, " ").trim()],
  ["the schema's roots", "{ __schema { queryType { name } mutationType { name } subscriptionType { name } } }"],
  ["a type", "{ __type(name: \"Asset\") { kind name fields { name type { name kind ofType { name } } } } }"],
  ["a type by a variable", "query($n: String!) { __type(name: $n) { name } }", { variables: { n: "Asset" } }],
  ["a type without a name", "{ __type { name } }"],
  ["a type by a number", "{ __type(name: 1) { name } }"],
  ["unknown field of the schema", "{ __schema { nonsense } }"],
  ["unknown field of a type", "{ __type(name: \"Asset\") { feilds { name } } }"],
  ["schema without a selection", "{ __schema }"],
  ["deprecated fields, too", "{ __type(name: \"Asset\") { fields(includeDeprecated: true) { name } } }"],
  ["deprecated fields by a string", "{ __type(name: \"Asset\") { fields(includeDeprecated: \"true\") { name } } }"],
  ["fragments on its types", "{ __type(name: \"Asset\") { ...T } } fragment T on __Type { name kind }"],
  ["fragments on another type", "{ __type(name: \"Asset\") { ...T } } fragment T on __Field { name }"],
  ["a variable of its types", "query($k: __TypeKind) { viewer { id } }", { variables: { k: "OBJECT" } }],
  ["fields of types of fields of types", "{ __type(name: \"Asset\") { fields { type { fields { type { name } } } } } }"],
  ["fields of types of fields of types of fields", "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }"],
];
