// What fingers and the mouse do on the stage of the viewer: swipes, pinches, taps and clicks.

/** How far a finger may slip in a tap, in pixels. */
const SLIP = 8;

/** How long after a tap another one makes it double, in milliseconds. */
const DOUBLE = 300;

/** Of which time before its end the speed of a swipe is taken, in milliseconds. */
const RECENT = 100;

/** How high the zone of the controls of a video is at its lower edge, in rem. */
const CONTROLS = 4;

/** @typedef {{ x: number, y: number }} Place */

/**
 * @typedef {object} Gesture
 * @property {Place} from
 * @property {(Place & { time: number })[]} way where the finger was lately
 * @property {"" | "across" | "down" | "moves" | "several"} kind what it has turned out to be
 */

/**
 * @typedef {object} Taps
 * @property {() => void} bare called for a tap: the picture is to be seen alone, or no longer
 * @property {() => void} close called for a click beside the picture
 */

export class Gestures {
  /** @type {Map<number, Place>} the fingers on the stage */
  #fingers = new Map();
  /** @type {Gesture | undefined} */
  #gesture;
  #tapped = -Infinity;
  #opened = -Infinity;
  #single = 0;

  /**
   * @param {HTMLElement} stage
   * @param {import("/assets/gallery/zoom.js").Zoom} zoom
   * @param {import("/assets/gallery/swipe.js").Swipe} swipe
   * @param {Taps} taps
   */
  constructor(stage, zoom, swipe, taps) {
    this.stage = stage;
    this.zoom = zoom;
    this.swipe = swipe;
    this.taps = taps;
    stage.addEventListener("pointerdown", (event) => this.#down(event));
    stage.addEventListener("pointermove", (event) => this.#move(event));
    stage.addEventListener("pointerup", (event) => this.#up(event));
    stage.addEventListener("pointercancel", (event) => this.#up(event));
  }

  /** The viewer opens: the second click of whoever clicked twice on a tile is none for the picture. */
  begin() {
    this.#opened = performance.now();
  }

  /** Gives up what the fingers have begun: another picture is shown. */
  forget() {
    this.#fingers.clear();
    this.#gesture = undefined;
    clearTimeout(this.#single);
  }

  /** @param {PointerEvent} event */
  #down(event) {
    if (event.button !== 0 || isElsewhere(event)) return;
    const { clientX: x, clientY: y } = event;
    this.#fingers.set(event.pointerId, { x, y });
    if (this.#fingers.size === 1) {
      this.swipe.cancel();
      this.#gesture = { from: { x, y }, way: [{ x, y, time: event.timeStamp }], kind: "" };
    } else if (this.#gesture) {
      this.swipe.cancel();
      this.#gesture.kind = "several";
    }
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const { clientX: x, clientY: y } = event;
    if (event.pointerType === "mouse") this.stage.classList.toggle("over-picture", this.zoom.isOver(x, y));
    const before = this.#fingers.get(event.pointerId);
    const gesture = this.#gesture;
    if (!before || !gesture) return;
    const other = [...this.#fingers].find(([id]) => id !== event.pointerId)?.[1];
    this.#fingers.set(event.pointerId, { x, y });
    if (other) return this.#pinch(before, { x, y }, other);
    const [across, down] = [x - gesture.from.x, y - gesture.from.y];
    if (gesture.kind === "" && Math.hypot(across, down) > SLIP) {
      gesture.kind = this.zoom.scale > 1 ? "moves" : Math.abs(across) > Math.abs(down) ? "across" : "down";
      // Not before: the controls of a video would not get the end of a tap.
      this.stage.setPointerCapture(event.pointerId);
    }
    gesture.way.push({ x, y, time: event.timeStamp });
    while (gesture.way.length > 1 && gesture.way[0].time < event.timeStamp - RECENT) gesture.way.shift();
    if (gesture.kind === "across") this.swipe.across(across);
    else if (gesture.kind === "down") this.swipe.down(down);
    else if (this.zoom.scale > 1 && gesture.kind !== "") this.zoom.move(x - before.x, y - before.y);
  }

  /**
   * @param {Place} before
   * @param {Place} now
   * @param {Place} other the other finger
   */
  #pinch(before, now, other) {
    const apart = (/** @type {Place} */ finger) => Math.hypot(finger.x - other.x, finger.y - other.y);
    const scale = this.zoom.scale * (apart(now) / Math.max(apart(before), 1));
    this.zoom.around(scale, (now.x + other.x) / 2, (now.y + other.y) / 2);
    if (this.zoom.scale > 1) this.zoom.move((now.x - before.x) / 2, (now.y - before.y) / 2);
  }

  /** @param {PointerEvent} event */
  #up(event) {
    if (!this.#fingers.delete(event.pointerId) || this.#fingers.size > 0) return;
    const gesture = this.#gesture;
    this.#gesture = undefined;
    if (!gesture) return;
    if (event.type === "pointercancel") return this.swipe.cancel();
    if (gesture.kind === "") return this.#tap(event);
    const [first] = gesture.way;
    const time = Math.max(event.timeStamp - first.time, 1);
    const { clientX: x, clientY: y } = event;
    if (gesture.kind === "across") this.swipe.endAcross(x - gesture.from.x, (x - first.x) / time);
    else if (gesture.kind === "down") this.swipe.endDown(y - gesture.from.y, (y - first.y) / time);
  }

  /** @param {PointerEvent} event */
  #tap(event) {
    const { clientX: x, clientY: y, timeStamp: time } = event;
    const isDouble = time - this.#tapped < DOUBLE;
    this.#tapped = isDouble ? -Infinity : time;
    if (event.pointerType === "mouse") return this.#click(event, isDouble);
    clearTimeout(this.#single);
    if (isDouble) this.zoom.toggle(x, y);
    else if (!isPlayer(event)) this.#single = setTimeout(() => this.taps.bare(), DOUBLE);
  }

  /**
   * @param {PointerEvent} event
   * @param {boolean} isDouble whether it is the second one at once, which whoever is used to double clicks makes
   */
  #click(event, isDouble) {
    const { clientX: x, clientY: y } = event;
    if (isDouble || event.timeStamp - this.#opened < 2 * DOUBLE) return;
    if (this.zoom.isOver(x, y)) this.zoom.toggle(x, y);
    else if (/** @type {Element} */ (event.target).matches(".viewer-stage, .viewer-slide, .viewer-picture")) this.taps.close();
  }
}

/** @param {PointerEvent} event */
function isPlayer(event) {
  return /** @type {Element} */ (event.target).closest("video") !== null;
}

/**
 * Whether a press is for something that acts by itself: buttons and players. A finger may swipe over a video, but not over
 * its controls.
 *
 * @param {PointerEvent} event
 */
function isElsewhere(event) {
  const target = /** @type {Element} */ (event.target);
  if (target.closest("button, a, audio")) return true;
  const video = target.closest("video");
  if (!video) return false;
  const controls = CONTROLS * parseFloat(getComputedStyle(document.documentElement).fontSize);
  return event.pointerType === "mouse" || event.clientY > video.getBoundingClientRect().bottom - controls;
}
