// What the card paid with, and what it saved; without a network as it was seen last.

import {Refused} from '../kit/call.js';
import {time, yuan} from '../kit/figures.js';
import {told} from '../kit/form.js';
import {stateWord} from '../kit/summary.js';
import {html, nothing} from '../kit/view.js';
import {language} from '../kit/words.js';

const LIST = 'purchases';
const COLLECTED = 8;

export const title = (t) => t('purchases');

/** The shape and tone of a purchase's state. */
export const TONES = {STANDS: 'good', PARTLY_RETURNED: 'wait', HELD: 'wait', UNDONE: 'off'};

export async function load(app, id, t) {
  const kept = await app.safe.get('kept', LIST);
  try {
    const [page, savings] = await Promise.all([app.ask('listOwnTransactions'), app.ask('readOwnSavings')]);
    const seen = {list: page.transactions, next: page.next ?? null, savings, at: Date.now()};
    await app.safe.put('kept', LIST, seen);
    collect(app, seen.list);
    return {...seen, problem: null};
  } catch (error) {
    if (!(error instanceof Refused)) {
      throw error;
    }
    return {list: [], next: null, savings: null, at: null, ...kept, next: null, problem: told(t, error), isOffline: error.status === 0};
  }
}

/** Receipts of the latest, to be shown without a network; one after another, and the rest when it is looked at. */
async function collect(app, list) {
  for (const {id} of list.slice(0, COLLECTED)) {
    if ((await app.safe.get('receipts', id)) === undefined) {
      try {
        await app.safe.put('receipts', id, await app.answerTo('getReceipt', {path: {id}}));
      } catch (error) {
        if (!(error instanceof Refused)) {
          throw error;
        }
        return;
      }
    }
  }
}

export function view(t, app, data) {
  const more = async () => {
    try {
      const page = await app.ask('listOwnTransactions', {query: {after: data.next}});
      data.list = [...data.list, ...page.transactions];
      data.next = page.next ?? null;
      data.problem = null;
    } catch (error) {
      data.problem = told(t, error);
    }
    app.change();
  };
  return html`
    ${old(t, data)}
    ${data.savings === null ? nothing : saved(t, data.savings)}
    <h2>${t('purchases.list')}</h2>
    ${data.list.length === 0 ? html`<p class="waiting" id="none">${t(data.at === null ? 'purchases.unseen' : 'purchases.none')}</p>` : html`<ul class="entries">${
      data.list.map((each) => row(t, each))}</ul>`}
    ${data.next === null ? nothing : html`<div class="doings"><button type="button" id="more" @click=${more}>${t('more')}</button></div>`}`;
}

function old(t, {problem, isOffline, at}) {
  if (problem === null) {
    return nothing;
  }
  return html`<p class=${isOffline ? 'bar' : 'problem'} role="alert">${isOffline ? t('offline') : problem.said}
    ${at === null ? nothing : t('seenAt', {at: time(new Date(at), language)})}</p>`;
}

function row(t, {id, at, merchantName, memberPaysFen, returnedFen, savedFen, state, review}) {
  return html`<li><a href="#purchase/${id}">
    <strong>${merchantName}</strong><span class="much">${yuan(memberPaysFen - returnedFen)}</span>
    <span class="when">${time(new Date(at), language)}</span>
    ${state === 'STANDS' ? html`<span class="more">${t('savedOne', {fen: yuan(savedFen)})}</span>` : stateWord(t(`state.${state}`), TONES[state])}
    ${review === undefined ? nothing : html`<span class="stars" aria-label=${t('rated', {stars: review.stars})}>${'★'.repeat(review.stars)}</span>`}
  </a></li>`;
}

function saved(t, {month, year, total, categories}) {
  const sum = (name, {savedFen, purchases}) =>
    html`<div><dt>${t(`saved.${name}`)}</dt><dd>${yuan(savedFen)}<span>${t('saved.count', {count: purchases})}</span></dd></div>`;
  return html`<h2>${t('saved')}</h2>
    <dl class="saved">${sum('month', month)}${sum('year', year)}${sum('total', total)}</dl>
    ${categories.length === 0 ? nothing : html`<details id="categories"><summary>${t('saved.by')}</summary>
      <table class="rows"><caption>${t('saved.by')}</caption>
        <thead><tr><th scope="col">${t('category')}</th>${['month', 'year', 'total'].map((name) => html`<th scope="col" class="number">${t(`saved.${name}`)}</th>`)}</tr></thead>
        <tbody>${categories.map((each) => html`<tr><th scope="row" data-label=${t('category')}>${t(`category.${each.category}`)}</th>
          ${['month', 'year', 'total'].map((name) => html`<td class="number" data-label=${t(`saved.${name}`)}>${yuan(each[name].savedFen)}</td>`)}</tr>`)}</tbody>
      </table></details>`}`;
}
