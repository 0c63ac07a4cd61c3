// The page of a collection, put together from its pages while the visitor scrolls. Without scripts each is complete.

import { Grid, indexOf, link } from "/assets/gallery/grid.js";
import { followKeys } from "/assets/gallery/keys.js";
import { Pages, ask, pageOf, readPage } from "/assets/gallery/pages.js";
import { Selection } from "/assets/gallery/selection.js";
import { Viewer } from "/assets/gallery/viewer.js";

/** How often pictures that are being made are asked for, in milliseconds. */
const PREPARING = 4000;

/** How soon after a change of the members another one counts, in milliseconds. */
const CHANGES = 5000;
let lastChange = -CHANGES;

const list = /** @type {HTMLElement} */ (document.querySelector(".grid"));
const form = /** @type {HTMLFormElement} */ (document.getElementById("choose"));
const page = /** @type {HTMLElement} */ (document.querySelector(".gallery-page"));
const look = /** @type {HTMLFormElement | null} */ (document.querySelector("[data-look]"));

look?.querySelector("select")?.addEventListener("change", () => look.requestSubmit());

// After a reload, the entries of the history are of this page, whatever their address: what is no state of the viewer is
// another page.
addEventListener("popstate", (event) => {
  if (history.state?.viewer !== undefined || location.pathname === list.dataset.here) return;
  event.stopImmediatePropagation();
  location.reload();
});

const { count, layout } = list.dataset;
if (layout && Number(count) > 0) begin(Number(count), layout);
// Without tiles there is nothing to do, and nothing to be chosen.
else if (list.children.length === 0) document.documentElement.classList.add("with-script");

/**
 * @param {number} count
 * @param {string} layoutUrl
 */
async function begin(count, layoutUrl) {
  const first = Number(list.dataset.first);
  const tiles = /** @type {HTMLLIElement[]} */ ([...list.querySelectorAll(".tile")]);
  const { ratios, positions, days = [] } = tiles.length === count ? ofPage() : await (await ask(layoutUrl)).json();
  const pages = new Pages(urlOfPage, positions, changed, tellHead);
  pages.keep(pageOf(first - 1), tiles);
  const grid = new Grid(list, pages, ratios, days);
  const selection = form.querySelector("[data-selected]") ? new Selection(form, grid, positions) : undefined;
  // Tiles that come alone do not know whether there is an archive.
  if (!selection) grid.onTile.push((tile) => tile.querySelector(".tile-choice")?.remove());
  const viewer = new Viewer({
    count: ratios.length,
    item: async (index) => itemOf(await grid.tile(index)),
    tile: (index) => grid.shown(index)?.querySelector("img"),
    left: (index) => grid.focus(index),
  });
  grid.onTile.push((tile, index) => {
    const anchor = link(tile);
    if (!anchor || anchor.dataset.opens !== undefined) return;
    anchor.dataset.opens = "";
    anchor.addEventListener("click", (event) => {
      if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      viewer.open(index);
    });
  });
  followKeys(grid, selection && ((index) => selection.toggle(index)));
  document.documentElement.classList.add("with-script");
  page.classList.add("is-whole");
  grid.begin();
  const wanted = /^#t(\d+)$/.exec(location.hash);
  if (wanted) grid.reveal(Math.min(Number(wanted[1]), grid.count) - 1, "center");
  else if (first > 1) grid.reveal(first - 1, "start");
  else if (scrolled() > 0) scrollTo({ top: scrolled(), behavior: "instant" });
  history.scrollRestoration = "manual";
  addEventListener("pagehide", () => sessionStorage.setItem(place(), String(scrollY)));
  setInterval(prepare, PREPARING);

  /** Some members came, went or changed their places: the shapes are asked for anew, and not again and again. */
  async function changed() {
    if (performance.now() - lastChange < CHANGES) return;
    lastChange = performance.now();
    const anew = await (await ask(layoutUrl)).json();
    // The page says what it is like without any.
    if (anew.ratios.length === 0) return location.reload();
    viewer.album.count = anew.ratios.length;
    positions.splice(0, positions.length, ...anew.positions);
    selection?.forget();
    pages.forget();
    grid.change(anew.ratios, anew.days ?? []);
    tellHead(await readPage(await ask(urlOfPage(1, true)), ".grid"));
  }

  /** Loads anew the pages of which pictures in view are being made. */
  async function prepare() {
    const waiting = [...list.querySelectorAll("[data-pending]")].map(indexOf);
    if (document.hidden || waiting.length === 0) return;
    const needed = [...new Set(waiting.map(pageOf))];
    await Promise.all(needed.map((page) => pages.load(page, true).catch(() => {})));
    // With its picture, the shape of an asset is known.
    if (waiting.some((index) => pages.tile(index)?.dataset.pending === undefined)) {
      const anew = await (await ask(layoutUrl)).json();
      if (anew.ratios.length === grid.count) grid.change(anew.ratios, anew.days ?? []);
    }
  }
}

/**
 * Says how many members there are and how far the preparation of their files is, as a page that was loaded says it.
 *
 * @param {Document} page
 */
function tellHead(page) {
  for (const part of [".link-about li", ".found"]) {
    const [old, anew] = [document, page].map((from) => from.querySelector(part));
    if (old && anew && old.textContent !== anew.textContent) old.replaceChildren(...anew.childNodes);
  }
  const [shown, told] = [document, page].map((from) => from.querySelector(".tools + .archive"));
  if (told) shown?.replaceChildren(...told.childNodes);
  else shown?.remove();
  const [size, known] = [document, page].map((from) => from.querySelector(".archive-choices .button-detail"));
  if (size && known) size.textContent = known.textContent;
}

/** The shapes of the tiles of this page, which is the only one, and the headings above them. */
function ofPage() {
  const tiles = /** @type {HTMLElement[]} */ ([...list.querySelectorAll(".tile")]);
  const days = /** @type {import("/assets/gallery/grid.js").Days} */ ([]);
  for (const child of list.children) {
    const last = days.at(-1);
    if (child.className === "day") days.push([child.textContent ?? "", 0]);
    else if (last) last[1] += 1;
  }
  return {
    days,
    ratios: tiles.map((tile) => Math.round(Number(getComputedStyle(tile).getPropertyValue("--r")) * 100)),
    positions: tiles.map((tile) => Number(tile.dataset.position)),
  };
}

/**
 * @param {number} number
 * @param {boolean} isWhole whether to ask for more than the tiles
 */
function urlOfPage(number, isWhole) {
  const url = new URL(location.href);
  const asked = new URL(/** @type {string} */ (layout), location.href);
  url.pathname = /** @type {string} */ (list.dataset.here);
  url.search = asked.search;
  url.hash = "";
  url.searchParams.set("page", String(number));
  if (!isWhole) url.searchParams.set("part", "tiles");
  return url.href;
}

/**
 * @param {HTMLLIElement | undefined} tile
 * @returns {import("/assets/gallery/viewer.js").Item | undefined}
 */
function itemOf(tile) {
  const anchor = link(tile);
  const picture = /** @type {HTMLImageElement | null} */ (tile?.querySelector("img") ?? null);
  if (!tile || !anchor || !picture) return undefined;
  const thumbnail = /** @type {string} */ (picture.getAttribute("src"));
  return {
    url: anchor.href,
    files: thumbnail.slice(0, thumbnail.lastIndexOf("/")),
    title: tile.querySelector(".tile-title > span")?.textContent ?? "",
    label: anchor.getAttribute("aria-label") ?? "",
    kind: tile.dataset.kind ?? "",
    shown: tile.dataset.shown,
    large: tile.dataset.large,
    thumbnail,
    isOffered: tile.dataset.size !== undefined,
  };
}

function place() {
  return `scrolled ${list.dataset.here}${new URL(layout ?? "", location.href).search}`;
}

/** Where the visitor was when the page was left, if this is the same visit of it. */
function scrolled() {
  const [way] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
  return way?.type === "navigate" ? 0 : Number(sessionStorage.getItem(place()));
}
