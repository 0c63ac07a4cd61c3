// The keyboard in the grid: one stop for Tab, and arrows, Home and End from there. Space selects, Enter opens.

import { indexOf } from "/assets/gallery/grid.js";

/**
 * @param {import("/assets/gallery/grid.js").Grid} grid
 * @param {((index: number) => void) | undefined} select called for Space
 */
export function followKeys(grid, select) {
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
    else if (event.key === " " && select) select(at);
    else return;
    event.preventDefault();
  });
}
