// The downloads of one asset, which change while its page is open: its visitor or another one takes what is left.

/** How long after the begin of a download it is counted at the latest, in milliseconds, unless the server is slow. */
export const COUNTED = 1500;

/**
 * Says anew how many downloads are left, and what may be downloaded.
 *
 * @param {Element} caption
 * @param {Document} page the page of the asset, loaded anew
 */
export function renewDownloads(caption, page) {
  const anew = page.querySelector("[data-caption]")?.cloneNode(true);
  if (!(anew instanceof Element)) return;
  const [left, leftNow] = [caption, anew].map((from) => from.querySelector("[data-left]"));
  if (left && leftNow) left.textContent = leftNow.textContent;
  // The first child is what is written about the asset, as which it stays open or closed.
  const [old, now] = [caption, anew].map((from) => [...from.children].slice(1));
  if (textOf(old) === textOf(now)) return;
  const hadFocus = old.some((part) => part.contains(document.activeElement));
  for (const part of old) part.remove();
  caption.append(...now);
  if (!hadFocus) return;
  const place = /** @type {HTMLElement} */ (caption.querySelector("a") ?? caption);
  if (place === caption) place.tabIndex = -1;
  place.focus();
}

/** @param {Element[]} parts */
function textOf(parts) {
  return parts.map((part) => part.outerHTML.replace(/\s+/g, " ")).join("");
}
