// The grid of a gallery: only the tiles around the view are in the page, however many there are.

import { arrange, beside, rowAt, startOf } from "/assets/gallery/rows.js";
import { PAGE, pageOf } from "/assets/gallery/pages.js";
import { Rush, release } from "/assets/gallery/rush.js";

/** @typedef {[string, number][]} Days the headings, each with how many tiles are below it */

/** How long loading waits while the visitor scrolls, in milliseconds. */
const WHILE_SCROLLING = 80;

/** How many new tiles a frame gets at most, so that it is not a long one. Those in view do not wait. */
const AT_ONCE = 6;

export class Grid {
  /** @type {import("/assets/gallery/rows.js").Rows} */
  rows = arrange([], 1, 1, 0);
  /** The tile that the keyboard is at. */
  active = 0;
  /** @type {number | undefined} a tile that a finger holds: its touches end when it leaves the page */
  held = undefined;
  /** @type {((tile: HTMLLIElement, index: number) => void)[]} called for each tile that comes into the page */
  onTile = [];
  #width = 0;
  #isDrawing = false;
  #isLoading = false;
  /** @type {Map<number, HTMLLIElement>} */
  #shown = new Map();
  /** @type {Map<number, HTMLLIElement>} */
  #headings = new Map();
  #rush = new Rush(() => this.#shown.values());

  /**
   * @param {HTMLElement} list
   * @param {import("/assets/gallery/pages.js").Pages} pages
   * @param {ArrayLike<number>} ratios
   * @param {Days} days
   */
  constructor(list, pages, ratios, days) {
    this.list = list;
    this.pages = pages;
    this.ratios = ratios;
    this.days = days;
  }

  /** Puts the tiles in their places, and follows the view. */
  begin() {
    for (const heading of this.list.querySelectorAll(".day")) heading.remove();
    for (const tile of this.list.children) this.#shown.set(indexOf(tile), /** @type {HTMLLIElement} */ (tile));
    for (const [index, tile] of this.#shown) this.onTile.forEach((act) => act(tile, index));
    this.#arrange();
    this.list.classList.add("grid-placed");
    this.#draw();
    addEventListener("scroll", () => this.draw(), { passive: true });
    this.#width = this.list.clientWidth;
    // In the next frame: what changes the size of the page while its size is observed is an error.
    new ResizeObserver(() => requestAnimationFrame(() => this.#resize())).observe(document.body);
  }

  #resize() {
    if (this.list.clientWidth === this.#width) return this.#draw();
    this.#width = this.list.clientWidth;
    const anchor = this.#rowInView();
    const index = this.rows.firsts[anchor] ?? 0;
    const offset = this.#top() + (this.rows.tops[anchor] ?? 0);
    this.#arrange();
    const top = this.#top();
    // What was at the top of the view stays there.
    if (top < 0) scrollBy({ top: top + this.rows.tops[this.rows.rowOf[index]] - offset, behavior: "instant" });
    this.#draw();
  }

  /**
   * Shows other members, or others of their shapes. What is at the top of the view stays there.
   *
   * @param {ArrayLike<number>} ratios
   * @param {Days} days
   * @param {(index: number) => number | undefined} [placed] the present number of a tile by its number before; none: it
   *   is gone
   */
  change(ratios, days, placed = (index) => index) {
    let anchor = this.rows.firsts[this.#rowInView()] ?? 0;
    while (placed(anchor) === undefined && anchor + 1 < this.count) anchor += 1;
    const top = this.#top();
    const offset = top + (this.rows.tops[this.rows.rowOf[anchor]] ?? 0);
    this.ratios = ratios;
    this.days = days;
    this.active = Math.min(placed(this.active) ?? this.active, Math.max(this.count - 1, 0));
    const hadFocus = this.list.contains(document.activeElement);
    for (const tile of this.#shown.values()) tile.remove();
    this.#shown.clear();
    for (const heading of this.#headings.values()) heading.remove();
    this.#headings.clear();
    this.#arrange();
    const now = placed(anchor);
    if (top < 0 && now !== undefined) {
      scrollBy({ top: this.#top() + this.rows.tops[this.rows.rowOf[now]] - offset, behavior: "instant" });
    }
    this.#draw();
    if (hadFocus) this.focus(this.active, this.#shown.has(this.active));
  }

  get count() {
    return this.ratios.length;
  }

  /** Draws at the next frame. */
  draw() {
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    requestAnimationFrame(() => this.#draw());
  }

  /**
   * The tile of this number, if it is in the page.
   *
   * @param {number} index
   */
  shown(index) {
    return this.#shown.get(index);
  }

  /**
   * The tile of this number, loaded if need be.
   *
   * @param {number} index
   * @returns {Promise<HTMLLIElement | undefined>}
   */
  async tile(index) {
    const tile = this.pages.tile(index) ?? (await this.pages.load(pageOf(index)))[index % PAGE];
    if (tile) release(tile);
    return tile;
  }

  /**
   * Scrolls until a tile is in view.
   *
   * @param {number} index
   * @param {"nearest" | "start" | "center"} [where]
   */
  reveal(index, where = "nearest") {
    const row = this.rows.rowOf[index];
    const start = startOf(this.rows, row);
    const [top, height] = [this.#top() + start, this.rows.tops[row] + this.rows.heights[row] - start];
    const room = innerHeight - height;
    // The tools above and the bar below hide nothing.
    const { scrollPaddingTop, scrollPaddingBottom } = getComputedStyle(document.documentElement);
    const [above, below] = [scrollPaddingTop, scrollPaddingBottom].map((padding) => 8 + (parseFloat(padding) || 0));
    const to = where === "start" ? above : where === "center" ? room / 2 : Math.min(Math.max(top, above), Math.max(room - below, above));
    if (Math.abs(to - top) > 1) scrollBy({ top: top - to, behavior: "instant" });
    this.#draw();
  }

  /**
   * Moves the keyboard to a tile, as soon as it is there.
   *
   * @param {number} index
   * @param {boolean} [stays] whether the view stays where it is
   */
  async focus(index, stays = false) {
    const before = this.active;
    this.active = Math.min(Math.max(index, 0), this.count - 1);
    if (!stays) this.reveal(this.active);
    this.#tabStop(before);
    this.#tabStop(this.active);
    const wanted = this.active;
    if (!link(this.shown(wanted))) {
      await this.tile(wanted).catch(() => {});
      if (this.active !== wanted) return;
      this.#draw();
    }
    link(this.shown(wanted))?.focus({ preventScroll: true });
  }

  /**
   * The tile above or below one.
   *
   * @param {number} index
   * @param {1 | -1} step
   */
  beside(index, step) {
    return beside(this.rows, index, step);
  }

  /** @param {number} index */
  #tabStop(index) {
    const tile = this.shown(index);
    const anchor = link(tile);
    if (anchor) anchor.tabIndex = index === this.active ? 0 : -1;
  }

  #top() {
    return this.list.getBoundingClientRect().top;
  }

  #rowInView() {
    return rowAt(this.rows, -this.#top());
  }

  #arrange() {
    const [row, head] = ["grid-row", "grid-head"].map((name) => this.#heightOf(name));
    const gap = parseFloat(getComputedStyle(this.list).columnGap) || 0;
    const below = this.days.map(([, count]) => count);
    this.rows = arrange(this.ratios, this.list.getBoundingClientRect().width, row, gap, below, head);
    this.list.style.height = `${this.rows.height}px`;
    for (const [index, tile] of this.#shown) this.#place(index, tile);
    for (const [number, heading] of this.#headings) heading.style.top = `${this.rows.headings[number]}px`;
  }

  /**
   * The height that the style sheet gives to something in the grid.
   *
   * @param {string} name
   */
  #heightOf(name) {
    const probe = document.createElement("div");
    probe.className = name;
    this.list.append(probe);
    const { height } = probe.getBoundingClientRect();
    probe.remove();
    return height;
  }

  /**
   * @param {number} index
   * @param {HTMLElement} tile
   */
  #place(index, tile) {
    const row = this.rows.rowOf[index];
    const { style } = tile;
    style.insetInlineStart = `${this.rows.lefts[index]}px`;
    style.top = `${this.rows.tops[row]}px`;
    style.width = `${this.rows.widths[index]}px`;
    style.height = `${this.rows.heights[row]}px`;
  }

  #draw() {
    this.#isDrawing = false;
    const count = this.count;
    // Where the script has given up, the page has another list.
    if (count === 0 || !this.list.isConnected) return;
    this.#rush.move();
    const top = -this.#top();
    const first = this.rows.firsts[rowAt(this.rows, top - innerHeight)];
    const last = this.#lastAt(top + 2 * innerHeight);
    const [firstInView, lastInView] = [this.rows.firsts[rowAt(this.rows, top)], this.#lastAt(top + innerHeight)];
    let room = AT_ONCE;
    const waits = (/** @type {number} */ index) =>
      index !== this.active && (this.#rush.isRushing || index < firstInView || index > lastInView) && (room -= 1) < 0;
    /** @type {Set<number>} */
    const pages = new Set();
    /** @type {Set<number>} */
    const kept = new Set();
    for (let index = first; index <= last; index += 1) {
      pages.add(pageOf(index));
      kept.add(index);
    }
    // Who is at a tile with the keyboard stays there.
    const focused = this.list.contains(document.activeElement) && document.activeElement?.closest(".tile");
    if (focused && focused.id) kept.add(indexOf(focused));
    if (this.held !== undefined && this.held < count) kept.add(this.held);
    /** @type {Set<number>} blank ones whose tile has come */
    const replaced = new Set();
    for (const [index, tile] of this.#shown) {
      const isReplaced = tile.dataset.blank !== undefined && this.pages.tile(index) && !waits(index);
      if (kept.has(index) && !isReplaced) continue;
      if (isReplaced) replaced.add(index);
      tile.remove();
      this.#shown.delete(index);
    }
    const headings = new Set([...kept].map((index) => this.#headingAt(index)));
    for (const [number, heading] of this.#headings) {
      if (headings.has(number)) continue;
      heading.remove();
      this.#headings.delete(number);
    }
    let next = /** @type {Element | null} */ (this.list.firstElementChild);
    const put = (/** @type {Element} */ element) => {
      if (next === element) next = next.nextElementSibling;
      else this.list.insertBefore(element, next);
    };
    for (const index of [...kept].sort((one, other) => one - other)) {
      const tile = this.#shown.get(index) ?? (replaced.has(index) || !waits(index) ? this.#bring(index) : undefined);
      if (!tile) continue;
      const heading = this.#headingAt(index);
      if (heading >= 0) put(this.#headings.get(heading) ?? this.#bringHeading(heading));
      put(tile);
    }
    if (room < 0) this.draw();
    // Somewhere in view, Tab comes to the grid.
    if (!kept.has(this.active)) {
      this.active = this.rows.firsts[rowAt(this.rows, Math.max(top, 0))];
      this.#tabStop(this.active);
    }
    this.#load(pages);
  }

  /**
   * The last tile of the row at a distance from the top.
   *
   * @param {number} top
   */
  #lastAt(top) {
    return (this.rows.firsts[rowAt(this.rows, top) + 1] ?? this.count) - 1;
  }

  /**
   * The heading right before a tile; -1, where there is none.
   *
   * @param {number} index
   */
  #headingAt(index) {
    const row = this.rows.rowOf[index];
    return this.rows.firsts[row] === index ? this.rows.headingOf[row] : -1;
  }

  /** @param {number} number */
  #bringHeading(number) {
    const heading = document.createElement("li");
    heading.className = "day";
    heading.style.top = `${this.rows.headings[number]}px`;
    heading.append(document.createElement("h2"));
    heading.children[0].textContent = this.days[number][0];
    this.#headings.set(number, heading);
    return heading;
  }

  /** @param {number} index */
  #bring(index) {
    const tile = this.pages.tile(index) ?? blank();
    this.#rush.holdOrRelease(tile);
    this.#shown.set(index, tile);
    if (tile.dataset.colour) tile.style.setProperty("--c", tile.dataset.colour);
    // On paper, the style sheet makes the rows.
    tile.style.setProperty("--r", String(this.ratios[index] / 100));
    this.#place(index, tile);
    this.#tabStop(index);
    if (tile.dataset.blank === undefined) this.onTile.forEach((act) => act(tile, index));
    return tile;
  }

  /** @param {Set<number>} pages */
  #load(pages) {
    const missing = [...pages].some((page) => !this.pages.tile((page - 1) * PAGE));
    if (!missing || this.#isLoading) return;
    this.#isLoading = true;
    // Of pages that only rush by, none is loaded.
    setTimeout(() => {
      this.#isLoading = false;
      const wanted = new Set([...this.#shown.keys()].map(pageOf));
      this.pages.want(wanted, () => this.draw());
    }, WHILE_SCROLLING);
  }
}

/**
 * The number of a tile, from 0.
 *
 * @param {Element} tile
 */
export function indexOf(tile) {
  return Number(tile.id.slice(1)) - 1;
}

/**
 * The link of a tile.
 *
 * @param {Element | undefined | null} tile
 */
export function link(tile) {
  return /** @type {HTMLAnchorElement | null} */ (tile?.querySelector(".tile-link") ?? null);
}

/** The place of a tile that is not loaded yet. */
function blank() {
  const tile = document.createElement("li");
  tile.className = "tile";
  tile.dataset.blank = "";
  tile.setAttribute("aria-hidden", "true");
  return tile;
}
