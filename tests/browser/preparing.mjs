// A gallery whose pictures are being made: they appear by themselves, in their own shapes.

import assert from "node:assert/strict";
import { facts, inEachView, views } from "./lib.mjs";

await inEachView(
  async ({ page, check }) => {
    await page.goto(new URL(facts.link).pathname);
    assert.equal(await page.locator(".tile[data-pending]").count(), 2);
    const shape = () => page.locator(".tile").evaluateAll((tiles) => tiles.map((tile) => tile.offsetWidth / tile.offsetHeight));
    const [before] = await shape();
    await check("preparing");
    await page.emulateMedia({ colorScheme: "dark" });
    await check("preparing-dark");
    await page.emulateMedia({ colorScheme: null });
    await page.waitForFunction(() => !document.querySelector("[data-pending]"));
    // The picture, and not the placeholder that the browser has loaded from the same address.
    await page.waitForFunction(() => [...document.querySelectorAll(".tile img")].every((image) => image.complete && image.naturalWidth !== 640));
    assert.match(await page.locator(".tile img").first().getAttribute("src"), /\?made$/);
    const [wide, high] = await shape();
    assert.ok(before < 1.5 && Math.abs(wide - 3) < 0.05 && Math.abs(high - 0.5) < 0.05, `${before}, ${wide}, ${high}`);
    await page.locator(".tile-link").first().click();
    await page.locator("dialog .viewer-picture").waitFor();
    await check("prepared-viewer");
  },
  views.filter(({ name }) => name === "desktop"),
);
