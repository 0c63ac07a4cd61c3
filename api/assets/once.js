// A form is sent once: a second click on its button while the first is on its way does nothing.

/** How long the answer may take until a further click counts, in milliseconds: it may have been lost. */
const LONGEST = 8000;

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if ("sent" in form.dataset) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "";
  setTimeout(() => delete form.dataset.sent, LONGEST);
});

// A page that the browser kept is as before.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// What has been done is told once: the page that tells it does not when it is loaded again.
const TOLD = ["done", "moved", "deleted", "count", "restored", "left", "changed", "retried", "detached", "new", "new-url", "shared"];
const shown = new URL(location.href);
if (TOLD.some((name) => shown.searchParams.has(name))) {
  for (const name of TOLD) shown.searchParams.delete(name);
  history.replaceState(history.state, "", shown);
}
