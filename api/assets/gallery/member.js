// The page of one asset: keys and swipes lead to the pictures beside it, and a click enlarges its picture.

import { sizesOf } from "/assets/gallery/player.js";
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

if (picture) {
  const url = picture.currentSrc || picture.src;
  const [files, name] = [url.slice(0, url.lastIndexOf("/")), url.slice(url.lastIndexOf("/") + 1)];
  const viewer = new Viewer({
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
  enlarge.addEventListener("click", () => viewer.open(0));
}
