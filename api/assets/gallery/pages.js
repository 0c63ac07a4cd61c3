// The tiles of a gallery, a page at a time: the pages are those that a visitor without scripts turns.

import { trouble } from "/assets/gallery/notice.js";

/** How many tiles a page has. */
export const PAGE = 60;

/** How many pages are kept. */
const KEPT = 12;

/** @typedef {HTMLLIElement[]} Tiles */

export class Pages {
  /** @type {Map<number, Tiles>} the last used page comes last */
  #kept = new Map();
  /** @type {Map<number, { tiles: Promise<Tiles>, stop: AbortController }>} */
  #coming = new Map();

  /**
   * @param {(page: number, isWhole: boolean) => string} url the address of a page, the first of which has the number 1,
   *   or of its tiles only
   * @param {number[]} positions those of all tiles, in order
   * @param {() => void} changed called when there are others now, or in another order
   * @param {(page: Document) => void} came called for each page that was loaded with all that stands above its tiles
   */
  constructor(url, positions, changed, came) {
    this.url = url;
    this.positions = positions;
    this.changed = changed;
    this.came = came;
  }

  /**
   * Keeps a page that is here already.
   *
   * @param {number} page
   * @param {Tiles} tiles
   */
  keep(page, tiles) {
    this.#kept.delete(page);
    this.#kept.set(page, tiles);
    for (const old of this.#kept.keys()) {
      if (this.#kept.size <= KEPT) break;
      if (!this.#kept.get(old)?.some((tile) => tile.isConnected)) this.#kept.delete(old);
    }
  }

  /** Forgets all pages. */
  forget() {
    for (const { stop } of this.#coming.values()) stop.abort();
    this.#kept.clear();
  }

  /**
   * The tile of this number, from 0, if it is here.
   *
   * @param {number} index
   */
  tile(index) {
    return this.#kept.get(pageOf(index))?.[index % PAGE];
  }

  /**
   * Loads these pages, and no others.
   *
   * @param {Set<number>} wanted
   * @param {() => void} arrived called when one of them has come
   */
  want(wanted, arrived) {
    for (const [page, { stop }] of this.#coming) {
      if (!wanted.has(page)) stop.abort();
    }
    for (const page of wanted) {
      if (!this.#kept.has(page)) this.load(page).then(arrived, () => {});
    }
  }

  /**
   * A page, loaded if it is not here.
   *
   * @param {number} page
   * @param {boolean} [anew] whether to load it although it is here, with all that stands above its tiles
   * @returns {Promise<Tiles>}
   */
  load(page, anew = false) {
    const kept = this.#kept.get(page);
    if (kept && !anew) return Promise.resolve(kept);
    const coming = this.#coming.get(page);
    if (coming) return coming.tiles;
    const stop = new AbortController();
    const tiles = this.#fetch(page, anew, stop.signal).finally(() => this.#coming.delete(page));
    this.#coming.set(page, { tiles, stop });
    return tiles;
  }

  /**
   * @param {number} page
   * @param {boolean} isWhole
   * @param {AbortSignal} signal
   * @returns {Promise<Tiles>}
   */
  async #fetch(page, isWhole, signal) {
    const document = await readPage(await ask(this.url(page, isWhole), signal), ".grid");
    const tiles = /** @type {Tiles} */ ([...document.querySelectorAll(".grid > .tile")]);
    const before = this.#kept.get(page);
    tiles.forEach((tile, place) => isMade(before?.[place], tile) && askAnew(tile));
    this.keep(page, tiles);
    if (isWhole) this.came(document);
    const known = this.positions.slice((page - 1) * PAGE, page * PAGE);
    const isKnown = (/** @type {HTMLElement} */ tile, /** @type {number} */ place) => Number(tile.dataset.position) === known[place];
    if (tiles.length !== known.length || !tiles.every(isKnown)) this.changed();
    return tiles;
  }
}

/**
 * Whether the picture of a tile was being made, and is there now.
 *
 * @param {HTMLElement | undefined} before
 * @param {HTMLElement} now
 */
function isMade(before, now) {
  return before?.dataset.pending !== undefined && now.dataset.pending === undefined;
}

/**
 * Gives the picture of a tile another address: the browser keeps what it loaded from the old one, a placeholder, as long
 * as this page is open.
 *
 * @param {HTMLElement} tile
 */
function askAnew(tile) {
  const picture = tile.querySelector("img");
  picture?.setAttribute("src", `${picture.getAttribute("src")}?made`);
}

/** @param {number} index the page of the tile of this number */
export function pageOf(index) {
  return Math.floor(index / PAGE) + 1;
}

/**
 * A page of ours.
 *
 * @param {Response} answer
 * @param {string} part what is on the page; without it, the page asks for the password
 */
export async function readPage(answer, part) {
  const html = await answer.text();
  // The policy of this page allows its own style sheet only, and the tiles tell their colours anyway.
  const page = new DOMParser().parseFromString(html.replace(/<style>.*?<\/style>/s, ""), "text/html");
  if (!page.querySelector(part)) await trouble(new Response(null, { status: 401 }));
  return page;
}

/**
 * Asks for something of ours. What goes wrong is told to the visitor, and tried again where that helps.
 *
 * @param {string} url
 * @param {AbortSignal} [signal]
 * @param {boolean} [mayBeGone] whether an answer that it is not there is an answer, and nothing to be told
 * @returns {Promise<Response>}
 */
export async function ask(url, signal, mayBeGone = false) {
  for (;;) {
    const answer = await fetch(url, { signal }).catch((error) => {
      if (signal?.aborted) throw error;
      return undefined;
    });
    if (answer?.ok || (mayBeGone && answer?.status === 404)) return answer;
    await trouble(answer);
  }
}

/**
 * Asks whether a link is still open, after something of it was not there. If it is not, the visitor is told so, and this
 * never resolves.
 *
 * @param {string} url a page of the link
 */
export async function stillOpen(url) {
  const [, , token] = new URL(url, location.href).pathname.split("/");
  await readPage(await ask(`/s/${token}?page=1&part=tiles`), ".grid, [data-caption]");
}
