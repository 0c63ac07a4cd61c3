// The selected assets of the user of this tab.

const KEY = "vitrine.selected";

export function load(user) {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY));
    return new Map(kept?.user === user ? kept.assets : []);
  } catch {
    return new Map();
  }
}

export function store(user, assets) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ user, assets: [...assets] }));
  } catch {
    // A browser that keeps nothing has the selection of one page only.
  }
}

export function forget() {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // There was nothing kept.
  }
}
