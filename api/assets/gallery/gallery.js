// The page of a collection, put together from its pages while the visitor scrolls. Without scripts each is complete.

import { COUNTED } from "/assets/gallery/downloads.js";
import { Grid, indexOf, link } from "/assets/gallery/grid.js";
import { offerOf, tellHead } from "/assets/gallery/head.js";
import { keep, kept } from "/assets/gallery/kept.js";
import { followKeys } from "/assets/gallery/keys.js";
import { LOCKED, hush, tell } from "/assets/gallery/notice.js";
import { Pages, ask, pageOf, readPage } from "/assets/gallery/pages.js";
import { Selection } from "/assets/gallery/selection.js";
import { text } from "/assets/gallery/texts.js";
import { offerTools } from "/assets/gallery/to_top.js";
import { Viewer } from "/assets/gallery/viewer.js";

/** How often pictures that are being made are asked for, in milliseconds. */
const PREPARING = 4000;

/** How long after the script has asked what the link shows it may ask once more, in milliseconds. */
const LOOKING = 5000;

const list = /** @type {HTMLElement} */ (document.querySelector(".grid"));
const form = /** @type {HTMLFormElement} */ (document.getElementById("choose"));
const page = /** @type {HTMLElement} */ (document.querySelector(".gallery-page"));
const look = /** @type {HTMLFormElement | null} */ (document.querySelector("[data-look]"));
/** The page as it is without scripts, in case that they fail. */
const untouched = form.cloneNode(true);

look?.querySelector("select")?.addEventListener("change", () => look.requestSubmit());

// After a reload, the entries of the history are of this page, whatever their address: what is no state of the viewer is
// another page.
addEventListener("popstate", (event) => {
  if (history.state?.viewer !== undefined || location.pathname === list.dataset.here) return;
  event.stopImmediatePropagation();
  location.reload();
});

const { count, layout } = list.dataset;
if (layout && Number(count) > 0) {
  begin(Number(count), layout).catch((error) => {
    giveUp();
    throw error;
  });
}
// Without tiles there is nothing to be chosen.
else if (list.children.length === 0) {
  document.documentElement.classList.add("with-script");
  if (layout) awaitMembers(layout);
}

/**
 * @param {number} count
 * @param {string} layoutUrl
 */
async function begin(count, layoutUrl) {
  const first = Number(list.dataset.first);
  let downloadsLeft = list.dataset.left === undefined ? null : Number(list.dataset.left);
  let offer = offerOf(document);
  let looked = -LOOKING;
  let isDue = false;
  const tiles = /** @type {HTMLLIElement[]} */ ([...list.querySelectorAll(".tile")]);
  const { ratios, positions, days = [] } = tiles.length === count ? ofPage() : await layoutNow();
  // The members have gone since the page was made: it stays as it is without scripts.
  if (positions.length === 0) return giveUp();
  const pages = new Pages(urlOfPage, positions, changed, tellHead);
  pages.keep(pageOf(first - 1), tiles);
  const grid = new Grid(list, pages, ratios, days);
  const selection = form.querySelector("[data-selected]") ? new Selection(form, grid, positions, async () => (await layoutNow()).downloadsLeft !== undefined) : undefined;
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
      viewer.open(index).catch((error) => {
        location.assign(anchor.href);
        throw error;
      });
    });
  });
  followKeys(grid, selection);
  offerTools(page, selection && (() => selection.start()));
  document.documentElement.classList.add("with-script");
  page.classList.add("is-whole");
  grid.begin();
  const before = scrolled();
  const wanted = /^#t(\d+)$/.exec(location.hash);
  if (wanted) grid.reveal(Math.min(Number(wanted[1]), grid.count) - 1, "center");
  else if (first > 1) grid.reveal(first - 1, "start");
  else if (before > 0) scrollTo({ top: before, behavior: "instant" });
  history.scrollRestoration = "manual";
  addEventListener("pagehide", () => keep(place(), String(scrollY)));
  setInterval(prepare, PREPARING);

  // Who comes back to the page sees what it is like now.
  const returned = () => document.hidden || performance.now() - looked < LOOKING || lookAnew();
  addEventListener("visibilitychange", returned);
  addEventListener("pageshow", (event) => event.persisted && returned());
  const takes = (/** @type {Event} */ event) => {
    const target = /** @type {Element} */ (event.target);
    const isTaken = event.type === "submit" ? target === form : target.closest(".viewer .caption a");
    if (isTaken && downloadsLeft !== null) setTimeout(lookAnew, COUNTED);
  };
  for (const taken of ["submit", "click"]) addEventListener(taken, takes);

  /** What the link shows now. */
  async function layoutNow() {
    return (await ask(layoutUrl)).json();
  }

  /** A page that came has other tiles than were told: that is looked after, and not again and again. */
  function changed() {
    if (isDue) return;
    isDue = true;
    setTimeout(
      () => {
        isDue = false;
        lookAnew(true);
      },
      looked + LOOKING - performance.now(),
    );
  }

  /**
   * Asks what the link shows and offers now: members may have come, gone, or changed their places, and downloads been used
   * up, withdrawn or changed.
   *
   * @param {boolean} [isChanged] whether it is known that there are other members
   */
  async function lookAnew(isChanged = false) {
    looked = performance.now();
    const [anew, page] = await Promise.all([layoutNow(), ask(urlOfPage(1, true)).then((answer) => readPage(answer, ".grid"))]);
    if (anew.ratios.length === 0) return location.replace(address().href);
    const [before, offerBefore] = [downloadsLeft, offer];
    downloadsLeft = anew.downloadsLeft ?? null;
    offer = offerOf(page);
    tellHead(page);
    if (isChanged || String(anew.positions) !== String(positions)) follow(anew);
    else if (String([anew.ratios, anew.days ?? []]) !== String([grid.ratios, grid.days])) grid.change(anew.ratios, anew.days ?? []);
    if (downloadsLeft !== null) selection?.withoutPhotos();
    if (downloadsLeft === before && offer === offerBefore) return;
    if (downloadsLeft === 0 && before !== 0) endDownloads(text("usedUp"));
    else if (offer === undefined && offerBefore !== undefined) endDownloads(text("downloadsWithdrawn"));
    else if (offer !== undefined && offerBefore === undefined) tell(text("downloadsChanged"), { label: text("loadAgain"), act: () => location.reload() });
    else if (offer !== offerBefore) {
      redraw();
      tell(text("downloadsChanged"), { label: text("close"), act: hush });
    }
    await viewer.renew();
  }

  /**
   * Shows other members, and says what has changed. The visitor stays where they are, and keeps what they selected.
   *
   * @param {{ ratios: number[], positions: number[], days?: import("/assets/gallery/grid.js").Days }} anew
   */
  function follow(anew) {
    const places = new Map(anew.positions.map((position, index) => [position, index]));
    const known = [...positions];
    const placed = (/** @type {number} */ index) => places.get(known[index]);
    positions.splice(0, positions.length, ...anew.positions);
    pages.forget();
    selection?.follow(placed);
    viewer.follow(anew.ratios.length, placed);
    grid.change(anew.ratios, anew.days ?? [], placed);
    const gone = known.filter((position) => !places.has(position)).length;
    const come = anew.positions.length - (known.length - gone);
    const told = [];
    if (come > 0) told.push(text("changedNew", { count: come }));
    if (gone > 0) told.push(text("changedGone", { count: gone }));
    if (told.length === 0 && String(known) !== String(anew.positions)) told.push(text("changedOrder"));
    if (told.length > 0) tell(told.join(" "), { label: text("close"), act: hush });
  }

  /**
   * Nothing is left to be downloaded: what is left is to look.
   *
   * @param {string} why
   */
  function endDownloads(why) {
    selection?.end();
    redraw();
    tell(why, { label: text("close"), act: hush });
  }

  /** Loads all tiles anew: something else of them may be downloaded. */
  function redraw() {
    pages.forget();
    grid.change(grid.ratios, grid.days);
  }

  /** Loads anew the pages of which pictures in view are being made. */
  async function prepare() {
    const waiting = [...list.querySelectorAll("[data-pending]")].map(indexOf);
    if (document.hidden || waiting.length === 0) return;
    const needed = [...new Set(waiting.map(pageOf))];
    await Promise.all(needed.map((page) => pages.load(page, true).catch(() => {})));
    // With its picture, the shape of an asset is known.
    if (waiting.some((index) => pages.tile(index)?.dataset.pending === undefined)) await lookAnew();
  }
}

/** Makes the page what it is without scripts. The browser lacks something that they need. */
function giveUp() {
  document.documentElement.classList.remove("with-script", "selecting");
  page.classList.remove("is-whole");
  for (const added of document.querySelectorAll("[data-by-script], dialog.viewer")) added.remove();
  form.replaceWith(untouched);
}

/**
 * Shows what comes into a gallery that is empty, as soon as its visitor comes back to it.
 *
 * @param {string} layoutUrl
 */
function awaitMembers(layoutUrl) {
  let looked = -LOOKING;
  addEventListener("visibilitychange", async () => {
    if (document.hidden || performance.now() - looked < LOOKING) return;
    looked = performance.now();
    const { positions } = await (await ask(layoutUrl)).json();
    if (positions.length > 0) location.reload();
  });
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

/** The address of the gallery, with the order and the search of the visitor. */
function address() {
  const url = new URL(/** @type {string} */ (list.dataset.here), location.href);
  url.search = new URL(/** @type {string} */ (layout), location.href).search;
  return url;
}

/**
 * @param {number} number
 * @param {boolean} isWhole whether to ask for more than the tiles
 */
function urlOfPage(number, isWhole) {
  const url = address();
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
  const wasLocked = kept(LOCKED) !== null;
  keep(LOCKED, "");
  return way?.type === "navigate" && !wasLocked ? 0 : Number(kept(place()));
}
