// Where somebody is: the part of the address behind #. `merchants/841080210000013?status=LIVE` is a screen, what
// it is about, and how it is filtered; the browser's own back and reload need nothing else.

/** The address of a place, to be put into a link. */
export function href(path, query = {}) {
  const asked = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== '' && value !== undefined)).toString();
  const steps = (Array.isArray(path) ? path : [path]).map(encodeURIComponent).join('/');
  return asked === '' ? `#${steps}` : `#${steps}?${asked}`;
}

/** What stands behind #: `{steps, query}`. */
export function placeOf(fragment) {
  const [path, asked = ''] = fragment.replace(/^#/, '').split(/\?(.*)/s);
  return {
    steps: path.split('/').map(decoded).filter((step) => step !== ''),
    query: Object.fromEntries(new URLSearchParams(asked)),
  };
}

function decoded(step) {
  try {
    return decodeURIComponent(step);
  } catch {
    return step; // somebody typed it: no screen will be called so
  }
}

/** The screen of a place and the values of its `:names`; undefined if no screen stands there. */
export function screenAt(screens, steps) {
  for (const screen of screens) {
    const pattern = screen.at.split('/');
    if (pattern.length === steps.length && pattern.every((part, i) => part.startsWith(':') || part === steps[i])) {
      const path = Object.fromEntries(
        pattern.map((part, i) => [part.slice(1), steps[i]]).filter((_, i) => pattern[i].startsWith(':')));
      return {screen, path};
    }
  }
  return undefined;
}
