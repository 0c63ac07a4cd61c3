// What is kept of this tab until it is closed; nothing in frames in which the browser keeps nothing.

/** @param {string} name */
export function kept(name) {
  try {
    return sessionStorage.getItem(name);
  } catch {
    return null;
  }
}

/**
 * @param {string} name
 * @param {string} value empty: nothing is kept any more
 */
export function keep(name, value) {
  try {
    if (value === "") sessionStorage.removeItem(name);
    else sessionStorage.setItem(name, value);
  } catch {
    // The page works without.
  }
}
