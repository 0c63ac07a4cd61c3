// The keyboard in the grid: one stop for Tab, and arrows, Home and End from there. Space selects, Enter opens. In the whole
// page, Ctrl+A selects all, and Escape ends selecting.

import { indexOf } from "/assets/gallery/grid.js";

/**
 * @param {import("/assets/gallery/grid.js").Grid} grid
 * @param {import("/assets/gallery/selection.js").Selection | undefined} selection
 */
export function followKeys(grid, selection) {
  const { list } = grid;
  list.addEventListener("focusin", ({ target }) => {
    const tile = /** @type {Element} */ (target).closest(".tile");
    if (!tile || grid.active === indexOf(tile)) return;
    const before = grid.shown(grid.active)?.querySelector("a");
    if (before) before.tabIndex = -1;
    grid.active = indexOf(tile);
    const anchor = tile.querySelector("a");
    if (anchor) anchor.tabIndex = 0;
  });
  list.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (!(/** @type {Element} */ (event.target).closest(".tile-link"))) return;
    const forward = getComputedStyle(list).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    const back = forward === "ArrowLeft" ? "ArrowRight" : "ArrowLeft";
    const at = grid.active;
    /** @type {Record<string, () => number>} */
    const moves = {
      [forward]: () => at + 1,
      [back]: () => at - 1,
      ArrowDown: () => grid.beside(at, 1),
      ArrowUp: () => grid.beside(at, -1),
      Home: () => 0,
      End: () => grid.count - 1,
    };
    if (moves[event.key]) grid.focus(moves[event.key]());
    else if (event.key === " " && selection) selection.toggle(at);
    else return;
    event.preventDefault();
  });
  if (!selection) return;
  document.addEventListener("keydown", (event) => {
    const target = /** @type {Element} */ (event.target);
    // The viewer has keys of its own, and so has a field with text.
    if (event.defaultPrevented || event.altKey || target.closest("dialog, input:not([type=checkbox]), select, textarea")) return;
    const hasCommand = event.ctrlKey || event.metaKey;
    if (event.key === "Escape" && !hasCommand && selection.isSelecting) selection.leave();
    else if (event.key.toLowerCase() === "a" && hasCommand && !event.shiftKey && selection.canSelect) selection.all();
    else return;
    event.preventDefault();
  });
}
