// How the pictures of the viewer move: with the finger, to the one beside or down and away, and back where it was too short.
//
// A turn is done as soon as the finger leaves; what moves afterwards only shows it, so that the next touch may end it.

/** How far the picture must go at least where the finger is slow, as a part of the screen. */
const ACROSS = 0.3;
const DOWN = 0.2;

/** How fast a short swipe must be, in pixels a millisecond, and how long. */
const FLICK = { speed: 0.3, pixels: 20 };

/** Between two pictures, in pixels. */
const GAP = 16;

/** How long a picture moves when the finger has left, in milliseconds. */
const MOVES = 220;

/**
 * @typedef {object} Turns
 * @property {(step: number) => HTMLElement | undefined} beside the picture beside the shown one, if it is loaded
 * @property {(step: 1 | -1) => void} turn
 * @property {() => void} close
 */

export class Swipe {
  /** @type {HTMLElement | undefined} the picture that is shown */
  #shown;
  /** @type {Map<1 | -1, HTMLElement>} those that are beside it while it moves: at its right and at its left */
  #beside = new Map();
  /** @type {{ from: number, side: 1 | -1 } | undefined} where the picture was when the finger left it for the one beside */
  #left;
  /** @type {Map<Animation, (() => void) | undefined>} what moves by itself, and what is done at its end */
  #running = new Map();

  /**
   * @param {HTMLElement} dialog
   * @param {HTMLElement} stage
   * @param {Turns} turns
   */
  constructor(dialog, stage, turns) {
    this.dialog = dialog;
    this.stage = stage;
    this.turns = turns;
  }

  /**
   * Shows another picture. After a swipe it comes from the side.
   *
   * @param {HTMLElement} element
   */
  change(element) {
    const left = this.#left;
    const old = this.#shown;
    this.finish();
    this.#clear();
    this.#shown = element;
    if (old !== element) old?.remove();
    this.stage.prepend(element);
    if (!left || !old || old === element) return;
    for (const player of old.querySelectorAll("video")) player.pause();
    old.inert = true;
    this.stage.prepend(old);
    const away = left.side * this.#width;
    this.#run(element, across(left.from + away), "none");
    this.#run(old, across(left.from), across(-away), () => this.#putAway(old));
  }

  /** Ends what still moves. */
  finish() {
    for (const [animation, done] of this.#running) {
      animation.cancel();
      done?.();
    }
    this.#running.clear();
  }

  /** Takes everything away that is not the picture in its place. */
  #clear() {
    this.#left = undefined;
    for (const element of this.#beside.values()) this.#putAway(element);
    this.#beside.clear();
    if (this.#shown) this.#shown.style.transform = "";
    this.dialog.style.removeProperty("--shade");
  }

  /** Puts the picture back at once, as when a second finger comes. */
  cancel() {
    this.finish();
    this.#clear();
  }

  /**
   * Moves the pictures to the side.
   *
   * @param {number} pixels to the right
   */
  across(pixels) {
    if (isCalm() || !this.#shown) return;
    for (const side of /** @type {const} */ ([1, -1])) {
      const element = this.#beside.get(side) ?? this.#bring(side);
      if (element) element.style.transform = across(this.#resisted(pixels) + side * this.#width);
    }
    this.#shown.style.transform = across(this.#resisted(pixels));
  }

  /**
   * Moves the picture down, and lets the page behind it show through.
   *
   * @param {number} pixels
   */
  down(pixels) {
    if (isCalm() || !this.#shown) return;
    const way = Math.max(pixels, 0);
    this.#shown.style.transform = `translateY(${way}px)`;
    this.dialog.style.setProperty("--shade", String(1 - Math.min((1.2 * way) / this.stage.clientHeight, 0.8)));
  }

  /**
   * The finger has left after a way to the side.
   *
   * @param {number} pixels
   * @param {number} speed in pixels a millisecond
   */
  endAcross(pixels, speed) {
    const side = pixels < 0 ? 1 : -1;
    const step = side === this.#forward ? 1 : -1;
    const isTurn = isMeant(pixels, speed, ACROSS * this.stage.clientWidth);
    if (isTurn && this.turns.beside(step)) {
      if (!isCalm()) this.#left = { from: pixels, side };
      return this.turns.turn(step);
    }
    this.#springBack(across(this.#resisted(pixels)));
    if (isTurn) this.turns.turn(step);
  }

  /**
   * The finger has left after a way down.
   *
   * @param {number} pixels
   * @param {number} speed
   */
  endDown(pixels, speed) {
    if (pixels > 0 && isMeant(pixels, speed, DOWN * this.stage.clientHeight)) return this.turns.close();
    this.dialog.style.removeProperty("--shade");
    this.#springBack(`translateY(${Math.max(pixels, 0)}px)`);
  }

  /** @param {string} from */
  #springBack(from) {
    const shown = this.#shown;
    if (isCalm() || !shown) return;
    const beside = [...this.#beside];
    this.#beside.clear();
    shown.style.transform = "";
    this.#run(shown, from, "none");
    for (const [side, element] of beside) {
      this.#run(element, element.style.transform, across(side * this.#width), () => this.#putAway(element));
    }
  }

  /** @param {HTMLElement} element */
  #putAway(element) {
    element.inert = false;
    element.style.transform = "";
    // The one that is shown meanwhile stays.
    if (element !== this.#shown) element.remove();
  }

  /** Which side is the next picture's. */
  get #forward() {
    return getComputedStyle(this.stage).direction === "rtl" ? -1 : 1;
  }

  get #width() {
    return this.stage.clientWidth + GAP;
  }

  /**
   * Where there is no picture to come, the one that is shown follows less.
   *
   * @param {number} pixels
   */
  #resisted(pixels) {
    return this.#beside.has(pixels < 0 ? 1 : -1) ? pixels : pixels / 3;
  }

  /** @param {1 | -1} side */
  #bring(side) {
    const element = this.turns.beside(side * this.#forward);
    if (!element) return undefined;
    element.inert = true;
    this.stage.prepend(element);
    this.#beside.set(side, element);
    return element;
  }

  /**
   * @param {HTMLElement} element
   * @param {string} from
   * @param {string} to
   * @param {() => void} [done]
   */
  #run(element, from, to, done) {
    const animation = element.animate([{ transform: from }, { transform: to }], { duration: MOVES, easing: "cubic-bezier(0.2, 0.7, 0.3, 1)" });
    this.#running.set(animation, done);
    animation.addEventListener("finish", () => this.#running.delete(animation) && done?.());
  }
}

/** Whether the visitor wants no motion. */
export function isCalm() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** @param {number} pixels */
function across(pixels) {
  return `translateX(${pixels}px)`;
}

/**
 * Whether a way is far enough, or fast enough in its own direction.
 *
 * @param {number} pixels
 * @param {number} speed
 * @param {number} far
 */
function isMeant(pixels, speed, far) {
  const isFast = Math.abs(pixels) > FLICK.pixels && speed * Math.sign(pixels) > FLICK.speed;
  // Who goes back before the end does not want it.
  const isTakenBack = speed * Math.sign(pixels) < -FLICK.speed;
  return isFast || (Math.abs(pixels) > far && !isTakenBack);
}
