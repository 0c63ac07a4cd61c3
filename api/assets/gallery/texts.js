// What the scripts say, in the language of the page, which brings the texts along.

/** @type {Record<string, string>} */
const texts = JSON.parse(document.getElementById("texts")?.textContent ?? "{}");

/**
 * A text, with these values in place of their names in braces.
 *
 * @param {string} name
 * @param {Record<string, string | number>} [values]
 */
export function text(name, values = {}) {
  return (texts[name] ?? "").replace(/\{(\w+)\}/g, (_, value) => String(values[value]));
}
