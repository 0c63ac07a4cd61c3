// The examples of graphql/operations as they are, with the variables that their heads propose.

import { readdirSync, readFileSync } from "node:fs";

const FOLDER = new URL("../../graphql/operations/", import.meta.url);
const MARK = "# variables: ";

// Ids of nothing.
const IDS = {
  "<asset id>": "asset_0000000000000000000001",
  "<link id>": "link_0000000000000000000001",
  "<collection id>": "collection_0000000000000000000001",
};

export function operations() {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith(".graphql")).sort();
  return files.map((file) => {
    const query = readFileSync(new URL(file, FOLDER), "utf8");
    const line = query.split("\n").find((line) => line.startsWith(MARK));
    const text = Object.entries(IDS).reduce((text, [word, id]) => text.replaceAll(word, id), line?.slice(MARK.length) ?? "");
    return { name: file.replace(".graphql", ""), query, variables: text ? JSON.parse(text) : undefined };
  });
}
