// Assets are found, selected over several pages and searches, counted and shared together.

import assert from "node:assert/strict";
import { facts, inEachView } from "./lib.mjs";

await inEachView(async ({ page, check, signIn, heading, path, scripts }) => {
  await signIn("/library");
  assert.equal(path(), "/library");
  assert.equal(await page.locator("#total").innerText(), "62 assets");
  await check("library");
  const share = page.getByRole("button", { name: /^Share/ });
  if (scripts) assert.ok(await share.isDisabled());

  // Two on this page, one on the next, and one that cannot be shared, found by a search.
  await page.getByLabel("Select Contact sheet 59").check();
  await page.getByLabel("Select Contact sheet 58").check();
  if (scripts) assert.equal(await share.innerText(), "Share 2/2");
  await page.getByRole("button", { name: "Next page" }).click();
  await page.getByLabel("Select Contact sheet 05").check();
  assert.equal(await page.getByLabel("Select Contact sheet 59").count(), 0);
  await page.getByLabel("Search").fill("lives elsewhere");
  await page.getByRole("button", { name: "Search" }).click();
  assert.equal(await page.locator("#total").innerText(), "1 asset found");
  await page.getByLabel("Select A film that lives elsewhere").check();
  if (!scripts) await page.getByRole("button", { name: "Search" }).click();
  assert.equal(await share.innerText(), "Share 3/4");
  assert.equal(await page.locator("[data-selected]").innerText(), "4 selected · 3 not on this page · 3 can be shared");
  await check("selected");
  await page.getByLabel("Search").fill("");
  await page.getByRole("button", { name: "Search" }).click();
  assert.ok(await page.getByLabel("Select Contact sheet 59").isChecked());
  assert.ok(!(await page.getByLabel("Select Contact sheet 57").isChecked()));
  await page.getByLabel("Select Contact sheet 58").uncheck();

  await share.click();
  assert.equal(await heading(), "Create a link for 2 assets");
  await page.getByText("1 left out").waitFor();
  await page.getByText("A film that lives elsewhere").waitFor();
  await check("window");
  await page.getByRole("button", { name: "Back to the library" }).click();
  assert.equal(await share.innerText(), "Share 2/3");
  await share.click();
  await page.getByLabel("Name of the collection").fill("Contact sheets");
  await page.getByLabel("Name of the link").fill("For the printer");
  await page.getByLabel("Maximum downloads").fill("none");
  await page.getByRole("button", { name: "Create link" }).click();
  await page.getByRole("alert").getByText("not a number").waitFor();
  assert.equal(await page.getByLabel("Name of the collection").inputValue(), "Contact sheets");
  await check("window-with-mistakes");
  await page.getByLabel("Maximum downloads").fill("");
  await page.getByLabel("Originals").check();
  await page.getByLabel("Cover", { exact: true }).selectOption({ label: "Contact sheet 05" });
  await page.getByRole("button", { name: "Create link" }).click();
  assert.equal(await heading(), "Link created");
  await page.getByText("Contact sheets").waitFor();
  assert.equal(await page.getByLabel("All in one message").count(), 0, "there is the link only");
  await check("shared");
  const finished = page.url();
  await page.getByRole("link", { name: "Edit" }).click();
  assert.equal(await page.getByLabel("Cover", { exact: true }).locator(":checked").innerText(), "Contact sheet 05");
  await check("edit-with-cover");
  await page.goto(finished);
  await page.getByRole("link", { name: "Close" }).click();
  assert.equal(path(), "/library");
  assert.equal(await page.locator("[data-selected]").innerText(), "Tick assets to share or delete them together.");

  // All of a page, and a collection.
  await page.getByLabel("Collection", { exact: true }).selectOption({ label: "Contact sheets" });
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByRole("button", { name: "Tick all here" }).click();
  assert.equal(await share.innerText(), "Share 2/2");
  await page.getByRole("link", { name: "Link to this collection" }).click();
  assert.equal(await heading(), "Create a link to the collection");
  await check("collection");
  await page.getByRole("link", { name: "Cancel" }).click();
  assert.equal(await page.getByLabel("Collection", { exact: true }).locator(":checked").innerText(), "Contact sheets");
  if (scripts) await page.getByRole("button", { name: "Clear" }).click();

  // By an id, and nothing.
  await page.getByLabel("Collection", { exact: true }).selectOption("");
  await page.getByLabel("Search").fill(facts.asset);
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByRole("link", { name: "Harbour at dawn" }).click();
  assert.equal(path(), "/a/VTR-1");
  await page.goto("/library?search=no+such+thing&kind=VIDEO");
  await page.getByText("Nothing matches.").waitFor();
  await check("nothing-found");
});
