// Variables: their types, their defaults, where they stand, and what is sent for them.

const first = "query($n: Int) { assets(first: $n) { totalCount } }";
const one = "query($id: ID!) { node(id: $id) { id } }";
const until = "query($at: DateTime) { links(filter: { expiresBefore: $at }) { totalCount } }";
const state = "query($state: LinkState) { links(filter: { state: $state }) { totalCount } }";
const remove = "mutation($ids: [ID!]!) { deleteLinks(ids: $ids) { deletedIds } }";
const opacity = "mutation($f: Float) { setWatermark(input: { opacity: $f }) { userErrors { code } } }";
const search = "query($s: String) { links(filter: { search: $s }) { totalCount } }";
const change = "mutation($input: ChangeLinksInput!) { changeLinks(input: $input) { matched } }";
const link = "mutation($input: CreatePublicLinkInput!) { createPublicLink(input: $input) { link { id } } }";
const grant = "mutation($input: AccessRuleInput!) { grantAccess(input: $input) { userErrors { code } } }";

const each = (what, query, name, values) =>
  values.map((value) => [`${what} ${JSON.stringify(value)}`, query, { variables: { [name]: value } }]);
// Values that JSON in JavaScript cannot hold as they are written.
const raw = (what, query, name, values) =>
  values.map((text) => [`${what} written ${text}`, query, { variablesText: `{"${name}": ${text}}` }]);

const DATES = ["2030-01-01T00:00:00Z", "2030-01-01T01:00:00.5+01:00", "2030-02-30T00:00:00Z", "2030-01-01T00:00:00",
  "2030-01-01", "tomorrow", "", 1893456000, true, null, ["2030-01-01T00:00:00Z"], {}];
const full = { action: "DISABLE", filter: { search: "a" }, dryRun: true };

const sent = [
  ...each("Int", first, "n", [0, -1, 2147483648, -2147483649, 1.5, 1e300, "1", "", true, null, [1], [], {}]),
  ...raw("Int", first, "n", ["-0", "1.0", "20.50", "12345678901234567890"]),
  // Large pages cost more than an anonymous caller may ask for.
  ["Int 2147483647", first, { variables: { n: 2147483647 }, signedIn: true }],
  ["Int written 1e2", first, { variablesText: "{\"n\": 1e2}", signedIn: true }],
  ...each("Float", opacity, "f", [0.5, 1, 1e300, "0.5", true, null, [0.5], {}]),
  ...each("ID!", one, "id", ["a", "", 1, 0, 1.5, true, null, ["a"], {}]),
  ...raw("ID!", one, "id", ["1.0", "9007199254740993", "-5"]),
  ...each("String", search, "s", ["a", 1, 1.5, true, null, ["a"], {}]),
  ...each("enum", state, "state", ["ACTIVE", "active", "NONSENSE", "", 1, true, null, ["ACTIVE"], {}]),
  ...each("DateTime", until, "at", DATES),
  ...each("[ID!]!", remove, "ids", [["a"], [], "a", 1, [1, "a"], [null], ["a", null], [["a"]], [true], null, true, {}, { 0: "a" }]),
  ...each("[Right!]!", grant, "input", [{ rights: "READ" }, { rights: ["READ", "WRITE"] }, { rights: [["READ"]] }, { rights: [null] }, { rights: null }, {}]),
  ...each("input object", change, "input", [full, { ...full, dryrun: true }, { ...full, dryRun: null },
    { ...full, dryRun: "true" }, { ...full, action: "NONSENSE" }, { ...full, action: 1 }, { ...full, filter: null },
    { ...full, filter: [] }, { ...full, filter: { serch: "a" } }, { ...full, filter: { expiresAfter: "tomorrow" } },
    { action: "DISABLE" }, { filter: {} }, [full], [], "a", 1]),
  ...each("input object two deep", link, "input", [{ assetId: "a", settings: { expireAt: "2030-01-01T00:00:00Z" } },
    { assetId: "a", settings: { expiresAt: "tomorrow" } }, { assetId: "a", settings: { maxDownloads: 1e10 } },
    { assetId: "a", settings: { maxDownloads: "5" } }, { assetId: "a", settings: { proxyPresets: "preview" } },
    { assetId: "a", settings: { proxyPresets: [1] } }, { assetId: "a", settings: { allowOriginal: 1 } },
    { assetId: "a", settings: null }, { assetId: "a", settings: {} }, { assetId: null }, { settings: {} }, { assetId: 5 }]),
];

const types = [
  ["String for Int", "query($n: String) { assets(first: $n) { totalCount } }", { variables: { n: "1" } }],
  ["Float for Int", "query($n: Float) { assets(first: $n) { totalCount } }", { variables: { n: 1 } }],
  ["Int for Float", "mutation($n: Int) { setWatermark(input: { opacity: $n }) { userErrors { code } } }", { variables: { n: 1 } }],
  ["Int for ID", "query($id: Int!) { node(id: $id) { id } }", { variables: { id: 1 } }],
  ["String for ID", "query($id: String!) { node(id: $id) { id } }", { variables: { id: "a" } }],
  ["ID for String", "query($n: ID) { asset(number: $n) { id } }", { variables: { n: "VTR-1" } }],
  ["String for an enum", "query($s: String) { links(filter: { state: $s }) { totalCount } }", { variables: { s: "ACTIVE" } }],
  ["another enum", "query($s: LinkKind) { links(filter: { state: $s }) { totalCount } }", { variables: { s: "PUBLIC" } }],
  ["String for DateTime", "query($at: String) { links(filter: { expiresBefore: $at }) { totalCount } }", { variables: { at: "2030-01-01T00:00:00Z" } }],
  ["ByteCount for Int", "query($n: ByteCount) { assets(first: $n) { totalCount } }", { variables: { n: 1 } }],
  ["String for Upload", "mutation($f: String!) { uploadAsset(input: { file: $f }) { userErrors { code } } }", { variables: { f: "a" } }],
  ["Upload that is text", "mutation($f: Upload!) { uploadAsset(input: { file: $f }) { userErrors { code } } }", { variables: { f: "a" } }],
  ["Upload that may be null", "mutation($f: Upload) { uploadAsset(input: { file: $f }) { userErrors { code } } }", { variables: { f: null } }],
  ["another input", "query($f: LinkFilter) { assets(filter: $f) { totalCount } }", { variables: { f: {} } }],
  ["list for one", "query($id: [ID!]!) { node(id: $id) { id } }", { variables: { id: ["a"] } }],
  ["one for a list", "mutation($id: ID!) { deleteLinks(ids: $id) { deletedIds } }", { variables: { id: "a" } }],
  ["[ID] for [ID!]!", "mutation($ids: [ID]) { deleteLinks(ids: $ids) { deletedIds } }", { variables: { ids: ["a"] } }],
  ["[ID]! for [ID!]!", "mutation($ids: [ID]!) { deleteLinks(ids: $ids) { deletedIds } }", { variables: { ids: ["a"] } }],
  ["[ID!] for [ID!]!", "mutation($ids: [ID!]) { deleteLinks(ids: $ids) { deletedIds } }", { variables: { ids: ["a"] } }],
  ["[ID!]! for [ID!]", "query($ids: [ID!]!) { shareOptions(assetIds: $ids) { requested } }", { variables: { ids: ["a"] } }],
  ["[ID] for [ID!]", "query($ids: [ID]) { shareOptions(assetIds: $ids) { requested } }", { variables: { ids: ["a"] } }],
  ["[[ID!]!]! for [ID!]!", "mutation($ids: [[ID!]!]!) { deleteLinks(ids: $ids) { deletedIds } }", { variables: { ids: [["a"]] } }],
  ["ID for ID!", "query($id: ID) { node(id: $id) { id } }", { variables: { id: "a" } }],
  ["ID! for ID", "query($id: ID!) { asset(id: $id) { id } }", { variables: { id: "a" } }],
  ["union type", "query($x: LinkTarget) { node(id: $x) { id } }", { variables: { x: "a" } }],
  ["interface type", "query($x: Node) { node(id: $x) { id } }", { variables: { x: "a" } }],
  ["list of output types", "query($x: [Asset!]!) { node(id: $x) { id } }", { variables: { x: "a" } }],
  ["type with another capital", "query($id: id!) { node(id: $id) { id } }", { variables: { id: "a" } }],
];

const defaults = [
  ["default used", "query($n: Int = 5) { assets(first: $n) { totalCount } }"],
  ["default overruled by null", "query($n: Int = 5) { assets(first: $n) { totalCount } }", { variables: { n: null } }],
  ["default null", "query($n: Int = null) { assets(first: $n) { totalCount } }"],
  ["default null for a required type", "query($n: ID! = null) { node(id: $n) { id } }"],
  ["default of a required type", "query($id: ID! = \"a\") { node(id: $id) { id } }"],
  ["default of a required type, null sent", "query($id: ID! = \"a\") { node(id: $id) { id } }", { variables: { id: null } }],
  ["default makes null impossible", "query($id: ID = \"a\") { node(id: $id) { id } }"],
  ["default makes null impossible, null sent", "query($id: ID = \"a\") { link(id: \"x\") { id } node(id: $id) { id } }", { variables: { id: null } }],
  ["default null where null is impossible", "query($id: ID = null) { node(id: $id) { id } }"],
  ["default of another kind", "query($n: Int = \"5\") { assets(first: $n) { totalCount } }"],
  ["default out of range", "query($n: Int = 3000000000) { assets(first: $n) { totalCount } }"],
  ["default enum as a string", "query($s: LinkState = \"ACTIVE\") { links(filter: { state: $s }) { totalCount } }"],
  ["default enum", "query($s: LinkState = ACTIVE) { links(filter: { state: $s }) { totalCount } }"],
  ["default unknown enum", "query($s: LinkState = NONSENSE) { links(filter: { state: $s }) { totalCount } }"],
  ["default object", "query($f: LinkFilter = { state: ACTIVE }) { links(filter: $f) { totalCount } }"],
  ["default object with an unknown field", "query($f: LinkFilter = { stat: ACTIVE }) { links(filter: $f) { totalCount } }"],
  ["default object with a repeated field", "query($f: LinkFilter = { search: \"a\", search: \"b\" }) { links(filter: $f) { totalCount } }"],
  ["default list", "mutation($ids: [ID!]! = [\"a\"]) { deleteLinks(ids: $ids) { deletedIds } }"],
  ["default one for a list", "mutation($ids: [ID!]! = \"a\") { deleteLinks(ids: $ids) { deletedIds } }"],
  ["default list with null", "mutation($ids: [ID!]! = [null]) { deleteLinks(ids: $ids) { deletedIds } }"],
  ["default date that is none", "query($at: DateTime = \"tomorrow\") { links(filter: { expiresBefore: $at }) { totalCount } }"],
  ["unknown field beside a default that is used", "mutation($s: String = \"Press\") { changeLinks(input: { action: DELETE, filter: { search: $s }, dryrun: true }) { matched } }"],
  ["unknown field beside a variable that is not sent", "mutation($s: String) { changeLinks(input: { action: DELETE, filter: { search: $s }, dryrun: true }) { matched } }"],
  ["mistyped settings beside a default that is used", "mutation($a: Boolean = true) { createPublicLink(input: { assetId: \"a\", settings: { allowOriginal: $a, expireAt: \"2030-01-01T00:00:00Z\", pasword: \"open sesame\" } }) { link { id } } }"],
  ["repeated field beside a default that is used", "mutation($d: Boolean = false) { changeLinks(input: { action: DELETE, filter: { search: \"a\" }, dryRun: true, dryRun: $d }) { matched } }"],
];

const places = [
  ["in an object", "mutation($d: Boolean!) { changeLinks(input: { action: DISABLE, filter: { search: \"a\" }, dryRun: $d }) { matched } }", { variables: { d: true } }],
  ["that may be null, in a field with a default", "mutation($d: Boolean) { changeLinks(input: { action: DISABLE, filter: { search: \"a\" }, dryRun: $d }) { matched } }", { variables: { d: true } }],
  ["that is null, in a field with a default", "mutation($d: Boolean) { changeLinks(input: { action: DISABLE, filter: { search: \"a\" }, dryRun: $d }) { matched } }", { variables: {} }],
  ["that may be null, in a required field", "mutation($a: LinksAction) { changeLinks(input: { action: $a, filter: { search: \"a\" } }) { matched } }", { variables: { a: "DISABLE" } }],
  ["in a list", "mutation($id: ID!) { deleteLinks(ids: [$id, \"b\"]) { deletedIds } }", { variables: { id: "a" } }],
  ["that may be null, in a list", "mutation($id: ID) { deleteLinks(ids: [$id]) { deletedIds } }", { variables: { id: "a" } }],
  ["that may be null, with a default, in a list", "mutation($id: ID = \"a\") { deleteLinks(ids: [$id]) { deletedIds } }"],
  ["of a list, in a list", "mutation($ids: [ID!]!) { deleteLinks(ids: [$ids]) { deletedIds } }", { variables: { ids: ["a"] } }],
  ["in an object in an object", "mutation($e: DateTime) { createPublicLink(input: { assetId: \"a\", settings: { expiresAt: $e } }) { link { id } } }", { variables: { e: "2030-01-01T00:00:00Z" } }],
  ["of another type, in an object in an object", "mutation($e: Int) { createPublicLink(input: { assetId: \"a\", settings: { expiresAt: $e } }) { link { id } } }", { variables: { e: 1 } }],
  ["undefined, in an object in an object", "mutation { createPublicLink(input: { assetId: \"a\", settings: { expiresAt: $e } }) { link { id } } }"],
  ["in a fragment", "query($n: Int) { ...A } fragment A on Query { assets(first: $n) { totalCount } }", { variables: { n: 1 } }],
  ["of another type, in a fragment", "query($n: String) { ...A } fragment A on Query { assets(first: $n) { totalCount } }", { variables: { n: "1" } }],
  ["undefined in a fragment", "query { ...A } fragment A on Query { assets(first: $n) { totalCount } }"],
  ["undefined in one of two operations", "query A($n: Int) { ...F } query B { ...F } fragment F on Query { assets(first: $n) { totalCount } }", { operationName: "A", variables: { n: 1 } }],
  ["missing for another operation", "query A { viewer { id } } query B($id: ID!) { node(id: $id) { id } }", { operationName: "A" }],
  ["missing for the chosen operation", "query A { viewer { id } } query B($id: ID!) { node(id: $id) { id } }", { operationName: "B" }],
  ["used twice, as two types", "query($x: ID!) { node(id: $x) { id } asset(number: $x) { id } }", { variables: { x: "a" } }],
  ["used only in a skipped field", "query($id: ID!) { viewer { id } node(id: $id) @skip(if: true) { id } }", { variables: { id: "a" } }],
  ["missing, used only in a skipped field", "query($id: ID!) { viewer { id } node(id: $id) @skip(if: true) { id } }"],
  ["missing, may be null", first],
  ["missing, may be null, for an argument with a default", "query($w: Int) { link(id: \"a\") { embedCode(width: $w) } }"],
  ["for a required directive argument", "query($b: Boolean) { viewer @include(if: $b) { id } }", { variables: { b: true } }],
  ["with a default, for a required directive argument", "query($b: Boolean = true) { viewer @include(if: $b) { id } }"],
  ["with a directive", "query($n: Int @nonsense) { assets(first: $n) { totalCount } }"],
  ["as a field", "query($n: Int) { $n }"],
  ["twice in one object", "query($s: String) { links(filter: { search: $s, search: $s }) { totalCount } }", { variables: { s: "a" } }],
  ["two missing", "query($a: ID!, $b: ID!) { a: node(id: $a) { id } b: node(id: $b) { id } }"],
  ["two wrong", "query($a: Int, $b: Int) { a: assets(first: $a) { totalCount } b: assets(first: $b) { totalCount } }", { variables: { a: "x", b: "y" } }],
  ["with another capital", "query($id: ID!) { node(id: $id) { id } }", { variables: { ID: "a" } }],
  ["null for all variables", first, { variablesText: "null" }],
];

export const variables = [
  ...sent,
  ...types.map(([name, ...rest]) => [`type: ${name}`, ...rest]),
  ...defaults,
  ...places.map(([name, ...rest]) => [`place: ${name}`, ...rest]),
];
