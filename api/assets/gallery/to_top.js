// Buttons for who has scrolled past the tools of a gallery, where these do not stay in view: to select, and to the top.

import { text } from "/assets/gallery/texts.js";

/**
 * @param {HTMLElement} page
 * @param {(() => void) | undefined} select called to begin selecting
 */
export function offerTools(page, select) {
  const tools = page.querySelector(".tools");
  if (!tools) return;
  const box = document.createElement("div");
  box.className = "shortcuts";
  box.hidden = true;
  box.dataset.byScript = "";
  const button = (/** @type {string} */ label, /** @type {() => void} */ act) => {
    const element = Object.assign(document.createElement("button"), { type: "button", className: "button", textContent: label });
    element.addEventListener("click", act);
    box.append(element);
  };
  if (select) button(text("select"), select);
  button(text("toTop"), () => {
    scrollTo({ top: 0, behavior: "instant" });
    // The button hides, and must not take the focus along. In a field, a phone would show its keyboard.
    /** @type {HTMLElement | null} */ (tools.querySelector("select, button"))?.focus({ preventScroll: true });
  });
  page.append(box);
  new IntersectionObserver(([entry]) => {
    box.hidden = entry.isIntersecting || entry.boundingClientRect.top > 0;
  }).observe(tools);
}
