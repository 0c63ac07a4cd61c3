// A long gallery through which the visitor rushes: what flies by is not loaded, and what is in view at the end is.

import assert from "node:assert/strict";
import { facts, inEachView, views } from "./lib.mjs";

await inEachView(
  async ({ page }) => {
    await page.goto(new URL(facts.link).pathname);
    await page.locator(".is-whole").waitFor();
    const asked = new Set();
    page.on("request", (request) => request.resourceType() === "image" && asked.add(request.url()));
    const held = await page.evaluate(rush);
    assert.ok(held > 20, `${held} pictures are kept from loading on the way`);
    await page.waitForFunction(inViewIsLoaded);
    assert.ok(asked.size < facts.count / 2, `${asked.size} of ${facts.count} pictures are loaded`);

    // Who scrolls as people look sees each picture.
    await page.evaluate(() => scrollTo({ top: 0, behavior: "instant" }));
    await page.waitForFunction(inViewIsLoaded);
    const heldThen = await page.evaluate(stroll);
    assert.equal(heldThen, 0);
    await page.waitForFunction(inViewIsLoaded);
  },
  views.filter(({ name }) => ["phone", "desktop"].includes(name)),
);

/** Runs in the page: scrolls to the end, eight heights of the window a second. Returns how many pictures were held back. */
async function rush() {
  const held = new Set();
  const [began, top] = [performance.now(), scrollY];
  for (;;) {
    await new Promise((frame) => requestAnimationFrame(frame));
    const to = top + (8 * innerHeight * (performance.now() - began)) / 1000;
    scrollTo({ top: to, behavior: "instant" });
    for (const picture of document.querySelectorAll(".tile img[data-src]")) held.add(picture.dataset.src);
    if (to > document.documentElement.scrollHeight) return held.size;
  }
}

/** Runs in the page: scrolls by two heights of the window, in two seconds. */
async function stroll() {
  let held = 0;
  const began = performance.now();
  for (let to = 0; to < 2 * innerHeight; ) {
    await new Promise((frame) => requestAnimationFrame(frame));
    to = (innerHeight * (performance.now() - began)) / 1000;
    scrollTo({ top: to, behavior: "instant" });
    held = Math.max(held, document.querySelectorAll(".tile img[data-src]").length);
  }
  return held;
}

/** Runs in the page. */
function inViewIsLoaded() {
  const tiles = [...document.querySelectorAll(".grid > .tile")].filter((tile) => {
    const { top, bottom } = tile.getBoundingClientRect();
    return bottom > 0 && top < innerHeight;
  });
  return tiles.length > 0 && tiles.every((tile) => tile.querySelector("img")?.naturalWidth > 0);
}
