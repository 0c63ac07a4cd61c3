// The viewer: one picture on the whole screen, with those beside it a key or a swipe away.
//
// What it shows of a picture beside the picture itself is the picture's own page, which is loaded when the visitor
// stays with it.

import { ask, readPage } from "/assets/gallery/pages.js";
import { sizesOf } from "/assets/gallery/player.js";
import { text } from "/assets/gallery/texts.js";
import { Zoom } from "/assets/gallery/zoom.js";

/** How long a picture of a slideshow stays, in milliseconds. */
const SLIDE = 5000;

/** When the address is told that the browser did not take, in milliseconds. */
const LATER = 31000;

/** How long a visitor stays with a picture before its page is loaded, in milliseconds. */
const STAY = 350;

const ICONS = {
  close: "M6 6l12 12M18 6L6 18",
  previous: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  details: "M12 11v6M12 7.5v.01M3 12a9 9 0 1 0 18 0a9 9 0 1 0-18 0",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  play: "M8 5.5v13l10-6.5z",
  full: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
};

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
  /** @type {Item | undefined} */
  #item;
  #slideshow = 0;
  #staying = 0;
  #isOpen = false;
  /** @type {{ item: Item, done: Promise<void> } | undefined} the picture whose page is loaded */
  #loading;
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
    this.slide = part("div", "viewer-slide");
    this.title = part("span", "viewer-title");
    this.title.dir = "auto";
    this.counter = part("span", "viewer-count");
    this.counter.setAttribute("role", "status");
    this.details = part("aside", "viewer-details");
    this.details.hidden = true;
    this.details.tabIndex = -1;
    this.details.setAttribute("aria-label", text("detailsAndDownloads"));
    const bar = part("div", "viewer-bar");
    const close = button(text("close"), ICONS.close, () => this.close());
    this.play = button(text("slideshow"), ICONS.play, () => this.#toggleSlideshow());
    this.play.setAttribute("aria-pressed", "false");
    this.info = button(text("details"), ICONS.details, () => this.#toggleDetails());
    this.info.setAttribute("aria-expanded", "false");
    const full = button(text("fullScreen"), ICONS.full, () => this.#toggleFull());
    full.hidden = !document.fullscreenEnabled;
    this.save = button(text("download"), ICONS.download, () => this.#showDownloads());
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
    this.stage.append(this.slide, bar, ...this.sides.map(({ side }) => side));
    dialog.append(this.stage, this.details);
    document.body.append(dialog);
    this.zoom = new Zoom(this.stage, {
      turn: (step) => this.turn(step),
      close: () => this.close(),
      enlarged: (isEnlarged) => this.#enlarge(isEnlarged),
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
    if (this.#isOpen && history.state?.viewer !== undefined) history.back();
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
    if (!this.#isOpen) return;
    history.replaceState({ viewer: this.index }, "");
    this.#tellPlace();
  }

  /** @param {number} index */
  async #go(index) {
    if (index < 0 || index >= this.album.count || index === this.index) return;
    const turn = (this.#turn += 1);
    const item = await this.album.item(index);
    if (!item || turn !== this.#turn || !this.#isOpen) return;
    this.index = index;
    // Safari refuses a hundred changes of the address within half a minute, as of a key that is held: it is told later.
    try {
      history.replaceState({ viewer: index }, "", item.url);
    } catch {
      setTimeout(() => this.index === index && this.#isOpen && history.replaceState({ viewer: index }, "", item.url), LATER);
    }
    this.#show(item);
  }

  /** Does what the address says, after Back or Forward. */
  async #follow() {
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
    this.#move(this.album.tile(this.index), () => {
      this.dialog.showModal();
      this.#show(item);
      return this.slide;
    });
  }

  #disappear() {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#stopSlideshow();
    clearTimeout(this.#staying);
    if (document.fullscreenElement) document.exitFullscreen();
    const index = this.index;
    this.#move(this.slide, () => {
      this.dialog.close();
      this.slide.replaceChildren();
      // Behind an open dialog nothing can have the focus.
      this.album.left(index);
      return this.album.tile(index);
    });
  }

  /**
   * Changes the page so that one element seems to become another.
   *
   * @param {HTMLElement | null | undefined} from
   * @param {() => HTMLElement | null | undefined} change
   */
  #move(from, change) {
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (!document.startViewTransition || isCalm || !from) {
      change();
      return;
    }
    from.style.viewTransitionName = "shown";
    /** @type {HTMLElement | null | undefined} */
    let to;
    const moving = document.startViewTransition(() => {
      from.style.viewTransitionName = "";
      to = change();
      if (to) to.style.viewTransitionName = "shown";
    });
    moving.ready.catch(() => {});
    moving.finished.finally(() => {
      if (to) to.style.viewTransitionName = "";
    });
  }

  /** @param {Item} item */
  #show(item) {
    this.#item = item;
    this.#turn += 1;
    this.title.textContent = item.title;
    this.dialog.setAttribute("aria-label", item.label);
    this.save.hidden = !item.isOffered;
    this.#tellPlace();
    const picture = item.shown && item.kind !== "VIDEO" ? this.#picture(item) : undefined;
    this.slide.replaceChildren(picture ?? symbol(item));
    this.zoom.of(picture);
    clearTimeout(this.#staying);
    const needed = item.kind === "VIDEO" || item.kind === "AUDIO" || !this.details.hidden;
    // Who was at a download stays in the viewer, with its keys.
    if (this.details.contains(document.activeElement)) this.details.focus();
    this.details.replaceChildren();
    this.#staying = setTimeout(() => this.#load(item), needed ? 0 : STAY);
    this.#preload();
  }

  #tellPlace() {
    this.counter.textContent = `${this.index + 1} / ${this.album.count}`;
    // Read out when the picture is another one.
    if (this.#item) this.counter.append(Object.assign(part("span", "unseen"), { textContent: this.#item.title }));
    for (const { turn, step } of this.sides) {
      const other = this.index + step;
      // A button that is disabled would lose the focus.
      turn.setAttribute("aria-disabled", String(other < 0 || other >= this.album.count));
    }
  }

  /** @param {Item} item */
  #picture(item) {
    const picture = new Image();
    picture.className = "viewer-picture";
    picture.alt = item.label;
    picture.draggable = false;
    // The small picture is there at once; the larger one takes its place.
    picture.src = item.thumbnail;
    const larger = new Image();
    larger.src = shownOf(item);
    larger.decode().then(
      () => picture.dataset.large === undefined && (picture.src = larger.src),
      () => {},
    );
    return picture;
  }

  /** @param {boolean} isEnlarged */
  #enlarge(isEnlarged) {
    this.stage.classList.toggle("zoomed", isEnlarged);
    const picture = /** @type {HTMLImageElement | null} */ (this.slide.querySelector(".viewer-picture"));
    if (!isEnlarged || !picture || !this.#item?.large) return;
    const large = new Image();
    large.src = `${this.#item.files}/${this.#item.large}`;
    large.decode().then(
      () => {
        picture.dataset.large = "";
        picture.src = large.src;
      },
      () => {},
    );
  }

  /** Loads the pictures beside this one, so that they are there when the visitor goes on. */
  #preload() {
    for (const step of [1, -1]) {
      const index = this.index + step;
      if (index < 0 || index >= this.album.count) continue;
      this.album.item(index).then((item) => {
        if (item?.shown && item.kind !== "VIDEO") new Image().src = shownOf(item);
      });
    }
  }

  /**
   * Loads the picture's own page: its video or its sound, what is written about it, and its downloads.
   *
   * @param {Item} item
   */
  #load(item) {
    if (this.#loading?.item !== item) this.#loading = { item, done: this.#fetch(item) };
    return this.#loading.done;
  }

  /** @param {Item} item */
  async #fetch(item) {
    // A picture may be gone while its link is open.
    const answer = await ask(item.url, undefined, true);
    if (item !== this.#item) return;
    if (answer.status === 404) {
      this.details.textContent = text("gone");
      return;
    }
    const page = await readPage(answer, "[data-caption]");
    if (item !== this.#item) return;
    const video = page.querySelector("video");
    if (video) {
      video.className = "viewer-video";
      if (video.poster) video.poster = item.thumbnail;
      this.slide.replaceChildren(document.adoptNode(video));
      const sizes = sizesOf(video);
      if (sizes) this.slide.append(sizes);
      // It was in a page that plays nothing.
      video.load();
    }
    const sound = page.querySelector("audio");
    if (sound && item.kind === "AUDIO") {
      this.slide.append(document.adoptNode(sound));
      sound.load();
    }
    const caption = page.querySelector("[data-caption]");
    if (!caption) return;
    const about = caption.querySelector("details");
    if (about) about.open = true;
    this.details.replaceChildren(document.adoptNode(caption));
  }

  async #toggleDetails() {
    this.details.hidden = !this.details.hidden;
    this.info.setAttribute("aria-expanded", String(!this.details.hidden));
    this.zoom.reset();
    if (!this.details.hidden && this.#item && !this.details.hasChildNodes()) await this.#load(this.#item);
  }

  async #showDownloads() {
    if (this.details.hidden) await this.#toggleDetails();
    /** @type {HTMLElement | null} */ (this.details.querySelector(".downloads a"))?.focus();
  }

  #toggleFull() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.dialog.requestFullscreen().catch(() => {});
  }

  #toggleSlideshow() {
    if (this.#slideshow) return this.#stopSlideshow();
    this.play.setAttribute("aria-pressed", "true");
    this.#slideshow = setInterval(() => {
      if (this.index + 1 < this.album.count) this.turn(1);
      else this.#stopSlideshow();
    }, SLIDE);
  }

  #stopSlideshow() {
    clearInterval(this.#slideshow);
    this.#slideshow = 0;
    this.play.setAttribute("aria-pressed", "false");
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const target = /** @type {Element} */ (event.target);
    if (target.closest("video, audio, select, input")) return;
    const isRtl = getComputedStyle(this.stage).direction === "rtl";
    /** @type {Record<string, () => unknown>} */
    const acts = {
      ArrowRight: () => this.turn(isRtl ? -1 : 1),
      ArrowLeft: () => this.turn(isRtl ? 1 : -1),
      PageDown: () => this.turn(1),
      PageUp: () => this.turn(-1),
      Home: () => this.#go(0),
      End: () => this.#go(this.album.count - 1),
      "+": () => this.zoom.by(1.5),
      "-": () => this.zoom.by(1 / 1.5),
      0: () => this.zoom.reset(),
      i: () => this.#toggleDetails(),
      f: () => this.#toggleFull(),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }
}

/**
 * @param {string} name
 * @param {string} className
 */
function part(name, className) {
  return Object.assign(document.createElement(name), { className });
}

/**
 * @param {string} label
 * @param {string} path
 * @param {() => void} act
 */
function button(label, path, act) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "viewer-button";
  element.title = label;
  element.setAttribute("aria-label", label);
  const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.setAttribute("aria-hidden", "true");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", path);
  icon.append(line);
  element.append(icon);
  element.addEventListener("click", () => {
    if (element.getAttribute("aria-disabled") !== "true") act();
  });
  return element;
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
