// One thing at a glance: its facts, its state in a word and a shape, and what happened to it.

import {html, nothing} from './view.js';

const SHAPES = {good: '●', wait: '◐', bad: '▲', off: '■', new: '○'};

/** @param rows [what, value] each; those without a value are left out */
export function facts(rows) {
  return html`<dl class="facts">${rows
    .filter(([, value]) => value !== undefined && value !== null && value !== '')
    .map(([what, value]) => html`<div><dt>${what}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/**
 * A state: told by word, shape and colour.
 *
 * @param tone good, wait, bad, off or new
 */
export function stateWord(word, tone) {
  return html`<span class="state ${tone}"><span aria-hidden="true">${SHAPES[tone]}</span> ${word}</span>`;
}

/** @param entries `{at, by, what, more}` in the order in which they are shown */
export function timeLine(label, entries) {
  return html`<ol class="line" aria-label=${label}>${entries.map(
    ({at, by, what, more}) => html`<li><p class="when">${at}${by === undefined ? nothing : html` · ${by}`}</p>
      <p><strong>${what}</strong></p>${more === undefined || more === '' ? nothing : html`<p>${more}</p>`}</li>`)}</ol>`;
}

/**
 * What has to be there before something can be done.
 *
 * @param tasks `{what, isDone, state, more}`; `state` is the word for how far it is
 */
export function taskList(tasks) {
  return html`<ul class="tasks">${tasks.map(
    ({what, isDone, state, more}) => html`<li><div><strong>${what}</strong>${more === undefined ? nothing : html`<div class="faint">${more}</div>`}</div>
      ${stateWord(state, isDone ? 'good' : 'wait')}</li>`)}</ul>`;
}
