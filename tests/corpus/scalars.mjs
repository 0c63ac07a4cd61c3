// Our scalars, told to graphql-js: it takes and refuses the same values as the server.

import { GraphQLError, Kind } from "graphql";

// What chrono reads as `DateTime<Utc>`: RFC 3339 with an offset, and a few freedoms (a space for the T, "UTC", spaces
// before the offset, a leap second).
const DATE_TIME =
  /^(\d{4})-(\d{1,2})-(\d{1,2})[tT ](\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.\d+)?\s*(?:z|utc|[+-](\d{2}):?(\d{2}))$/i;

function isDateTime(text) {
  const parts = DATE_TIME.exec(text);
  if (!parts) return false;
  const [year, month, day, hour, minute, second, offsetHours = 0, offsetMinutes = 0] = parts.slice(1).map((part) => Number(part ?? 0));
  const date = new Date(Date.UTC(2000, 0, 1));
  date.setUTCFullYear(year, month - 1, day);
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return exists && hour < 24 && minute < 60 && second <= 60 && offsetHours < 24 && offsetMinutes < 60;
}

// Marked as ours: whoever sends such a literal made a mistake in a value, not in the document.
const refusal = (message) => new GraphQLError(message, { extensions: { scalar: true } });

function dateTime(value) {
  if (typeof value !== "string" || !isDateTime(value)) {
    throw refusal("Expected a date and time as in RFC 3339, with an offset.");
  }
  return value;
}

function byteCount(value) {
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > 2 ** 53) {
    throw refusal("A byte count is a whole number, not below zero.");
  }
  return value;
}

// Files are in neither literals nor variables: the server puts them in where a multipart request says so.
function upload() {
  throw refusal("A file is sent as a GraphQL multipart request, with null in its place here.");
}

// Gives the scalars of the schema their rules.
export function defineScalars(schema) {
  const literal = (kinds, parse) => (node) => parse(kinds.includes(node.kind) ? node.value : undefined);
  Object.assign(schema.getType("DateTime"), { parseValue: dateTime, parseLiteral: literal([Kind.STRING], dateTime) });
  Object.assign(schema.getType("ByteCount"), {
    parseValue: byteCount,
    parseLiteral: literal([Kind.INT], (text) => byteCount(Number(text))),
  });
  Object.assign(schema.getType("Upload"), { parseValue: upload, parseLiteral: upload });
}
