// The elements that the viewer is made of.

export const ICONS = {
  close: "M6 6l12 12M18 6L6 18",
  previous: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  details: "M12 11v6M12 7.5v.01M3 12a9 9 0 1 0 18 0a9 9 0 1 0-18 0",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  play: "M8 5.5v13l10-6.5z",
  full: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
};

/**
 * @param {string} name
 * @param {string} className
 */
export function part(name, className) {
  return Object.assign(document.createElement(name), { className });
}

/**
 * A round button with an icon.
 *
 * @param {string} label
 * @param {string} path
 * @param {() => void} act
 */
export function button(label, path, act) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "viewer-button";
  element.title = label;
  element.setAttribute("aria-label", label);
  const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.setAttribute("aria-hidden", "true");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", path);
  icon.append(line);
  element.append(icon);
  element.addEventListener("click", () => {
    if (element.getAttribute("aria-disabled") !== "true") act();
  });
  return element;
}
