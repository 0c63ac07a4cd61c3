// A gallery with headings for the days on which its pictures were taken, with and without scripts.

import assert from "node:assert/strict";
import { facts, inEachView, views } from "./lib.mjs";

const { count } = facts;
const [url, short, large] = [facts.link, facts.short, facts.large].map((link) => new URL(link).pathname);
const days = ["Wednesday, 1 May 2024", "Thursday, 2 May 2024", "Friday, 3 May 2024", "Without a date"];

await inEachView(async (tab) => {
  const { page, check, scripts, isPhone } = tab;
  const headings = () => page.getByRole("heading", { level: 2 }).allInnerTexts();
  const tiles = page.locator(".tile-link");
  // How much has moved that a visitor saw, from when the script has put the tiles in their places: where the style sheet had
  // put them, which is looked at by itself.
  await page.addInitScript(() => {
    window.moved = 0;
    new PerformanceObserver((list) => {
      for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) window.moved += value;
    }).observe({ type: "layout-shift", buffered: true });
  });
  await page.goto(url);
  if (!scripts) return withoutScripts();

  await page.locator(".is-whole").waitFor();
  await check("days");
  await isWhereTheStyleSheetPutsIt(url);
  await isWhereTheStyleSheetPutsIt(short);
  await readsInOrder();
  if (!isPhone) await keys();
  await otherOrders();
  await rightToLeft();
  await many();

  // All is where the style sheet alone puts it, the headings, too.
  async function isWhereTheStyleSheetPutsIt(link) {
    await page.goto(link);
    await page.locator(".is-whole").waitFor();
    const where = () => page.evaluate(() => [...document.querySelectorAll(".tile, .day > h2")].slice(0, 16).map((part) => {
      const { left, top, width, height } = part.getBoundingClientRect();
      return [left, top + scrollY, width, height];
    }));
    const placed = await where();
    await page.evaluate(() => {
      document.querySelector(".grid").classList.remove("grid-placed");
      for (const element of document.querySelectorAll(".grid, .tile, .day")) element.removeAttribute("style");
    });
    const apart = (await where()).flat().map((pixels, index) => Math.abs(pixels - placed.flat()[index]));
    assert.ok(Math.max(...apart) < 1, `${apart}`);
    // It is one line, in full.
    assert.ok(await page.locator(".day > h2").first().evaluate(({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth));
    await page.reload();
    await page.locator(".is-whole").waitFor();
  }

  async function begin(link) {
    await page.goto(link);
    await page.locator(".is-whole").waitFor();
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
    await page.evaluate(() => (window.moved = 0));
  }

  async function readsInOrder() {
    await begin(url);
    const parts = page.locator(".grid > li");
    const read = async () => {
      const texts = await parts.evaluateAll((all) => all.map((part) => part.querySelector("h2")?.textContent ?? part.id));
      return texts.slice(0, 4);
    };
    assert.deepEqual(await read(), [days[0], "t1", days[1], "t2"]);
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    await page.getByRole("link", { name: `, ${count} of ${count}` }).waitFor();
    assert.equal((await headings()).at(-1), days[3]);
    await check("days-end");
    await page.evaluate(() => scrollTo(0, 0));
    await page.getByRole("link", { name: `Harbour 1, 1 of ${count}` }).waitFor();
    assert.deepEqual((await headings()).slice(0, 2), days.slice(0, 2));
    const moved = await page.evaluate(() => window.moved);
    assert.ok(moved < 0.01, `things moved by ${moved}`);
  }

  async function keys() {
    const focused = () => page.evaluate(() => document.activeElement.getAttribute("aria-label"));
    const isAt = (start) => page
      .waitForFunction((start) => document.activeElement.getAttribute("aria-label")?.startsWith(start), start)
      .catch(async () => assert.fail(`the keyboard is at ${await focused()}, not at ${start}`));
    await tiles.first().focus();
    assert.equal(await page.locator(".grid [tabindex='0']").count(), 1);
    assert.equal(await page.locator(".day a, .day [tabindex], .day button").count(), 0);
    // From a day to the next, and back over the heading.
    await page.keyboard.press("ArrowDown");
    await isAt("Harbour 2, 2");
    await page.keyboard.press("ArrowUp");
    await isAt("Harbour 1, 1");
    await page.keyboard.press("ArrowRight");
    await isAt("Harbour 2, 2");
    await page.keyboard.press("End");
    await isAt(`Harbour ${count}, ${count}`);
    await page.keyboard.press("Home");
    await isAt("Harbour 1, 1");
    assert.ok(await page.getByRole("heading", { name: days[0] }).evaluate((heading) => heading.getBoundingClientRect().top >= 0));
  }

  async function otherOrders() {
    await page.goto(url);
    await page.getByLabel("Order").selectOption("newest");
    await page.waitForURL(/sort=newest/);
    await page.getByRole("link", { name: `Harbour ${count}, 1 of ${count}` }).waitFor();
    assert.deepEqual(await headings(), []);
    await page.getByLabel("Order").selectOption("captured");
    await page.getByRole("heading", { name: days[0] }).waitFor();
    await page.getByRole("searchbox").fill("Harbour 1");
    await page.keyboard.press("Enter");
    await page.getByText("11 items found.").waitFor();
    await page.locator(".is-whole").waitFor();
    assert.deepEqual(await headings(), []);
  }

  async function rightToLeft() {
    await page.goto(`${url}?lang=ar`);
    await page.getByRole("heading", { name: "الأربعاء، 1 مايو 2024" }).waitFor();
    await check("days-right-to-left");
    await isWhereTheStyleSheetPutsIt(url);
    assert.equal((await headings())[0], "الأربعاء، 1 مايو 2024");
    await page.goto(`${url}?lang=en`);
  }

  // Ten thousand pictures over a hundred days and more: the page stays small, and nothing jumps.
  async function many() {
    await begin(large);
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    for (const part of [0, 0.03, 0.3, 0.31, 0.6, 0.999, 0.5, 0]) {
      await page.evaluate((top) => scrollTo(0, top), height * part);
      await page.waitForFunction(() => document.querySelector(".tile:not([data-blank])") && !document.querySelector(".tile[data-blank]"));
      const nodes = await page.evaluate(() => document.querySelectorAll("*").length);
      assert.ok(nodes < 1500, `${nodes} elements at ${part}`);
      const isInPlace = await page.evaluate(() => [...document.querySelectorAll(".day")].every((day) => {
        const tile = day.nextElementSibling.getBoundingClientRect();
        const { bottom } = day.getBoundingClientRect();
        return tile.top >= bottom && tile.top < bottom + 12;
      }));
      assert.ok(isInPlace, `a heading is not above its pictures at ${part}`);
      assert.equal(await page.evaluate(() => document.documentElement.scrollHeight), height);
    }
    const moved = await page.evaluate(() => window.moved);
    assert.ok(moved < 0.01, `things moved by ${moved}`);
  }

  async function withoutScripts() {
    assert.deepEqual(await headings(), days.slice(0, 3));
    await check("days");
    await page.getByRole("link", { name: "Next page" }).click();
    assert.deepEqual(await headings(), days.slice(2));
    assert.equal(await tiles.count(), count - 60);
    await check("days-second-page");
    await page.getByLabel("Order").selectOption("newest");
    await page.getByRole("button", { name: "Show" }).click();
    assert.deepEqual(await headings(), []);
    await page.goto(short);
    assert.deepEqual(await headings(), days.slice(0, 2));
  }
}, views);
