// The viewer as fingers, mice and keys expect it.

import assert from "node:assert/strict";
import { facts, inEachView, views } from "./lib.mjs";
import { fingers } from "./fingers.mjs";

const { count } = facts;
const path = (link) => new URL(link).pathname;
const [phone, desktop] = ["phone", "desktop"].map((wanted) => views.find(({ name }) => name === wanted));

await inEachView(
  async (tab) => {
    const { page, check, view } = tab;
    const dialog = page.locator("dialog.viewer");
    const place = (number) => dialog.getByRole("status").getByText(`${number} / ${count}`).waitFor();
    const rests = () => page.waitForFunction(() => document.getAnimations().length === 0 && document.querySelectorAll(".viewer-slide").length === 1);
    const closed = () => dialog.waitFor({ state: "hidden" });
    const scale = () => dialog.locator(".viewer-picture").evaluate(({ style }) => Number(/scale\(([\d.]+)\)/.exec(style.transform)?.[1] ?? 1));
    const open = async (link, number) => {
      await page.goto(path(link));
      await page.locator(".is-whole").waitFor();
      await page.locator(".tile-link").nth(number - 1).click();
      await place(number);
      await rests();
    };

    if (view === "phone-calm") return calm();
    if (tab.isPhone) {
      await swipes();
      await overVideos();
      await down();
      await enlarged();
      await taps();
      await arrows();
      await fromRightToLeft();
    } else {
      await clicks();
      await keys();
    }
    await captions();
    await downloads();
    await loading();
    await slideshow();

    // Where the slides are that the finger moves, from left to right.
    function slides() {
      return page.evaluate(() => [...document.querySelectorAll(".viewer-slide")].map((slide) => Math.round(slide.getBoundingClientRect().left)).sort((one, other) => one - other));
    }

    async function swipes() {
      await open(facts.originals, 2);
      const touch = await fingers(page);
      // The picture follows, with those beside it.
      await touch.down([200, 300]);
      await touch.move([200, 300], [140, 300], 100);
      assert.deepEqual(await slides(), [-396, -60, 276]);
      // Too short and too slow: it springs back.
      await touch.up(200);
      await rests();
      await place(2);
      assert.deepEqual(await slides(), [0]);
      // Quick, it may be as short as that.
      await touch.down([200, 300]);
      await touch.move([200, 300], [160, 300], 10);
      await touch.up();
      await place(3);
      await rests();
      assert.deepEqual(await slides(), [0]);
      // Slow, it must be longer. Where there is no other picture, it follows less.
      await touch.down([60, 300]);
      await touch.move([60, 300], [200, 300], 100);
      await touch.up(200);
      await place(2);
      await touch.down([60, 300]);
      await touch.move([60, 300], [120, 300], 10);
      await touch.up();
      await place(1);
      await rests();
      await touch.down([60, 300]);
      await touch.move([60, 300], [120, 300], 100);
      assert.deepEqual(await slides(), [20, 356]);
      await touch.up();
      await rests();
      await place(1);
      // Who goes back before the end does not want it.
      await touch.down([200, 300]);
      await touch.move([200, 300], [60, 300], 100);
      await touch.move([60, 300], [90, 300], 10);
      await touch.up();
      await rests();
      await place(1);
    }

    async function overVideos() {
      await open(facts.originals, 4);
      const touch = await fingers(page);
      const video = dialog.locator("video");
      await video.waitFor();
      assert.ok(await video.evaluate((video) => video.playsInline));
      await page.waitForFunction(() => document.querySelector("dialog video").getBoundingClientRect().height > 200);
      const { x, y, width, height } = await video.boundingBox();
      const at = [x + width * 0.7, y + height / 2];
      // Its controls are its own.
      const controls = [at[0], y + height - 30];
      await touch.down(controls);
      await touch.move(controls, [at[0] - 100, controls[1]], 10);
      assert.deepEqual(await slides(), [0]);
      await touch.up();
      await place(4);
      await touch.down(at);
      await touch.move(at, [at[0] - 80, at[1]], 10);
      await touch.up();
      await place(5);
      await rests();
      assert.equal(await video.count(), 0);
    }

    async function down() {
      await open(facts.originals, 2);
      const touch = await fingers(page);
      const shade = () => dialog.evaluate((dialog) => Number(getComputedStyle(dialog).backgroundColor.split(/[,/]/)[3]?.replace(")", "") ?? 1));
      assert.equal(await shade(), 1);
      await touch.down([160, 200]);
      await touch.move([160, 200], [160, 280], 100);
      assert.equal(await dialog.locator(".viewer-slide").evaluate((slide) => slide.getBoundingClientRect().top), 80);
      assert.ok((await shade()) < 0.95, `${await shade()}`);
      await touch.up(200);
      await rests();
      assert.equal(await shade(), 1);
      assert.equal(await dialog.locator(".viewer-slide").evaluate((slide) => slide.getBoundingClientRect().top), 0);
      await touch.down([160, 200]);
      await touch.move([160, 200], [160, 250], 10);
      await touch.up();
      await closed();
      assert.equal(tab.path(), path(facts.originals));
    }

    async function enlarged() {
      await open(facts.originals, 1);
      const touch = await fingers(page);
      await touch.tap([160, 290]);
      await touch.tap([160, 290], 100);
      await page.waitForFunction(() => /scale/.test(document.querySelector("dialog .viewer-picture").style.transform));
      await rests();
      const left = () => dialog.locator(".viewer-picture").evaluate((picture) => picture.getBoundingClientRect().left);
      const before = await left();
      await touch.down([200, 300]);
      await touch.move([200, 300], [140, 300], 10);
      await touch.up();
      await place(1);
      assert.ok(Math.abs(before - 60 - (await left())) < 1, "the picture moves with the finger");
      assert.deepEqual(await slides(), [0]);
      await touch.tap([160, 290]);
      await touch.tap([160, 290], 100);
      await rests();
      assert.equal(await scale(), 1);
    }

    async function taps() {
      await open(facts.originals, 2);
      const touch = await fingers(page);
      const opacity = (wanted) => page.waitForFunction((wanted) => getComputedStyle(document.querySelector(".viewer-bar")).opacity === wanted, wanted);
      await touch.tap([160, 290]);
      await opacity("0");
      await check("bare");
      await touch.tap([160, 290]);
      await opacity("1");
      await touch.tap([160, 290]);
      await opacity("0");
      // Who comes to a button with the keyboard sees it.
      await page.keyboard.press("Tab");
      await opacity("1");
    }

    async function arrows() {
      await open(facts.originals, 2);
      const next = dialog.getByRole("button", { name: "Next" });
      const box = await next.boundingBox();
      assert.ok(box.width >= 24 && box.height >= 24 && box.y > 540, JSON.stringify(box));
      await next.click();
      await place(3);
      // What is read out names the picture.
      await dialog.getByRole("status").getByText("Harbour 3").waitFor();
      await dialog.getByRole("button", { name: "Previous" }).click();
      await place(2);
    }

    async function fromRightToLeft() {
      await page.goto(`${path(facts.originals)}?lang=ar`);
      await open(facts.originals, 2);
      const touch = await fingers(page);
      await touch.down([100, 300]);
      await touch.move([100, 300], [140, 300], 10);
      // The next picture is at the left.
      const next = await page.evaluate(() => [...document.querySelectorAll(".viewer-slide .viewer-picture")].find(({ alt }) => alt.includes("Harbour 3")).getBoundingClientRect().right);
      assert.ok(next < 60, `${next}`);
      await touch.up();
      await place(3);
      await rests();
      await check("arabic");
      await page.goto(`${path(facts.originals)}?lang=en`);
    }

    async function calm() {
      await open(facts.originals, 2);
      const touch = await fingers(page);
      await touch.down([200, 300]);
      await touch.move([200, 300], [120, 300], 10);
      assert.deepEqual(await slides(), [0], "nothing moves");
      await touch.up();
      await place(3);
      assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
      await touch.down([160, 200]);
      await touch.move([160, 200], [160, 280], 10);
      assert.equal(await dialog.locator(".viewer-slide").evaluate((slide) => slide.getBoundingClientRect().top), 0);
      await touch.up();
      await closed();
    }

    async function clicks() {
      await open(facts.originals, 3);
      await page.waitForFunction(() => document.querySelector("dialog .viewer-picture").src.endsWith("/preview"));
      await check("viewer");
      const cursor = () => dialog.locator(".viewer-picture").evaluate((picture) => getComputedStyle(picture).cursor);
      await page.mouse.move(640, 430);
      assert.equal(await cursor(), "zoom-in");
      await page.mouse.click(640, 430);
      await page.waitForFunction(() => /scale/.test(document.querySelector("dialog .viewer-picture").style.transform));
      assert.equal(await cursor(), "zoom-out");
      // The second click of a double one is not another one.
      await page.waitForFunction((then) => performance.now() > then, (await page.evaluate(() => performance.now())) + 400);
      await page.mouse.dblclick(640, 430);
      await page.waitForFunction(() => document.querySelector("dialog .viewer-picture").style.transform === "");
      await rests();
      assert.equal(await scale(), 1);
      await open(facts.originals, 2);
      await check("long-title");
      // A picture that is enlarged, and still less wide than the screen, stays in its middle.
      await page.keyboard.press("+");
      await rests();
      await page.mouse.move(640, 430);
      await page.mouse.down();
      await page.mouse.move(340, 430, { steps: 5 });
      await page.mouse.up();
      const middle = await dialog.locator(".viewer-picture").evaluate((picture) => {
        const { left, right } = picture.getBoundingClientRect();
        return (left + right) / 2;
      });
      assert.ok((await scale()) > 1 && Math.abs(middle - 640) < 1, `${middle}`);
      await page.keyboard.press("0");
      await rests();
      await page.mouse.move(60, 430);
      assert.equal(await cursor(), "auto");
      await page.mouse.click(60, 430);
      await closed();
    }

    async function keys() {
      await page.setViewportSize({ width: 1280, height: 300 });
      await open(facts.originals, 1);
      await page.evaluate(() => {
        const replace = history.replaceState.bind(history);
        window.addresses = [];
        history.replaceState = (state, title, url) => {
          window.addresses.push(url);
          replace(state, title, url);
        };
      });
      for (let turn = 0; turn < 5; turn += 1) for (const key of ["ArrowRight", "ArrowLeft"]) await page.keyboard.press(key);
      await page.keyboard.press("End");
      await place(count);
      // The address is told once the keys rest.
      await page.waitForFunction(() => window.addresses.at(-1) === location.href && window.addresses.length > 0);
      const told = await page.evaluate(() => window.addresses);
      assert.ok(told.length <= 4, `${told}`);
      const before = await page.evaluate(() => scrollY);
      for (const key of ["ArrowDown", "ArrowDown", "ArrowDown"]) await page.keyboard.press(key);
      await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(drawn)))));
      assert.equal(await page.evaluate(() => scrollY), before, "the page behind does not scroll");
      await page.keyboard.press("i");
      await dialog.locator(".viewer-details .caption").waitFor();
      await dialog.locator(".viewer-details").hover();
      await page.mouse.wheel(0, 900);
      await page.mouse.wheel(0, 900);
      await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(drawn)))));
      assert.equal(await page.evaluate(() => scrollY), before, "nor with the wheel over the details");
      await page.keyboard.press("i");
      await page.keyboard.press("z");
      await page.waitForFunction(() => /scale/.test(document.querySelector("dialog .viewer-picture").style.transform));
      await page.keyboard.press("z");
      await page.waitForFunction(() => document.querySelector("dialog .viewer-picture").style.transform === "");
      await page.setViewportSize(desktop.viewport);
    }

    async function captions() {
      await open(facts.originals, 1);
      const caption = dialog.locator(".viewer-caption");
      await caption.getByText("Boats come home in the evening.").waitFor();
      const [below, lines] = await caption.evaluate((caption) => {
        const [picture, box] = [document.querySelector(".viewer-slide"), caption].map((part) => part.getBoundingClientRect());
        return [box.top - picture.bottom, caption.firstChild.getBoundingClientRect().height / parseFloat(getComputedStyle(caption).lineHeight)];
      });
      assert.ok(lines > 0.9 && lines < 2.1, `${lines} lines`);
      if (tab.isPhone) assert.ok(below > -1, "it is not over the picture");
      await check("caption");
      await page.keyboard.press("i");
      await dialog.locator(".viewer-details [data-description]").waitFor();
      assert.ok(!(await caption.isVisible()), "the whole text is there");
      await page.keyboard.press("i");
      await page.keyboard.press("ArrowRight");
      await caption.getByText("Seen from the pier.").waitFor();
      const title = await dialog.locator(".viewer-title").evaluate((title) => title.clientHeight / parseFloat(getComputedStyle(title).lineHeight));
      assert.ok(title < 2.1, `${title} lines`);
      assert.equal(await dialog.locator(".viewer-title").textContent(), facts.longTitle);
      await check("long-title-and-caption");
      await page.keyboard.press("ArrowRight");
      await place(3);
      assert.ok(!(await caption.isVisible()));
    }

    async function downloads() {
      await open(facts.originals, 3);
      const taken = async (act) => {
        const downloading = page.waitForEvent("download");
        await act();
        const download = await downloading;
        assert.equal(download.suggestedFilename(), "Harbour 3.jpg");
        await download.path();
        assert.ok(!(await dialog.locator(".viewer-details").isVisible()));
      };
      await taken(() => dialog.getByRole("button", { name: "Download" }).click());
      await taken(() => page.keyboard.press("d"));
      // Of several, the visitor chooses.
      await open(facts.versions, 3);
      await page.keyboard.press("d");
      await page.waitForFunction(() => document.activeElement.matches(".viewer-details .downloads a"));
    }

    async function loading() {
      const openWhile = async (answer) => {
        await page.goto("about:blank");
        await page.goto(path(facts.versions));
        await page.locator(".is-whole").waitFor();
        await page.route(/\/preview$/, answer);
        await page.locator(".tile-link").nth(6).click();
      };
      let letThrough;
      const held = new Promise((resolve) => (letThrough = resolve));
      await openWhile(async (route) => {
        await held;
        await route.continue().catch(() => {});
      });
      const bar = (opacity) => page.waitForFunction((opacity) => getComputedStyle(document.querySelector(".viewer-loading")).opacity === opacity, opacity);
      await bar("1");
      await check("loading");
      letThrough();
      await bar("0");
      await page.unroute(/\/preview$/);
      tab.forgives = /ERR_FAILED/;
      await openWhile((route) => route.abort());
      await dialog.getByText("This could not be loaded.").waitFor();
      await check("not-loaded");
      await page.unroute(/\/preview$/);
      await page.keyboard.press("ArrowRight");
      await place(8);
      await page.keyboard.press("ArrowLeft");
      await place(7);
      await page.waitForFunction(() => document.querySelector("dialog .viewer-picture").src.endsWith("/preview"));
      assert.ok(!(await dialog.getByText("This could not be loaded.").isVisible()));
      // A video that cannot be played says so, too.
      await page.route(/\/video-/, (route) => route.abort());
      await open(facts.versions, 4);
      await dialog.locator("video").evaluate((video) => void video.play().catch(() => {}));
      await dialog.getByText("This could not be loaded.").waitFor();
      await page.unroute(/\/video-/);
      tab.forgive(tab.forgives);
      tab.forgives = undefined;
    }

    async function slideshow() {
      await page.goto("about:blank");
      await page.clock.install();
      await open(facts.originals, 1);
      const isLoaded = () => page.locator(".viewer-stage:not(.loading)").waitFor();
      const play = dialog.getByRole("button", { name: "Slideshow" });
      await isLoaded();
      await page.keyboard.press(" ");
      assert.equal(await play.getAttribute("aria-pressed"), "true");
      await page.clock.runFor(3500);
      await page.locator("dialog.idle").waitFor();
      await page.keyboard.press("ArrowRight");
      await place(2);
      await page.locator("dialog:not(.idle)").waitFor();
      await isLoaded();
      // The picture that was turned to has its whole time.
      await page.clock.runFor(3500);
      await place(2);
      await page.clock.runFor(2000);
      await place(3);
      await isLoaded();
      let letThrough;
      const held = new Promise((resolve) => (letThrough = resolve));
      await page.route(/\/video-480p$/, async (route) => {
        await held;
        await route.continue().catch(() => {});
      });
      await page.clock.runFor(5500);
      await place(4);
      const video = dialog.locator("video");
      await video.waitFor();
      await page.waitForFunction(() => document.querySelector("dialog video")?.paused === false);
      assert.ok(await video.evaluate(({ muted }) => muted));
      // It is played to its end, also where it is begun anew before it plays, as by another size.
      await video.evaluate((video) => {
        video.defaultPlaybackRate = 0.25;
        video.load();
        video.play();
      });
      letThrough();
      await page.waitForFunction(() => document.querySelector("dialog video")?.currentTime > 0);
      await page.clock.runFor(5500);
      await place(4);
      await page.unroute(/\/video-480p$/);
      await place(5);
      await page.keyboard.press(" ");
      assert.equal(await play.getAttribute("aria-pressed"), "false");
    }
  },
  [phone, desktop, { ...phone, name: "phone-calm", reducedMotion: "reduce" }],
);
