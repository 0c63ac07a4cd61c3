// Documents that are deep, wide or repeat themselves. None costs much.

const times = (count, write) => [...Array(count).keys()].map(write).join(" ");
const nested = (depth, open, inside, close) => open.repeat(depth) + inside + close.repeat(depth);

export const sizes = [
  ["ten deep", "{ link(id: \"a\") { target { ... on Asset { links(first: 1) { nodes { createdBy { id } } } } } } }"],
  ["inline fragments, twelve deep", `{ ${nested(12, "... { ", "viewer { id }", " }")} }`],
  ["unknown fields, twelve deep", nested(12, "{ a ", "{ b }", " }")],
  ["lists, twenty deep", `mutation { deleteLinks(ids: ${nested(20, "[", "\"a\"", "]")}) { deletedIds } }`],
  ["objects, twenty deep", `{ links(filter: ${nested(20, "{ search: ", "\"a\"", " }")}) { totalCount } }`],
  ["list types, ten deep", `query($ids: ${nested(10, "[", "ID!", "]")}) { shareOptions(assetIds: $ids) { requested } }`],
  ["variable, twenty deep", "mutation($ids: [ID!]!) { deleteLinks(ids: $ids) { deletedIds } }", { variablesText: `{"ids": ${nested(20, "[", "\"a\"", "]")}}` }],
  ["a hundred aliases", `{ ${times(100, (n) => `a${n}: __typename`)} }`],
  ["a hundred unknown fields", `{ ${times(100, (n) => `a${n}`)} }`],
  ["a hundred variables, unused", `query(${times(100, (n) => `$v${n}: Int`)}) { viewer { id } }`],
  ["a hundred variables, used", `query(${times(100, (n) => `$v${n}: ID!`)}) { shareOptions(assetIds: [${times(100, (n) => `$v${n}`)}]) { requested } }`, { variables: Object.fromEntries([...Array(100).keys()].map((n) => [`v${n}`, "a"])) }],
  ["a hundred variables, the last missing", `query(${times(100, (n) => `$v${n}: ID!`)}) { shareOptions(assetIds: [${times(100, (n) => `$v${n}`)}]) { requested } }`, { variables: Object.fromEntries([...Array(99).keys()].map((n) => [`v${n}`, "a"])) }],
  ["two hundred ids in a literal", `mutation { deleteLinks(ids: [${times(200, (n) => `"link_${n}"`)}]) { deletedIds } }`],
  ["two hundred ids in a variable, the last of another kind", "mutation($ids: [ID!]!) { deleteLinks(ids: $ids) { deletedIds } }", { variables: { ids: [...[...Array(200).keys()].map((n) => `link_${n}`), true] } }],
  ["fifty fragments", `{ ${times(50, (n) => `...F${n}`)} } ${times(50, (n) => `fragment F${n} on Query { a${n}: __typename }`)}`],
  ["twenty fragments, one in the other", `{ ...F0 } ${times(20, (n) => `fragment F${n} on Query { a${n}: __typename ${n < 19 ? `...F${n + 1}` : ""} }`)}`],
  ["fifty operations, one chosen", times(50, (n) => `query Q${n} { viewer { id } }`), { operationName: "Q49" }],
  ["fifty operations, none chosen", times(50, (n) => `query Q${n} { viewer { id } }`)],
  ["a long name", `{ ${"a".repeat(2000)}: __typename }`],
  ["a long comment", `{ viewer { id } } # ${"x".repeat(4000)}`],
  ["a long string", `{ assets(filter: { search: "${"x".repeat(4000)}" }) { totalCount } }`],
  ["450 aliases, by somebody who is signed in", `{ ${times(450, (n) => `alias${n}: __typename`)} }`, { signedIn: true }],
  ["700 ids, by somebody who is signed in", `mutation { deleteLinks(ids: [${times(700, (n) => `"link_${n}"`)}]) { deletedIds } }`, { signedIn: true }],
];
