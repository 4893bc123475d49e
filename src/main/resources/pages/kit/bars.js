// A bar code on the page: black on white in the dark, too.

import {code128} from '../code/code128.js';
import {svg} from './view.js';

const QUIET = 10;
const HEIGHT = 50;

/** @param label what it is, for who does not see it */
export function bars(digits, label) {
  const widths = code128(digits);
  const size = widths.reduce((sum, width) => sum + width, 2 * QUIET);
  let at = QUIET;
  const path = widths
    .map((width, i) => {
      const bar = i % 2 === 0 ? `M${at} 0h${width}v${HEIGHT}h-${width}z` : '';
      at += width;
      return bar;
    })
    .join('');
  return svg`<svg class="bars" viewBox="0 0 ${size} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label=${label} shape-rendering="crispEdges">
    <rect width="100%" height="100%" fill="#fff"></rect><path d=${path} fill="#000"></path></svg>`;
}
