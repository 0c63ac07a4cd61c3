// An administrator invites a person, changes them, makes a link for their password, and disables, enables and deletes them.

import assert from "node:assert/strict";
import { facts, inEachView, url } from "./lib.mjs";

await inEachView(async ({ page, check, signIn, heading, path, scripts, view }) => {
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  const email = `${view}@example.org`;
  await signIn("/library");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "People" }).click();
  assert.equal(path(), "/people");
  assert.equal(await heading(), "People");
  await check("people");

  // An invitation, first without a name.
  await page.getByRole("link", { name: "Invite a person" }).click();
  await check("invite");
  assert.ok(await page.getByLabel("Viewer").isChecked());
  await page.getByLabel("E-mail address").fill(email);
  await page.getByRole("textbox", { name: "Name" }).fill(" ");
  await page.getByLabel("Editor").check();
  await page.getByRole("button", { name: "Invite" }).click();
  await page.getByRole("alert").waitFor();
  assert.equal(await page.getByLabel("E-mail address").inputValue(), email);
  assert.ok(await page.getByLabel("Editor").isChecked());
  await check("mistakes");
  await page.getByRole("textbox", { name: "Name" }).fill("Pia Perlmutter");
  await page.getByRole("button", { name: "Invite" }).click();
  assert.equal(await heading(), "Pia Perlmutter");
  const own = path();
  const invitation = await page.getByLabel("Invitation").inputValue();
  assert.ok(invitation.startsWith(`${url}/password/`), invitation);
  await check("invited");
  if (scripts) {
    await page.getByRole("button", { name: "Copy link" }).click();
    await page.locator("#status").filter({ hasText: "Link copied" }).waitFor();
    assert.equal(await clipboard(), invitation);
  }
  await page.reload();
  assert.equal(await page.getByLabel("Invitation").count(), 0);
  if (scripts) assert.equal(await page.getByText("The person is invited.").count(), 0, "it is told once");

  // The same address once more leads to the person.
  await page.goto("/people/invite");
  await page.getByLabel("E-mail address").fill(email);
  await page.getByRole("textbox", { name: "Name" }).fill("Pia");
  await page.getByRole("button", { name: "Invite" }).click();
  await page.getByRole("alert").getByText("Somebody has this e-mail address already.").waitFor();
  await check("taken");
  await page.getByRole("link", { name: "Pia Perlmutter" }).click();
  assert.equal(path(), own);

  await page.getByRole("button", { name: "Make a new invitation link" }).click();
  assert.notEqual(await page.getByLabel("Invitation").inputValue(), invitation);
  await page.getByRole("textbox", { name: "Name" }).fill("Pia Perl");
  await page.getByLabel("Viewer").check();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Name and role are saved.").waitFor();
  assert.equal(await heading(), "Pia Perl");
  await check("changed");

  // What they see beside their role.
  await page.getByLabel("Collection", { exact: true }).selectOption({ label: "Season" });
  await page.getByLabel("Pia Perl may").selectOption({ label: "See it, and download everything" });
  await page.getByRole("button", { name: "Give access" }).click();
  await page.getByText("Access is given.").waitFor();
  await page.getByRole("link", { name: "Season" }).waitFor();
  await check("given");
  await page.getByRole("button", { name: "Take back Season" }).click();
  await page.getByText("Access is taken back.").waitFor();

  // Somebody with links and sessions.
  await page.goto("/people");
  await page.getByRole("link", { name: "Eddi", exact: true }).click();
  await page.getByRole("link", { name: "1 link" }).waitFor();
  await check("person");
  await page.getByRole("button", { name: "Make a password link" }).click();
  await page.getByLabel("Link for a new password").waitFor();
  await check("password-link");
  await page.getByRole("link", { name: "Disable" }).click();
  assert.equal(await heading(), "Disable Eddi?");
  const successor = page.getByLabel("links and collections go to");
  await successor.selectOption({ label: "Hera · hera@example.com" });
  await check("disable");
  await successor.selectOption("");
  await page.getByRole("button", { name: "Disable" }).click();
  await page.getByText("The person is disabled, and signed out everywhere.").waitFor();
  await check("disabled");
  await page.getByRole("button", { name: "Enable" }).click();
  await page.getByText("The person is enabled, and their links are as they were before.").waitFor();

  // One's own page, on which nothing can lock the last administrator out.
  await page.goto("/people");
  await page.getByRole("link", { name: "Ada Admin" }).click();
  await page.getByText("Only another one can take that role from you").waitFor();
  assert.equal(await page.getByRole("link", { name: "Delete" }).count(), 0);
  await check("own");
  await page.goto("/account/leave");
  await page.getByLabel("Your password").fill(facts.password);
  await page.getByRole("button", { name: "Delete my account" }).click();
  await page.getByRole("alert").getByText("You are the last administrator.").waitFor();
  await check("last-administrator");

  await page.goto(own);
  await page.getByRole("link", { name: "Delete" }).click();
  assert.equal(await heading(), "Delete Pia Perl?");
  await check("delete");
  await page.getByRole("button", { name: "Delete for good" }).click();
  await page.getByText("The person is deleted.").waitFor();
  assert.equal(path(), "/people");
  assert.equal(await page.getByText(email).count(), 0);
  await check("deleted");
});
