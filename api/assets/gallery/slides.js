// The pictures of the viewer: the one that is shown, and those beside it, which are loaded before the visitor turns to them.

import { part } from "/assets/gallery/buttons.js";

/** @typedef {import("/assets/gallery/viewer.js").Item} Item */

/**
 * @typedef {object} Slide
 * @property {Item} item
 * @property {HTMLElement} element
 * @property {HTMLImageElement | undefined} picture what can be enlarged, if there is something
 * @property {Promise<boolean>} loaded whether the picture could be loaded, as soon as that is known
 */

export class Slides {
  /** @type {Map<number, Slide>} the shown one and those beside it, by their numbers */
  #made = new Map();

  /**
   * The slide of an item: the one that is here already, or a new one.
   *
   * @param {number} index
   * @param {Item} item
   */
  of(index, item) {
    const made = this.#made.get(index);
    // Its picture may have been made meanwhile. A video or a recording is played from its beginning when the visitor comes
    // back to it.
    const isSame = made?.item.url === item.url && made.item.shown === item.shown;
    if (isSame && !made.element.querySelector("video, audio")) return made;
    const slide = make(item);
    this.#made.set(index, slide);
    // What could not be loaded is tried anew the next time.
    slide.loaded.then((isLoaded) => {
      if (!isLoaded && this.#made.get(index) === slide) this.#made.delete(index);
    });
    return slide;
  }

  /**
   * The slide of this number, if it is here.
   *
   * @param {number} index
   */
  at(index) {
    return this.#made.get(index);
  }

  /**
   * Forgets all slides that are not beside this one.
   *
   * @param {number} index
   */
  keepBeside(index) {
    for (const other of this.#made.keys()) {
      if (Math.abs(other - index) > 1) this.#made.delete(other);
    }
  }

  forget() {
    this.#made.clear();
  }
}

/**
 * Shows the largest version of a picture, as soon as it is loaded.
 *
 * @param {Slide} slide
 */
export function enlarge({ item, picture }) {
  if (!picture || !item.large || picture.dataset.large !== undefined) return;
  const large = new Image();
  large.src = `${item.files}/${item.large}`;
  large.decode().then(
    () => {
      picture.dataset.large = "";
      picture.src = large.src;
    },
    () => {},
  );
}

/**
 * @param {Item} item
 * @returns {Slide}
 */
function make(item) {
  const element = part("div", "viewer-slide");
  if (!item.shown || item.kind === "VIDEO") {
    element.append(symbol(item));
    return { item, element, picture: undefined, loaded: Promise.resolve(true) };
  }
  const picture = new Image();
  picture.className = "viewer-picture";
  picture.alt = item.label;
  picture.draggable = false;
  // The small picture is there at once; the larger one takes its place.
  picture.src = item.thumbnail;
  element.append(picture);
  const larger = new Image();
  larger.src = shownOf(item);
  const loaded = larger.decode().then(
    () => {
      if (picture.dataset.large === undefined) picture.src = larger.src;
      return true;
    },
    () => false,
  );
  return { item, element, picture, loaded };
}

/**
 * The picture of an item in the size for this screen.
 *
 * @param {Item} item
 */
function shownOf(item) {
  const isDense = Math.max(innerWidth, innerHeight) * devicePixelRatio > 1600;
  return `${item.files}/${(isDense && item.large) || item.shown}`;
}

/**
 * What stands for an asset without a picture.
 *
 * @param {Item} item
 */
function symbol(item) {
  const box = part("div", "viewer-symbol");
  const picture = new Image();
  picture.src = item.thumbnail;
  picture.alt = "";
  box.append(picture, Object.assign(document.createElement("p"), { textContent: item.title }));
  return box;
}
