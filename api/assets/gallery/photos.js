// Saving to the photo library of an iPhone or iPad. Its share sheet takes files from a page, but only at once after a tap:
// so the first tap loads the files, and the next one opens the sheet.

import { hush, tell } from "/assets/gallery/notice.js";
import { text } from "/assets/gallery/texts.js";

/** How many files the sheet is given at once. */
const MOST_FILES = 25;

/** How many bytes they may have: a phone holds them in memory. */
const MOST_BYTES = 200_000_000;

/** Whether this device has a photo library to which pages can save. */
export function hasPhotos() {
  const { userAgent, platform, maxTouchPoints } = navigator;
  // An iPad says that it is a Mac.
  const isTouched = /iPhone|iPad|iPod/.test(userAgent) || (platform === "MacIntel" && maxTouchPoints > 1);
  if (!isTouched || !navigator.canShare) return false;
  return navigator.canShare({ files: [new File([""], "picture.jpg", { type: "image/jpeg" })] });
}

export class Photos {
  button = Object.assign(document.createElement("button"), { type: "button", className: "button" });
  /** @type {Map<string, File>} what is loaded */
  #files = new Map();
  /** @type {AbortController | undefined} */
  #loading;
  /** Whether all that is chosen is loaded. */
  #isReady = false;
  /** @type {number[]} the numbers of the tiles that are selected */
  #chosen = [];

  /**
   * @param {import("/assets/gallery/grid.js").Grid} grid
   * @param {() => Promise<boolean>} isCounted whether downloads are limited now, and each file would be one
   */
  constructor(grid, isCounted) {
    this.grid = grid;
    this.isCounted = isCounted;
    this.button.addEventListener("click", () => this.#act());
    this.#forget();
  }

  /**
   * Takes what is selected now, and gives up what was loaded of another selection.
   *
   * @param {number[]} chosen the numbers of the tiles
   */
  choose(chosen) {
    if (String(chosen) === String(this.#chosen)) return;
    this.#chosen = chosen;
    this.#forget();
  }

  /** Takes the button away, and gives up what is being loaded. */
  leave() {
    this.#forget();
    this.button.remove();
  }

  #forget() {
    this.#loading?.abort();
    this.#loading = undefined;
    this.#files.clear();
    this.#isReady = false;
    this.#show(text("photosSave"));
  }

  /** @param {string} label */
  #show(label) {
    this.button.textContent = label;
    this.button.disabled = this.#chosen.length === 0;
    this.button.classList.toggle("button-main", this.#isReady);
  }

  #act() {
    if (this.#loading) return this.#forget();
    return this.#isReady ? this.#share() : this.#load();
  }

  async #load() {
    if (this.#chosen.length > MOST_FILES) return say(text("photosTooMany", { most: MOST_FILES }));
    const stop = new AbortController();
    this.#loading = stop;
    try {
      const isCounted = await this.isCounted();
      if (stop.signal.aborted) return;
      if (isCounted) {
        this.leave();
        return say(text("photosCounted"));
      }
      const tiles = await Promise.all([...this.#chosen].sort((one, other) => one - other).map((index) => this.grid.tile(index)));
      const wanted = tiles.map(fileOf).filter((file) => file !== undefined);
      const bytes = wanted.reduce((sum, file) => sum + file.bytes, 0);
      if (bytes > MOST_BYTES) {
        this.#loading = undefined;
        return say(text("photosTooLarge"));
      }
      if (wanted.length < tiles.length) say(text("photosSome", { taken: wanted.length, count: tiles.length }));
      for (const [place, { url }] of wanted.entries()) {
        this.#show(text("photosStop", { place: place + 1, count: wanted.length }));
        const file = this.#files.get(url) ?? (await load(url, stop.signal));
        if (stop.signal.aborted) return;
        this.#files.set(url, file);
      }
      this.#isReady = wanted.length > 0;
      this.#show(this.#isReady ? text("photosReady", { count: wanted.length }) : text("photosSave"));
    } catch {
      if (stop.signal.aborted) return;
      // What is loaded is kept for another try.
      this.#show(text("photosSave"));
      say(text("photosFailed"));
    }
    this.#loading = undefined;
  }

  async #share() {
    try {
      await navigator.share({ files: [...this.#files.values()] });
      this.#forget();
    } catch (error) {
      // Whoever closes the sheet may open it again.
      if (/** @type {Error} */ (error).name !== "AbortError") say(text("photosRefused"));
    }
  }
}

/**
 * The file of a tile that Photos takes, if there is one.
 *
 * @param {HTMLLIElement | undefined} tile
 */
function fileOf(tile) {
  const picture = tile?.querySelector("img")?.getAttribute("src");
  if (!tile?.dataset.save || !picture) return undefined;
  const url = `${picture.slice(0, picture.lastIndexOf("/"))}/${tile.dataset.save}`;
  return { url, bytes: Number(tile.dataset.saveSize) };
}

/** @param {string} message */
function say(message) {
  tell(message, { label: text("close"), act: hush });
}

/**
 * @param {string} url
 * @param {AbortSignal} signal
 */
async function load(url, signal) {
  const answer = await fetch(url, { signal });
  if (!answer.ok) throw new Error(`${answer.status}`);
  const bytes = await answer.blob();
  return new File([bytes], nameOf(answer.headers.get("content-disposition") ?? ""), { type: bytes.type });
}

/**
 * The name under which a file is to be saved.
 *
 * @param {string} disposition
 */
function nameOf(disposition) {
  const full = /filename\*=UTF-8''([^;]+)/.exec(disposition)?.[1];
  return full ? decodeURIComponent(full) : (/filename="([^"]+)"/.exec(disposition)?.[1] ?? "picture");
}
