// GraphQL on one line, and operations cut down to what a mistake needs around it.

import { print, visit } from "graphql";

// Prints a document on one line.
export const line = (document) => print(document).replace(/\s+/g, " ").trim();

// At most two fields of each selection.
export const shorten = (document) =>
  visit(document, {
    SelectionSet: (node) => (node.selections.length > 2 ? { ...node, selections: node.selections.slice(0, 2) } : undefined),
  });

// A copy of a document, with its first operation and that one's first field changed in place.
export function changed(document, change) {
  const copy = structuredClone(visit(document, { enter: ({ loc, ...node }) => node }));
  const operation = copy.definitions[0];
  if (change(operation, operation.selectionSet.selections[0]) === false) return undefined;
  return copy;
}
