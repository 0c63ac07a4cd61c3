// What the owner of the links does meanwhile, by the API.

import assert from "node:assert/strict";
import { facts, url } from "./lib.mjs";

export async function ask(query, variables) {
  const answer = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${facts.token}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await answer.json();
  const [payload] = Object.values(data ?? {});
  assert.deepEqual([errors, payload?.userErrors], [undefined, []], query);
}

export const update = (id, settings) =>
  ask("mutation($input: UpdateLinkInput!) { updateLink(input: $input) { userErrors { code } } }", { input: { id, settings } });
export const turn = (how, id) => ask(`mutation($id: ID!) { ${how}(id: $id) { userErrors { code } } }`, { id });
export const members = (how, collection, assets) =>
  ask(`mutation($c: ID!, $a: [ID!]!) { ${how}(collectionId: $c, assetIds: $a) { userErrors { code } } }`, { c: collection, a: assets });
