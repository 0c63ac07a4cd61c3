// What the viewer shows of a picture beside the picture itself: its video or sound, what is written about it, and its
// downloads. It comes from the picture's own page.

import { renewDownloads } from "/assets/gallery/downloads.js";
import { ask, readPage, stillOpen } from "/assets/gallery/pages.js";
import { sizesOf, whenFailed } from "/assets/gallery/player.js";
import { text } from "/assets/gallery/texts.js";

/** @typedef {import("/assets/gallery/slides.js").Slide} Slide */

/** How long a visitor stays with a picture before its page is loaded, in milliseconds. */
const STAY = 350;

export class About {
  /** @type {Slide | undefined} */
  #slide;
  #staying = 0;
  /** @type {{ slide: Slide, done: Promise<void> } | undefined} the picture whose page is loaded */
  #loading;

  /**
   * @param {HTMLElement} details
   * @param {HTMLElement} caption the first lines of what is written about a picture
   * @param {(slide: Slide, message: string) => void} failed called when there is nothing to be shown, or played
   */
  constructor(details, caption, failed) {
    this.details = details;
    this.caption = caption;
    this.failed = failed;
  }

  /**
   * The picture that is shown now.
   *
   * @param {Slide} slide
   */
  of(slide) {
    this.#slide = slide;
    this.#loading = undefined;
    clearTimeout(this.#staying);
    // Who was at a download stays in the viewer, with its keys.
    if (this.details.contains(document.activeElement)) this.details.focus();
    this.details.replaceChildren();
    this.#tellCaption("");
    const { kind } = slide.item;
    const isNeeded = kind === "VIDEO" || kind === "AUDIO" || !this.details.hidden;
    this.#staying = setTimeout(() => this.load(), isNeeded ? 0 : STAY);
  }

  /** Waits no longer: the viewer has closed. */
  leave() {
    clearTimeout(this.#staying);
    this.#slide = undefined;
  }

  /** Loads the page of the picture that is shown. */
  async load() {
    const slide = this.#slide;
    if (!slide) return;
    if (this.#loading?.slide !== slide) this.#loading = { slide, done: this.#fetch(slide) };
    await this.#loading.done;
  }

  /** Says anew what may be downloaded, as far as it was said. */
  async renew() {
    const slide = this.#slide;
    if (!slide || !this.details.querySelector("[data-caption]")) return;
    const page = await readPage(await ask(slide.item.url), "[data-caption]");
    const caption = this.details.querySelector("[data-caption]");
    if (slide === this.#slide && caption) renewDownloads(caption, page);
  }

  /** The only file of the picture that is shown; none: there are several, or none at all. */
  async onlyDownload() {
    const slide = this.#slide;
    await this.load();
    const files = /** @type {NodeListOf<HTMLAnchorElement>} */ (this.details.querySelectorAll(".downloads a"));
    return this.#slide === slide && files.length === 1 ? files[0] : undefined;
  }

  /** @param {Slide} slide */
  async #fetch(slide) {
    const { item, element } = slide;
    // A picture may be gone while its link is open.
    const answer = await ask(item.url, undefined, true);
    if (slide !== this.#slide) return;
    if (answer.status === 404) {
      await stillOpen(item.url);
      if (slide !== this.#slide) return;
      this.details.textContent = text("gone");
      this.failed(slide, text("gone"));
      return;
    }
    const page = await readPage(answer, "[data-caption]");
    if (slide !== this.#slide) return;
    const video = page.querySelector("video");
    if (video) {
      video.className = "viewer-video";
      if (video.poster) video.poster = item.thumbnail;
      element.replaceChildren(document.adoptNode(video));
      const sizes = sizesOf(video);
      if (sizes) element.append(sizes);
      whenFailed(video, () => this.#fail(slide));
      // It was in a page that plays nothing.
      video.load();
    }
    const sound = page.querySelector("audio");
    if (sound && item.kind === "AUDIO") {
      element.append(document.adoptNode(sound));
      whenFailed(sound, () => this.#fail(slide));
      sound.load();
    }
    const caption = page.querySelector("[data-caption]");
    if (!caption) return;
    const about = caption.querySelector("details");
    if (about) about.open = true;
    this.details.replaceChildren(document.adoptNode(caption));
    this.#tellCaption(this.details.querySelector("[data-description]")?.textContent ?? "");
  }

  /** @param {Slide} slide */
  async #fail(slide) {
    await stillOpen(slide.item.url);
    this.failed(slide, text("notLoaded"));
  }

  /** @param {string} caption */
  #tellCaption(caption) {
    this.caption.hidden = caption === "";
    // The style sheet cuts a line of its own, and not the room around it.
    this.caption.replaceChildren(Object.assign(document.createElement("span"), { dir: "auto", textContent: caption }));
  }
}
