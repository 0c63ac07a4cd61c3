// A button beside the field of a password, which shows what is typed.

for (const button of document.querySelectorAll("[data-reveal]")) {
  const field = document.getElementById(button.dataset.reveal);
  button.hidden = false;
  button.addEventListener("click", () => {
    const isShown = field.type === "password";
    field.type = isShown ? "text" : "password";
    button.setAttribute("aria-pressed", String(isShown));
    field.focus();
  });
  // Browsers keep what is sent from a password field to themselves.
  field.form.addEventListener("submit", () => { field.type = "password"; });
}
