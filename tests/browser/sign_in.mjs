// Signing in at the start page and at an internal link, a wrong password, and signing out.

import assert from "node:assert/strict";
import { facts, inEachView } from "./lib.mjs";

await inEachView(async ({ page, check, signIn, heading, path }) => {
  await page.goto("/");
  await check("start");
  await page.getByRole("link", { name: "Open the library" }).click();
  assert.equal(path(), "/sign-in");
  await check("sign-in");
  await signIn("/a/VTR-1", facts.email, "not the password");
  assert.match(await page.getByRole("alert").innerText(), /wrong password/);
  assert.equal(await page.getByLabel("Password").inputValue(), "");
  await check("wrong-password");
  await signIn("/a/VTR-1");
  assert.equal(path(), "/a/VTR-1");
  assert.equal(await heading(), "Harbour");
  await page.getByRole("button", { name: "Sign out" }).click();
  assert.equal(path(), "/sign-in");
  await page.getByText("You are signed out.").waitFor();
  await page.goto("/library");
  assert.equal(path(), "/sign-in");
});
