// The viewer: one picture on the whole screen, with those beside it a key or a swipe away.
//
// What it shows of a picture beside the picture itself is the picture's own page, which is loaded when the visitor
// stays with it.

import { About } from "/assets/gallery/about.js";
import { become } from "/assets/gallery/become.js";
import { ICONS, button, part } from "/assets/gallery/buttons.js";
import { Gestures } from "/assets/gallery/gestures.js";
import { stillOpen } from "/assets/gallery/pages.js";
import { Slides, enlarge } from "/assets/gallery/slides.js";
import { Slideshow } from "/assets/gallery/slideshow.js";
import { Swipe } from "/assets/gallery/swipe.js";
import { text } from "/assets/gallery/texts.js";
import { Zoom } from "/assets/gallery/zoom.js";

/**
 * How long after the last turn the address is told, in milliseconds. Safari refuses a hundred changes within half a
 * minute, as of a key that is held.
 */
const ADDRESS = 400;

/**
 * @typedef {object} Item a picture, as its tile tells
 * @property {string} url its page
 * @property {string} files where its files lie
 * @property {string} title
 * @property {string} label what is read out
 * @property {string} kind
 * @property {string | undefined} shown the name of its picture, if there is one
 * @property {string | undefined} large the name of the picture enlarged, if it may be shown
 * @property {string} thumbnail
 * @property {boolean} isOffered whether it can be downloaded
 */

/**
 * @typedef {object} Album what the viewer goes through
 * @property {number} count
 * @property {(index: number) => Promise<Item | undefined>} item
 * @property {(index: number) => HTMLElement | null | undefined} tile the picture in the grid, if it is in the page
 * @property {(index: number) => void} left called when the viewer has closed
 */

export class Viewer {
  index = 0;
  /** @type {import("/assets/gallery/slides.js").Slide | undefined} */
  #slide;
  #slides = new Slides();
  #telling = 0;
  #isOpen = false;
  /** Counts what was asked to be shown, so that what comes too late is not. */
  #turn = 0;

  /** @param {Album} album */
  constructor(album) {
    this.album = album;
    const dialog = document.createElement("dialog");
    dialog.className = "viewer";
    dialog.tabIndex = -1;
    this.dialog = dialog;
    this.stage = part("div", "viewer-stage");
    this.title = part("span", "viewer-title");
    this.title.dir = "auto";
    this.counter = part("span", "viewer-count");
    this.counter.setAttribute("role", "status");
    this.details = part("aside", "viewer-details");
    this.details.hidden = true;
    this.details.tabIndex = -1;
    this.details.setAttribute("aria-label", text("detailsAndDownloads"));
    const caption = part("p", "viewer-caption");
    this.failure = part("p", "viewer-failure");
    this.failure.setAttribute("role", "status");
    const bar = part("div", "viewer-bar");
    const close = button(text("close"), ICONS.close, () => this.close());
    this.play = button(text("slideshow"), ICONS.play, () => this.slideshow.toggle());
    this.play.setAttribute("aria-pressed", "false");
    this.info = button(text("details"), ICONS.details, () => this.#toggleDetails());
    this.info.setAttribute("aria-expanded", "false");
    const full = button(text("fullScreen"), ICONS.full, () => this.#toggleFull());
    full.hidden = !document.fullscreenEnabled;
    this.save = button(text("download"), ICONS.download, () => this.#download());
    bar.append(close, this.title, this.counter, this.play, full, this.save, this.info);
    const sides = /** @type {const} */ ([
      ["previous", text("previous"), -1],
      ["next", text("next"), 1],
    ]);
    this.sides = sides.map(([name, label, step]) => {
      const side = part("div", `viewer-side viewer-side-${name}`);
      const turn = button(label, ICONS[name], () => this.turn(step));
      side.append(turn);
      return { side, turn, step };
    });
    this.stage.append(part("div", "viewer-loading"), this.failure, caption, bar, ...this.sides.map(({ side }) => side));
    dialog.append(this.stage, this.details);
    document.body.append(dialog);
    this.about = new About(this.details, caption, (slide, message) => this.#tellFailure(slide, message));
    this.zoom = new Zoom(this.stage, (isEnlarged) => this.#enlarge(isEnlarged));
    this.swipe = new Swipe(dialog, this.stage, {
      beside: (step) => this.#slides.at(this.index + step)?.element,
      turn: (step) => this.turn(step),
      close: () => this.close(),
    });
    this.gestures = new Gestures(this.stage, this.zoom, this.swipe, {
      bare: () => dialog.classList.toggle("bare"),
      close: () => this.close(),
    });
    this.slideshow = new Slideshow(dialog, {
      ready: () => this.#ready(),
      next: () => this.index + 1 < this.album.count && (this.turn(1), true),
      tell: (isOn) => this.play.setAttribute("aria-pressed", String(isOn)),
    });
    dialog.addEventListener("keydown", (event) => this.#key(event));
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.close();
    });
    addEventListener("popstate", () => this.#follow());
    if (album.count < 2) {
      this.play.hidden = true;
      this.counter.hidden = true;
      for (const { side } of this.sides) side.hidden = true;
    }
  }

  /**
   * Opens at a picture, as a step that Back undoes.
   *
   * @param {number} index
   */
  async open(index) {
    const item = await this.album.item(index);
    if (!item) return;
    this.index = index;
    history.pushState({ viewer: index }, "", item.url);
    this.#appear(item);
  }

  close() {
    if (!this.#isOpen || history.state?.viewer === undefined) return;
    // Forward leads to the picture that was shown last.
    this.#tellAddress();
    history.back();
  }

  /**
   * Goes on, or back.
   *
   * @param {1 | -1} step
   */
  turn(step) {
    return this.#go(this.index + step);
  }

  /**
   * Goes on with the same picture where the pictures have other numbers now.
   *
   * @param {number} count how many there are
   * @param {(index: number) => number | undefined} placed the present number of a picture by its number before; none: it
   *   is gone
   */
  follow(count, placed) {
    this.album.count = count;
    this.index = Math.min(placed(this.index) ?? this.index, count - 1);
    this.#slides.forget();
    if (!this.#isOpen) return;
    this.#tellAddress();
    this.#tellPlace();
    this.#prepare();
  }

  /** Says anew what of the picture may be downloaded. */
  async renew() {
    const slide = this.#slide;
    if (!this.#isOpen || !slide) return;
    const item = await this.album.item(this.index);
    if (slide !== this.#slide) return;
    this.save.hidden = !item?.isOffered;
    await this.about.renew();
  }

  /** @param {number} index */
  async #go(index) {
    if (index < 0 || index >= this.album.count || index === this.index) return;
    const turn = (this.#turn += 1);
    const item = await this.album.item(index);
    if (!item || turn !== this.#turn || !this.#isOpen) return;
    this.index = index;
    clearTimeout(this.#telling);
    this.#show(item);
    this.#telling = setTimeout(() => this.#tellAddress(), ADDRESS);
  }

  #tellAddress() {
    clearTimeout(this.#telling);
    history.replaceState({ viewer: this.index }, "", this.#slide?.item.url);
  }

  /** Does what the address says, after Back or Forward. */
  async #follow() {
    clearTimeout(this.#telling);
    const index = history.state?.viewer;
    if (index === undefined) return this.#disappear();
    const item = await this.album.item(index);
    if (!item) return;
    // An entry of the history from before pictures came or went: its address is the page of the picture.
    if (item.url !== location.href) return location.reload();
    this.index = index;
    if (this.#isOpen) this.#show(item);
    else this.#appear(item);
  }

  /** @param {Item} item */
  #appear(item) {
    this.#isOpen = true;
    this.gestures.begin();
    become(this.album.tile(this.index), () => {
      this.dialog.showModal();
      // Not on its first button, which Space would press.
      this.dialog.focus();
      return this.#show(item).element;
    });
  }

  #disappear() {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.slideshow.stop();
    this.about.leave();
    if (document.fullscreenElement) document.exitFullscreen();
    const index = this.index;
    const shown = this.#slide?.element;
    become(shown, () => {
      this.dialog.close();
      this.dialog.classList.remove("bare");
      this.gestures.forget();
      this.swipe.cancel();
      shown?.remove();
      this.#slides.forget();
      this.#slide = undefined;
      // Behind an open dialog nothing can have the focus.
      this.album.left(index);
      return this.album.tile(index);
    });
  }

  /** @param {Item} item */
  #show(item) {
    const slide = this.#slides.of(this.index, item);
    this.#slide = slide;
    this.#turn += 1;
    this.title.textContent = item.title;
    this.dialog.setAttribute("aria-label", item.label);
    this.save.hidden = !item.isOffered;
    this.#tellPlace();
    this.gestures.forget();
    this.swipe.change(slide.element);
    this.zoom.of(slide.picture);
    this.about.of(slide);
    this.slideshow.turned();
    this.#tellLoading(slide);
    this.#prepare();
    return slide;
  }

  #tellPlace() {
    this.counter.textContent = `${this.index + 1} / ${this.album.count} `;
    // Read out when the picture is another one.
    if (this.#slide) this.counter.append(Object.assign(part("span", "unseen"), { textContent: this.#slide.item.title }));
    for (const { turn, step } of this.sides) {
      const other = this.index + step;
      // A button that is disabled would lose the focus.
      turn.setAttribute("aria-disabled", String(other < 0 || other >= this.album.count));
    }
  }

  /**
   * Says that a picture is still loading, after a while (the style sheet knows how long), or that it could not be loaded.
   *
   * @param {import("/assets/gallery/slides.js").Slide} slide
   */
  async #tellLoading(slide) {
    this.failure.textContent = "";
    this.stage.classList.add("loading");
    const isLoaded = await slide.loaded;
    if (slide !== this.#slide) return;
    this.stage.classList.remove("loading");
    if (isLoaded) return;
    await stillOpen(slide.item.url);
    // That it is gone says more.
    if (this.failure.textContent === "") this.#tellFailure(slide, text("notLoaded"));
  }

  /**
   * @param {import("/assets/gallery/slides.js").Slide} slide
   * @param {string} message
   */
  #tellFailure(slide, message) {
    if (slide === this.#slide) this.failure.textContent = message;
  }

  /** @param {boolean} isEnlarged */
  #enlarge(isEnlarged) {
    this.stage.classList.toggle("zoomed", isEnlarged);
    if (isEnlarged && this.#slide) enlarge(this.#slide);
  }

  /** Loads the pictures beside this one, so that they are there when the visitor goes on. */
  #prepare() {
    const at = this.index;
    this.#slides.keepBeside(at);
    for (const step of [1, -1]) {
      const index = at + step;
      if (index < 0 || index >= this.album.count) continue;
      this.album.item(index).then(
        (item) => item && this.#isOpen && this.index === at && this.#slides.of(index, item),
        () => {},
      );
    }
  }

  /** Waits until the picture can be looked at. */
  async #ready() {
    const slide = this.#slide;
    if (!slide) return null;
    await slide.loaded;
    if (["VIDEO", "AUDIO"].includes(slide.item.kind)) await this.about.load();
    return /** @type {HTMLMediaElement | null} */ (slide.element.querySelector("video, audio"));
  }

  async #toggleDetails() {
    this.details.hidden = !this.details.hidden;
    this.info.setAttribute("aria-expanded", String(!this.details.hidden));
    this.zoom.reset();
    if (!this.details.hidden && !this.details.hasChildNodes()) await this.about.load();
  }

  /** Downloads the only file of a picture, or shows which there are. */
  async #download() {
    if (this.save.hidden) return;
    const only = await this.about.onlyDownload();
    if (only) return only.click();
    if (this.details.hidden) await this.#toggleDetails();
    /** @type {HTMLElement | null} */ (this.details.querySelector(".downloads a"))?.focus();
  }

  #toggleFull() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.dialog.requestFullscreen().catch(() => {});
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    // Whoever uses keys sees the buttons that they come to.
    this.dialog.classList.remove("bare");
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const target = /** @type {Element} */ (event.target);
    if (target.closest("video, audio, select, input")) return;
    const isRtl = getComputedStyle(this.stage).direction === "rtl";
    // What would scroll the page behind the viewer, and is for what has the focus in it.
    const isIn = (/** @type {string} */ parts) => target.closest(parts) !== null;
    if ([" ", "ArrowDown", "ArrowUp"].includes(event.key) && isIn("button, a, summary, .viewer-details")) return;
    /** @type {Record<string, () => unknown>} */
    const acts = {
      ArrowRight: () => this.turn(isRtl ? -1 : 1),
      ArrowLeft: () => this.turn(isRtl ? 1 : -1),
      ArrowDown: () => {},
      ArrowUp: () => {},
      PageDown: () => this.turn(1),
      PageUp: () => this.turn(-1),
      Home: () => this.#go(0),
      End: () => this.#go(this.album.count - 1),
      "+": () => this.zoom.by(1.5),
      "=": () => this.zoom.by(1.5),
      "-": () => this.zoom.by(1 / 1.5),
      0: () => this.zoom.reset(true),
      z: () => this.zoom.toggleMiddle(),
      d: () => this.#download(),
      i: () => this.#toggleDetails(),
      f: () => this.#toggleFull(),
      " ": () => this.album.count > 1 && this.slideshow.toggle(),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }
}
