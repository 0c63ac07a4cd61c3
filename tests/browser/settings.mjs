// An administrator gives the workspace a colour, a logo, an imprint and a contact; visitors see them on every page.

import assert from "node:assert/strict";
import { facts, inEachView, url, views } from "./lib.mjs";

const logo = { name: "logo.png", mimeType: "image/png", buffer: Buffer.from(facts.logo, "base64") };
const [gallery, plain, single, locked] = [facts.gallery, facts.plain, facts.single, facts.locked].map((link) => new URL(link).pathname);

await inEachView(async ({ page, check, signIn, heading }) => {
  await signIn("/settings");
  assert.equal(await heading(), "Settings");
  await check("settings");
  await page.getByLabel("Name", { exact: true }).fill("Harbour Press");
  await page.getByLabel("Colour", { exact: true }).fill("#ffd400");
  await page.getByLabel("Background").selectOption("AUTO");
  await page.getByLabel("Imprint").fill("javascript:alert(1)");
  await page.getByLabel("Contact").fill("press@example.com");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("alert").getByText("Give the address of a page").waitFor();
  await check("settings-refused");
  await page.getByLabel("Imprint").fill("https://example.com/imprint");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("The settings are saved.").waitFor();
  await page.locator("#file").setInputFiles(logo);
  await page.getByRole("button", { name: "Upload" }).click();
  await page.getByText("The logo is saved.").waitFor();
  await check("settings-saved");

  // The search by person, after the box is ticked that says what it means.
  await page.getByRole("button", { name: "Turn it on" }).click();
  await page.getByRole("alert").getByText("Tick the box first").waitFor();
  await check("settings-person-search-refused");
  await page.getByLabel("I have read this").check();
  await page.getByRole("button", { name: "Turn it on" }).click();
  await page.getByText("It is on.").waitFor();
  await check("settings-person-search");
  await page.goto(`/links/${facts.galleryId}/edit`);
  await page.getByLabel("Visitors may find the pictures of a person by a photo").waitFor();
  await check("link-person-search");
  await page.goto("/settings");
  await page.getByLabel("I want the search to end").check();
  await page.getByRole("button", { name: "Turn it off" }).click();
  await page.getByText("nothing is stored of faces any more").waitFor();

  for (const [name, path] of [["gallery", gallery], ["plain", plain], ["single", single], ["embed", `${gallery}/embed`]]) {
    await page.goto(path);
    await page.getByRole("img", { name: "Harbour Press" }).waitFor();
    assert.equal(await page.getByRole("link", { name: "Contact" }).getAttribute("href"), "mailto:press@example.com");
    await check(name);
  }
  // Whoever has no password learns nothing.
  await page.goto(locked);
  assert.equal(await heading(), "Password needed");
  assert.equal(await page.getByText("Harbour Press").or(page.getByRole("img", { name: "Harbour Press" })).count(), 0);
  await check("locked");
  const fill = (selector) => page.locator(selector).first().evaluate((element) => getComputedStyle(element).backgroundColor);
  await page.goto(gallery);
  assert.equal(await fill(".button-main"), "rgb(255, 212, 0)");
  // Always dark, whatever the system is.
  await page.goto("/settings");
  await page.getByLabel("Background").selectOption("DARK");
  await page.getByRole("button", { name: "Save" }).click();
  for (const [name, path] of [["gallery-always-dark", gallery], ["single-always-dark", single]]) {
    await page.goto(path);
    assert.equal(await fill("body"), "rgb(20, 22, 24)");
    await check(name);
  }
  await page.goto("/settings");
  await page.getByLabel("The usual colour instead").check();
  await page.getByLabel("Background").selectOption("AUTO");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("button", { name: "Remove the logo" }).click();
  await page.getByText("The logo is removed.").waitFor();
  await page.goto(gallery);
  await page.getByText("Harbour Press").first().waitFor();
  assert.equal(await page.locator(".top-logo").count(), 0);
});

// The head of a gallery on every size of screen, and on paper.
const sizes = [[320, 640], [390, 844], [768, 1024], [1280, 860], [1920, 1080], [3840, 2160]];
const screens = sizes.flatMap(([width, height]) =>
  ["light", "dark"].map((colorScheme) => ({ name: `${width}-${colorScheme}`, viewport: { width, height }, colorScheme })),
);
await inEachView(async ({ page, check, view }) => {
  for (const [name, path] of [["screen", gallery], ["screen-without-cover", plain]]) {
    await page.goto(path);
    await page.locator(".is-whole").waitFor();
    const top = await page.locator(".grid").evaluate((grid) => grid.getBoundingClientRect().top);
    const { width, height } = page.viewportSize();
    assert.ok(width < 390 || top < height * 0.85, `${view}: the pictures begin at ${top}`);
    await check(name);
  }
}, screens);

await inEachView(async ({ page, view }) => {
  await page.goto(`${gallery}`);
  await page.locator(".is-whole").waitFor();
  await page.emulateMedia({ media: "print" });
  const tiles = await page.locator(".tile").evaluateAll((all) => all.map((tile) => {
    const { left, right, top, bottom } = tile.getBoundingClientRect();
    return { left, right, top, bottom, shape: (right - left) / (bottom - top), wanted: Number(getComputedStyle(tile).getPropertyValue("--r")) };
  }));
  assert.equal(tiles.length, facts.count);
  const width = await page.evaluate(() => document.documentElement.clientWidth);
  tiles.forEach((tile, index) => {
    assert.ok(tile.right <= width + 1, `${view}: tile ${index} is wider than the paper`);
    assert.ok(Math.abs(tile.shape - tile.wanted) < 0.02, `${view}: tile ${index} has the shape ${tile.shape} in place of ${tile.wanted}`);
    const next = tiles[index + 1];
    if (next) assert.ok(next.left >= tile.right - 1 || next.top >= tile.bottom - 1, `${view}: tile ${index} lies over the next`);
  });
  assert.ok(!(await page.locator(".tools").isVisible()));
  assert.equal(new URL(page.url()).origin, url);
  await page.screenshot({ path: `${process.env.VITRINE_BROWSER_PICTURES}/print-${view}.png`, fullPage: true });
}, views.filter(({ name }) => name === "phone" || name === "desktop"));
