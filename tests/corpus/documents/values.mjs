// Literals of the wrong kind, and of the right one.

const first = (literal) => `{ assets(first: ${literal}) { totalCount } }`;
const id = (literal) => `{ node(id: ${literal}) { id } }`;
const ids = (literal) => `mutation { deleteLinks(ids: ${literal}) { deletedIds } }`;
const filter = (literal) => `{ links(filter: ${literal}) { totalCount } }`;
const state = (literal) => filter(`{ state: ${literal} }`);
const until = (literal) => filter(`{ expiresBefore: ${literal} }`);
const opacity = (literal) => `mutation { setWatermark(input: { opacity: ${literal} }) { userErrors { code } } }`;
const change = (fields) => `mutation { changeLinks(input: { ${fields} }) { matched } }`;
const each = (what, write, literals) => literals.map((literal) => [`${what} ${literal}`, write(literal)]);

const INTS = ["0", "-0", "2147483648", "-2147483648", "-2147483649", "99999999999999999999", "1.0", "1.5",
  "1e2", "-0.0", "\"1\"", "true", "null", "ONE", "[1]", "[]", "{}", "{ a: 1 }"];
const FLOATS = ["0.5", "1", "-0", "-0.0", "1e-3", "1E+2", "1e308", "-1e308", "1e-400", "123456789012345678901234567890",
  "\"0.5\"", "true", "null", "HALF", "NaN", "[0.5]"];
const IDS = ["\"\"", "1", "-0", "99999999999999999999999999", "1.5", "true", "null", "ACTIVE", "[\"a\"]", "{ id: \"a\" }"];
const STATES = ["ACTIVE", "active", "\"ACTIVE\"", "NONSENSE", "1", "true", "null", "[ACTIVE]", "{}"];
const DATES = ["\"2030-01-01T00:00:00Z\"", "\"2030-01-01T00:00:00.123456789+05:30\"", "\"2030-01-01T00:00:00-00:00\"",
  "\"2030-01-01t00:00:00z\"", "\"2030-01-01 00:00:00Z\"", "\"2016-12-31T23:59:60Z\"", "\"2028-02-29T00:00:00Z\"",
  "\"2030-02-29T00:00:00Z\"", "\"2030-13-01T00:00:00Z\"", "\"2030-01-01T24:00:00Z\"", "\"2030-01-01T00:60:00Z\"",
  "\"2030-01-01T00:00:00\"", "\"2030-01-01\"", "\"tomorrow\"", "\"\"", "1893456000", "1.5", "true", "null", "NOW",
  "[\"2030-01-01T00:00:00Z\"]", "{ year: 2030 }"];
const LISTS = ["[]", "\"a\"", "1", "[\"a\", 1]", "[null]", "null", "[\"a\", null]", "[[\"a\"]]", "[true]", "true", "{}"];

export const values = [
  ...each("Int", first, INTS),
  // A large page costs more than an anonymous caller may ask for.
  ["Int 2147483647", first("2147483647"), { signedIn: true }],
  ...each("Float", opacity, FLOATS),
  ["Float 1e400", opacity("1e400")],
  ...each("ID", id, IDS),
  ...each("enum", state, STATES),
  ...each("DateTime", until, DATES),
  ...each("[ID!]!", ids, LISTS),
  ...each("[ID!]", (literal) => `{ shareOptions(assetIds: ${literal}) { requested } }`, ["null", "[]", "\"a\"", "[null]"]),
  ...each("input object", filter, ["{}", "null", "1", "\"a\"", "[]", "[{}]", "ACTIVE", "{ state: ACTIVE }"]),
  ...each("String", (literal) => filter(`{ search: ${literal} }`), ["1", "1.5", "true", "null", "TEXT", "[\"a\"]", "{}"]),
  ...each("Boolean", (literal) => change(`action: DISABLE, filter: {}, dryRun: ${literal}`),
    ["true", "false", "1", "0", "\"true\"", "null", "TRUE", "[true]", "{}"]),
  ...each("Upload", (literal) => `mutation { setWatermark(input: { file: ${literal} }) { userErrors { code } } }`,
    ["null", "\"a.png\"", "1", "{}"]),
  ["required Upload null", "mutation { uploadAsset(input: { file: null }) { userErrors { code } } }"],
  ["required Upload left out", "mutation { uploadAsset(input: { title: \"a\" }) { userErrors { code } } }"],
  ["required input field left out", change("action: DISABLE")],
  ["two required input fields left out", change("dryRun: true")],
  ["required input field null", change("action: DISABLE, filter: null")],
  ["input field with a default left out", change("action: DISABLE, filter: {}")],
  ["input field misspelt", change("action: DELETE, filter: {}, dryrun: true")],
  ["input field repeated", change("action: DELETE, filter: {}, dryRun: true, dryRun: false")],
  ["input field repeated, the same", change("action: DELETE, filter: {}, dryRun: true, dryRun: true")],
  ["input field repeated further in", change("action: DELETE, filter: { search: \"a\", search: \"b\" }, dryRun: true")],
  ["input field unknown further in", change("action: DELETE, filter: { serch: \"a\" }, dryRun: true")],
  ["input field of another input", change("action: DELETE, filter: { dryRun: true }")],
  ["enum of another type", change("action: ACTIVE, filter: {}, dryRun: true")],
  ["enums in a list", "mutation { grantAccess(input: { rights: [READ, SHARE] }) { userErrors { code } } }"],
  ["one enum for a list", "mutation { grantAccess(input: { rights: READ }) { userErrors { code } } }"],
  ["string among enums in a list", "mutation { grantAccess(input: { rights: [READ, \"SHARE\"] }) { userErrors { code } } }"],
  ["null among enums in a list", "mutation { grantAccess(input: { rights: [READ, null] }) { userErrors { code } } }"],
  ["unknown enum in a list", "mutation { grantAccess(input: { rights: [READ, WRITE] }) { userErrors { code } } }"],
  ["default of an argument, null", "{ link(id: \"a\") { embedCode(width: null) qrCode(size: null) { mediaType } } }"],
  ["default of an argument, of another kind", "{ link(id: \"a\") { embedCode(width: \"640\") } }"],
  ["link with mistyped settings", "mutation { createPublicLink(input: { assetId: \"a\", settings: { expireAt: \"2030-01-01T00:00:00Z\", pasword: \"open sesame\" } }) { link { id } } }"],
];
