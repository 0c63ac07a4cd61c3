// An asset is shared by a public link and a download link; the links are copied, changed, switched off and deleted.

import assert from "node:assert/strict";
import { inEachView, url } from "./lib.mjs";

await inEachView(async ({ page, check, signIn, heading, path, scripts }) => {
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  const toast = page.locator("#status");
  await signIn("/a/VTR-1");
  await check("asset");
  if (scripts) {
    await page.getByRole("button", { name: "Copy", exact: true }).first().click();
    await toast.filter({ hasText: "Internal link copied" }).waitFor();
    assert.equal(await clipboard(), `${url}/a/VTR-1`);
  }

  // The window of a public link, first with mistakes.
  await page.getByRole("link", { name: /^Public link/ }).click();
  assert.equal(await heading(), "Create a public link");
  await check("new-link");
  await page.getByLabel("Name of the link").fill("For the press");
  await page.getByLabel("Originals").check();
  await page.getByLabel("Smaller versions").check();
  await page.getByLabel("Thumbnail").uncheck();
  await page.getByLabel("Expires at").fill("2001-01-01T12:00");
  await page.getByLabel("Maximum downloads").fill("0");
  await page.getByLabel("Password", { exact: true }).fill("abc");
  await page.getByRole("button", { name: "Create link" }).click();
  const alert = page.getByRole("alert");
  for (const text of ["lies in the past", "at least 4 characters", "at least one download"]) await alert.getByText(text).waitFor();
  // A password that was typed is not kept in a page, and the link is not made without it either.
  await check("mistakes");
  assert.ok(!(await page.getByLabel("No password").isChecked()));
  assert.equal(await page.getByLabel("Name of the link").inputValue(), "For the press");
  assert.equal(await page.getByLabel("Password", { exact: true }).inputValue(), "");
  assert.ok(!(await page.getByLabel("Thumbnail").isChecked()) && (await page.getByLabel("Full screen").isChecked()));
  await page.getByLabel("Expires at").fill("2040-06-30T18:30");
  await page.getByLabel("Maximum downloads").fill("25");
  if (scripts) {
    await page.getByRole("button", { name: "Generate" }).click();
    await toast.filter({ hasText: "Password generated and copied" }).waitFor();
    assert.equal(await page.getByLabel("Password", { exact: true }).inputValue(), await clipboard());
  } else {
    await page.getByLabel("Generate a strong password").check();
  }
  await page.getByRole("button", { name: "Create link" }).click();

  // The finished link, with its password once.
  assert.equal(await heading(), "Link created");
  const link = await page.getByLabel("Link", { exact: true }).inputValue();
  const password = await page.getByLabel("Password").inputValue();
  assert.match(password, /^\w{4}-\w{4}-\w{4}-\w{4}$/);
  assert.ok(link.startsWith(`${url}/s/`));
  const everything = await page.getByLabel("All in one message").inputValue();
  assert.equal(everything, `${link}\nPassword: ${password}\nUntil 30 June 2040, 18:30 (Europe/Berlin)`);
  assert.match(await page.getByLabel("Embed code that adapts").inputValue(), /aspect-ratio:640\/480/);
  await check("finished");
  if (scripts) {
    await page.getByRole("button", { name: "Copy link" }).click();
    await toast.filter({ hasText: "Link copied" }).waitFor();
    assert.equal(await clipboard(), link);
    await page.getByRole("button", { name: "Copy all" }).click();
    await toast.filter({ hasText: "All copied" }).waitFor();
    assert.equal(await clipboard(), everything);
    await check("copied");
  }
  assert.ok(await page.getByRole("img", { name: "QR code" }).evaluate((image) => image.naturalWidth > 0));
  await page.reload();
  assert.equal(await page.getByLabel("Password").count(), 0);
  await check("finished-again");
  await page.getByRole("link", { name: "Close" }).click();
  assert.equal(path(), "/a/VTR-1");

  // The section with the asset's links.
  const row = page.getByRole("listitem").filter({ hasText: "For the press" });
  await row.getByText("0 of 25 downloads").waitFor();
  await check("asset-with-links");
  await row.getByRole("link", { name: "Edit" }).click();
  assert.equal(await page.getByLabel("Expires at").inputValue(), "2040-06-30T18:30");
  await check("edit");
  await page.getByLabel("Name of the link").fill("For everybody");
  await page.getByLabel("Remove the password").check();
  await page.getByRole("button", { name: "Save" }).click();
  assert.equal(await heading(), "Link changed");
  await page.getByRole("link", { name: "Close" }).click();
  const renamed = page.getByRole("listitem").filter({ hasText: "For everybody" });
  assert.equal(await renamed.getByText("with a password").count(), 0);
  await renamed.getByRole("button", { name: "Disable" }).click();
  await renamed.getByText("Disabled").waitFor();
  assert.equal(path(), "/a/VTR-1");
  await renamed.getByRole("button", { name: "Enable" }).click();
  await renamed.getByText("Active").waitFor();
  await renamed.getByRole("link", { name: "New URL" }).click();
  await check("new-url");
  await page.getByRole("button", { name: "Make a new URL" }).click();
  assert.notEqual(await page.getByLabel("Link", { exact: true }).inputValue(), link);
  await page.getByRole("link", { name: "Close" }).click();
  await renamed.getByRole("link", { name: "Delete" }).click();
  await check("delete");
  await page.getByRole("button", { name: "Delete for good" }).click();
  await page.getByText("There are none yet.").waitFor();

  // A download link; the browser sends its form twice, and makes one link.
  await page.getByRole("link", { name: /^Download link/ }).click();
  await check("new-download-link");
  await page.getByRole("button", { name: "Create link" }).dblclick();
  await page.getByLabel("Link", { exact: true }).waitFor();
  assert.equal(await page.getByLabel("Embed code").count(), 0);
  await check("finished-download-link");
  await page.getByRole("link", { name: "Close" }).click();
  const remove = page.locator("#links").getByRole("link", { name: "Delete" });
  assert.equal(await remove.count(), 1);
  await remove.click();
  await page.getByRole("button", { name: "Delete for good" }).click();
});
