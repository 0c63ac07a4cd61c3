// The page of a collection: the grid, its search and orders, the viewer, selecting, with and without scripts.

import assert from "node:assert/strict";
import { facts, inEachView, views } from "./lib.mjs";

const { link, count } = facts;
const url = new URL(link).pathname;

await inEachView(async (tab) => {
  const { page, check, scripts, isPhone } = tab;
  const tiles = page.locator(".tile-link");
  const texts = async () => page.locator(".tile-title > span:first-child").allInnerTexts();
  await page.goto(url);
  assert.equal(await tab.heading(), "Three days in May");
  await page.getByText(`${count} items`).waitFor();
  await check("gallery");
  // The cover is large, and pictures are still in the first view.
  const tops = await page.evaluate(() => [".banner", ".grid"].map((part) => document.querySelector(part).getBoundingClientRect().top));
  assert.ok(tops[0] < tops[1] && tops[1] < page.viewportSize().height * 0.85, `${tops}`);
  if (!scripts) return withoutScripts();

  await page.locator(".is-whole").waitFor();
  await staysInPlace();
  await scrolls();
  if (isPhone) await touches();
  else await keys();
  await looks();
  await selects();
  await searches();
  await follows();
  await page.goto(new URL(facts.empty).pathname);
  await page.getByText("There is nothing here at the moment.").waitFor();
  await check("empty");
  await page.goto(new URL(facts.single).pathname);
  await page.getByRole("button", { name: "Enlarge" }).click();
  await page.locator("dialog .viewer-picture").waitFor();
  await check("single-enlarged");
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({ state: "hidden" });
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-label")), "Enlarge");

  // All is where the style sheet alone puts it.
  async function staysInPlace() {
    const where = () => page.evaluate(() => [...document.querySelectorAll(".tile")].slice(0, 12).map((tile) => {
      const { left, top, width, height } = tile.getBoundingClientRect();
      return [left, top + scrollY, width, height];
    }));
    const placed = await where();
    await page.evaluate(() => {
      document.querySelector(".grid").classList.remove("grid-placed");
      for (const element of document.querySelectorAll(".grid, .tile")) element.removeAttribute("style");
    });
    const apart = (await where()).flat().map((pixels, index) => Math.abs(pixels - placed.flat()[index]));
    assert.ok(Math.max(...apart) < 1, `${apart}`);
    await page.reload();
    await page.locator(".is-whole").waitFor();
  }

  async function scrolls() {
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    await page.getByRole("link", { name: `Notes on the harbour, ${count} of ${count}` }).waitFor();
    assert.ok(!(await page.locator(".pager").isVisible()));
    await page.evaluate(() => scrollTo(0, 0));
    await page.getByRole("link", { name: `Harbour 1, 1 of ${count}` }).waitFor();
  }

  async function keys() {
    const focused = () => page.evaluate(() => document.activeElement.getAttribute("aria-label"));
    await tiles.first().focus();
    for (const [key, title] of [["ArrowRight", "Harbour 2, 2"], ["End", `Notes on the harbour, ${count}`], ["Home", "Harbour 1, 1"]]) {
      await page.keyboard.press(key);
      await page
        .waitForFunction((title) => document.activeElement.getAttribute("aria-label")?.startsWith(title), title)
        .catch(async () => assert.fail(`${key} leads to ${await focused()}`));
    }
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowUp");
    assert.equal(await focused(), `Harbour 1, 1 of ${count}`);
    // Tab leaves the grid at once.
    assert.equal(await page.locator(".tile-link[tabindex='0']").count(), 1);
    await page.keyboard.press("Enter");
    await page.locator("dialog .viewer-picture").waitFor();
    await page.keyboard.press("ArrowRight");
    await page.getByRole("status").getByText(`2 / ${count}`).waitFor();
    await page.keyboard.press("End");
    await page.getByRole("status").getByText(`${count} / ${count}`).waitFor();
    assert.equal(await page.getByRole("button", { name: "Next" }).getAttribute("aria-disabled"), "true");
    await page.keyboard.press("Escape");
    await page.locator("dialog").waitFor({ state: "hidden" });
    await page.waitForFunction((title) => document.activeElement.getAttribute("aria-label") === title, `Notes on the harbour, ${count} of ${count}`);
    assert.equal(tab.path(), url);
    await page.keyboard.press("Home");
    await page.waitForFunction(() => document.activeElement.getAttribute("aria-label")?.startsWith("Harbour 1, 1"));
    await page.keyboard.press(" ");
    await page.getByText("1 selected").waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
  }

  async function touches() {
    const session = await page.context().newCDPSession(page);
    const touch = (type, ...points) => session.send("Input.dispatchTouchEvent", { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) });
    const middle = async (index) => {
      const { x, y, width, height } = await tiles.nth(index).boundingBox();
      return [x + width / 2, y + height / 2];
    };
    // A long press selects, and the finger goes on selecting, above the bar that comes.
    await page.evaluate(() => scrollTo(0, 250));
    await touch("touchStart", await middle(0));
    await page.getByText("1 selected").waitFor();
    await touch("touchMove", await middle(1));
    await touch("touchEnd");
    await page.getByText("2 selected").waitFor();
    assert.equal(tab.path(), url);
    await page.getByRole("button", { name: "Cancel" }).click();
    await tiles.first().click();
    await page.getByRole("status").getByText(`1 / ${count}`).waitFor();
    await page.waitForFunction(() => document.getAnimations().length === 0);
    const isWhole = ({ clientWidth, clientHeight, scrollWidth }) => clientHeight > 0 && scrollWidth <= clientWidth;
    assert.ok(await page.locator(".viewer-title").evaluate(isWhole), "the title is cut");
    await touch("touchStart", [250, 300]);
    for (let x = 250; x >= 90; x -= 20) await touch("touchMove", [x, 300]);
    await touch("touchEnd");
    await page.getByRole("status").getByText(`2 / ${count}`).waitFor();
    await touch("touchStart", [160, 200]);
    for (let y = 200; y <= 360; y += 20) await touch("touchMove", [160, y]);
    await touch("touchEnd");
    await page.locator("dialog").waitFor({ state: "hidden" });
  }

  async function looks() {
    await tiles.first().click();
    const picture = page.locator("dialog .viewer-picture");
    await picture.waitFor();
    await page.waitForFunction(() => /preview|fullscreen/.test(document.querySelector("dialog .viewer-picture").src));
    assert.match(tab.path(), /\/assets\//);
    await check("viewer");
    // By the wheel up to its real pixels, and back.
    await picture.hover();
    for (let turns = 0; turns < 20; turns += 1) await page.mouse.wheel(0, -240);
    await page.waitForFunction(() => document.querySelector("dialog .viewer-picture").src.endsWith("/fullscreen"));
    const pixels = await picture.evaluate((image) => image.getBoundingClientRect().width / image.naturalWidth);
    assert.ok(pixels > 0.9, `${pixels} of its pixels`);
    await page.keyboard.press("0");
    await page.getByRole("button", { name: "Details" }).click();
    const original = page.locator("dialog .downloads a").first();
    await original.waitFor();
    await check("viewer-details");
    // Keys go on from a download, too.
    await original.focus();
    await page.keyboard.press("ArrowRight");
    await page.getByRole("status").getByText(`2 / ${count}`).waitFor();
    await page.keyboard.press("ArrowLeft");
    await page.getByRole("status").getByText(`1 / ${count}`).waitFor();
    await page.getByRole("button", { name: "Details" }).click();
    // Each picture has its address, and Back closes the viewer.
    const address = page.url();
    await page.goBack();
    await page.locator("dialog").waitFor({ state: "hidden" });
    assert.equal(tab.path(), url);
    await page.goForward();
    await picture.waitFor();
    assert.equal(page.url(), address);
    await page.reload();
    assert.equal(await tab.heading(), "Harbour 1");
    // After a reload, Back and Forward still lead to what the address says.
    await page.goBack();
    await page.locator(".is-whole").waitFor();
    await page.goForward();
    await page.locator("img.showcase-picture").waitFor();
    assert.equal(await tab.heading(), "Harbour 1");
    await page.getByRole("link", { name: "Next" }).click();
    await page.getByText(`2 of ${count}`).waitFor();
    await check("asset");
    await page.getByRole("link", { name: "Show all" }).click();
    await page.locator(".is-whole").waitFor();
  }

  async function selects() {
    await page.getByRole("button", { name: "Select", exact: true }).click();
    await page.getByText("Nothing selected").waitFor();
    await tiles.nth(0).click();
    await page.getByText("1 selected").waitFor();
    await tiles.nth(3).click({ modifiers: ["Shift"] });
    await page.getByText("4 selected").waitFor();
    await tiles.nth(1).click();
    const bar = page.locator(".selection-bar-text");
    await bar.getByText(/^3 selected · \d+ files · /).waitFor();
    await check("selected");
    // Of a part of the files, the page does not know how many there are.
    await page.getByLabel("Files to download").selectOption("original");
    await bar.getByText(/^3 selected$/).waitFor();
    const downloading = page.waitForEvent("download");
    await page.locator(".selection-bar").getByRole("button", { name: "Download" }).click();
    const download = await downloading;
    assert.equal(new URL(download.url()).search, "?version=original&select=1%2C3-4");
    await download.path();
    await page.getByRole("button", { name: "Select all" }).click();
    await page.getByText(`${count} selected`).waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    assert.ok(!(await page.locator(".selection-bar").isVisible()));
  }

  async function searches() {
    await page.getByRole("searchbox").fill("notes");
    await page.keyboard.press("Enter");
    await page.getByText("1 item found.").waitFor();
    assert.deepEqual(await texts(), ["Notes on the harbour"]);
    await page.getByRole("button", { name: `Download all ${count} items` }).waitFor();
    await check("found");
    await page.getByRole("searchbox").fill("no such words");
    await page.keyboard.press("Enter");
    await page.getByText("0 items found.").waitFor();
    await page.locator(".with-script").waitFor();
    assert.ok(!(await page.getByRole("button", { name: "Download selected" }).isVisible()));
    assert.ok(!(await page.getByRole("button", { name: "Show", exact: true }).isVisible()));
    await check("nothing-found");
    await page.getByRole("link", { name: "Show all" }).click();
    await page.getByLabel("Order").selectOption("newest");
    await page.waitForURL(/sort=newest/);
    await page.getByRole("link", { name: `Notes on the harbour, 1 of ${count}` }).waitFor();
  }

  // Somebody takes a picture out of the collection while the page is open.
  async function follows() {
    const { link, collection, assets } = facts.changing;
    const left = assets.length - 1;
    const gone = assets.shift();
    const heads = [];
    page.on("request", (request) => request.method() === "HEAD" && heads.push(request.url()));
    await page.goto(new URL(link).pathname);
    await page.locator(".is-whole").waitFor();
    const query = "mutation($c: ID!, $a: [ID!]!) { removeFromCollection(collectionId: $c, assetIds: $a) { userErrors { code } } }";
    const answer = await page.request.post("/graphql", {
      headers: { authorization: `Bearer ${facts.token}` },
      data: { query, variables: { c: collection, a: [gone] } },
    });
    assert.deepEqual((await answer.json()).data.removeFromCollection.userErrors, []);
    await tiles.first().click();
    await page.locator("dialog .viewer-picture").waitFor();
    // The console tells of the page that is not there.
    await page.waitForResponse((response) => response.status() === 404);
    await page.getByRole("button", { name: "Details" }).click();
    await page.locator(".viewer-details", { hasText: "This is not here any more." }).waitFor();
    assert.deepEqual(heads, []);
    await page.keyboard.press("Escape");
    await page.locator("dialog").waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "Select", exact: true }).click();
    await tiles.nth(1).click();
    await page.getByText("1 selected").waitFor();
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    await page.getByText("No longer here: 1.").waitFor();
    // What is left of the selection stays.
    await page.getByText("1 selected").waitFor();
    await page.getByText(`${left} items`).waitFor();
    await page.getByRole("link", { name: `, ${left} of ${left}` }).waitFor();
    await page.getByRole("button", { name: "Close", exact: true }).click();
    assert.ok(!(await page.locator(".notice").isVisible()));
    tab.forgive(/404/);
  }

  async function withoutScripts() {
    assert.equal(await tiles.count(), 60);
    await page.getByRole("link", { name: "Next page" }).click();
    assert.equal(await tiles.count(), count - 60);
    await page.getByText("Page 2 of 2").waitFor();
    await check("second-page");
    await page.getByRole("link", { name: `Harbour 62, 62 of ${count}` }).click();
    assert.equal(await tab.heading(), "Harbour 62");
    await page.getByRole("link", { name: "Next" }).click();
    assert.equal(await tab.heading(), "Harbour 63");
    await check("asset");
    await page.getByRole("link", { name: "Show all" }).click();
    await page.getByText("Page 2 of 2").waitFor();
    await page.getByRole("checkbox", { name: "Select Harbour 61" }).check();
    await page.getByLabel("Files to download").selectOption("original");
    const downloading = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download selected" }).click();
    const download = await downloading;
    assert.equal(new URL(download.url()).search, "?version=original&select=&select=61");
    await download.path();
    await page.getByRole("searchbox").fill("notes");
    await page.getByRole("button", { name: "Show" }).click();
    assert.deepEqual(await texts(), ["Notes on the harbour"]);
  }
}, views);
