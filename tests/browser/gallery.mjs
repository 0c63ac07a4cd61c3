// The example of a page on another site that shows a link: examples/gallery, from an origin of its own.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { readFile, stat } from "node:fs/promises";
import { facts, inEachView, origins, views } from "./lib.mjs";

const types = { html: "text/html", js: "text/javascript" };
const site = createServer(async ({ url }, response) => {
  const file = new URL(url, "http://site").pathname.slice(1);
  try {
    const content = await readFile(new URL(`../../examples/gallery/${file}`, import.meta.url));
    response.setHeader("content-type", types[file.split(".").pop()]).end(content);
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((listening) => site.listen(0, "127.0.0.1", listening));
const origin = `http://127.0.0.1:${site.address().port}`;
origins.push(origin);

const loaded = (image) => image.complete && image.naturalWidth > 0;

await inEachView(
  async ({ page, check }) => {
    // A browser asks each site for an icon by itself.
    await page.route("**/favicon.ico", (route) => route.fulfill({ status: 204 }));
    const state = page.getByRole("status");
    await page.goto(`${origin}/index.html#${facts.link}`);
    await state.getByText("This link has a password.").waitFor();
    await check("locked");
    await page.getByLabel("Password").fill("not the password");
    await page.getByRole("button", { name: "Open" }).click();
    await state.getByText("That is not the password.").waitFor();
    assert.equal(await page.getByRole("listitem").count(), 0);
    await page.getByLabel("Password").fill(facts.password);
    await page.getByRole("button", { name: "Open" }).click();
    await page.getByRole("listitem").first().waitFor();
    assert.equal(await page.getByRole("heading").innerText(), "Season");
    assert.equal(await page.getByRole("listitem").count(), 60);
    const first = page.getByRole("img").first();
    await first.scrollIntoViewIfNeeded();
    await page.waitForFunction((image) => image.complete && image.naturalWidth > 0, await first.elementHandle());
    assert.ok(await first.evaluate(loaded));
    const archive = await page.getByRole("link", { name: "Download 61 files" }).getAttribute("href");
    assert.ok(archive.startsWith(`${facts.link}/archive.zip?grant=`), archive);
    await check("open");
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("listitem").nth(60).waitFor();
    assert.equal(await page.getByRole("listitem").count(), 61);
    const downloading = page.waitForEvent("download");
    await page.getByRole("link", { name: "Original" }).first().click();
    const download = await downloading;
    assert.equal(download.suggestedFilename(), facts.fileName);
    assert.equal((await stat(await download.path())).size, facts.byteSize);
  },
  views.filter(({ name }) => name === "phone" || name === "desktop"),
);
site.close();
