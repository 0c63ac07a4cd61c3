// A picture that can be enlarged: by wheel, pinch, double click and keys, up to its real pixels, and moved around.

/** How far the fingers must go to turn to another picture, in pixels. */
const SWIPE = 60;

/**
 * @typedef {object} Turns what swiping does while the picture is not enlarged
 * @property {(step: 1 | -1) => void} turn
 * @property {() => void} close
 * @property {(isEnlarged: boolean) => void} enlarged called when it becomes so, or stops to be
 */

export class Zoom {
  scale = 1;
  #x = 0;
  #y = 0;
  /** @type {Map<number, { x: number, y: number }>} the fingers on the stage */
  #fingers = new Map();
  /** @type {{ x: number, y: number, moved: boolean, several: boolean } | undefined} */
  #gesture;
  #tapped = 0;
  /** @type {HTMLImageElement | undefined} */
  #picture;

  /**
   * @param {HTMLElement} stage
   * @param {Turns} turns
   */
  constructor(stage, turns) {
    this.stage = stage;
    this.turns = turns;
    stage.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    stage.addEventListener("pointerdown", (event) => this.#down(event));
    stage.addEventListener("pointermove", (event) => this.#move(event));
    stage.addEventListener("pointerup", (event) => this.#up(event));
    stage.addEventListener("pointercancel", (event) => this.#up(event));
  }

  /**
   * The picture that is shown now; none: what is shown cannot be enlarged.
   *
   * @param {HTMLImageElement | undefined} picture
   */
  of(picture) {
    this.#picture = picture;
    this.#fingers.clear();
    this.reset();
  }

  reset() {
    this.#set(1, 0, 0);
  }

  /**
   * Enlarges around the middle, or makes smaller.
   *
   * @param {number} factor
   */
  by(factor) {
    const { left, top, width, height } = this.stage.getBoundingClientRect();
    this.#around(this.scale * factor, left + width / 2, top + height / 2);
  }

  /** The scale at which a pixel of the picture is one of the screen; at least twice the page's. */
  get #most() {
    const picture = this.#picture;
    if (!picture?.naturalWidth) return 1;
    const { width, height } = this.stage.getBoundingClientRect();
    const fitted = Math.min(width / picture.naturalWidth, height / picture.naturalHeight);
    return Math.max(2, 1 / (fitted * devicePixelRatio), 1 / fitted);
  }

  /**
   * @param {number} scale
   * @param {number} clientX the place that stays where it is
   * @param {number} clientY
   */
  #around(scale, clientX, clientY) {
    if (!this.#picture) return;
    const { left, top } = this.stage.getBoundingClientRect();
    const [x, y] = [clientX - left, clientY - top];
    const wanted = Math.min(Math.max(scale, 1), this.#most);
    const grown = wanted / this.scale;
    this.#set(wanted, x - (x - this.#x) * grown, y - (y - this.#y) * grown);
  }

  /**
   * @param {number} scale
   * @param {number} x
   * @param {number} y
   */
  #set(scale, x, y) {
    const was = this.scale > 1;
    const { width, height } = this.stage.getBoundingClientRect();
    this.scale = scale;
    this.#x = Math.min(0, Math.max(x, width * (1 - scale)));
    this.#y = Math.min(0, Math.max(y, height * (1 - scale)));
    if (this.#picture) {
      this.#picture.style.transform = scale === 1 ? "" : `translate(${this.#x}px, ${this.#y}px) scale(${scale})`;
    }
    if (was !== scale > 1) this.turns.enlarged(scale > 1);
  }

  /** @param {WheelEvent} event */
  #wheel(event) {
    event.preventDefault();
    const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 30 : event.deltaY;
    this.#around(this.scale * Math.exp(-pixels * (event.ctrlKey ? 0.01 : 0.002)), event.clientX, event.clientY);
  }

  /** @param {PointerEvent} event */
  #down(event) {
    if (/** @type {Element} */ (event.target).closest("button, a, video, audio") || event.button !== 0) return;
    this.#fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    this.stage.setPointerCapture(event.pointerId);
    if (this.#fingers.size === 1) this.#gesture = { x: event.clientX, y: event.clientY, moved: false, several: false };
    else if (this.#gesture) this.#gesture.several = true;
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const before = this.#fingers.get(event.pointerId);
    if (!before || !this.#gesture) return;
    const now = { x: event.clientX, y: event.clientY };
    if (Math.hypot(now.x - this.#gesture.x, now.y - this.#gesture.y) > 8) this.#gesture.moved = true;
    const other = [...this.#fingers].find(([id]) => id !== event.pointerId)?.[1];
    this.#fingers.set(event.pointerId, now);
    if (other) {
      const apart = (/** @type {{ x: number, y: number }} */ finger) => Math.hypot(finger.x - other.x, finger.y - other.y);
      const scale = this.scale * (apart(now) / Math.max(apart(before), 1));
      this.#around(scale, (now.x + other.x) / 2, (now.y + other.y) / 2);
      this.#set(this.scale, this.#x + (now.x - before.x) / 2, this.#y + (now.y - before.y) / 2);
    } else if (this.scale > 1) {
      this.#set(this.scale, this.#x + now.x - before.x, this.#y + now.y - before.y);
    }
  }

  /** @param {PointerEvent} event */
  #up(event) {
    if (!this.#fingers.delete(event.pointerId) || this.#fingers.size > 0) return;
    const gesture = this.#gesture;
    this.#gesture = undefined;
    if (!gesture || gesture.several || event.type === "pointercancel") return;
    if (!gesture.moved) return this.#tap(event);
    if (this.scale > 1) return;
    const [across, down] = [event.clientX - gesture.x, event.clientY - gesture.y];
    if (Math.abs(across) > SWIPE && Math.abs(across) > Math.abs(down)) {
      const isForward = across < 0 !== (getComputedStyle(this.stage).direction === "rtl");
      this.turns.turn(isForward ? 1 : -1);
    } else if (down > SWIPE) {
      this.turns.close();
    }
  }

  /** @param {PointerEvent} event */
  #tap(event) {
    const now = event.timeStamp;
    const isDouble = now - this.#tapped < 350;
    this.#tapped = isDouble ? 0 : now;
    if (!isDouble || !this.#picture) return;
    if (this.scale > 1) this.reset();
    else this.#around(this.#most, event.clientX, event.clientY);
  }
}
