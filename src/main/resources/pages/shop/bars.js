// A table whose last column is drawn as bars, too: who does not see them reads the same figures.

import {bar} from '../kit/chart.js';
import {html} from '../kit/view.js';

/** @param rows `{name, count, value, said}`; a value below zero has no bar */
export function bars(caption, [name, count, value], rows) {
  const most = Math.max(1, ...rows.map((row) => row.value));
  return html`<table class="rows bars-of"><caption>${caption}</caption>
    <thead><tr><th scope="col">${name}</th><th scope="col" class="number">${count}</th><th scope="col" class="number">${value}</th></tr></thead>
    <tbody>${rows.map((row) => html`<tr><th scope="row" data-label=${name}>${row.name}</th>
      <td class="number" data-label=${count}>${row.count}</td>
      <td class="number" data-label=${value}><span>${row.said}</span>${bar(Math.max(0, row.value), most)}</td></tr>`)}</tbody></table>`;
}
