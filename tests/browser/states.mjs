// What a gallery is like while something is amiss: each state is told in words, in light and dark.

import assert from "node:assert/strict";
import { facts, inEachView, views } from "./lib.mjs";
import { members, turn, update } from "./owner.mjs";

const { extra } = facts;

await inEachView(
  async (tab) => {
    const { page, check, scripts } = tab;
    const { gallery, collection, limited, assets } = facts[tab.isPhone ? "phone" : "desktop"];
    const path = (link) => new URL(link.url).pathname;
    const notice = page.locator(".notice");
    const both = async (state) => {
      await check(state);
      await page.emulateMedia({ colorScheme: "dark" });
      await check(`${state}-dark`);
      await page.emulateMedia({ colorScheme: null });
    };
    if (!scripts) return limitWithoutScripts();
    await changed();
    await trouble();
    await limit();
    await broken();

    async function open(link) {
      await page.goto(path(link));
      await page.locator(".is-whole").waitFor();
    }

    // What happens when somebody comes back to the tab.
    function comeBackTo(told) {
      const isTold = (told) => {
        document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
        return document.querySelector(".notice").textContent.includes(told);
      };
      return page.waitForFunction(isTold, told, { polling: 200 });
    }

    function toTheEnd() {
      return page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    }

    async function changed() {
      await open(gallery);
      await page.getByRole("button", { name: "Select", exact: true }).click();
      const chosen = page.getByRole("link", { name: "Sheet 070, " });
      await scrollTo(chosen);
      await chosen.click();
      await page.getByText("1 selected").waitFor();
      // What begins the row at the top of the view.
      await chosen.evaluate((link) => scrollBy({ top: link.getBoundingClientRect().top + 9, behavior: "instant" }));
      const [first, before] = await chosen.evaluate((link) => {
        const top = (tile) => tile.getBoundingClientRect().top;
        const tile = [...document.querySelectorAll(".tile")].find((tile) => Math.abs(top(tile) - top(link)) < 2);
        return [tile.querySelector("a").getAttribute("aria-label").split(",")[0], top(tile)];
      });
      await members("removeFromCollection", collection, [assets[0], assets[1]]);
      await members("addToCollection", collection, [extra]);
      await comeBackTo("New: 1. No longer here: 2.");
      await page.getByRole("link", { name: `Sheet 070, 68 of ${assets.length - 1}` }).waitFor();
      const after = await page.getByRole("link", { name: `${first}, ` }).evaluate((link) => link.getBoundingClientRect().top);
      assert.ok(Math.abs(after - before) < 2, `${first} went from ${before} to ${after}`);
      await page.getByText("1 selected").waitFor();
      assert.ok(await page.getByRole("checkbox", { name: "Select Sheet 070" }).isChecked());
      await page.getByText(`${assets.length - 1} items`).waitFor({ state: "attached" });
      await both("changed");
      await notice.getByRole("button", { name: "Close" }).click();
      await page.getByRole("button", { name: "Cancel" }).click();
      // In the viewer, too: the picture stays, and its place is told anew.
      await chosen.click();
      await page.getByRole("status").getByText(`68 / ${assets.length - 1}`).waitFor();
      await members("removeFromCollection", collection, [assets[2]]);
      await comeBackTo("No longer here: 1.");
      await page.getByRole("status").getByText(`67 / ${assets.length - 2}`).waitFor();
      assert.equal(await page.locator(".viewer-title").innerText(), "Sheet 070");
      await both("changed-viewer");
      await notice.getByRole("button", { name: "Close" }).click();
      await page.keyboard.press("ArrowRight");
      await page.getByRole("status").getByText(`68 / ${assets.length - 2}`).waitFor();
      await page.keyboard.press("Escape");
      await page.locator("dialog").waitFor({ state: "hidden" });
      await open(gallery);
      await update(gallery.id, { memberOrder: "NEWEST" });
      await comeBackTo("The order has changed.");
      await page.getByRole("link", { name: `The new one, 1 of ${assets.length - 2}` }).waitFor({ state: "attached" });
      await both("reordered");
      await update(gallery.id, { memberOrder: "POSITION" });
    }

    async function scrollTo(link) {
      for (let step = 0; step < 60 && (await link.count()) === 0; step += 1) {
        await page.mouse.wheel(0, 500);
        await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
      }
      await link.scrollIntoViewIfNeeded();
    }

    async function trouble() {
      tab.forgives = /404|401|429|ERR_INTERNET_DISCONNECTED/;
      // Closed while it is open, by its owner or by its time.
      await open(gallery);
      await turn("disableLink", gallery.id);
      await toTheEnd();
      await notice.getByText("This link is no longer open.").waitFor();
      await both("closed");
      await turn("enableLink", gallery.id);
      await notice.getByRole("button", { name: "Load again" }).click();
      await page.waitForFunction(() => document.querySelector(".notice")?.hidden && document.querySelector(".is-whole"));
      // Locked again.
      await open(gallery);
      await update(gallery.id, { password: "open sesame" });
      await toTheEnd();
      await notice.getByText("This link asks for its password again.").waitFor();
      await both("locked-again");
      await notice.getByRole("button", { name: "Load again" }).click();
      await page.getByLabel("Password").fill("open sesame");
      await page.getByRole("button", { name: "Open" }).click();
      await page.locator(".is-whole").waitFor();
      await update(gallery.id, { password: null });
      // Without a line.
      await open(gallery);
      await page.context().setOffline(true);
      await toTheEnd();
      await notice.getByText("You are offline. This goes on when you are back.").waitFor();
      await both("offline");
      await page.context().setOffline(false);
      await page.getByRole("link", { name: "The new one, " }).waitFor();
      assert.ok(!(await notice.isVisible()));
      // Too many requests.
      const refuse = (route) => route.fulfill({ status: 429, headers: { "retry-after": "4" } });
      await open(gallery);
      await page.route(/part=tiles/, refuse);
      await toTheEnd();
      await notice.getByText(/^Too many requests\. Going on in \d s\.$/).waitFor();
      await both("too-many");
      await page.unroute(/part=tiles/);
      await page.getByRole("link", { name: "The new one, " }).waitFor();
      assert.ok(!(await notice.isVisible()));
      tab.forgive(tab.forgives);
      tab.forgives = undefined;
    }

    // Somebody else takes what is left.
    async function takeOne() {
      const answer = await fetch(`${limited.url}/archive.zip`);
      assert.equal(answer.status, 200);
      await answer.arrayBuffer();
    }

    async function limit() {
      const hint = page.locator(".used-up");
      await open(limited);
      await page.getByText("1 download left").waitFor();
      await page.getByRole("button", { name: "Select", exact: true }).click();
      await page.locator(".tile-link").first().click();
      await page.getByText("1 selected").waitFor();
      await takeOne();
      await comeBackTo("All downloads that this link allows have been used.");
      await hint.getByText("All downloads that this link allows have been used.").waitFor();
      await page.getByText("No downloads left").waitFor();
      for (const gone of [".archive-choices", ".selection-bar", ".tile-choice"]) assert.equal(await page.locator(gone).count(), 0, gone);
      await both("limit-while-open");
      await page.locator(".tile-link").first().click();
      await page.locator("dialog .viewer-picture").waitFor();
      assert.ok(!(await page.locator("dialog").getByRole("button", { name: "Download" }).isVisible()));
      await page.keyboard.press("Escape");
      await open(limited);
      await hint.waitFor();
      await both("limit-at-opening");
      // Used up between the look at the page and the click.
      await update(limited.id, { maxDownloads: 2 });
      await open(limited);
      await takeOne();
      await page.getByRole("button", { name: /^Download all/ }).click();
      await page.getByRole("heading", { name: "No downloads left" }).waitFor();
      await both("limit-too-late");
      await page.getByRole("link", { name: "Back to the files" }).click();
      await hint.waitFor();
      // One's own last download: the page knows, without being loaded again.
      await update(limited.id, { maxDownloads: 3 });
      await open(limited);
      const downloading = page.waitForEvent("download");
      await page.getByRole("button", { name: /^Download all/ }).click();
      await (await downloading).path();
      await hint.waitFor();
      await update(limited.id, { maxDownloads: 4 });
    }

    async function limitWithoutScripts() {
      await page.goto(path(limited));
      await page.getByText("1 download left").waitFor();
      await takeOne();
      await page.getByRole("button", { name: /^Download all/ }).click();
      await page.getByRole("heading", { name: "No downloads left" }).waitFor();
      await check("limit-too-late");
      await page.getByRole("link", { name: "Back to the files" }).click();
      await page.getByText("All downloads that this link allows have been used.").waitFor();
      assert.equal(await page.getByRole("button", { name: /Download/ }).count(), 0);
      await check("limit-at-opening");
      await page.locator(".tile-link").first().click();
      await page.getByText("All downloads that this link allows have been used.").waitFor();
      assert.equal(await page.getByRole("link", { name: /Original/ }).count(), 0);
      await check("limit-asset");
    }

    // The page is what it is without scripts.
    async function isPlain() {
      assert.equal(await page.locator(".tile-link").count(), 60);
      assert.equal(await page.locator(".with-script, .is-whole, .grid-placed, .selection-bar, [data-by-script]").count(), 0);
      for (const shown of ["Next page", "Last"]) assert.ok(await page.getByRole("link", { name: shown }).isVisible(), shown);
      for (const shown of ["Show", "Download selected"]) {
        assert.ok(await page.getByRole("button", { name: shown, exact: true }).isVisible(), shown);
      }
      assert.ok(await page.getByRole("checkbox").first().isVisible());
      const { width, height } = await page.locator(".tile").nth(5).boundingBox();
      assert.ok(width > 50 && height > 50, `${width} × ${height}`);
    }

    async function works() {
      await page.getByRole("checkbox").nth(1).check();
      const downloading = page.waitForEvent("download");
      await page.getByRole("button", { name: "Download selected" }).click();
      assert.match(new URL((await downloading).url()).search, /^\?select=&select=\d+$|^\?version=&select=&select=\d+$/);
      await page.getByRole("link", { name: "Next page" }).click();
      await page.getByText(/^Page 2 of/).waitFor();
      await page.goBack();
      await page.locator(".tile-link").nth(1).click();
      assert.match(tab.path(), /\/assets\//);
      await page.getByRole("link", { name: "Show all" }).click();
      await page.locator(".tile-link").first().waitFor();
    }

    async function broken() {
      const scripts = await page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => name.endsWith(".js")));
      assert.ok(scripts.length >= 10, `${scripts}`);
      tab.forgives = /./;
      const stays = async (pattern, answer, state) => {
        await page.route(pattern, answer);
        await page.goto(path(gallery));
        await isPlain();
        if (state) await both(state);
        if (state) await works();
        await page.unroute(pattern);
      };
      // A script that does not come, or that is another one than the others expect.
      for (const script of tab.isPhone ? scripts.slice(0, 1) : scripts) {
        await stays(script, (route) => route.abort());
        await stays(script, (route) => route.fulfill({ contentType: "text/javascript", body: "export const other = 1;" }));
      }
      await stays(scripts[0], (route) => route.abort(), "broken-script");
      // An old browser that knows no modules skips the script, as it skips one of an unknown kind.
      const asOld = async (route) => {
        if (route.request().resourceType() !== "document") return route.fallback();
        const answer = await route.fetch();
        await route.fulfill({ response: answer, body: (await answer.text()).replace('type="module"', 'type="text/unknown"') });
      };
      await stays(new RegExp(path(gallery)), asOld, "broken-old");
      // What fails in the middle, after the script has changed the page.
      await page.addInitScript(() => {
        const { lacks } = sessionStorage;
        if (lacks === "observers") delete window.ResizeObserver;
        const fail = () => {
          throw new Error("as in a broken browser");
        };
        if (lacks === "history") Object.defineProperty(history, "scrollRestoration", { set: fail });
      });
      for (const lacks of ["observers", "history"]) {
        await page.evaluate((lacks) => sessionStorage.setItem("lacks", lacks), lacks);
        const failing = page.waitForEvent("pageerror");
        await page.goto(path(gallery));
        await failing;
        await isPlain();
        await both(`broken-${lacks}`);
        await works();
      }
      await page.evaluate(() => sessionStorage.removeItem("lacks"));
      const failing = page.waitForEvent("pageerror");
      await page.route(/\/layout/, (route) => route.fulfill({ body: "nonsense" }));
      await page.goto(path(gallery));
      await failing;
      await isPlain();
      await page.unroute(/\/layout/);
      tab.forgive(tab.forgives);
      tab.forgives = undefined;
    }
  },
  views.filter(({ name }) => name !== "desktop-dark"),
);
