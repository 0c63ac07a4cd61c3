// Saving to the photo library of an iPhone, whose share sheet is played by a function.

import assert from "node:assert/strict";
import { facts, inEachView, views } from "./lib.mjs";
import { update } from "./owner.mjs";

const iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";
const android = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36";
const { viewport, hasTouch } = views[0];
const path = (link) => new URL(link).pathname;

// What the share sheet is given. As in Safari, it opens only at once after a tap.
function shareSheet() {
  window.sheet = { given: [], answer: undefined };
  navigator.canShare = ({ files }) => files.every((file) => file instanceof File);
  navigator.share = async ({ files }) => {
    if (!navigator.userActivation.isActive) throw new DOMException("no tap", "NotAllowedError");
    if (window.sheet.answer) throw new DOMException("", window.sheet.answer);
    window.sheet.given.push(files.map(({ name, type, size }) => `${name} ${type} ${size}`));
  };
}

await inEachView(
  async ({ page, check, view, forgive }) => {
    await page.addInitScript(shareSheet);
    const bar = page.locator(".selection-bar");
    const save = bar.getByRole("button", { name: /Photos|Stop loading/ });
    const open = async (link) => {
      await page.goto(path(link));
      await page.locator(".is-whole").waitFor();
      await page.getByRole("button", { name: "Select", exact: true }).click();
    };
    const choose = async (...titles) => {
      for (const title of titles) await page.getByRole("link", { name: `${title}, ` }).click();
    };
    const given = () => page.evaluate(() => window.sheet.given);

    await open(facts.originals);
    if (view === "android") return assert.equal(await save.count(), 0, "no photo library that we know");
    assert.ok(await save.isDisabled());
    await choose("One", "Two", "Notes");
    // Slow enough to be seen, and to be stopped. It stays one route: where a route ends, the browser sends what it held, even
    // what is just being stopped, and each that is sent is a download.
    let line = "held";
    await page.route(/\/original$/, (route) => {
      if (line === "broken") return route.abort();
      if (line === "whole") return route.continue();
    });
    await save.click();
    await save.getByText("Stop loading (1 of 2)").waitFor();
    await check("loading");
    await save.click();
    await save.getByText("Save to Photos", { exact: true }).waitFor();
    line = "broken";
    await save.click();
    await page.getByText("Not everything could be loaded. Try again.").waitFor();
    line = "whole";
    forgive(/ERR_FAILED/);
    await save.click();
    await save.getByText("Save to Photos now (2)").waitFor();
    await page.getByText("Photos takes 2 of these 3.").waitFor();
    await check("loaded");
    await page.emulateMedia({ colorScheme: "dark" });
    await check("loaded-dark");
    await page.emulateMedia({ colorScheme: null });
    // Who closes the sheet has everything still at hand.
    await page.evaluate(() => (window.sheet.answer = "AbortError"));
    await save.click();
    await page.evaluate(() => (window.sheet.answer = undefined));
    await save.click();
    await save.getByText("Save to Photos", { exact: true }).waitFor();
    assert.deepEqual(await given(), [[`One.jpg image/jpeg ${facts.bytes[0]}`, `Two.jpg image/jpeg ${facts.bytes[1]}`]]);
    // Another selection is loaded anew.
    await choose("Two");
    await save.click();
    await save.getByText("Save to Photos now (1)").click();
    await save.getByText("Save to Photos", { exact: true }).waitFor();
    assert.deepEqual((await given())[1], [`One.jpg image/jpeg ${facts.bytes[0]}`]);
    // So many are too many.
    await page.getByRole("button", { name: "Select all" }).click();
    await save.click();
    await page.getByText("Photos takes 25 at a time. Select fewer.").waitFor();

    // Where originals are not handed out, the largest version is.
    await open(facts.proxies);
    await choose("One");
    await save.click();
    await save.getByText("Save to Photos now (1)").click();
    await page.waitForFunction(() => window.sheet.given.length === 1);
    const [[file]] = await given();
    assert.match(file, /^One.*\.jpe?g image\/jpeg \d+$/);
    assert.notEqual(Number(file.split(" ").at(-1)), facts.bytes[0]);

    // Limited while the page is open: nothing is loaded, because it would be counted.
    await open(facts.later.url);
    await choose("One", "Two");
    await update(facts.later.id, { maxDownloads: 2 });
    await save.click();
    await page.getByText("The downloads of this link are limited now, so nothing can be saved to Photos here.").waitFor();
    assert.equal(await save.count(), 0);
    await check("limited-later");

    // Each file would be a download of its own.
    await open(facts.limited);
    assert.equal(await save.count(), 0);
  },
  [
    { name: "iphone", viewport, hasTouch, userAgent: iphone },
    { name: "android", viewport, hasTouch, userAgent: android },
  ],
);
