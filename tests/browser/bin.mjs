// The texts of an asset are changed, an attachment is deleted, previews are tried again; assets are deleted from their page
// and from the library, and restored at once, from their page and from the bin.

import assert from "node:assert/strict";
import { facts, inEachView } from "./lib.mjs";

await inEachView(async ({ page, view, check, signIn, heading, path, scripts }) => {
  const button = (name) => page.getByRole("button", { name, exact: true });
  await signIn("/a/VTR-1");
  await check("asset");

  // The texts, first with mistakes.
  await page.getByRole("link", { name: "Edit the texts" }).click();
  assert.equal(await heading(), "Edit the texts");
  await check("edit");
  await page.getByLabel("Title").fill("  ");
  await page.getByLabel("Description").fill(`The old quay\nas seen on a ${view}`);
  await button("Save").click();
  await page.getByRole("alert").getByText("Nothing was saved").waitFor();
  assert.equal(await page.getByLabel("Description").inputValue(), `The old quay\nas seen on a ${view}`);
  await check("edit-with-mistakes");
  await page.getByLabel("Title").fill("Harbour at dawn");
  await page.getByLabel("Alternative text").fill("Boats at a quay");
  await button("Save").click();
  assert.equal(path(), "/a/VTR-1");
  await page.getByText("The changes are saved.").waitFor();
  await page.getByText(`as seen on a ${view}`).waitFor();
  await check("changed");

  // An attachment.
  await page.getByRole("link", { name: `Delete Terms for ${view}.pdf`, exact: true }).click();
  assert.equal(await heading(), "Delete this attachment?");
  await check("attachment");
  await button("Delete for good").click();
  await page.getByText("The attachment is deleted.").waitFor();
  assert.equal(await page.getByText(`Terms for ${view}.pdf`).count(), 0);

  // Previews that could not be made.
  await page.goto(`/a/${facts.damaged}`);
  await button("Try again").waitFor();
  await check("failed");
  await button("Try again").click();
  await page.getByText("being tried once more").waitFor();

  // One asset: deleted, found in the bin by its address, restored there.
  await page.goto("/a/VTR-1");
  await page.getByRole("link", { name: "Delete to the bin" }).click();
  assert.equal(await heading(), "Delete this asset?");
  await page.getByText("1 link to it stops working at once.").waitFor();
  await page.getByText("It disappears from 1 collection.").waitFor();
  await check("delete-one");
  await page.getByRole("link", { name: "Cancel" }).click();
  assert.equal(path(), "/a/VTR-1");
  await page.getByRole("link", { name: "Delete to the bin" }).click();
  await button("Delete").click();
  assert.equal(await heading(), "1 asset is in the bin");
  await check("deleted-one");
  await page.goto("/a/VTR-1");
  assert.equal(await heading(), "This asset is in the bin");
  await check("in-bin");
  await button("Restore").click();
  assert.equal(path(), "/a/VTR-1");
  await page.getByText("1 asset is back").waitFor();
  await check("restored-one");

  // A selection: not deleted after all, then deleted, and that undone.
  await page.goto("/library");
  if (scripts) assert.ok(await button("Delete").isDisabled());
  await check("library");
  for (const sheet of ["05", "04"]) await page.getByLabel(`Select Contact sheet ${sheet}`).check();
  await button("Delete").click();
  assert.equal(await heading(), "Delete 2 assets?");
  await check("delete-selection");
  await button("Cancel").click();
  assert.equal(path(), "/library");
  assert.equal(await page.locator("[data-selected]").innerText(), "2 selected");
  await button("Delete").click();
  await button("Delete").click();
  assert.equal(await heading(), "2 assets are in the bin");
  await check("deleted-selection");
  await button("Undo").click();
  assert.equal(path(), "/library");
  await page.getByText("2 assets are back").waitFor();
  assert.equal(await page.locator("[data-selected]").innerText(), "Tick assets to share or delete them together.");
  await check("undone");
  for (const sheet of ["05", "04"]) await page.getByLabel(`Select Contact sheet ${sheet}`).check();
  await button("Delete").click();
  await button("Delete").click();
  await page.getByRole("link", { name: "Back to the library" }).click();
  assert.equal(await page.getByText("Contact sheet 05").count(), 0);

  // The bin.
  await page.getByRole("link", { name: "Bin", exact: true }).click();
  assert.equal(await heading(), "Bin");
  assert.equal(await page.locator("#total").innerText(), "4 assets");
  const titles = await page.locator(".gallery-title").allInnerTexts();
  assert.deepEqual(titles, ["Contact sheet 05", "Contact sheet 04", "Contact sheet 01", "Contact sheet 00"]);
  assert.equal(await page.getByText("Eddi", { exact: true }).count(), 2);
  await check("bin");
  await button("Restore").click();
  await page.getByRole("alert").getByText("Tick at least one asset first.").waitFor();
  await page.getByRole("link", { name: "Tick all here" }).click();
  assert.ok(await page.getByLabel("Select Contact sheet 00").isChecked());
  await check("bin-ticked");
  for (const sheet of ["01", "00"]) await page.getByLabel(`Select Contact sheet ${sheet}`).uncheck();
  await button("Restore").click();
  await page.getByRole("status").getByText("2 assets are back, with their links and in their collections.").waitFor();
  assert.equal(await page.locator("#total").innerText(), "2 assets");
  await check("restored");
  await page.goto("/bin/deleted?at=1");
  assert.equal(await heading(), "Nothing to undo");
  await check("nothing-to-undo");

  // Somebody who may not edit sees none of it.
  await button("Sign out").click();
  await signIn("/library", facts.viewer, facts.viewerPassword);
  assert.equal(await page.getByRole("link", { name: "Bin", exact: true }).count() + await button("Delete").count(), 0);
  await page.goto("/bin");
  await page.getByText("There is nothing in the bin that you may restore.").waitFor();
  await check("empty");
  await page.goto("/a/VTR-1");
  assert.equal(await page.getByRole("link", { name: "Edit the texts" }).count(), 0);
  await check("asset-of-a-viewer");
});
