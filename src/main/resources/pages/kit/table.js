// Lists as people read them at a desk: dense, sorted by what is pressed, one page after the other by the gateway's
// own cursors. How a list is sorted and where it stands is part of the address.

import {html, nothing} from './view.js';

/**
 * A table.
 *
 * @param desk whose query has `sort` (a column's name, after - for the other way round) and `after`
 * @param caption what it is
 * @param columns `{name, label, cell(row)}`, with `value(row)` if it can be sorted by, `isNumber` if it stands to the right
 * @param rows what is in it, as the gateway gave it
 * @param next the cursor of the next page; undefined if there is none
 * @param filters how many filters narrow the list down
 * @param empty what to say, or to do, if there is nothing at all
 * @param csv address of the same as a file
 */
export function table(t, desk, {caption, columns, rows, next, cursor = 'after', filters = 0, empty, csv}) {
  const {query} = desk;
  const sorted = asFarAsDrawn(desk, inOrder(columns, rows, query.sort));
  return html`
    <div class="above"><p role="status">${rows.length === 0 ? nothing : t('table.rows', {count: rows.length})}</p>
      ${csv === undefined ? nothing : html`<a class="button" href=${csv} download>${t('table.csv')}</a>`}</div>
    ${rows.length === 0
      ? html`<div class="waiting" role="status"><p>${filters > 0 ? t('table.filtered', {count: filters}) : empty}</p>
          ${filters > 0 ? html`<a class="button" href="#${desk.steps.map(encodeURIComponent).join('/')}">${t('table.unfiltered')}</a>` : nothing}</div>`
      : html`<table class="rows"><caption>${caption}</caption>
          <thead><tr>${columns.map((column) => headOf(t, desk, column))}</tr></thead>
          <tbody>${sorted.map((row) => html`<tr>${columns.map(
            (column, i) => (i === 0
              ? html`<th scope="row" data-label=${column.label} class=${column.isNumber ? 'number' : nothing}>${column.cell(row)}</th>`
              : html`<td data-label=${column.label} class=${column.isNumber ? 'number' : nothing}>${column.cell(row)}</td>`))}</tr>`)}</tbody></table>`}
    ${query[cursor] === undefined && next === undefined ? nothing : html`<nav class="doings" aria-label=${t('table.pages')}>
      ${query[cursor] === undefined ? nothing : html`<button type="button" @click=${() => desk.filter({[cursor]: ''})}>${t('table.first')}</button>`}
      ${next === undefined ? nothing : html`<button type="button" @click=${() => desk.filter({[cursor]: next})}>${t('table.next')}</button>`}</nav>`}`;
}

/** Of a long list the upper part, until the desk draws more of it. */
function asFarAsDrawn(desk, rows) {
  desk.isCut ||= rows.length > desk.rowsMost;
  return rows.slice(0, desk.rowsMost);
}

function headOf(t, desk, {name, label, value, isNumber}) {
  const {sort} = desk.query;
  const way = sort === name ? 'ascending' : sort === `-${name}` ? 'descending' : undefined;
  const other = way === 'ascending' ? `-${name}` : name;
  return html`<th scope="col" class=${isNumber ? 'number' : nothing} aria-sort=${way ?? nothing}>${value === undefined
    ? label
    : html`<button type="button" class="quiet" @click=${() => desk.filter({sort: other})}>${label}<span aria-hidden="true">${
      way === undefined ? '' : way === 'ascending' ? ' ▲' : ' ▼'}</span></button>`}</th>`;
}

/** Those of this page, in the order that was asked for; of equal ones as they came. */
function inOrder(columns, rows, sort) {
  const column = columns.find(({name, value}) => value !== undefined && (sort === name || sort === `-${name}`));
  if (column === undefined) {
    return rows;
  }
  const way = sort.startsWith('-') ? -1 : 1;
  return [...rows].sort((a, b) => way * compared(column.value(a), column.value(b)));
}

function compared(a, b) {
  return typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), 'zh-CN');
}

/**
 * Filters above a list: sent together, so that nothing moves while they are chosen.
 *
 * @param fields `{name, label, choices}` ([value, label]; `none` if no choice is not all) or `{name, label, type}`
 */
export function filters(t, desk, fields) {
  const send = (event) => {
    event.preventDefault();
    const {elements} = event.target;
    desk.filter({after: '', before: '', ...Object.fromEntries(fields.map(({name}) => [name, elements[name].value.trim()]))});
  };
  return html`<form class="filters" role="search" aria-label=${t('table.filters')} @submit=${send}>${fields.map(
    ({name, label, choices, none = t('table.all'), type = 'text'}) => html`<label class="field">${label}${choices === undefined
      ? html`<input name=${name} type=${type} .value=${desk.query[name] ?? ''} autocomplete="off">`
      : html`<select name=${name}><option value="">${none}</option>${choices.map(
        ([value, said]) => html`<option value=${value} ?selected=${desk.query[name] === value}>${said}</option>`)}</select>`}</label>`)}
    <button>${t('table.filter')}</button></form>`;
}
