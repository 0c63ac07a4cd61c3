// A person changes their password and address, ends sessions, makes and revokes a token, and leaves. Each view has a person of
// its own, whom the administrator invites.

import assert from "node:assert/strict";
import { facts, inEachView, url } from "./lib.mjs";

await inEachView(async ({ page, check, signIn, heading, path, scripts, view }) => {
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  const email = `nora-${view}@example.com`;
  const first = "a password of my own";
  await signIn("/people/invite");
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Name").fill("Nora Nordmann");
  await page.getByLabel("Editor").check();
  await page.getByRole("button", { name: "Invite" }).click();
  const invitation = await page.getByLabel("Invitation").inputValue();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.goto(invitation);
  await check("invited");
  await page.getByLabel("Password").fill(first);
  await page.getByRole("button", { name: "Set password" }).click();

  await signIn("/account", email, first);
  assert.equal(path(), "/account");
  assert.equal(await heading(), "Account");
  await page.getByText("This session").waitFor();
  assert.equal(await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "People" }).count(), 0);
  await check("account");

  // Another password; a wrong one first.
  await page.getByRole("link", { name: "Change password" }).click();
  await check("password");
  await page.getByLabel("Present password").fill("not the password");
  await page.getByLabel("New password").fill("another password of mine");
  await page.getByRole("button", { name: "Change password" }).click();
  await page.getByRole("alert").getByText("not your present password").waitFor();
  assert.equal(await page.getByLabel("New password").inputValue(), "");
  await check("wrong-password");
  await page.getByRole("link", { name: "Cancel" }).click();

  // A token, so that the new password has something to warn of.
  await page.getByRole("link", { name: "Make a token" }).click();
  await check("new-token");
  await page.getByLabel("Name").fill("Press site");
  await page.getByRole("button", { name: "Make token" }).click();
  await page.getByRole("alert").getByText("Choose at least one scope.").waitFor();
  assert.equal(await page.getByLabel("Name").inputValue(), "Press site");
  await check("new-token-mistakes");
  await page.getByLabel("Make, change and delete links").check();
  await page.getByLabel("Read the library").check();
  await page.getByLabel("Ends after").selectOption("365");
  // Two clicks at once make one token.
  if (scripts) await page.getByRole("button", { name: "Make token" }).dblclick({ noWaitAfter: true });
  else await page.getByRole("button", { name: "Make token" }).click();
  const token = await page.getByLabel("Your new token").inputValue();
  assert.match(token, /^vtp_\w{44}$/);
  assert.equal(await page.locator(".item-name").filter({ hasText: "Press site" }).count(), 1);
  await check("token");
  if (scripts) {
    await page.getByRole("button", { name: "Copy token" }).click();
    await page.locator("#status").filter({ hasText: "Token copied" }).waitFor();
    assert.equal(await clipboard(), token);
  }
  await page.reload();
  assert.equal(await page.getByLabel("Your new token").count(), 0);
  await page.getByRole("listitem").filter({ hasText: "Press site" }).getByText("never used").waitFor();

  await page.getByRole("link", { name: "Change password" }).click();
  await page.getByLabel("Present password").fill(first);
  await page.getByLabel("New password").fill("another password of mine");
  await page.getByRole("button", { name: "Change password" }).click();
  await page.getByText("Your password is changed").waitFor();
  await page.getByText("Your personal token still works").waitFor();
  await check("password-changed");
  await page.getByRole("link", { name: "Revoke all tokens" }).click();
  assert.equal(await heading(), "Revoke all tokens?");
  await page.getByText("Press site").waitFor();
  await check("revoke");
  await page.getByRole("button", { name: "Revoke" }).click();
  await page.getByText("All your tokens are revoked.").waitFor();

  // Another browser, which is signed out from here.
  const other = await page.context().browser().newContext({ baseURL: url });
  const elsewhere = await other.newPage();
  await elsewhere.goto("/sign-in");
  await elsewhere.getByLabel("E-mail address").fill(email);
  await elsewhere.getByLabel("Password").fill("another password of mine");
  await elsewhere.getByRole("button", { name: "Sign in" }).click();
  await page.goto("/account");
  await page.getByRole("button", { name: "End all other sessions" }).waitFor();
  await check("two-sessions");
  await page.getByRole("button", { name: /^End the session/ }).click();
  await page.getByText("The session has ended.").waitFor();
  await elsewhere.goto("/account");
  assert.equal(new URL(elsewhere.url()).pathname, "/sign-in");
  await other.close();

  await page.getByRole("link", { name: "Change e-mail address" }).click();
  await page.getByLabel("New e-mail address").fill(facts.email);
  await page.getByLabel("Your password").fill("another password of mine");
  await page.getByRole("button", { name: "Change address" }).click();
  await page.getByRole("alert").getByText("Somebody has this e-mail address already.").waitFor();
  await check("email-taken");
  await page.getByLabel("New e-mail address").fill(`new-${email}`);
  await page.getByLabel("Your password").fill("another password of mine");
  await page.getByRole("button", { name: "Change address" }).click();
  await page.getByText(`new-${email}`).waitFor();

  // The way out, by the keyboard.
  await page.getByRole("link", { name: "Delete my account" }).focus();
  await page.keyboard.press("Enter");
  await page.getByLabel("Your password").waitFor();
  await check("leave");
  await page.getByLabel("Your password").fill("another password of mine");
  await page.keyboard.press("Enter");
  await page.getByText("Your account is deleted.").waitFor();
  assert.equal(path(), "/sign-in");
  await check("left");
});
