// The page of one asset: keys and swipes lead to the pictures beside it, and a click enlarges its picture.

import { COUNTED, renewDownloads } from "/assets/gallery/downloads.js";
import { hush, tell } from "/assets/gallery/notice.js";
import { ask, readPage, stillOpen } from "/assets/gallery/pages.js";
import { sizesOf, whenFailed } from "/assets/gallery/player.js";
import { text } from "/assets/gallery/texts.js";
import { Viewer } from "/assets/gallery/viewer.js";

/** @param {string} name */
const to = (name) => /** @type {HTMLAnchorElement | null} */ (document.querySelector(`[data-${name}]`));

// After a reload, the entries of the history are of this page, whatever their address: another address is another page.
// What the gallery wrote down of its viewer is not ours.
const { pathname } = location;
history.replaceState(null, "");
addEventListener("popstate", (event) => {
  if (location.pathname === pathname) return;
  event.stopImmediatePropagation();
  location.reload();
});

const picture = /** @type {HTMLImageElement | null} */ (document.querySelector("img.showcase-picture"));

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (/** @type {Element} */ (event.target).closest("input, select, textarea, video, audio, dialog")) return;
  const isRtl = getComputedStyle(document.body).direction === "rtl";
  /** @type {Record<string, string>} */
  const keys = { ArrowRight: isRtl ? "previous" : "next", ArrowLeft: isRtl ? "next" : "previous", Escape: "back" };
  const way = keys[event.key] && to(keys[event.key]);
  if (!way) return;
  event.preventDefault();
  location.assign(way.href);
});

const video = /** @type {HTMLVideoElement | null} */ (document.querySelector("video.showcase-picture"));
const sizes = video && sizesOf(video);
if (sizes) video.after(sizes);
for (const player of /** @type {NodeListOf<HTMLMediaElement>} */ (document.querySelectorAll(".showcase video, .showcase audio"))) {
  whenFailed(player, async () => {
    await stillOpen(location.href);
    tell(text("notLoaded"), { label: text("close"), act: hush });
  });
}

/** @type {Viewer | undefined} */
let viewer;

// Where downloads are limited, each one changes what the page says.
const caption = document.querySelector("[data-caption]");
if (caption?.querySelector("[data-left]")) {
  addEventListener("click", ({ target }) => {
    if (/** @type {Element} */ (target).closest("[data-caption] a")) setTimeout(renew, COUNTED);
  });
}

async function renew() {
  const page = await readPage(await ask(pathname), "[data-caption]");
  if (caption) renewDownloads(caption, page);
  await viewer?.renew();
}

if (picture) {
  const url = picture.currentSrc || picture.src;
  const [files, name] = [url.slice(0, url.lastIndexOf("/")), url.slice(url.lastIndexOf("/") + 1)];
  const enlarged = new Viewer({
    count: 1,
    item: async () => ({
      url: location.href,
      files,
      title: document.querySelector("h1")?.textContent ?? "",
      label: picture.alt,
      kind: "IMAGE",
      shown: name,
      large: picture.srcset ? "fullscreen" : undefined,
      thumbnail: picture.src,
      isOffered: document.querySelector(".downloads") !== null,
    }),
    tile: () => picture,
    left: () => enlarge.focus(),
  });
  const enlarge = document.createElement("button");
  enlarge.type = "button";
  enlarge.className = "showcase-enlarge";
  enlarge.setAttribute("aria-label", text("enlarge"));
  picture.replaceWith(enlarge);
  enlarge.append(picture);
  enlarge.addEventListener("click", () => enlarged.open(0));
  viewer = enlarged;
}
