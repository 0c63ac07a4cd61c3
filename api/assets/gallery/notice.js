// A message over the page, which stays until what it tells has passed.

import { keep } from "/assets/gallery/kept.js";
import { text } from "/assets/gallery/texts.js";

/** Under which name is kept that the visitor was asked for the password meanwhile, and comes back to the same place. */
export const LOCKED = "locked";

const box = document.createElement("div");
box.className = "notice";
box.hidden = true;
box.setAttribute("role", "status");
document.body.append(box);

/**
 * Shows a message, and a button if something can be done.
 *
 * @param {string} message
 * @param {{ label: string, act: () => void }} [button]
 */
export function tell(message, button) {
  box.hidden = false;
  // The dialog of the viewer lies over everything else.
  (document.querySelector("dialog[open]") ?? document.body).append(box);
  box.replaceChildren(Object.assign(document.createElement("span"), { textContent: message }));
  if (!button) return;
  const element = Object.assign(document.createElement("button"), { type: "button", className: "button button-small", textContent: button.label });
  element.addEventListener("click", button.act);
  box.append(element);
}

// When the viewer closes, a message in it stays.
document.addEventListener("close", () => document.body.append(box), true);

/** Takes the message away. */
export function hush() {
  const hadFocus = box.contains(document.activeElement);
  box.hidden = true;
  box.replaceChildren();
  // The keys of the viewer go on.
  if (hadFocus) /** @type {HTMLElement | null} */ (document.querySelector("dialog[open]"))?.focus();
}

/**
 * Says what an answer means that is not the page that was asked for, and resolves when it is worth to ask again. What
 * cannot be mended by asking again never resolves.
 *
 * @param {Response | undefined} answer none: the server was not reached
 * @returns {Promise<void>}
 */
export async function trouble(answer) {
  const again = { label: text("loadAgain"), act: () => location.reload() };
  if (answer?.status === 404) {
    tell(text("linkClosed"), again);
    return new Promise(() => {});
  }
  if (answer?.status === 401) {
    const unlock = () => {
      keep(LOCKED, "yes");
      location.reload();
    };
    tell(text("lockedAgain"), { ...again, act: unlock });
    return new Promise(() => {});
  }
  if (answer?.status === 429) {
    for (let left = Number(answer.headers.get("retry-after")) || 5; left > 0; left -= 1) {
      tell(text("tooManyRequests", { seconds: left }));
      await pause(1000);
    }
  } else {
    tell(text(navigator.onLine ? "noAnswer" : "offline"));
    await Promise.race([pause(5000), new Promise((online) => addEventListener("online", online, { once: true }))]);
  }
  hush();
}

/** @param {number} milliseconds */
function pause(milliseconds) {
  return new Promise((done) => setTimeout(done, milliseconds));
}
