// Buttons that copy a field. Without scripts they stay hidden, and the field is there to be selected.

const status = document.getElementById("status");

// Tells everybody what has happened, also those who listen to the page.
export function tell(text) {
  status.textContent = text;
  status.classList.add("toast-shown");
  clearTimeout(tell.timer);
  tell.timer = setTimeout(() => status.classList.remove("toast-shown"), 4000);
}

// Copies a text; browsers allow it on pages with TLS and on this machine only.
export async function copy(text, told) {
  try {
    await navigator.clipboard.writeText(text);
    tell(told);
    return true;
  } catch {
    return false;
  }
}

for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  button.hidden = false;
  button.addEventListener("click", async () => {
    if (await copy(field.value, button.dataset.copied)) return;
    field.select();
    tell(document.execCommand("copy") ? button.dataset.copied : "Selected: press Ctrl+C or ⌘C to copy it");
  });
}

for (const field of document.querySelectorAll(".copied")) {
  field.addEventListener("focus", () => field.select());
}
