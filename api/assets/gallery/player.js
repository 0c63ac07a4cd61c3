// The sizes of a video: which one is played, by the line or as the visitor chooses.
//
// Without this script, the browser chooses among the sources of the video by the width of the screen.

import { text } from "/assets/gallery/texts.js";

/** What the visitor has chosen, for this video and those that come after it. */
let chosen = "";

/** Whether the line is slow, or its owner pays for what comes through it. Not all browsers tell. */
function isSlow() {
  const told = /** @type {{ connection?: { saveData?: boolean, effectiveType?: string } }} */ (navigator).connection;
  return told !== undefined && (told.saveData === true || /2g|3g/.test(told.effectiveType ?? ""));
}

/**
 * Does something when a video cannot be played: neither the source that the visitor has chosen, nor the last one that the
 * browser tries by itself.
 *
 * @param {HTMLVideoElement} video
 * @param {() => void} act
 */
export function whenFailed(video, act) {
  for (const part of [video, ...[...video.querySelectorAll("source")].slice(-1)]) part.addEventListener("error", act);
}

/**
 * Chooses the size of a video. Returns buttons for its sizes, if it has several.
 *
 * @param {HTMLVideoElement} video
 */
export function sizesOf(video) {
  const sources = [...video.querySelectorAll("source")];
  const smallest = sources.at(-1);
  if (sources.length < 2 || !smallest) return undefined;
  const box = document.createElement("div");
  box.className = "sizes";
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", text("videoQuality"));
  /** @type {{ currentTime: number, playbackRate: number, isPlaying: boolean } | undefined} where it goes on */
  let place;

  /** @param {HTMLSourceElement} source */
  const mark = (source) => {
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.textContent === source.dataset.quality));
  };

  /** @param {HTMLSourceElement} source */
  const use = (source) => {
    mark(source);
    const isBegun = place !== undefined || video.currentTime > 0 || !video.paused;
    // Of two changes in a row, the second goes on where the first would have.
    if (isBegun) place ??= { currentTime: video.currentTime, playbackRate: video.playbackRate, isPlaying: !video.paused };
    if (place) video.preload = "auto";
    video.src = source.src;
    if (place?.isPlaying) video.play().catch(() => {});
  };

  video.addEventListener("loadedmetadata", () => {
    if (!place) return;
    video.currentTime = place.currentTime;
    video.playbackRate = place.playbackRate;
    place = undefined;
  });
  const buttons = sources.map((source) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = source.dataset.quality ?? "";
    button.addEventListener("click", () => {
      if (button.getAttribute("aria-pressed") === "true") return;
      chosen = button.textContent ?? "";
      use(source);
    });
    return button;
  });
  box.append(...buttons);
  const fits = sources.find((source) => !source.media || matchMedia(source.media).matches) ?? smallest;
  const wanted = sources.find((source) => source.dataset.quality === chosen) ?? (isSlow() ? smallest : fits);
  // The browser begins with the first source that fits, and goes on to the next where that is not there any more. Old ones do
  // not know that some are for large screens only.
  if (wanted === fits && wanted === sources[0]) mark(wanted);
  else use(wanted);
  return box;
}
