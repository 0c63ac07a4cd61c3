// The selection of the library lives in the tab: it follows from page to page and from search to search, and the
// counter follows each tick. Without scripts the form carries the selection.

import { forget, load, store } from "/assets/selected.js";

const form = document.getElementById("library");
const boxes = [...form.querySelectorAll("input.tick")];
const [text, all, clear] = ["[data-selected]", "[data-all]", "[data-clear]"].map((part) => form.querySelector(part));
// Each is there for those who may do it.
const [share, remove] = ["[data-share]", "[data-delete]"].map((part) => form.querySelector(part));
const user = form.dataset.user;
// The ids of the selected assets, and whether each can be shared.
const selected = load(user);

// A page that came with a selection of its own, such as one to which the window of a share leads back, shows that.
for (const field of form.querySelectorAll("input[type=hidden][name=asset]")) {
  if (!selected.has(field.value)) selected.set(field.value, true);
  field.remove();
}
for (const box of boxes) {
  if (box.defaultChecked) selected.set(box.value, canBeShared(box));
  box.checked = selected.has(box.value);
  box.addEventListener("change", () => {
    if (box.checked) selected.set(box.value, canBeShared(box));
    else selected.delete(box.value);
    show();
  });
}

function canBeShared(box) {
  return !("notShareable" in box.dataset);
}

function show() {
  store(user, selected);
  const count = selected.size;
  const elsewhere = count - boxes.filter((box) => box.checked).length;
  const shareable = [...selected.values()].filter(Boolean).length;
  text.textContent = count === 0 ? text.dataset.invitation
    : `${count} selected${elsewhere ? ` · ${elsewhere} not on this page` : ""}${share && shareable < count ? ` · ${shareable} can be shared` : ""}`;
  if (share) share.textContent = count === 0 ? "Share" : `Share ${shareable}/${count}`;
  for (const button of [share, remove]) if (button) button.disabled = count === 0;
  clear.disabled = count === 0;
}

form.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (button && (button === share || button === remove)) {
    const shown = new Set(boxes.map((box) => box.value));
    for (const id of selected.keys()) {
      if (!shown.has(id)) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "asset", value: id }));
    }
    return;
  }
  event.preventDefault();
  if (button === all) {
    for (const box of boxes) {
      box.checked = true;
      selected.set(box.value, canBeShared(box));
    }
    show();
    return;
  }
  if (button === clear) {
    selected.clear();
    for (const box of boxes) box.checked = false;
    forget();
    show();
    form.querySelector("#search").focus();
    return;
  }
  const query = new URLSearchParams([...new FormData(form)].filter(([name, value]) => ["search", "kind", "collection"].includes(name) && value));
  location.assign(button?.dataset.href ?? `/library${query.size ? `?${query}` : ""}`);
});

// A library that a form led back to is a page like any other for those who go back to it later.
if (location.search === "") {
  const fields = ["search", "kind", "collection", "after", "before"].map((name) => [name, form.elements[name]?.value ?? ""]);
  const query = new URLSearchParams(fields.filter(([, value]) => value));
  if (query.size) history.replaceState(history.state, "", `/library?${query}`);
  else history.replaceState(history.state, "", "/library");
}

// The counter is read out when it changes, not when the page opens.
show();
text.setAttribute("role", "status");
// A page that the browser kept may be older than the selection.
addEventListener("pageshow", (event) => event.persisted && location.reload());
