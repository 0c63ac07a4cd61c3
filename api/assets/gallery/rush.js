// While the visitor rushes through the page, the pictures that only fly by are not loaded: on a slow device, loading them
// takes most of each frame, and those in view at the end would wait for all of them.

/** From this speed on nothing is recognised, in heights of the window a second. */
const FAST = 4;

/** Over which time the speed is taken, in milliseconds: on a slow device, frames come irregularly. */
const WHILE = 500;

/** How many movements in that time are no jump, by a key or a link. */
const MOVEMENTS = 3;

/** How long after the last movement the visitor has come to a stop, in milliseconds. */
const STOPPED = 120;

export class Rush {
  isRushing = false;
  /** @type {[number, number][]} when the page moved, and how far */
  #moves = [];
  #top = scrollY;
  #stop = 0;

  /** @param {() => Iterable<HTMLElement>} tiles those in the page */
  constructor(tiles) {
    this.tiles = tiles;
  }

  /** Looks how fast the page moves, in each frame in which it does. */
  move() {
    const [now, by] = [performance.now(), Math.abs(scrollY - this.#top)];
    if (by === 0) return;
    this.#top = scrollY;
    this.#moves.push([now, by]);
    this.#moves = this.#moves.filter(([at]) => now - at < WHILE);
    const distance = this.#moves.reduce((sum, [, by]) => sum + by, 0);
    this.isRushing = this.#moves.length >= MOVEMENTS && distance / WHILE > (FAST * innerHeight) / 1000;
    clearTimeout(this.#stop);
    if (this.isRushing) this.#await();
    else this.#release();
  }

  /** Waits for the end of the movement. A long task is none: after it, the page may be elsewhere. */
  #await() {
    this.#stop = setTimeout(() => requestAnimationFrame(() => (scrollY === this.#top ? this.#end() : this.#await())), STOPPED);
  }

  /**
   * Keeps the picture of a tile that comes into the page from being loaded, as long as the visitor rushes.
   *
   * @param {HTMLElement} tile
   */
  holdOrRelease(tile) {
    if (!this.isRushing) return release(tile);
    const picture = tile.querySelector("img");
    if (!picture || picture.naturalWidth > 0) return;
    for (const name of ["srcset", "src"]) {
      const value = picture.getAttribute(name);
      if (value === null) continue;
      picture.setAttribute(`data-${name}`, value);
      picture.removeAttribute(name);
    }
  }

  #end() {
    [this.isRushing, this.#moves] = [false, []];
    this.#release();
  }

  /** Loads what was kept from it, in view first. */
  #release() {
    const held = [...this.tiles()].filter((tile) => tile.querySelector("img[data-src]"));
    if (held.length === 0) return;
    const away = new Map(held.map((tile) => [tile, fromView(tile)]));
    held.sort((one, other) => (away.get(one) ?? 0) - (away.get(other) ?? 0)).forEach(release);
  }
}

/**
 * Lets the picture of a tile be loaded.
 *
 * @param {HTMLElement} tile
 */
export function release(tile) {
  const picture = tile.querySelector("img[data-src]");
  for (const name of picture ? ["srcset", "src"] : []) {
    const value = picture?.getAttribute(`data-${name}`);
    if (value === null || value === undefined) continue;
    picture?.setAttribute(name, value);
    picture?.removeAttribute(`data-${name}`);
  }
}

/**
 * How far the middle of a tile is from that of the window.
 *
 * @param {HTMLElement} tile
 */
function fromView(tile) {
  const { top, bottom } = tile.getBoundingClientRect();
  return Math.abs((top + bottom - innerHeight) / 2);
}
