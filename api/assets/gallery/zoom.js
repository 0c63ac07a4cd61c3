// A picture that can be enlarged, up to its real pixels, and moved around, but not away from the screen.

/** At which scale a picture is enlarged that has no more pixels than the screen. */
const LEAST = 2;

export class Zoom {
  scale = 1;
  #x = 0;
  #y = 0;
  /** @type {HTMLImageElement | undefined} */
  #picture;

  /**
   * @param {HTMLElement} stage
   * @param {(isEnlarged: boolean) => void} enlarged called when the picture becomes so, or stops to be
   */
  constructor(stage, enlarged) {
    this.stage = stage;
    this.enlarged = enlarged;
    stage.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
  }

  /**
   * The picture that is shown now; none: what is shown cannot be enlarged.
   *
   * @param {HTMLImageElement | undefined} picture
   */
  of(picture) {
    this.reset();
    this.#picture = picture;
  }

  reset(glides = false) {
    this.#set(1, 0, 0, glides);
  }

  /**
   * Enlarges around the middle, or makes smaller.
   *
   * @param {number} factor
   */
  by(factor) {
    const { left, top, width, height } = this.#area();
    this.around(this.scale * factor, left + width / 2, top + height / 2, true);
  }

  /**
   * Enlarges around a place, or makes the picture whole again.
   *
   * @param {number} clientX
   * @param {number} clientY
   */
  toggle(clientX, clientY) {
    if (this.scale > 1) this.reset(true);
    else this.around(this.#most, clientX, clientY, true);
  }

  /** Enlarges around the middle, or makes the picture whole again. */
  toggleMiddle() {
    const { left, top, width, height } = this.#area();
    this.toggle(left + width / 2, top + height / 2);
  }

  /**
   * Whether a place is on the picture, and not beside it.
   *
   * @param {number} clientX
   * @param {number} clientY
   */
  isOver(clientX, clientY) {
    if (!this.#picture) return false;
    const { left, top, width, height } = this.#area();
    const fitted = this.#fitted();
    const isWithin = (/** @type {number} */ place, /** @type {number} */ from, /** @type {number} */ length) => place >= from && place <= from + length;
    return (
      isWithin(clientX - left, this.#x + ((width - fitted.width) / 2) * this.scale, fitted.width * this.scale) &&
      isWithin(clientY - top, this.#y + ((height - fitted.height) / 2) * this.scale, fitted.height * this.scale)
    );
  }

  /** The scale at which a pixel of the picture is one of the screen; at least twice the page's. */
  get #most() {
    const picture = this.#picture;
    if (!picture?.naturalWidth) return 1;
    const fitted = this.#fitted().width / picture.naturalWidth;
    return Math.max(LEAST, 1 / (fitted * devicePixelRatio), 1 / fitted);
  }

  /** Where the element of the picture lies while it is not enlarged: its slide may be moving. */
  #area() {
    const picture = this.#picture;
    const stage = this.stage.getBoundingClientRect();
    if (!picture) return stage;
    const slide = /** @type {HTMLElement} */ (picture.parentElement);
    return {
      left: stage.left + slide.offsetLeft + picture.offsetLeft,
      top: stage.top + slide.offsetTop + picture.offsetTop,
      width: picture.offsetWidth,
      height: picture.offsetHeight,
    };
  }

  /** The size of the picture within its element, in the middle of which it is. */
  #fitted() {
    const { width, height } = this.#area();
    const { naturalWidth, naturalHeight } = /** @type {HTMLImageElement} */ (this.#picture);
    if (!naturalWidth) return { width, height };
    const scale = Math.min(width / naturalWidth, height / naturalHeight);
    return { width: naturalWidth * scale, height: naturalHeight * scale };
  }

  /**
   * @param {number} scale
   * @param {number} clientX the place that stays where it is
   * @param {number} clientY
   * @param {boolean} [glides] whether the change takes a moment
   */
  around(scale, clientX, clientY, glides = false) {
    if (!this.#picture) return;
    const { left, top } = this.#area();
    const [x, y] = [clientX - left, clientY - top];
    const wanted = Math.min(Math.max(scale, 1), this.#most);
    const grown = wanted / this.scale;
    this.#set(wanted, x - (x - this.#x) * grown, y - (y - this.#y) * grown, glides);
  }

  /**
   * Moves the enlarged picture.
   *
   * @param {number} across in pixels
   * @param {number} down
   */
  move(across, down) {
    this.#set(this.scale, this.#x + across, this.#y + down, false);
  }

  /**
   * @param {number} scale
   * @param {number} x
   * @param {number} y
   * @param {boolean} glides
   */
  #set(scale, x, y, glides) {
    const was = this.scale > 1;
    this.scale = scale;
    const picture = this.#picture;
    if (picture) {
      const { width, height } = this.#area();
      const fitted = this.#fitted();
      this.#x = within(x, scale, width, fitted.width);
      this.#y = within(y, scale, height, fitted.height);
      picture.classList.toggle("glides", glides);
      picture.style.transform = scale === 1 ? "" : `translate(${this.#x}px, ${this.#y}px) scale(${scale})`;
    }
    if (was !== scale > 1) this.enlarged(scale > 1);
  }

  /** @param {WheelEvent} event */
  #wheel(event) {
    event.preventDefault();
    const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 30 : event.deltaY;
    this.around(this.scale * Math.exp(-pixels * (event.ctrlKey ? 0.01 : 0.002)), event.clientX, event.clientY);
  }
}

/**
 * Keeps the edges of an enlarged picture out of view; what is smaller than the view stays in its middle.
 *
 * @param {number} start where the element is to begin
 * @param {number} scale
 * @param {number} view the length of the element while it is not enlarged
 * @param {number} fitted that of the picture within it
 */
function within(start, scale, view, fitted) {
  if (fitted * scale <= view) return (view * (1 - scale)) / 2;
  const margin = (view - fitted) / 2;
  return Math.min(Math.max(start, view - (margin + fitted) * scale), -margin * scale);
}
