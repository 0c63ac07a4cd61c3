// Downloads that are redirected to another host, from the pages that lead to them.

import assert from "node:assert/strict";
import { stat } from "node:fs/promises";
import { facts, inEachView, origins, views } from "./lib.mjs";

const storage = new URL(facts.storage).origin;
const path = (link) => new URL(link).pathname;
origins.push(storage);

await inEachView(
  async ({ page, check, scripts, isPhone }) => {
    const saved = async (act) => {
      const downloading = page.waitForEvent("download");
      await act();
      const download = await downloading;
      assert.equal(new URL(download.url()).origin, storage);
      assert.equal(download.suggestedFilename(), facts.fileName);
      assert.equal((await stat(await download.path())).size, facts.byteSize);
    };
    await page.goto(path(facts.one));
    await saved(() => page.getByRole("link", { name: "Original" }).click());
    assert.equal(page.url(), facts.one, "the page stays");
    await check("saved");
    // Who follows a download link stays where they were, too.
    await saved(() => page.goto(path(facts.download)).catch((error) => assert.match(String(error), /Download is starting|ERR_ABORTED/)));
    if (!scripts) return;
    await page.goto(path(facts.gallery));
    await page.locator(".is-whole").waitFor();
    await page.locator(".tile-link").first().click();
    await page.getByRole("dialog").waitFor();
    await saved(() => (isPhone ? page.getByRole("dialog").getByRole("button", { name: "Download" }).click() : page.keyboard.press("d")));
    await check("viewer");
    // Scripts of ours may ask this server only, and get the bytes from it. What they have loaded is not loaded again.
    const loaded = await page.evaluate(async (url) => {
      const answer = await fetch(url);
      return { size: (await answer.blob()).size, isRedirected: answer.redirected };
    }, path(facts.original));
    assert.deepEqual(loaded, { size: facts.byteSize, isRedirected: false });
  },
  views.filter(({ name }) => name !== "desktop-dark"),
);
