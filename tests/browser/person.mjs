// A visitor searches for a person by a photo: with one face, with several, and with none.

import assert from "node:assert/strict";
import { facts, inEachView } from "./lib.mjs";

const photo = (name) => `${facts.photos}/${name}.jpg`;

await inEachView(async ({ page, check, scripts }) => {
  const link = new URL(facts.link).pathname;
  const titles = () => page.locator(".tile-title > span:first-child").allTextContents();
  const search = async (name) => {
    await page.locator("#consent").check();
    await page.locator("#photo").setInputFiles(photo(name));
    await page.getByRole("button", { name: "Search" }).click();
  };
  await page.goto(link);
  await page.getByRole("link", { name: "Find a person" }).click();
  await check("person-form");
  await search("none");
  await page.getByRole("alert").waitFor();
  assert.match(await page.getByRole("alert").textContent(), /No face was found/);
  await check("person-nobody");
  await search("one");
  await page.locator(".found").waitFor();
  assert.match(await page.locator(".found").textContent(), /2 items show this person/);
  assert.deepEqual(await titles(), ["Eileen", "Both"]);
  await check("person-found");

  // A picture opens among those that were found, and the order can be changed.
  await page.locator(".tile-link").first().click();
  await page.getByText("1 of 2").or(page.getByText("1 / 2")).first().waitFor();
  await page.goBack();
  await page.locator(".found").waitFor();
  await page.locator(".look select").selectOption("name");
  if (await page.locator(".look button").isVisible()) await page.locator(".look button").click();
  await page.waitForURL(/sort=name/);
  assert.deepEqual(await titles(), ["Both", "Eileen"]);

  await page.getByRole("link", { name: "Another photo" }).click();
  await search("two");
  await page.getByText("Whom do you look for?").waitFor();
  await check("person-choose");
  const faces = page.getByRole("checkbox");
  assert.equal(await faces.count(), 2);
  for (const face of await faces.all()) await face.check();
  await page.getByLabel("Show what shows all of them together").check();
  await page.getByRole("button", { name: "Show" }).click();
  await page.locator(".found").waitFor();
  assert.deepEqual(await titles(), ["Both"]);
  // Back leads to the form: nothing is sent again, and no browser keeps the faces.
  if (scripts) {
    await page.goBack();
    await page.locator("#photo").waitFor();
    assert.equal(await page.locator(".person-faces").count(), 0);
    await page.goForward();
    await page.locator(".found").waitFor();
  }
  await page.getByRole("link", { name: "Show all" }).click();
  await page.locator(".tile").nth(3).waitFor();
});
