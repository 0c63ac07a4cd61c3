// The search for a person takes some seconds: the button says so, and the photo is sent once.

const form = /** @type {HTMLFormElement | null} */ (document.querySelector("form[data-looking]"));
if (form) sendOnce(form);
// The faces to choose from are the answer to a form. Whoever goes back comes to the form, and is not asked to send it again.
else history.replaceState(history.state, "", location.href);

/** @param {HTMLFormElement} form */
function sendOnce(form) {
  const button = /** @type {HTMLButtonElement} */ (form.querySelector("button"));
  const label = button.textContent;
  form.addEventListener("submit", (event) => {
    if (button.ariaDisabled === "true") {
      event.preventDefault();
      return;
    }
    button.ariaDisabled = "true";
    button.textContent = form.dataset.looking ?? label;
  });
  // A page that the browser kept is as before.
  addEventListener("pageshow", () => {
    button.ariaDisabled = null;
    button.textContent = label;
  });
}
