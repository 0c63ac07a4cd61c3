// What a visitor is told when its owner takes away what is open: sizes of a video, downloads, pictures, or the whole link.

import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import { facts, inEachView, views } from "./lib.mjs";
import { members, turn, update } from "./owner.mjs";

const path = (link) => new URL(link.url).pathname;
const { assets } = facts;

await inEachView(
  async (tab) => {
    const { page, check } = tab;
    const { collection, gallery, once, video, picture } = facts[tab.isPhone ? "phone" : "desktop"];
    const notice = page.locator(".notice");
    const dialog = page.locator("dialog.viewer");
    const usedUp = "All downloads that this link allows have been used.";
    tab.forgives = /404|401|410/;
    // What has been played before may come from the cache of the browser.
    await closedVideo();
    await sizes();
    await closedViewer();
    await lastDownload();
    await withdrawn();
    await order();
    await emptied();
    await password();

    async function open(link) {
      await page.goto(path(link));
      await page.locator(".is-whole").waitFor();
    }

    // Keys do nothing before it has opened.
    async function view() {
      await page.locator(".tile-link").nth(1).click();
      await dialog.getByRole("status").getByText(`2 / ${assets.length}`).waitFor();
    }

    // What happens when somebody comes back to the tab.
    async function comeBackUntil(isSo, argument) {
      for (const end = Date.now() + 20000; ; await setTimeout(200)) {
        // While the page is loaded anew, there is nothing to be asked.
        await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange", { bubbles: true }))).catch(() => {});
        if (await page.evaluate(isSo, argument).catch(() => false)) return;
        assert.ok(Date.now() < end, `${isSo} ${argument}`);
      }
    }

    function comeBackTo(told) {
      return comeBackUntil((told) => document.querySelector(".notice").textContent.includes(told), told);
    }

    async function start(player) {
      await page.locator(player).evaluate((player) => {
        player.muted = true;
        player.play().catch(() => {});
      });
    }

    async function plays(player, file, after) {
      for (const end = Date.now() + 20000; ; await setTimeout(50)) {
        const state = await page.locator(player).evaluate(({ currentSrc, currentTime, paused }) => ({ currentSrc, currentTime, paused }));
        if (state.currentSrc.endsWith(`/${file}`) && state.currentTime > after && !state.paused) return;
        assert.ok(Date.now() < end, `${player} does not play ${file}: ${JSON.stringify(state)}`);
      }
    }

    // A size that is refused gives way to the other one, which goes on where the video was.
    async function sizes() {
      const quality = (name) => page.getByRole("group", { name: "Video quality" }).getByRole("button", { name });
      await page.goto(path(video));
      if (!tab.isPhone) await quality("480p").click();
      await start("video");
      await plays("video", "video-480p", 0.5);
      await page.locator("video").evaluate((video) => (video.currentTime = 3));
      await update(video.id, { maxDownloads: 5 });
      await quality("720p").click();
      await plays("video", "video-480p", 2.9);
      await notice.getByText("This size could not be loaded. The video goes on in another one.").waitFor();
      assert.equal(await quality("480p").getAttribute("aria-pressed"), "true");
      await check("size-refused");
      await update(video.id, { maxDownloads: null });
    }

    async function closedVideo() {
      for (const [where, player] of [["page", "video"], ["viewer", "dialog video"]]) {
        const link = where === "page" ? video : gallery;
        await page.goto(path(link));
        if (where === "viewer") {
          await page.locator(".is-whole").waitFor();
          await page.locator(".tile-link").first().click();
          await page.locator(player).waitFor();
          await check("viewer-video");
          // Whoever hesitates has its beginning: what fails then has been played, and the browser has paused it.
          await page.locator(player).evaluate(async (player) => {
            if (player.readyState > 0) return;
            const begun = new Promise((known) => player.addEventListener("loadedmetadata", known));
            player.preload = "metadata";
            await begun;
          });
          const [pressed, other] = await Promise.all(["true", "false"].map((isPressed) => page.locator(`dialog .sizes [aria-pressed=${isPressed}]`).evaluate((button) => getComputedStyle(button).backgroundColor)));
          assert.deepEqual([pressed, other], ["rgb(242, 240, 236)", "rgb(28, 30, 32)"], "what is pressed is bright on the dark ground");
        }
        await turn("disableLink", link.id);
        await start(player);
        await notice.getByText("This link is no longer open.").waitFor();
        await check(`closed-video-${where}`);
        await turn("enableLink", link.id);
      }
    }

    // Not as if the one picture was lost.
    async function closedViewer() {
      for (const hasDetails of [false, true]) {
        await open(gallery);
        await view();
        if (hasDetails) await page.keyboard.press("i");
        if (hasDetails) await dialog.locator(".viewer-details .caption").waitFor();
        await turn("disableLink", gallery.id);
        await page.keyboard.press("PageDown");
        await notice.getByText("This link is no longer open.").waitFor();
        assert.equal(await page.getByText("This is not here any more.").count(), 0);
        await check(`closed-viewer-${hasDetails}`);
        await turn("enableLink", gallery.id);
      }
      // One picture that is gone says so, with and without details.
      await open(gallery);
      // Before the viewer opens, which loads the pictures to both sides.
      await members("removeFromCollection", collection, [assets[2]]);
      await view();
      await page.keyboard.press("PageDown");
      await dialog.locator(".viewer-failure").getByText("This is not here any more.").waitFor();
      assert.ok(!(await notice.isVisible()));
      await check("gone");
      await members("addToCollection", collection, [assets[2]]);
    }

    async function take(act) {
      const downloading = page.waitForEvent("download");
      await act();
      await (await downloading).path();
    }

    async function lastDownload() {
      await page.goto(path(picture));
      await page.getByText("1 download left").waitFor();
      await take(() => page.getByRole("link", { name: "Original" }).click());
      await page.getByText(usedUp).waitFor();
      await page.getByText("No downloads left").waitFor();
      assert.equal(await page.locator(".downloads").count(), 0);
      await check("last-download");
      // In the viewer, in its details.
      await open(once);
      await view();
      await page.keyboard.press("i");
      await dialog.getByText("1 download left").waitFor();
      await take(() => dialog.getByRole("link", { name: "Original" }).click());
      await dialog.locator(".viewer-details").getByText(usedUp).waitFor();
      await dialog.getByText("No downloads left").waitFor();
      assert.equal(await dialog.locator(".downloads").count(), 0);
      await dialog.getByRole("button", { name: "Download" }).waitFor({ state: "hidden" });
      await check("last-download-viewer");
    }

    async function withdrawn() {
      await open(gallery);
      await page.getByRole("button", { name: "Select", exact: true }).click();
      await page.locator(".tile-link").nth(1).click();
      await page.getByText("1 selected").waitFor();
      const versions = page.getByRole("combobox", { name: "Files to download" });
      assert.ok((await versions.locator("option").count()) > 2);
      await update(gallery.id, { allowProxies: false });
      await comeBackTo("What can be downloaded here has changed.");
      assert.equal(await versions.count(), 0);
      await page.getByText("1 selected").waitFor();
      await check("changed-downloads");
      await update(gallery.id, { allowOriginal: false });
      await comeBackTo("Downloads are no longer offered here.");
      for (const gone of [".archive-choices", ".selection-bar", ".tile-choice"]) assert.equal(await page.locator(gone).count(), 0, gone);
      await check("withdrawn");
      // The page knows no selection any more: who wants what is offered again loads it again.
      await update(gallery.id, { allowOriginal: true, allowProxies: true });
      await comeBackTo("What can be downloaded here has changed.");
      await notice.getByRole("button", { name: "Load again" }).click();
      await page.getByRole("button", { name: /^Download all/ }).waitFor();
    }

    async function order() {
      await open(gallery);
      const chosen = () => page.getByRole("combobox", { name: "Order" }).evaluate((box) => box.selectedOptions[0].textContent);
      assert.equal(await chosen(), "As arranged");
      await update(gallery.id, { memberOrder: "NEWEST" });
      await comeBackTo("The order has changed.");
      assert.equal(await chosen(), "Newest first");
      await update(gallery.id, { memberOrder: "POSITION" });
    }

    async function emptied() {
      // Empty since the page was made: its tiles are what they are without scripts.
      await page.route(/\/layout/, (route) => route.fulfill({ json: { ratios: [], positions: [] } }));
      const asLarge = async (route) => {
        const answer = await route.fetch();
        await route.fulfill({ response: answer, body: (await answer.text()).replace(`data-count="${assets.length}"`, 'data-count="61"') });
      };
      await page.route(path(gallery), asLarge);
      await page.goto(path(gallery));
      await page.locator("html:not(.with-script)").waitFor();
      await page.locator(".tile-link").nth(1).click();
      await page.waitForURL(/\/assets\//);
      await page.unroute(/\/layout/);
      await page.unroute(path(gallery), asLarge);
      await open(gallery);
      await members("removeFromCollection", collection, assets);
      await comeBackUntil(() => document.body.textContent.includes("There is nothing here at the moment."));
      await check("emptied");
      await members("addToCollection", collection, assets);
      await comeBackUntil(() => document.querySelector(".is-whole .tile") !== null);
    }

    // Whoever types the password again is where they were.
    async function password() {
      await page.goto(`${path(gallery)}?sort=name`);
      await page.locator(".is-whole").waitFor();
      await page.setViewportSize({ width: page.viewportSize().width, height: 320 });
      await page.evaluate(() => scrollTo({ top: 150, behavior: "instant" }));
      await page.waitForFunction(() => scrollY === 150);
      await update(gallery.id, { password: "open sesame" });
      await comeBackTo("This link asks for its password again.");
      await notice.getByRole("button", { name: "Load again" }).click();
      await page.getByLabel("Password").fill("open sesame");
      await page.getByRole("button", { name: "Open" }).click();
      await page.locator(".is-whole").waitFor();
      assert.equal(new URL(page.url()).search, "?sort=name");
      await page.waitForFunction(() => scrollY === 150);
      // With the link to one picture, too.
      await page.context().clearCookies();
      const shown = new URL(await page.locator(".tile-link").first().evaluate(({ href }) => href)).pathname;
      await page.goto(shown);
      await page.getByLabel("Password").fill("open sesame");
      await page.getByRole("button", { name: "Open" }).click();
      await page.locator("[data-caption]").waitFor();
      assert.equal(tab.path(), shown);
      await update(gallery.id, { password: null });
    }
  },
  views.filter(({ name }) => name === "phone" || name === "desktop"),
);
