// The button that fills in a generated password and copies it. It takes the place of the checkbox that asks for a
// generated password.

import { copy, tell } from "/assets/copy.js";

for (const button of document.querySelectorAll("[data-generate]")) {
  const field = document.getElementById(button.dataset.generate);
  const box = document.querySelector("[data-without-scripts]");
  box.querySelector("input").checked = false;
  box.hidden = true;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const answer = await fetch("/links/password", { method: "POST", headers, body: "" }).catch(() => null);
    if (!answer?.ok || answer.redirected) {
      tell("No password could be made. Try again, or type one.");
      return;
    }
    field.value = await answer.text();
    if (!(await copy(field.value, "Password generated and copied"))) tell("Password generated");
  });
}
