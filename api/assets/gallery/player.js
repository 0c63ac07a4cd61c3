// The sizes of a video: which one is played, by the line or as the visitor chooses.
//
// Without this script, the browser chooses among the sources of the video by the width of the screen.

import { hush, tell } from "/assets/gallery/notice.js";
import { text } from "/assets/gallery/texts.js";

/** What the visitor has chosen, for this video and those that come after it. */
let chosen = "";

/** Whether the line is slow, or its owner pays for what comes through it. Not all browsers tell. */
function isSlow() {
  const told = /** @type {{ connection?: { saveData?: boolean, effectiveType?: string } }} */ (navigator).connection;
  return told !== undefined && (told.saveData === true || /2g|3g/.test(told.effectiveType ?? ""));
}

/** What is dispatched to a video when none of its sizes can be played. */
const FAILED = "vitrine-failed";

/**
 * Does something when a video or a recording cannot be played: none of its sizes, where it has several.
 *
 * @param {HTMLMediaElement} player
 * @param {() => void} act
 */
export function whenFailed(player, act) {
  player.addEventListener(player.localName === "video" ? FAILED : "error", act);
}

/**
 * Chooses the size of a video. A size that is refused, as after its downloads were limited, gives way to another one.
 * Returns buttons for the sizes, if it has several.
 *
 * @param {HTMLVideoElement} video
 */
export function sizesOf(video) {
  const sources = [...video.querySelectorAll("source")];
  const smallest = sources.at(-1);
  if (!smallest) return undefined;
  const box = document.createElement("div");
  box.className = "sizes";
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", text("videoQuality"));
  /** @type {{ currentTime: number, playbackRate: number, isPlaying: boolean } | undefined} where it goes on */
  let place;
  // A browser pauses what it cannot load further, before it says that there was an error.
  let isPlaying = !video.paused;
  let used = sources[0];
  /** @type {Set<HTMLSourceElement>} what was refused since a size could be played */
  const refused = new Set();

  /** @param {HTMLSourceElement} source */
  const mark = (source) => {
    used = source;
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.textContent === source.dataset.quality));
  };

  /** @param {HTMLSourceElement} source */
  const use = (source) => {
    mark(source);
    const isBegun = place !== undefined || video.currentTime > 0 || isPlaying;
    // Of two changes in a row, the second goes on where the first would have.
    if (isBegun) place ??= { currentTime: video.currentTime, playbackRate: video.playbackRate, isPlaying };
    if (place) video.preload = "auto";
    video.src = source.src;
    if (place?.isPlaying) video.play().catch(() => {});
  };

  /** @param {HTMLSourceElement} source */
  const refuse = (source) => {
    refused.add(source);
    const other = sources.findLast((source) => !refused.has(source));
    if (other) use(other);
    else video.dispatchEvent(new Event(FAILED));
  };

  video.addEventListener("play", () => (isPlaying = true));
  video.addEventListener("pause", () => (isPlaying = video.error !== null && isPlaying));
  video.addEventListener("error", () => refuse(used));
  for (const source of sources) source.addEventListener("error", () => refuse(source));
  video.addEventListener("loadedmetadata", () => {
    if (refused.size > 0) tell(text("sizeRefused"), { label: text("close"), act: hush });
    refused.clear();
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
      refused.clear();
      use(source);
    });
    return button;
  });
  box.append(...buttons);
  const fits = sources.find((source) => !source.media || matchMedia(source.media).matches) ?? smallest;
  const wanted = sources.find((source) => source.dataset.quality === chosen) ?? (isSlow() ? smallest : fits);
  // The browser begins with the first source that fits. Old ones do not know that some are for large screens only.
  if (wanted === fits && wanted === sources[0]) mark(wanted);
  else use(wanted);
  return sources.length > 1 ? box : undefined;
}
