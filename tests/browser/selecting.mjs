// Selecting by keys and at the edge of the screen, what a selection outlasts, and tools that stay at hand.

import assert from "node:assert/strict";
import { facts, inEachView, views } from "./lib.mjs";
import { fingers } from "./fingers.mjs";

const { count } = facts;
const url = new URL(facts.link).pathname;

await inEachView(
  async (tab) => {
    const { page, check, isPhone } = tab;
    const bar = page.locator(".selection-bar-text");
    const tiles = page.locator(".tile-link");
    const select = page.locator(".archive-choices").getByRole("button", { name: "Select", exact: true });
    const selected = (text) => bar.getByText(text).waitFor();
    const open = async (to) => {
      await page.goto(to);
      await page.locator(".is-whole").waitFor();
    };
    await open(url);
    await keys();
    await lasts();
    await draws();
    await tools();
    await withoutStorage();

    async function keys() {
      await page.keyboard.press("Control+a");
      await selected(`${count} selected`);
      await page.keyboard.press("Escape");
      assert.ok(!(await bar.isVisible()));
      await page.waitForFunction(() => document.activeElement.textContent === "Select");
      // In a field, the keys are the field's.
      await page.getByRole("searchbox").fill("words");
      await page.keyboard.press("Control+a");
      assert.ok(!(await bar.isVisible()));
      await page.getByRole("searchbox").fill("");
      // The viewer closes first.
      await select.click();
      await tiles.nth(1).click();
      await selected("1 selected");
      await page.keyboard.press("Escape");
      assert.ok(!(await bar.isVisible()));
    }

    async function lasts() {
      await select.click();
      await tiles.nth(0).click();
      await page.getByRole("link", { name: "Harbour 5, " }).click();
      await selected("2 selected");
      await page.reload();
      await selected("2 selected");
      assert.ok(await page.getByRole("checkbox", { name: "Select Harbour 5" }).isChecked());
      // A search for one of them.
      await page.getByRole("searchbox").fill("Harbour 5");
      await page.keyboard.press("Enter");
      await page.locator(".found").waitFor();
      await selected(/^2 selected · 1 not shown here$/);
      await check("elsewhere");
      assert.ok(!page.url().includes("select"), page.url());
      const downloading = page.waitForEvent("download");
      await page.locator(".selection-bar").getByRole("button", { name: "Download" }).click();
      const download = await downloading;
      assert.equal(new URL(download.url()).searchParams.get("select"), "1,5");
      await download.path();
      await page.getByRole("link", { name: "Show all" }).click();
      await page.waitForURL((to) => to.search === "");
      await page.locator(".is-whole").waitFor();
      await page.getByLabel("Order").selectOption("newest");
      await page.waitForURL(/sort=newest/);
      await selected("2 selected");
      await page.keyboard.press("Escape");
      await open(url);
      assert.ok(!(await bar.isVisible()), "what was given up does not come back");
    }

    // At the edge, the page scrolls along.
    async function draws() {
      await open(url);
      const box = await tiles.nth(1).boundingBox();
      const at = [box.x + box.width / 2, box.y + box.height / 2];
      const edge = page.viewportSize().height - 70;
      const many = () => page.waitForFunction(() => scrollY > 300 && parseInt(document.querySelector(".selection-bar-text").textContent, 10) > 8);
      if (isPhone) {
        const touch = await fingers(page);
        await touch.down(at);
        await selected("1 selected");
        await touch.move(at, [at[0], edge], 10);
        await many();
        await touch.up();
      } else {
        await select.click();
        await page.mouse.move(...at);
        await page.mouse.down();
        await page.mouse.move(at[0], edge, { steps: 5 });
        await many();
        await page.mouse.up();
      }
      const where = await page.evaluate(() => scrollY);
      await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
      assert.equal(await page.evaluate(() => scrollY), where, "it ends with the finger");
      await page.keyboard.press("Escape");
    }

    async function tools() {
      await open(url);
      await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
      if (isPhone) {
        const shortcut = (name) => page.locator(".shortcuts").getByRole("button", { name });
        await shortcut("Select").waitFor();
        await check("shortcuts");
        await shortcut("Select").click();
        await selected("Nothing selected");
        assert.ok(!(await shortcut("Select").isVisible()));
        await page.keyboard.press("Escape");
        await shortcut("To the top").click();
        assert.equal(await page.evaluate(() => scrollY), 0);
        await page.locator(".shortcuts").waitFor({ state: "hidden" });
        return;
      }
      assert.ok(!(await page.locator(".shortcuts").isVisible()));
      await check("tools-stay");
      for (const [language, width] of [["en", 1280], ["en", 1000], ["de", 1000], ["de", 700], ["en", 700]]) {
        await page.setViewportSize({ width, height: 860 });
        await open(`${url}?lang=${language}`);
        await page.evaluate(() => scrollTo(0, 600));
        for (const shown of [".look-search", ".archive-choices .button-main", ".archive-choices [data-by-script]"]) {
          const { y } = await page.locator(shown).boundingBox();
          assert.ok(y >= 0 && y < 180, `${shown} is at ${y}`);
        }
        // What has the focus is not below them.
        await tiles.first().focus();
        await page.keyboard.press("End");
        await page.waitForFunction((count) => document.activeElement.closest(".tile")?.id === `t${count}`, count);
        for (let up = 0; up < 9; up += 1) {
          await page.keyboard.press("ArrowUp");
          const [top, bottom] = await page.evaluate(() => [document.activeElement.getBoundingClientRect().top, document.querySelector(".tools").getBoundingClientRect().bottom]);
          assert.ok(top >= bottom, `${language}, ${width}: the tile at ${top} is below the tools, which end at ${bottom}`);
        }
      }
    }

    // Where the browser keeps nothing, the page works.
    async function withoutStorage() {
      await page.addInitScript(() => {
        const refuse = () => {
          throw new DOMException("refused", "SecurityError");
        };
        Object.defineProperty(window, "sessionStorage", { get: refuse });
      });
      await open(url);
      await select.click();
      await tiles.nth(1).click();
      await selected("1 selected");
    }
  },
  views.filter(({ name }) => name === "phone" || name === "desktop"),
);
