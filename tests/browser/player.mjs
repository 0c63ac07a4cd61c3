// A video in two sizes with captions, and recordings with and without a cover: on their pages and in the viewer.

import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import { facts, inEachView, views } from "./lib.mjs";

const path = (url) => new URL(url).pathname;

await inEachView(async (tab) => {
  const { page, check, scripts, isPhone } = tab;
  const start = (element) =>
    page.locator(element).evaluate((player) => {
      player.muted = true;
      player.play();
    });
  // Where scripts are off, the page cannot wait.
  const plays = async (element, file, after) => {
    for (const end = Date.now() + 20000; ; await setTimeout(50)) {
      const state = await page.locator(element).evaluate(({ currentSrc, currentTime, paused }) => ({ currentSrc, currentTime, paused }));
      if (state.currentSrc.endsWith(`/${file}`) && state.currentTime > after && !state.paused) return;
      assert.ok(Date.now() < end, `${element} does not play ${file}: ${JSON.stringify(state)}`);
    }
  };

  await page.goto(path(facts.video));
  assert.deepEqual(await page.locator("video").evaluate(({ poster, preload, buffered }) => [poster.endsWith("/poster"), preload, buffered.length]), [true, "none", 0]);
  await check("video");
  await start("video");
  // The browser alone knows which screen it has.
  const [own, other] = isPhone ? ["video-480p", "video-1080p"] : ["video-1080p", "video-480p"];
  await plays("video", own, 0.5);
  await page.getByText("Details", { exact: true }).click();
  await page.getByText("1280 × 720 pixels").waitFor();
  await page.getByText("0:08").waitFor();
  await page.getByText("Size of the original").waitFor();
  await check("video-facts");
  if (scripts) {
    await captions();
    await sizes();
    await savesData();
  }

  await page.goto(path(facts.song));
  await page.locator("img.showcase-picture").waitFor();
  await check("song");
  await start("audio");
  await plays("audio", "audio", 0.1);
  await page.goto(path(facts.waves));
  assert.equal(await page.getByText("No preview").count(), 0);
  await check("waves");
  if (scripts) await viewer();

  async function captions() {
    const tracks = await page.locator("video").evaluate((video) => {
      for (const track of video.textTracks) track.mode = "showing";
      return [...video.textTracks].map(({ kind, language, label }) => [kind, language, label]);
    });
    assert.deepEqual(tracks, [["captions", "en", "English"], ["captions", "ar", "العربية"]]);
    await page.waitForFunction(() => [...document.querySelector("video").textTracks].every(({ cues }) => cues?.length === 1));
    const texts = await page.locator("video").evaluate(({ textTracks }) => [...textTracks].map(({ cues }) => cues[0].text));
    assert.deepEqual(texts, ["The harbour in the morning", "الميناء"]);
  }

  // A change goes on where the video was, whether it plays or not.
  async function sizes() {
    const quality = (name) => page.getByRole("group", { name: "Video quality" }).getByRole("button", { name });
    const name = (file) => (file === "video-480p" ? "480p" : "720p");
    assert.equal(await quality(name(own)).getAttribute("aria-pressed"), "true");
    await page.locator("video").evaluate((video) => (video.currentTime = 3));
    await quality(name(other)).click();
    await plays("video", other, 3);
    assert.equal(await quality(name(other)).getAttribute("aria-pressed"), "true");
    await page.locator("video").evaluate((video) => {
      video.pause();
      video.currentTime = 6;
    });
    await quality(name(own)).click();
    await page.waitForFunction((file) => {
      const { currentSrc, currentTime, paused, readyState } = document.querySelector("video");
      return currentSrc.endsWith(file) && Math.abs(currentTime - 6) < 0.5 && paused && readyState > 1;
    }, own);
    assert.equal(await page.locator("video").evaluate(({ textTracks }) => textTracks[0].mode), "showing");
    await check("video-playing");
  }

  async function savesData() {
    await page.addInitScript(() => {
      if (location.hash === "#saves") Object.defineProperty(navigator, "connection", { value: { saveData: true, effectiveType: "4g" } });
    });
    await page.goto("about:blank");
    await page.goto(`${path(facts.video)}#saves`);
    await page.locator("button[aria-pressed=true]").getByText("480p").waitFor();
    await start("video");
    await plays("video", "video-480p", 0);
  }

  async function viewer() {
    await page.goto(path(facts.all));
    await page.locator(".is-whole").waitFor();
    await page.locator(".tile-link").first().click();
    await page.locator("dialog video").waitFor();
    await start("dialog video");
    await plays("dialog video", own, 0.1);
    await page.locator("dialog").getByRole("button", { name: own === "video-480p" ? "720p" : "480p" }).click();
    await plays("dialog video", other, 0.1);
    await check("viewer-video");
    await page.locator("dialog video").evaluate((video) => video.pause());
    await page.getByRole("button", { name: "Details" }).click();
    await page.locator("dialog").getByText("1280 × 720 pixels").waitFor();
    await check("viewer-facts");
    await page.getByRole("button", { name: "Details" }).click();
    for (const [title, hasCover] of [["Song", true], ["Waves", false]]) {
      await page.keyboard.press("PageDown");
      await page.locator("dialog .viewer-title").getByText(title).waitFor();
      await page.locator("dialog audio").waitFor();
      assert.equal(await page.locator("dialog .viewer-picture").count(), hasCover ? 1 : 0);
      await start("dialog audio");
      await plays("dialog audio", "audio", 0.05);
      await check(`viewer-${title.toLowerCase()}`);
    }
    await page.keyboard.press("Escape");
    await page.locator("dialog").waitFor({ state: "hidden" });
    assert.equal(await page.locator("audio").count(), 0);
  }
}, views);
