// Codes on the page, QR and bars: one path, black on white in the dark, too.

import {code128} from '../code/code128.js';
import {qr} from '../code/qr.js';
import {svg} from './view.js';

const QUIET = 4; // modules around a QR code
const SIDE = 10; // modules beside bars
const HEIGHT = 50;

/** What is drawn again and again while nothing of it changes is worked out once. */
function rememberedLast(draw) {
  let last = null;
  return (text, label) => {
    if (last?.text !== text || last.label !== label) {
      last = {text, label, drawn: draw(text, label)};
    }
    return last.drawn;
  };
}

/**
 * A QR code.
 *
 * @param label what it is, for who does not see it
 */
export const symbol = rememberedLast((text, label) => {
  const rows = qr(text);
  const size = rows.length + 2 * QUIET;
  const path = rows
    .flatMap((row, r) => Array.from(row, (dark, c) => (dark ? `M${c + QUIET} ${r + QUIET}h1v1h-1z` : '')))
    .join('');
  return svg`<svg class="symbol" viewBox="0 0 ${size} ${size}" role="img" aria-label=${label} shape-rendering="crispEdges">
    <rect width="100%" height="100%" fill="#fff"></rect><path d=${path} fill="#000"></path></svg>`;
});

/**
 * Code 128 of an even number of digits.
 *
 * @param label what it is, for who does not see it
 */
export const bars = rememberedLast((digits, label) => {
  const widths = code128(digits);
  const size = widths.reduce((sum, width) => sum + width, 2 * SIDE);
  let at = SIDE;
  const path = widths
    .map((width, i) => {
      const bar = i % 2 === 0 ? `M${at} 0h${width}v${HEIGHT}h-${width}z` : '';
      at += width;
      return bar;
    })
    .join('');
  return svg`<svg class="bars" viewBox="0 0 ${size} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label=${label} shape-rendering="crispEdges">
    <rect width="100%" height="100%" fill="#fff"></rect><path d=${path} fill="#000"></path></svg>`;
});
