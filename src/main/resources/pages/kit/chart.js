// Figures as lines and bars. Beside a table, or under words that say the same: a picture alone is nothing to who
// does not see it, so these are hidden from screen readers.

import {html, svg} from './view.js';

/**
 * Where a value stands between marks.
 *
 * @param value, most, and `at` of each mark in the same unit
 * @param marks `{at, tone, label}`, ascending
 * @param label what the value is, in words
 */
export function thermometer({value, most, marks, label}) {
  const place = (at) => Math.min(100, (100 * at) / most);
  const reached = marks.filter(({at}) => value >= at).at(-1)?.tone ?? 'good';
  return html`<figure class="thermometer"><figcaption>${label}</figcaption>
    <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false">
      <rect class="ground" x="0" y="2" width="100" height="4"></rect><rect class="tone ${reached}" x="0" y="2" width=${place(value)} height="4"></rect>
      ${marks.map(({at, tone}) => svg`<rect class="tone ${tone}" x=${Math.min(99.5, place(at))} y="0" width="0.5" height="8"></rect>`)}
    </svg>
    <ol>${marks.map(({tone, label: said}) => html`<li><span class="key ${tone}" aria-hidden="true"></span>${said}</li>`)}</ol></figure>`;
}

/** A bar in a table's cell: how much it is of the most there is. */
export function bar(value, most) {
  return html`<svg class="share" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect x="0" y="0" width=${most === 0 ? 0 : (100 * value) / most} height="4"></rect></svg>`;
}

const DAY_MS = 86_400_000;

/**
 * A line through days, and marks that it should have passed.
 *
 * @param values, marks `{at, value}`, `at` a date as 2026-11-24, ascending
 * @param from, to the first and the last day that is drawn
 * @param begin where the marks begin on the first day
 * @param label what the line is, in words
 */
export function curve({values, marks, from, to, most, begin = 0, label}) {
  const span = Math.max(1, (Date.parse(to) - Date.parse(from)) / DAY_MS);
  const x = (at) => Math.round(((Date.parse(at) - Date.parse(from)) / DAY_MS / span) * 1000) / 5;
  const y = (value) => Math.round((1 - Math.min(1, value / most)) * 1000) / 10;
  return html`<figure class="curve"><figcaption>${label}</figcaption>
    <svg viewBox="-2 -2 204 104" preserveAspectRatio="none" aria-hidden="true" focusable="false">
      <rect class="ground" x="0" y="0" width="200" height="100"></rect>
      <polyline class="wanted" points=${[{at: from, value: begin}, ...marks].map(({at, value}) => `${x(at)},${y(value)}`).join(' ')}></polyline>
      <polyline class="there" points=${values.map(({at, value}) => `${x(at)},${y(value)}`).join(' ')}></polyline>
      ${marks.map(({at, value}) => svg`<rect class="mark" x=${x(at) - 1} y=${y(value) - 2} width="2" height="4"></rect>`)}
    </svg></figure>`;
}
