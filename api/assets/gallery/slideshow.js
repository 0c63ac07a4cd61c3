// A slideshow in the viewer: it waits for pictures that are loading, plays videos to their end, and keeps the screen on.

import { whenFailed } from "/assets/gallery/player.js";

/** How long a picture stays, in milliseconds. */
const SLIDE = 5000;

/** How long after the last move of the visitor the buttons are hidden, in milliseconds. */
const IDLE = 3000;

/**
 * @typedef {object} Show
 * @property {() => Promise<HTMLMediaElement | null>} ready resolves when the picture is loaded, with its video or recording if it has one
 * @property {() => boolean} next goes on, if there is another picture
 * @property {(isOn: boolean) => void} tell called when it begins, and when it ends
 */

export class Slideshow {
  #isOn = false;
  #timer = 0;
  #idle = 0;
  /** Counts what was shown, so that it does not go on from a picture that the visitor left. */
  #turn = 0;
  /** @type {WakeLockSentinel | undefined} */
  #awake;

  /**
   * @param {HTMLElement} dialog
   * @param {Show} show
   */
  constructor(dialog, show) {
    this.dialog = dialog;
    this.show = show;
    for (const move of ["pointermove", "pointerdown", "keydown"]) dialog.addEventListener(move, () => this.#isOn && this.#stir());
  }

  toggle() {
    if (this.#isOn) return this.stop();
    this.#isOn = true;
    this.show.tell(true);
    this.#stir();
    this.turned();
    // Where it is refused, as with an empty battery, the show goes on without.
    navigator.wakeLock?.request("screen").then(
      (awake) => {
        if (this.#isOn) this.#awake = awake;
        else awake.release();
      },
      () => {},
    );
  }

  stop() {
    if (!this.#isOn) return;
    this.#isOn = false;
    this.#turn += 1;
    clearTimeout(this.#timer);
    clearTimeout(this.#idle);
    this.dialog.classList.remove("idle");
    this.#awake?.release();
    this.#awake = undefined;
    this.show.tell(false);
  }

  /** Another picture is shown, which has its whole time. */
  async turned() {
    if (!this.#isOn) return;
    clearTimeout(this.#timer);
    const turn = (this.#turn += 1);
    const player = await this.show.ready();
    // The visitor has gone on meanwhile.
    if (turn !== this.#turn) return;
    const goOn = () => {
      if (turn === this.#turn && !this.show.next()) this.stop();
    };
    const goOnLater = () => {
      if (turn !== this.#turn) return;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(goOn, SLIDE);
    };
    if (!player) return goOnLater();
    // What plays is heard and seen to its end, whoever has begun it.
    player.addEventListener("playing", () => turn === this.#turn && clearTimeout(this.#timer));
    player.addEventListener("ended", goOn);
    // Where no source can be loaded, the browser never answers whether it plays.
    whenFailed(player, goOnLater);
    if (!(await plays(player)) && player.paused) goOnLater();
  }

  #stir() {
    this.dialog.classList.remove("idle");
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.dialog.classList.add("idle"), IDLE);
  }
}

/**
 * Plays a video, without its sound unless the visitor plays it already. A recording is not begun. Whether it plays.
 *
 * @param {HTMLMediaElement} player
 */
async function plays(player) {
  if (!player.paused) return true;
  if (player.localName !== "video") return false;
  player.muted = true;
  try {
    await player.play();
    return true;
  } catch {
    return false;
  }
}
