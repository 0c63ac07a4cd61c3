// Links are listed, filtered and sorted, and several are changed at once.

import assert from "node:assert/strict";
import { inEachView } from "./lib.mjs";

await inEachView(async ({ page, check, signIn, path }) => {
  await signIn("/links");
  assert.equal(path(), "/links");
  const total = page.locator("#total");
  assert.match(await total.innerText(), /^3\d links$/);
  await check("links");
  await page.getByRole("link", { name: "Next page" }).click();
  await page.getByRole("link", { name: "Previous page" }).click();
  await page.getByLabel("Search").fill("kit 0");
  await page.getByLabel("Order").selectOption("name");
  await page.getByRole("button", { name: "Show" }).click();
  assert.equal(await total.innerText(), "10 links found");
  const names = await page.getByRole("listitem").getByRole("heading").allInnerTexts();
  assert.deepEqual(names.slice(0, 2), ["Press kit 00", "Press kit 01"]);
  await page.getByRole("button", { name: "Disable", exact: true }).click();
  await page.getByText("Tick at least one link first.").waitFor();
  await page.getByLabel("Select Press kit 00").check();
  await page.getByLabel("Select Press kit 01").check();
  await page.getByRole("button", { name: "Disable", exact: true }).click();
  await page.getByText("2 links disabled.").waitFor();
  await check("disabled");
  await page.getByLabel("State").selectOption("DISABLED");
  await page.getByRole("button", { name: "Show" }).click();
  assert.equal(await total.innerText(), "2 links found");
  await page.getByLabel("Select Press kit 00").check();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByText("Press kit 00").waitFor();
  await check("delete");
  await page.getByRole("link", { name: "Cancel" }).click();
  for (const name of ["Press kit 00", "Press kit 01"]) await page.getByLabel(`Select ${name}`).check();
  await page.getByRole("button", { name: "Enable", exact: true }).click();
  await page.getByText("2 links enabled.").waitFor();
  await page.getByText("No link matches.").waitFor();
  await check("none-disabled");
  await page.goto("/links?expiresBefore=nonsense");
  await page.getByRole("alert").getByText("not a date").waitFor();
});
