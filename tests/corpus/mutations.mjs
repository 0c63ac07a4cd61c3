// Mistakes made in each example, one at a time: in the document, and in the variables.

import { astFromValue, getNamedType, isEnumType, isInputObjectType, Kind, parse, parseType, parseValue, print, typeFromAST, validate } from "graphql";
import { changed, line, shorten } from "./short.mjs";

const name = (value) => ({ kind: Kind.NAME, value });
const field = (value) => ({ kind: Kind.FIELD, name: name(value) });
const argument = (key, value) => ({ kind: Kind.ARGUMENT, name: name(key), value: parseValue(value) });
const inObject = (key, value) => ({ kind: Kind.OBJECT_FIELD, name: name(key), value });

// The last letter twice.
const misspelt = (text) => text + text.at(-1);

const lastField = (selectionSet) => {
  const fields = selectionSet?.selections.filter(({ kind }) => kind === Kind.FIELD) ?? [];
  const last = fields.at(-1);
  return last?.selectionSet ? lastField(last.selectionSet) : last;
};

// The mistakes in a document. Each changes a copy of the operation, or says that there is nothing to change.
const IN_DOCUMENTS = {
  "root field misspelt": (_, root) => void (root.name.value = misspelt(root.name.value)),
  "last field misspelt": (_, root) => void (lastField({ selections: [root] }).name.value += "X"),
  "no selection of an object": (_, root) => root.selectionSet ? void delete root.selectionSet : false,
  "selection of a leaf": (_, root) => {
    lastField({ selections: [root] }).selectionSet = { kind: Kind.SELECTION_SET, selections: [field("id")] };
  },
  "argument misspelt": (_, root) => {
    if (!root.arguments?.length) return false;
    root.arguments[0].name.value = misspelt(root.arguments[0].name.value);
  },
  "argument repeated": (_, root) => root.arguments?.length ? void root.arguments.push(root.arguments[0]) : false,
  "unknown argument": (_, root) => void (root.arguments = [...(root.arguments ?? []), argument("nonsense", "1")]),
  "arguments left out": (_, root) => root.arguments?.length ? void (root.arguments = []) : false,
  "unknown directive": (_, root) => void (root.directives = [{ kind: Kind.DIRECTIVE, name: name("nonsense") }]),
  "variable unused": (operation) => {
    const variable = { kind: Kind.VARIABLE, name: name("unused") };
    operation.variableDefinitions = [
      ...(operation.variableDefinitions ?? []),
      { kind: Kind.VARIABLE_DEFINITION, variable, type: parseType("Int") },
    ];
  },
  "variable undefined": (operation) =>
    operation.variableDefinitions?.length ? void operation.variableDefinitions.shift() : false,
  "variable defined twice": (operation) => {
    const [first] = operation.variableDefinitions ?? [];
    if (!first) return false;
    operation.variableDefinitions.push(first);
  },
  "variable of another type": (operation) => {
    const [first] = operation.variableDefinitions ?? [];
    if (!first) return false;
    first.type = parseType(print(first.type).includes("String") ? "Int!" : "String!");
  },
  "variable of an unknown type": (operation) => {
    const [first] = operation.variableDefinitions ?? [];
    if (!first) return false;
    first.type = parseType("Nonsense!");
  },
  "variable may be null": (operation) => {
    const [first] = operation.variableDefinitions ?? [];
    if (first?.type.kind !== Kind.NON_NULL_TYPE) return false;
    first.type = first.type.type;
  },
  "variable with a default of the wrong kind": (operation) => {
    const [first] = operation.variableDefinitions ?? [];
    if (!first) return false;
    first.defaultValue = parseValue("{ nonsense: 1 }");
  },
};

// The mistakes in variables: each takes the variables, the first one's name and its type, and returns others.
const IN_VARIABLES = {
  "no variables": () => undefined,
  "extra variable": (variables) => ({ ...variables, nonsense: 1 }),
  "first variable null": (variables, first) => ({ ...variables, [first]: null }),
  "first variable a boolean": (variables, first) => ({ ...variables, [first]: true }),
  "first variable an object": (variables, first) => ({ ...variables, [first]: { nonsense: 1 } }),
  "first variable a list": (variables, first) => ({ ...variables, [first]: [variables[first]] }),
  "unknown input field": (variables, first, type) =>
    isInputObjectType(type) ? { ...variables, [first]: { ...variables[first], nonsense: 1 } } : false,
  ...eachInputField("null", () => null),
  ...eachInputField("a list of lists", () => [[1]]),
};

// One mistake for the first required field, and one for the first optional one.
function eachInputField(what, wrong) {
  const change = (required) => (variables, first, type) => {
    if (!isInputObjectType(type)) return false;
    const found = Object.values(type.getFields()).find(({ type }) => String(type).endsWith("!") === required);
    return found ? { ...variables, [first]: { ...variables[first], [found.name]: wrong() } } : false;
  };
  return { [`required input field ${what}`]: change(true), [`optional input field ${what}`]: change(false) };
}

// The variables written into the document, as they are and with mistakes that only a literal can have.
const IN_LITERALS = {
  "as literals": () => undefined,
  "unknown input field": (object) => void object.fields.push(inObject("nonsense", parseValue("1"))),
  "input field repeated": (object) => void object.fields.push(object.fields[0]),
  "input field misspelt": (object) => void (object.fields[0].name.value = misspelt(object.fields[0].name.value)),
  "string for an enum": (object, type) => {
    const found = Object.values(type.getFields()).find(({ type }) => isEnumType(getNamedType(type)));
    if (!found) return false;
    const value = parseValue(JSON.stringify(getNamedType(found.type).getValues()[0].name));
    object.fields = [...object.fields.filter(({ name }) => name.value !== found.name), inObject(found.name, value)];
  },
};

function literals(schema, document, variables) {
  return Object.entries(IN_LITERALS).map(([what, change]) => {
    const query = changed(document, (operation, root) => {
      const definitions = operation.variableDefinitions ?? [];
      if (definitions.length === 0) return false;
      operation.variableDefinitions = [];
      const types = Object.fromEntries(
        definitions.map(({ variable, type }) => [variable.name.value, typeFromAST(schema, type)]),
      );
      const written = root.arguments.filter(({ value }) => variables[value.name.value] !== undefined);
      root.arguments = written;
      for (const argument of written) {
        const { value } = argument.value.name;
        argument.value = literal(variables[value], types[value]);
      }
      if (what === "as literals") return;
      const object = written.find(({ value }) => value.kind === Kind.OBJECT);
      const type = getNamedType(types[definitions[0].variable.name.value]);
      return object && isInputObjectType(type) ? change(object.value, type) : false;
    });
    return query && { what: `${what}${what === "as literals" ? "" : " in a literal"}`, query: line(query), variables: undefined };
  });
}

// What graphql-js cannot write for us: values of scalars that refuse to be literals.
function literal(value, type) {
  const named = getNamedType(type);
  if (value === null) return { kind: Kind.NULL };
  if (Array.isArray(value)) return { kind: Kind.LIST, values: value.map((item) => literal(item, named)) };
  if (typeof value === "object") {
    const fields = Object.entries(value).map(([key, item]) => inObject(key, literal(item, named.getFields()[key].type)));
    return { kind: Kind.OBJECT, fields };
  }
  return isEnumType(named) ? { kind: Kind.ENUM, value } : astFromValue(value, named) ?? parseValue(JSON.stringify(value));
}

export function mutations(schema, { name: example, query, variables }) {
  const document = shorten(parse(query));
  const [definition] = document.definitions[0].variableDefinitions ?? [];
  const inDocuments = Object.entries(IN_DOCUMENTS).map(([what, change]) => {
    const wrong = changed(document, change);
    // Those of a document that is refused anyway would only be read past.
    const refused = wrong && validate(schema, wrong).length > 0;
    return wrong && { what, query: line(wrong), variables: refused ? undefined : variables };
  });
  const inVariables = Object.entries(definition ? IN_VARIABLES : {}).map(([what, change]) => {
    const type = getNamedType(typeFromAST(schema, definition.type));
    const wrong = change(variables ?? {}, definition.variable.name.value, type);
    return wrong !== false && { what, query: line(document), variables: wrong };
  });
  return [...inDocuments, ...inVariables, ...literals(schema, document, variables ?? {})]
    .filter(Boolean)
    .map(({ what, ...entry }) => ({ name: `${example}: ${what}`, ...entry }));
}
