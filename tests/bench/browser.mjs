// Looks at a large gallery as a visitor does, with the processor slowed down four times: first over a slow line until
// the first screen is complete, then over a fast one to the end, so that as many tiles as possible come at once. Once
// more, it goes to the end with the processor as fast as it is.

import { createRequire } from "node:module";

const { chromium } = createRequire(`${process.env.VITRINE_BROWSER_PACKAGES}/`)("playwright-core");
const url = process.env.VITRINE_BROWSER_URL;

/** How much slower the processor is. */
const SLOWER = 4;

/** "Slow 4G" as the developer tools of Chromium define it; bytes a second and milliseconds. */
const SLOW_4G = { offline: false, latency: 562.5, downloadThroughput: 180_000, uploadThroughput: 84_375 };
const FAST = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 };

/** How far one frame scrolls, in pixels. */
const STEP = 200;

const views = [
  { name: "phone", viewport: { width: 412, height: 823 }, deviceScaleFactor: 2.625, hasTouch: true, isMobile: true },
  { name: "desktop", viewport: { width: 1280, height: 860 } },
];

const browser = await chromium.launch({
  executablePath: process.env.VITRINE_BROWSER_PROGRAM,
  args: ["--no-sandbox", "--disable-dev-shm-usage", "--enable-precise-memory-info"],
});
const columns = [];
try {
  for (const { name, ...options } of views) columns.push([name, { ...(await look(options)), ...(await hurry(options)) }]);
} finally {
  await browser.close();
}

const wanted = {
  "largest contentful paint": "< 2.5 s",
  "layout shift, to the end": "< 0.02",
  "elements in the page, at most": "< 1,500",
  "longest frame on the way": "≤ 50 ms",
  "longest frame on the way, not slowed down": "≤ 50 ms",
  "heap at the end, against before": "the same",
};
console.log(`| what | ${columns.map(([name]) => name).join(" | ")} | wanted |`);
console.log(`| --- |${" --- |".repeat(columns.length + 1)}`);
for (const what of Object.keys(columns[0][1])) {
  console.log(`| ${what} | ${columns.map(([, figures]) => figures[what]).join(" | ")} | ${wanted[what] ?? "–"} |`);
}

async function look(options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  const sent = follow(session);
  await session.send("Network.enable");
  await session.send("Performance.enable");
  await session.send("Network.emulateNetworkConditions", SLOW_4G);
  await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
  await page.addInitScript(observe);
  await page.goto(url, { waitUntil: "load", timeout: 120_000 });
  await page.locator(".is-whole").waitFor({ timeout: 120_000 });
  await page.waitForLoadState("networkidle");
  const first = await page.evaluate(told);
  const [firstBytes, firstRequests] = [{ ...sent.bytes }, sent.requests];

  await session.send("Network.emulateNetworkConditions", FAST);
  const heap = async () => {
    await session.send("HeapProfiler.collectGarbage");
    const { metrics } = await session.send("Performance.getMetrics");
    return metrics.find((metric) => metric.name === "JSHeapUsedSize").value / 1e6;
  };
  // What is kept of pages is full after some of them.
  await page.evaluate(scroll, { step: STEP, to: 0.1 });
  const before = await heap();
  sent.requests = 0;
  await page.evaluate(() => ([seen.frame, seen.long] = [0, []]));
  const way = await page.evaluate(scroll, { step: STEP, to: 1 });
  await page.waitForFunction(() => [...document.querySelectorAll(".tile")].at(-1).querySelector(".tile-link"));
  const last = await page.evaluate(told);
  const after = await heap();
  await context.close();
  if (!/, 10000 of 10000$/.test(last.end)) throw new Error(`the end is at ${last.end}`);
  const kilobytes = (bytes) => `${Math.round(bytes / 1000)} kB`;
  if (process.env.VITRINE_BROWSER_FRAMES) console.error(JSON.stringify(last.long, null, 1));
  return {
    "largest contentful paint": `${(first.largest / 1000).toFixed(2)} s`,
    "total blocking time until the first screen is complete": `${Math.round(first.blocking)} ms`,
    "HTML, CSS and scripts until then, as sent": kilobytes(firstBytes.Document + firstBytes.Stylesheet + firstBytes.Script),
    "shapes of all pictures": kilobytes(firstBytes.Fetch),
    "pictures until then": kilobytes(firstBytes.Image),
    "requests until then": `${firstRequests}`,
    "layout shift, to the end": last.shift.toFixed(3),
    "elements in the page, at most": `${way.elements}`,
    "frames on the way": `${way.frames} in ${(way.took / 1000).toFixed(0)} s, ${Math.round(way.distance / 1000)},000 pixels`,
    "longest frame on the way": longest(last),
    "heap at the end, against before": `${after.toFixed(1)} MB, ${before.toFixed(1)} MB`,
    "requests on the way": `${sent.requests}`,
  };
}

/** The way to the end, with the processor as fast as it is. */
async function hurry(options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  await page.addInitScript(observe);
  await page.goto(url, { waitUntil: "networkidle", timeout: 120_000 });
  await page.locator(".is-whole").waitFor();
  await page.evaluate(() => ([seen.frame, seen.long] = [0, []]));
  const way = await page.evaluate(scroll, { step: STEP, to: 1 });
  const last = await page.evaluate(told);
  await context.close();
  return {
    "frames on the way, not slowed down": `${way.frames} in ${(way.took / 1000).toFixed(0)} s`,
    "longest frame on the way, not slowed down": longest(last),
  };
}

/** The longest frame of those over 50 milliseconds, which are the only ones that the browser tells. */
function longest({ frame, long }) {
  return frame === 0 ? "≤ 50 ms" : `${Math.round(frame)} ms (${long.length} over 50)`;
}

/** Adds up what is received, by what it is for. */
function follow(session) {
  const told = { requests: 0, bytes: { Document: 0, Stylesheet: 0, Script: 0, Fetch: 0, Image: 0, Other: 0 } };
  const types = new Map();
  session.on("Network.responseReceived", ({ requestId, type }) => {
    told.requests += 1;
    types.set(requestId, type in told.bytes ? type : "Other");
  });
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    if (types.has(requestId)) told.bytes[types.get(requestId)] += encodedDataLength;
  });
  return told;
}

/** Runs in the page, before anything else: writes down what the browser measures. */
function observe() {
  const seen = { largest: 0, shift: 0, tasks: [], frame: 0, long: [], painted: 0 };
  window.seen = seen;
  const on = (type, act) => new PerformanceObserver((list) => list.getEntries().forEach(act)).observe({ type, buffered: true });
  on("paint", ({ name, startTime }) => name === "first-contentful-paint" && (seen.painted = startTime));
  on("largest-contentful-paint", ({ startTime }) => (seen.largest = startTime));
  on("layout-shift", ({ value, hadRecentInput }) => hadRecentInput || (seen.shift += value));
  on("longtask", ({ startTime, duration }) => seen.tasks.push([startTime, duration]));
  // Only frames over 50 milliseconds are told.
  on("long-animation-frame", (frame) => {
    seen.frame = Math.max(seen.frame, frame.duration);
    seen.long.push(frame.toJSON());
  });
}

/** Runs in the page: what was written down so far. */
function told() {
  const { tasks, ...others } = seen;
  // From the first paint on, what of each task is over 50 milliseconds.
  const blocking = tasks.filter(([start]) => start > seen.painted).reduce((sum, [, took]) => sum + took - 50, 0);
  return { ...others, blocking, end: [...document.querySelectorAll(".tile-link")].at(-1)?.ariaLabel };
}

/** Runs in the page: scrolls by a step in each frame, as far as this part of the page. */
async function scroll({ step, to }) {
  const next = () => new Promise((frame) => requestAnimationFrame(frame));
  const [began, from] = [performance.now(), scrollY];
  let [frames, elements] = [0, 0];
  for (let last = -1; scrollY !== last && scrollY < to * document.documentElement.scrollHeight; frames += 1) {
    last = scrollY;
    scrollBy({ top: step, behavior: "instant" });
    await next();
    if (frames % 10 === 0) elements = Math.max(elements, document.getElementsByTagName("*").length);
  }
  return { frames, elements, took: performance.now() - began, distance: scrollY - from };
}
