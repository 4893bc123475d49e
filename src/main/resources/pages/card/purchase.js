// One purchase: its receipt, checked by this phone itself and kept on it, and what can be said of it.

import {Malformed} from '../code/json.js';
import {VALID, check, keysOf, parse} from '../code/receipt.js';
import {hex} from '../code/spelling.js';
import {Refused} from '../kit/call.js';
import {time, until, yuan} from '../kit/figures.js';
import {told} from '../kit/form.js';
import {facts, stateWord} from '../kit/summary.js';
import {symbol} from '../kit/symbol.js';
import {html, nothing} from '../kit/view.js';
import {language} from '../kit/words.js';
import {TONES} from './purchases.js';

const KEYS = 'keys';

export const title = (t) => t('purchase');

/** The purchase as the list last had it, its receipt and what came of the check. */
export async function load(app, id, t) {
  const [list, kept] = await Promise.all([app.safe.get('kept', 'purchases'), app.safe.get('receipts', id)]);
  const purchase = await found(app, id, list);
  try {
    const bytes = kept ?? (await app.answerTo('getReceipt', {path: {id}}));
    if (kept === undefined) {
      await app.safe.put('receipts', id, bytes);
    }
    const receipt = parse(bytes);
    const digest = hex(new Uint8Array(await crypto.subtle.digest('SHA-256', receipt.bodyBytes)));
    return {id, purchase, receipt, digest, result: await checked(app, receipt), problem: null};
  } catch (error) {
    if (error instanceof Malformed) {
      return {id, purchase, receipt: null, digest: null, result: 'MALFORMED', problem: null};
    }
    return {id, purchase, receipt: null, digest: null, result: null, problem: told(t, error)};
  }
}

/** As the gateway has it now, or as it was seen; further back it is looked for page by page. */
async function found(app, id, kept) {
  const among = (list = []) => list.find((each) => each.id === id);
  let query = {};
  try {
    for (;;) {
      const page = await app.ask('listOwnTransactions', {query});
      const purchase = among(page.transactions);
      if (purchase !== undefined || page.next === undefined) {
        return purchase ?? null;
      }
      query = {after: page.next};
    }
  } catch (error) {
    if (!(error instanceof Refused)) {
      throw error;
    }
    return among(kept?.list) ?? null;
  }
}

/** By the keys that are published, or those that were; null if there are none. */
async function checked(app, receipt) {
  let keys = await app.safe.get('kept', KEYS);
  try {
    const known = keys?.keys.some(({kid}) => kid === receipt.block.get('kid'));
    if (!known) {
      keys = await app.ask('listKeys');
      await app.safe.put('kept', KEYS, keys);
    }
  } catch (error) {
    if (!(error instanceof Refused)) {
      throw error;
    }
  }
  return keys === undefined ? null : check(receipt, keysOf(keys));
}

export function view(t, app, {id, purchase, receipt, digest, result, problem}) {
  return html`
    ${problem === null ? nothing : html`<p class="problem" role="alert">${problem.said}<br>${problem.next}</p>`}
    ${purchase === null ? nothing : paid(t, purchase)}
    ${result === null ? nothing : verdict(t, result)}
    ${receipt === null ? nothing : proof(t, receipt, digest)}
    ${purchase === null ? nothing : review(t, id, purchase)}
    <div class="doings"><a class="button" id="complain" href="#complain/${id}">${t('complain')}</a>
      <a class="button" href="#purchases">${t('back')}</a></div>`;
}

function paid(t, each) {
  const {merchantName, category, at, orderFen, memberPaysFen, returnedFen, savedFen, state} = each;
  return facts([
    [t('merchant'), merchantName],
    [t('category'), t(`category.${category}`)],
    [t('at'), time(new Date(at), language)],
    [t('order'), yuan(orderFen)],
    [t('saved.one'), yuan(savedFen)],
    [t('pays'), yuan(memberPaysFen)],
    [t('returned'), returnedFen === 0 ? '' : yuan(returnedFen)],
    [t('state'), stateWord(t(`state.${state}`), TONES[state])],
  ]);
}

function verdict(t, result) {
  const valid = result === VALID;
  return html`<section class=${valid ? 'verdict good' : 'verdict bad'} id="verdict"><span class="sign" aria-hidden="true">${valid ? '✔' : '✘'}</span>
    <div><strong>${t(valid ? 'receipt.valid' : 'receipt.invalid')}</strong> ${t(valid ? 'receipt.means' : 'receipt.doubt')}</div></section>`;
}

function proof(t, receipt, digest) {
  const link = `/r#${receipt.body.get('id')}.${digest}`;
  return html`<details id="proof"><summary>${t('receipt.show')}</summary>
    <div class="proof">${symbol(`${location.origin}${link}`, t('receipt.symbol'))}<p class="hint">${t('receipt.scan')}</p>
      <a class="button" href=${link}>${t('receipt.open')}</a></div></details>`;
}

function review(t, id, {review: said, reviewUntil}) {
  const isOpen = reviewUntil !== undefined && Date.parse(reviewUntil) > Date.now();
  const link = (name) => html`<p><a class="button primary" id="review" href="#review/${id}">${t(name)}</a></p>`;
  return html`<h2>${t('review')}</h2>
    ${said === undefined ? nothing : html`<p><span class="stars" aria-hidden="true">${'★'.repeat(said.stars)}</span> ${t('rated', {stars: said.stars})}
      ${said.text === undefined ? nothing : html`<br>${said.text}`}</p>`}
    ${isOpen && said === undefined ? link('review.do') : nothing}
    ${isOpen && said?.edition === 1 ? link('review.edit') : nothing}
    <p class="hint">${reviewUntil === undefined ? t('review.undone') : t(isOpen ? 'review.until' : 'review.over', {at: until(reviewUntil, language)})}</p>`;
}
