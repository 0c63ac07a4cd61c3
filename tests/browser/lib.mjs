// Drives Chromium over the pages of a server, and checks every state that a script asks it to check.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const packages = createRequire(`${process.env.VITRINE_BROWSER_PACKAGES}/`);
const { chromium } = packages("playwright-core");
const axe = readFileSync(packages.resolve("axe-core/axe.min.js"), "utf8");

export const url = process.env.VITRINE_BROWSER_URL;
export const facts = JSON.parse(process.env.VITRINE_BROWSER_FACTS);
const pictures = process.env.VITRINE_BROWSER_PICTURES;

// Pages may ask these for something.
export const origins = [new URL(url).origin];

const phone = { viewport: { width: 320, height: 640 }, hasTouch: true };
const desktop = { viewport: { width: 1280, height: 860 } };

// Each view is tried with all scripts of a test.
export const views = [
  { name: "phone", ...phone },
  { name: "phone-without-scripts", ...phone, javaScriptEnabled: false },
  { name: "desktop", ...desktop },
  { name: "desktop-without-scripts", ...desktop, javaScriptEnabled: false },
  { name: "desktop-dark", ...desktop, colorScheme: "dark" },
];

// Runs `steps` in each view, in a browser profile of its own.
export async function inEachView(steps, wanted = views) {
  const browser = await chromium.launch({
    executablePath: process.env.VITRINE_BROWSER_PROGRAM,
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
  try {
    for (const view of wanted) {
      const { name, ...options } = view;
      const context = await browser.newContext({ ...options, baseURL: url, locale: "en-GB", timezoneId: "Europe/Berlin" });
      if (options.javaScriptEnabled !== false) await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: url });
      context.setDefaultTimeout(20000);
      const reader = await browser.newContext({ ...options, javaScriptEnabled: true, baseURL: url });
      try {
        await steps(await newTab(context, reader, name));
      } catch (error) {
        const tab = context.pages().at(-1);
        await tab?.screenshot({ path: `${pictures}/${name}-FAILED.png`, fullPage: true }).catch(() => {});
        throw new Error(`${name}, at ${tab?.url()}: ${error.stack ?? error}`);
      } finally {
        await context.close();
        await reader.close();
      }
    }
  } finally {
    await browser.close();
  }
}

// axe-core needs timers, which stand still where scripts are off: it reads a copy of the page, without its scripts.
async function copyOf(page, reader) {
  await reader.addCookies(await page.context().cookies());
  const copy = reader.pages()[0] ?? (await reader.newPage());
  await copy.goto("/healthz");
  const html = await page.content();
  await copy.setContent(html.replaceAll(/<script.*?<\/script>/gs, ""), { waitUntil: "load" });
  return copy;
}

async function newTab(context, reader, view) {
  const page = await context.newPage();
  const scripts = !view.endsWith("without-scripts");
  const problems = [];
  page.on("pageerror", (error) => problems.push(`error in a script: ${error}`));
  page.on("console", (message) => {
    // A page that is answered with an error status, as a refused form is, is an entry of its own.
    const isPage = message.location().url === page.url() && /Failed to load resource/.test(message.text());
    if (message.type() === "error" && !isPage) problems.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on("request", (request) => {
    const to = new URL(request.url());
    if (!["data:", "blob:"].includes(to.protocol) && !origins.includes(to.origin)) problems.push(`a request to ${to.origin}`);
  });
  // `forgives` matches the problems that a test makes on purpose at the moment.
  const tab = { page, view, scripts, isPhone: view.startsWith("phone"), forgives: undefined };

  // Checks the state that the page is in, and keeps a picture of it.
  tab.check = async (state) => {
    await page.waitForLoadState("load");
    await page.screenshot({ path: `${pictures}/${state}-${view}.png`, fullPage: true });
    assert.deepEqual(problems.splice(0).filter((problem) => !tab.forgives?.test(problem)), [], `${state}: problems`);
    const wide = await page.evaluate(() => {
      const width = document.documentElement.clientWidth;
      const isWide = (element) => element.getBoundingClientRect().right > width + 1;
      if (document.scrollingElement.scrollWidth <= width) return [];
      return [...document.querySelectorAll("body *")].filter(isWide).map((element) => element.outerHTML.slice(0, 120));
    });
    assert.deepEqual(wide, [], `${state}: wider than the screen`);
    const read = scripts ? page : await copyOf(page, reader);
    await read.evaluate(axe);
    const found = await read.evaluate(() => axe.run({ resultTypes: ["violations"] }));
    const told = found.violations.map(({ id, help, nodes }) => `${id}: ${help}\n${nodes.map((node) => `  ${node.html}\n  ${node.failureSummary}`).join("\n")}`);
    assert.deepEqual(told, [], `${state}: axe-core`);
  };

  // Forgets the problems so far that a test made on purpose.
  tab.forgive = (expected) => problems.splice(0, problems.length, ...problems.filter((problem) => !expected.test(problem)));

  tab.signIn = async (to, email = facts.email, password = facts.password) => {
    await page.goto(to);
    await page.getByLabel("E-mail address").fill(email);
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
  };

  tab.heading = async () => (await page.locator("h1").first().innerText()).trim();
  tab.path = () => new URL(page.url()).pathname;
  return tab;
}
