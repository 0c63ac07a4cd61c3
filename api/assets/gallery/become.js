// The way of a picture from the grid to the viewer, and back.

import { isCalm } from "/assets/gallery/swipe.js";

/**
 * Changes the page so that one element seems to become another.
 *
 * @param {HTMLElement | null | undefined} from
 * @param {() => HTMLElement | null | undefined} change
 */
export function become(from, change) {
  if (!document.startViewTransition || isCalm() || !from) {
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
