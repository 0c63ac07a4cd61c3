// Selecting by drawing over tiles: with the mouse from a corner, with a finger after a long press. At the upper and the
// lower edge of the screen the page scrolls along.

import { indexOf } from "/assets/gallery/grid.js";

/** How long a press selects, in milliseconds. */
const LONG_PRESS = 450;

/** How far a finger may slip meanwhile, in pixels. */
const SLIP = 10;

/** How near to an edge the page scrolls, in pixels, and how fast at most, in pixels a frame. */
const EDGE = { zone: 56, speed: 14 };

/** @typedef {{ clientX: number, clientY: number }} Place */

/**
 * @param {import("/assets/gallery/grid.js").Grid} grid
 * @param {import("/assets/gallery/selection.js").Selection} selection
 */
export function followPointer(grid, selection) {
  const { list } = grid;
  /** @type {{ from: number, to: number, x: number, y: number, isTouch: boolean, before: Set<number> } | undefined} */
  let drawing;
  let timer = 0;
  /** @type {Place} */
  let last = { clientX: 0, clientY: 0 };
  let scrolling = 0;

  /** @param {Place} at */
  const under = (at) => {
    const tile = document.elementFromPoint(at.clientX, at.clientY)?.closest(".tile");
    return tile && list.contains(tile) && tile.id ? indexOf(tile) : undefined;
  };

  /**
   * @param {number} from
   * @param {PointerEvent} event
   */
  const begin = (from, event) => {
    const isTouch = event.pointerType !== "mouse";
    drawing = { from, to: from, x: event.clientX, y: event.clientY, isTouch, before: selection.chosen };
    if (isTouch) grid.held = from;
  };

  /** @param {Place} at */
  const goOn = (at) => {
    last = at;
    const to = under(at);
    if (drawing && to !== undefined && to !== drawing.to) {
      drawing.to = to;
      selection.draw(drawing.before, drawing.from, to);
    }
    scrolling ||= requestAnimationFrame(scroll);
  };

  /** Scrolls as long as the finger is at an edge, and selects what comes below it. */
  const scroll = () => {
    scrolling = 0;
    if (!drawing) return;
    const top = list.getBoundingClientRect().top;
    const bottom = selection.bar.hidden ? innerHeight : selection.bar.getBoundingClientRect().top;
    const { clientX, clientY } = last;
    const [above, below] = [EDGE.zone - clientY, clientY - (bottom - EDGE.zone)].map((pixels) => Math.min(Math.max(pixels, 0) / EDGE.zone, 1));
    if (above === below) return;
    scrollBy({ top: (below - above) * EDGE.speed, behavior: "instant" });
    if (list.getBoundingClientRect().top === top) return;
    goOn({ clientX, clientY: Math.min(Math.max(clientY, 1), bottom - 1) });
  };

  const end = () => {
    drawing = undefined;
    grid.held = undefined;
    cancelAnimationFrame(scrolling);
    scrolling = 0;
  };

  list.addEventListener("pointerdown", (event) => {
    // The click of this press is no longer that of the one before.
    list.removeEventListener("click", swallow, { capture: true });
    const from = under(event);
    if (from === undefined || !event.isPrimary || event.button !== 0) return;
    if (event.pointerType === "mouse") {
      // Drawing begins at a corner, or anywhere once something is chosen.
      if (/** @type {Element} */ (event.target).closest(".tile-choice") || selection.isSelecting) begin(from, event);
      return;
    }
    const { clientX, clientY } = event;
    timer = setTimeout(() => {
      timer = 0;
      selection.toggle(from);
      begin(from, event);
      navigator.vibrate?.(10);
    }, LONG_PRESS);
    const move = (/** @type {PointerEvent} */ moved) => {
      if (Math.hypot(moved.clientX - clientX, moved.clientY - clientY) > SLIP) clearTimeout(timer);
    };
    list.addEventListener("pointermove", move);
    addEventListener("pointerup", () => list.removeEventListener("pointermove", move), { once: true });
  });
  // With the mouse also beside the grid, where the page scrolls on.
  addEventListener("pointermove", (event) => {
    if (!drawing || event.pointerType !== "mouse") return;
    if (Math.hypot(event.clientX - drawing.x, event.clientY - drawing.y) <= SLIP) return;
    if (!selection.has(drawing.from) && drawing.to === drawing.from) selection.toggle(drawing.from);
    goOn(event);
  });
  list.addEventListener(
    "touchmove",
    (event) => {
      if (!drawing) return;
      event.preventDefault();
      goOn(event.touches[0]);
    },
    { passive: false },
  );
  for (const name of /** @type {const} */ (["pointerup", "pointercancel"])) {
    addEventListener(name, () => {
      clearTimeout(timer);
      if (!drawing) return;
      const isMoved = drawing.to !== drawing.from || drawing.isTouch;
      end();
      // The click that follows would open the picture, or give it up again.
      if (isMoved) list.addEventListener("click", swallow, { capture: true, once: true });
    });
  }
  // A long press would open the menu of the link.
  list.addEventListener("contextmenu", (event) => {
    if (drawing || selection.isSelecting) event.preventDefault();
  });
  list.addEventListener("dragstart", (event) => event.preventDefault());
}

/** @param {Event} event */
function swallow(event) {
  event.preventDefault();
  event.stopPropagation();
}
