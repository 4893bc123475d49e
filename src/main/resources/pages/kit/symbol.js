// A QR code on the page: one path, black on white in the dark, too.

import {qr} from '../code/qr.js';
import {svg} from './view.js';

const QUIET = 4;

/** @param label what it is, for who does not see it */
export function symbol(text, label) {
  const rows = qr(text);
  const size = rows.length + 2 * QUIET;
  const path = rows
    .flatMap((row, r) => Array.from(row, (dark, c) => (dark ? `M${c + QUIET} ${r + QUIET}h1v1h-1z` : '')))
    .join('');
  return svg`<svg class="symbol" viewBox="0 0 ${size} ${size}" role="img" aria-label=${label} shape-rendering="crispEdges">
    <rect width="100%" height="100%" fill="#fff"></rect><path d=${path} fill="#000"></path></svg>`;
}
