// State in, view out: a page is one function of its state.

import {html, nothing, render, svg} from './lit-html.js';

export {html, nothing, svg};

/**
 * Shows a page and shows it anew whenever its state changes: when the script that changed it has paused, and
 * for several changes once.
 *
 * @param root what the page stands in; what was there before the script is taken away
 * @param state the page's, an object; changed only by what is returned
 * @param view makes a template of the state
 * @returns changes the state: takes the members that differ
 */
export function page(root, state, view) {
  let isDue = false;
  const change = (changed) => {
    Object.assign(state, changed);
    if (!isDue) {
      isDue = true;
      queueMicrotask(() => {
        isDue = false;
        render(view(state), root);
      });
    }
  };
  root.replaceChildren();
  change({});
  return change;
}

/** Moves the focus to what has just been shown, for those who do not see it. */
export function focusOn(selector) {
  queueMicrotask(() => document.querySelector(selector)?.focus());
}

/** Calls when what has just been shown is painted; at once where nobody looks, for nothing is painted then. */
export function painted(then) {
  if (document.hidden) {
    queueMicrotask(then);
  } else {
    requestAnimationFrame(() => setTimeout(then));
  }
}
