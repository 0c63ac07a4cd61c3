// The short list of what a gallery does, in Firefox and in WebKit: the things that browsers do differently.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { openWebKit } from "./webdriver.mjs";

const packages = createRequire(`${process.env.VITRINE_BROWSER_PACKAGES}/`);
const { VITRINE_BROWSER_URL: url, VITRINE_BROWSER_PICTURES: pictures, VITRINE_BROWSER_KIND: kind, VITRINE_BROWSER_PROGRAM: program } = process.env;
const facts = JSON.parse(process.env.VITRINE_BROWSER_FACTS);
const { count } = facts;

// Firefox, by the protocol WebDriver BiDi, with the same calls as WebKit.
async function openFirefox() {
  const { firefox } = packages("playwright-core");
  const browser = await firefox.launch({ channel: "moz-firefox", executablePath: program });
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
  const page = await context.newPage();
  page.setDefaultTimeout(20000);
  const problems = [];
  page.on("pageerror", (error) => problems.push(`error in a script: ${error}`));
  page.on("console", (message) => message.type() === "error" && problems.push(`console: ${message.text()}`));
  // With each picture Playwright tries to add an empty style sheet, which our policy refuses.
  const ofPlaywright = createHash("sha256").update("body {}").digest("base64");
  return {
    goto: (to) => page.goto(to),
    back: () => page.goBack(),
    url: async () => page.url(),
    run: (step, ...args) => page.evaluate(`(${step}).apply(null, ${JSON.stringify(args)})`),
    click: (selector) => page.locator(selector).first().click(),
    type: (selector, text) => page.locator(selector).first().fill(text),
    press: (key) => page.keyboard.press(key),
    wheel: async (x, y, deltaY) => {
      await page.mouse.move(x, y);
      await page.mouse.wheel(0, deltaY);
    },
    resize: (width, height) => page.setViewportSize({ width, height }),
    picture: (path) => page.screenshot({ path }),
    problems: async () => problems.filter((problem) => !problem.includes(ofPlaywright)),
    close: () => browser.close(),
  };
}

const browser = kind === "firefox" ? await openFirefox() : await openWebKit(program, process.env.VITRINE_BROWSER_BINARY);

// Waits until a function in the page says something true, and returns it.
async function until(told, step, ...args) {
  const end = Date.now() + 20000;
  for (;;) {
    // While a page is being left, there is none to ask.
    const value = await browser.run(step, ...args).catch(() => undefined);
    if (value) return value;
    if (Date.now() > end) throw new Error(`${told}: not within 20 seconds`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

const picture = (state) => browser.picture(`${pictures}/${state}.png`);
const has = (selector) => until(selector, (selector) => document.querySelector(selector) !== null, selector);
const shows = (selector, text) =>
  until(`${selector} says ${text}`, (selector, text) => [...document.querySelectorAll(selector)].some((element) => element.textContent.includes(text)), selector, text);
const isClosed = () => until("the viewer closes", () => !document.querySelector("dialog[open]") && document.getAnimations().length === 0);
const firstIs = (label) => shows(".tile:first-child .tile-title", label);

async function open(link) {
  await browser.goto(link);
  await has(".is-whole");
  await until("pictures", () => [...document.querySelectorAll(".tile img")].slice(0, 4).every((image) => image.complete && image.naturalWidth > 0));
}

async function downloads() {
  const query = "query($id: ID!) { link(id: $id) { downloadCount } }";
  const answer = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${facts.token}` },
    body: JSON.stringify({ query, variables: { id: facts.id } }),
  });
  return (await answer.json()).data.link.downloadCount;
}

async function steps() {
  await open(facts.link);
  await picture("gallery");
  await browser.run(() => scrollTo(0, document.documentElement.scrollHeight));
  await has(`[aria-label="Notes on the harbour, ${count} of ${count}"]`);
  await picture("scrolled");

  await browser.run(() => scrollTo(0, 0));
  await browser.type(".look-search", "notes");
  await browser.press("Enter");
  await shows(".found", "1 item found.");
  await picture("found");
  await browser.click(".found a");
  await shows(".link-about", `${count} items`);
  await has(".is-whole");
  await browser.run(() => {
    const order = document.querySelector(".look select");
    order.value = "newest";
    order.dispatchEvent(new Event("change", { bubbles: true }));
  });
  await until("the order", () => location.search.includes("sort=newest"));
  await firstIs("Notes on the harbour");
  await until("it is loaded", () => document.readyState === "complete");

  await open(facts.link);
  const page = await browser.url();
  await browser.click(".tile-link");
  await shows("dialog .viewer-count", `1 / ${count}`);
  await until("its picture", () => /preview|fullscreen/.test(document.querySelector("dialog .viewer-picture")?.src) && document.getAnimations().length === 0);
  await picture("viewer");
  await browser.press("ArrowRight");
  await shows("dialog .viewer-count", `2 / ${count}`);
  await browser.press("ArrowLeft");
  await shows("dialog .viewer-count", `1 / ${count}`);
  await until("its picture", () => document.querySelector("dialog .viewer-picture")?.naturalWidth > 400);
  const [x, y] = await browser.run(() => [Math.round(innerWidth / 2), Math.round(innerHeight / 2)]);
  for (let turns = 0; turns < 3; turns += 1) await browser.wheel(x, y, -200);
  await until("it grows", () => /scale\((?!1\))/.test(document.querySelector("dialog .viewer-picture").style.transform));
  await picture("zoomed");
  await browser.press("0");
  await until("it shrinks", () => document.querySelector("dialog .viewer-picture").style.transform === "");
  await browser.press("i");
  await has("dialog .downloads a");
  await picture("details");
  await browser.back();
  await isClosed();
  assert.equal(await browser.url(), page);

  await browser.run(() => document.querySelector(".tile-link").focus());
  await browser.press("ArrowRight");
  await until("the next tile", () => document.activeElement.closest(".tile")?.id === "t2");
  await browser.press("Enter");
  await shows("dialog .viewer-count", `2 / ${count}`);
  await browser.press("Escape");
  await isClosed();
  await until("the focus comes back", () => document.activeElement.closest(".tile")?.id === "t2");

  await browser.click(".archive-choices [data-by-script]");
  await browser.click("#t1 .tile-link");
  await browser.click("#t3 .tile-link");
  await shows(".selection-bar-text", "2 selected");
  await picture("selected");
  const before = await downloads();
  await browser.click(".selection-bar .button-main");
  const end = Date.now() + 20000;
  while ((await downloads()) === before) {
    assert.ok(Date.now() < end, "the zip is not downloaded");
    await new Promise((done) => setTimeout(done, 50));
  }
  // What is selected is still so after a reload.
  await open(facts.link);
  await shows(".selection-bar-text", "2 selected");
  await browser.press("Escape");
  await until("selecting ends", () => document.querySelector(".selection-bar").hidden);

  await browser.goto(facts.locked);
  await has("#password");
  await browser.type("#password", facts.password);
  await browser.click(".card .button-main");
  await has(".is-whole");
  await picture("unlocked");

  await browser.resize(390, 844);
  await open(facts.link);
  await until("the size of a phone", () => innerWidth < 600);
  const wide = await browser.run(() => document.scrollingElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `${wide} pixels wider than the screen`);
  await picture("phone");
  await browser.click(".tile-link");
  await until("its picture", () => /preview|fullscreen/.test(document.querySelector("dialog .viewer-picture")?.src) && document.getAnimations().length === 0);
  await picture("phone-viewer");
  await browser.press("Escape");
  await isClosed();
  assert.deepEqual(await browser.problems(), []);
}

try {
  await steps();
} catch (error) {
  await picture("FAILED").catch(() => {});
  throw new Error(`${kind}, at ${await browser.url().catch(() => "no page")}: ${error.stack}\n${(await browser.problems()).join("\n")}`);
} finally {
  await browser.close();
}
