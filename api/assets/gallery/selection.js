// Selecting tiles: by their corner, with Shift from one to another, by drawing over them, and on a phone by a long press
// (drawing.js). What is selected is kept for this tab, so that it outlasts a search, another order and a reload.

import { followPointer } from "/assets/gallery/drawing.js";
import { indexOf } from "/assets/gallery/grid.js";
import { keep, kept } from "/assets/gallery/kept.js";
import { hush, tell } from "/assets/gallery/notice.js";
import { Photos, hasPhotos } from "/assets/gallery/photos.js";
import { text } from "/assets/gallery/texts.js";

/** The longest list of positions that every server between takes as an address. */
const MAX_TEXT = 6000;

export class Selection {
  /** @type {Set<number>} the numbers of the tiles, from 0 */
  #chosen = new Set();
  /** @type {Set<number>} the positions of what is selected and not among the tiles that a search has found */
  #elsewhere = new Set();
  /** The sizes of what the tiles hand out that were seen, in bytes. */
  #bytes = new Float64Array();
  /** How many files that is; 0: the tile was not seen. */
  #files = new Uint32Array();
  #anchor = 0;
  #isOver = false;
  /** Whether a click chooses, and does not open. */
  #isSelecting = false;
  #text = Object.assign(document.createElement("span"), { className: "selection-bar-text" });
  #download = Object.assign(document.createElement("button"), { type: "submit", className: "button button-main", textContent: text("download") });

  /**
   * @param {HTMLFormElement} form
   * @param {import("/assets/gallery/grid.js").Grid} grid
   * @param {number[]} positions
   * @param {() => Promise<boolean>} isCounted whether downloads are limited now
   */
  constructor(form, grid, positions, isCounted) {
    this.form = form;
    this.grid = grid;
    this.positions = positions;
    // Not where downloads are limited, because each file would be one.
    this.photos = hasPhotos() && grid.list.dataset.left === undefined ? new Photos(grid, isCounted) : undefined;
    this.field = /** @type {HTMLInputElement} */ (form.querySelector("[data-selected]"));
    this.bar = this.#makeBar();
    form.append(this.bar);
    document.addEventListener("change", ({ target }) => target === this.versions && this.#show());
    const begin = Object.assign(document.createElement("button"), { type: "button", className: "button", textContent: text("select") });
    begin.addEventListener("click", () => this.start());
    begin.dataset.byScript = "";
    this.begin = begin;
    document.querySelector(".archive-choices")?.append(begin);
    grid.onTile.push((tile, index) => this.#wire(tile, index));
    form.addEventListener("submit", (event) => this.#submit(event));
    followPointer(grid, this);
    this.#recall();
    // A phone may end a page in the background without another word.
    for (const [target, left] of /** @type {const} */ ([[window, "pagehide"], [document, "visibilitychange"]])) {
      target.addEventListener(left, () => keep(this.#place, ranges(this.#chosenPositions)));
    }
    // The browser ticks boxes again when it goes back.
    addEventListener("pageshow", () => this.#show());
  }

  get size() {
    return this.#chosen.size + this.#elsewhere.size;
  }

  /** Which files are downloaded, if that can be chosen. */
  get versions() {
    return /** @type {HTMLSelectElement | null} */ (document.querySelector(".archive-choices select"));
  }

  get isSelecting() {
    return this.#isSelecting;
  }

  /** Whether there is something left to download. */
  get canSelect() {
    return !this.#isOver;
  }

  /** @param {number} index */
  has(index) {
    return this.#chosen.has(index);
  }

  /** What is chosen now, as the numbers of the tiles. */
  get chosen() {
    return new Set(this.#chosen);
  }

  /** Begins selecting with nothing chosen yet. */
  start() {
    this.#select(true);
  }

  /** Ends selecting, with the keyboard where it began. */
  leave() {
    this.clear();
    // The button may be far above.
    this.begin.focus({ preventScroll: true });
  }

  /**
   * Chooses a tile, or gives it up.
   *
   * @param {number} index
   */
  toggle(index) {
    this.#set(index, !this.#chosen.has(index));
    this.#anchor = index;
    this.#show();
  }

  clear() {
    this.#chosen.clear();
    this.#elsewhere.clear();
    this.#select(false);
  }

  /**
   * Keeps what is chosen where the tiles have other numbers now.
   *
   * @param {(index: number) => number | undefined} placed the present number of a tile by its number before; none: it is
   *   gone
   */
  follow(placed) {
    this.#forgetFiles();
    const now = [...this.#chosen].map(placed);
    this.#chosen = new Set(now.filter((index) => index !== undefined));
    this.#anchor = placed(this.#anchor) ?? 0;
    this.#show();
  }

  /** Under which name the selection is kept. */
  get #place() {
    return `selected ${this.grid.list.dataset.here}`;
  }

  /** Selects what was selected when another page of this gallery was left. */
  #recall() {
    const places = new Map(this.positions.map((position, index) => [position, index]));
    for (const position of positionsOf(kept(this.#place) ?? "")) {
      const index = places.get(position);
      if (index !== undefined) this.#set(index, true);
      // In the whole gallery, what is not there is gone.
      else if (this.form.dataset.whole === undefined) this.#elsewhere.add(position);
    }
    this.#show();
  }

  #forgetFiles() {
    this.#bytes = new Float64Array(this.grid.count);
    this.#files = new Uint32Array(this.grid.count);
  }

  /** Ends selecting: no download is left. */
  end() {
    this.clear();
    this.#isOver = true;
    this.bar.remove();
    this.begin.remove();
  }

  /** Downloads are limited now: each file for the photo library would be one. */
  withoutPhotos() {
    this.photos?.leave();
    this.photos = undefined;
  }

  /** @param {string} message */
  #tell(message) {
    tell(message, { label: text("close"), act: hush });
  }

  /** @param {boolean} isSelecting */
  #select(isSelecting) {
    this.#isSelecting = isSelecting;
    this.#show();
  }

  /**
   * Chooses the tiles between two, or gives them up, as the first one is.
   *
   * @param {Set<number>} before what was chosen before: tiles that were drawn over, and are no longer, are as they were
   * @param {number} from
   * @param {number} to
   */
  draw(before, from, to) {
    const isChosen = this.#chosen.has(from);
    this.#chosen = new Set(before);
    this.#set(from, isChosen);
    this.#range(from, to);
  }

  /**
   * Makes all tiles between two as chosen as the first is.
   *
   * @param {number} from
   * @param {number} to
   */
  #range(from, to) {
    const isChosen = this.#chosen.has(from);
    for (let index = Math.min(from, to); index <= Math.max(from, to); index += 1) this.#set(index, isChosen);
    this.#show();
  }

  /**
   * @param {number} index
   * @param {boolean} isChosen
   */
  #set(index, isChosen) {
    // Of a tile that is not here, the archive knows whether it has files.
    const tile = this.grid.pages.tile(index);
    if (isChosen && !this.#isOver && (!tile || box(tile))) this.#chosen.add(index);
    else this.#chosen.delete(index);
  }

  /**
   * @param {HTMLLIElement} tile
   * @param {number} index
   */
  #wire(tile, index) {
    const choice = box(tile);
    if (!choice) return;
    if (this.#isOver) return choice.remove();
    choice.tabIndex = -1;
    choice.checked = this.#chosen.has(index);
    if (this.#files.length !== this.grid.count) this.#forgetFiles();
    this.#bytes[index] = Number(tile.dataset.size);
    this.#files[index] = Number(tile.dataset.files);
    if (tile.dataset.wired !== undefined) return;
    tile.dataset.wired = "";
    choice.addEventListener("click", (event) => {
      if (event.shiftKey && this.#chosen.size > 0) {
        this.#set(this.#anchor, true);
        this.#range(this.#anchor, index);
      } else {
        this.toggle(index);
      }
    });
    // While something is chosen, a click on a picture chooses it, too.
    tile.querySelector("a")?.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || !this.#isSelecting) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (event.shiftKey) this.#range(this.#anchor, index);
      else this.toggle(index);
    });
  }

  #makeBar() {
    const bar = document.createElement("div");
    bar.className = "selection-bar";
    bar.hidden = true;
    this.#text.setAttribute("role", "status");
    const button = (/** @type {string} */ label, /** @type {string} */ look, /** @type {() => void} */ act) => {
      const element = Object.assign(document.createElement("button"), { type: "button", className: `button ${look}`, textContent: label });
      element.addEventListener("click", act);
      return element;
    };
    bar.append(
      this.#text,
      this.#download,
      ...(this.photos ? [this.photos.button] : []),
      button(text("selectAll"), "", () => this.all()),
      button(text("cancel"), "", () => {
        this.leave();
      }),
    );
    return bar;
  }

  all() {
    for (let index = 0; index < this.grid.count; index += 1) this.#set(index, true);
    this.#show();
  }

  #show() {
    const count = this.size;
    if (count > 0) this.#isSelecting = true;
    document.documentElement.classList.toggle("selecting", this.#isSelecting);
    this.bar.hidden = !this.#isSelecting;
    this.#download.disabled = count === 0;
    this.photos?.choose([...this.#chosen]);
    this.#text.textContent = count === 0 ? text("nothingSelected") : `${text("selected", { count })}${this.#told()}`;
    for (const tile of this.grid.list.querySelectorAll(".tile")) {
      const choice = box(tile);
      if (choice) choice.checked = this.#chosen.has(indexOf(tile));
    }
  }

  /** How many files the selection is, and their size; nothing, if that is not known: of tiles that were not seen yet, and
   * of a part of the files. */
  #told() {
    const { versions } = this;
    if (this.#elsewhere.size > 0) return ` · ${text("selectedElsewhere", { count: this.#elsewhere.size })}`;
    if (versions && versions.value !== "") return "";
    let [bytes, files] = [0, 0];
    for (const index of this.#chosen) {
      if (!this.#files[index]) return "";
      bytes += this.#bytes[index];
      files += this.#files[index];
    }
    return `${files === this.size ? "" : ` · ${text("selectedFiles", { count: files })}`} · ${humanSize(bytes)}`;
  }

  /** @param {SubmitEvent} event */
  #submit(event) {
    const isAll = /** @type {HTMLButtonElement | null} */ (event.submitter)?.name === "select";
    const whole = this.size === this.grid.count && this.form.dataset.whole !== undefined;
    this.field.value = isAll ? "" : whole ? "all" : ranges(this.#chosenPositions);
    if (this.field.value.length > MAX_TEXT) {
      event.preventDefault();
      this.#tell(text("selectionTooLong"));
      return;
    }
    // The positions are in one field.
    const boxes = this.grid.list.querySelectorAll("input");
    for (const box of boxes) box.disabled = true;
    setTimeout(() => boxes.forEach((box) => (box.disabled = false)));
  }

  get #chosenPositions() {
    return [...this.#elsewhere, ...[...this.#chosen].map((index) => this.#position(index))];
  }

  /**
   * The position of a tile as it is shown, and else as it was told.
   *
   * @param {number} index
   */
  #position(index) {
    const tile = this.grid.pages.tile(index);
    return tile ? Number(tile.dataset.position) : this.positions[index];
  }
}

/** @param {Element} tile */
function box(tile) {
  return /** @type {HTMLInputElement | null} */ (tile.querySelector(".tile-choice"));
}

/**
 * Positions as an archive reads them, such as `3,7,9-12`.
 *
 * @param {number[]} positions
 */
export function ranges(positions) {
  const sorted = [...positions].sort((one, other) => one - other);
  /** @type {[number, number][]} */
  const found = [];
  for (const position of sorted) {
    const last = found.at(-1);
    if (last && position === last[1] + 1) last[1] = position;
    else found.push([position, position]);
  }
  return found.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(",");
}

/**
 * The positions of such a text. What is not one is left out.
 *
 * @param {string} text
 */
function positionsOf(text) {
  return text.split(",").flatMap((stretch) => {
    const [, first, last = first] = /^(\d{1,7})(?:-(\d{1,7}))?$/.exec(stretch) ?? [];
    if (first === undefined) return [];
    return Array.from({ length: Math.max(Number(last) - Number(first) + 1, 0) }, (_, step) => Number(first) + step);
  });
}

/**
 * A size as the pages write it: decimal units with one digit.
 *
 * @param {number} bytes
 */
export function humanSize(bytes) {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  let [size, unit] = [bytes, 0];
  while (size >= 1000 && unit + 1 < units.length) {
    size /= 1000;
    unit += 1;
  }
  const number = size.toFixed(unit === 0 ? 0 : 1).replace(".", text("decimalSeparator"));
  return text("size", { number, unit: units[unit] });
}
