// What stands above the pictures of a gallery, said anew from a page that was loaded later.

/**
 * Says how many members there are, their order, how far the preparation of their files is, what may be downloaded, and how
 * many downloads are left.
 *
 * @param {Document} loaded
 */
export function tellHead(loaded) {
  const both = (/** @type {string} */ part) => [document, loaded].map((from) => from.querySelector(part));
  for (const part of [".link-about", ".found"]) {
    const [old, anew] = both(part);
    if (old && anew && old.textContent !== anew.textContent) old.replaceChildren(...anew.childNodes);
  }
  for (const part of [".tools ~ .archive", ".tools ~ .used-up"]) {
    const [old, anew] = both(part);
    if (old && anew) old.replaceChildren(...anew.childNodes);
    else if (anew) document.querySelector(".tools")?.after(anew);
    else old?.remove();
  }
  const [order, ordered] = /** @type {(HTMLSelectElement | null)[]} */ (both("[data-look] select"));
  if (order && ordered && order.innerHTML !== ordered.innerHTML) {
    const { value } = ordered;
    order.replaceChildren(...ordered.childNodes);
    order.value = value;
  }
  const [choices, offered] = both(".archive-choices");
  if (choices && offered) tellChoices(choices, offered);
  else choices?.remove();
}

/**
 * Which files the page offers to download, as a text to be compared; nothing, if none.
 *
 * @param {Document} page
 */
export function offerOf(page) {
  const choices = page.querySelector(".archive-choices");
  return choices ? String([...choices.querySelectorAll("option")].map(({ value }) => value)) : undefined;
}

/**
 * @param {Element} choices
 * @param {Element} offered
 */
function tellChoices(choices, offered) {
  const [button, anew] = [choices, offered].map((from) => from.querySelector("[name=select]"));
  if (button && anew && button.textContent !== anew.textContent) button.replaceChildren(...anew.childNodes);
  const [old, now] = /** @type {(HTMLSelectElement | null)[]} */ ([choices, offered].map((from) => from.querySelector("select")));
  if (!old || !now) {
    old?.remove();
    if (now) choices.prepend(now);
  } else if (old.textContent !== now.textContent) {
    // What the visitor has chosen stays chosen, where it is still there.
    const chosen = old.value;
    old.replaceChildren(...now.childNodes);
    old.value = chosen;
    if (old.selectedIndex < 0) old.selectedIndex = 0;
  }
}
