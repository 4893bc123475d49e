// What came of a transaction: said so that it is seen from a metre away, printed, rated.

import {yuan} from '../kit/figures.js';
import {html, nothing} from '../kit/view.js';
import {DONE, REVERSED, REVERSING} from './journal.js';
import {head, verdict} from './parts.js';

const STARS = [1, 2, 3, 4, 5];

/** What came of it. */
export function result(t, state, doings) {
  const ended = state.ended;
  return html`
    ${head(t, state)}
    ${outcome(t, ended)}
    <div class="doings">
      <button type="button" class="primary" id="next" data-first @click=${doings.next}>${t('next')}</button>
      ${ended.state === DONE ? html`<button type="button" @click=${doings.print}>${t('print')}</button>` : nothing}
    </div>
    ${isRatable(ended) ? rating(t, ended, state, doings) : nothing}
    ${ended.state === DONE && ended.outcome === 'APPROVED' ? slip(t, ended, state.later) : nothing}`;
}

/** Whether the member may say at the till how it was. */
export function isRatable(ended) {
  return ended.isSale === true && ended.state === DONE && ended.outcome === 'APPROVED';
}

/** Whether a key may still say it. */
export const isAsked = (rating) => rating === 'ask' || rating === 'unsent';

/** By number keys or fingers, once; whoever does not care just goes on. */
function rating(t, ended, state, doings) {
  const stars = ended.stars ?? 0;
  const said = stars > 0 ? 'rating.thanks' : `rating.${state.rating}`;
  return html`<section class="rating" aria-labelledby="rating">
    <h2 id="rating">${t('rating')}</h2>
    <div class="stars">${STARS.map((count) => html`<button type="button" class=${count <= stars ? 'chosen' : ''}
        data-stars=${count} ?disabled=${stars > 0 || !isAsked(state.rating)} aria-pressed=${count === stars} @click=${() => doings.rated(count)}>
        <span aria-hidden="true">${count <= stars ? '★' : '☆'}</span> ${count} <small>${t(`rating.${count}`)}</small></button>`)}</div>
    <p class="hint" role="status">${t(said, {stars})}</p>
  </section>`;
}

function outcome(t, ended) {
  if (ended.state === DONE) {
    return recorded(t, ended);
  }
  if (ended.state === REVERSED) {
    return verdict('wait', '↺', t('reversed'), t('reversed.next'));
  }
  if (ended.state === REVERSING || ended.state === 'OPEN') {
    return verdict('wait', '…', t('pending'), t('pending.next'));
  }
  const said = ended.said ?? ended.problem?.title ?? t('problem.other');
  return verdict('bad', '✘', said, ended.next ?? ended.problem?.nextAction ?? '');
}

function recorded(t, ended) {
  const {body} = JSON.parse(ended.receipt);
  if (body.outcome !== 'APPROVED') {
    return verdict('bad', '✘', body.say, t(`retry.${body.retry}`));
  }
  const back = body.orderFen < 0; // of a discount alone, nothing of it is the member's
  return html`
    <section class="verdict good" aria-live="assertive">
      <span class="sign" aria-hidden="true">✔</span>
      <div><span>${t(back ? 'giveBack' : 'collect')}</span>
        <strong class="sum">${yuan(Math.abs(body.memberPaysFen))}</strong>${body.say}</div>
    </section>`;
}

/** What is printed. */
function slip(t, ended, later) {
  const {body} = JSON.parse(ended.receipt);
  const link = `${location.origin}/r#${body.id}.${ended.digest}`;
  return html`
    <section class="slip">
      <h2>${body.merchantName}</h2>
      <dl class="facts">
        <div class="amount"><dt>${t('order')}</dt><dd>${yuan(body.orderFen)}</dd></div>
        <div class="amount"><dt>${body.benefitName}</dt><dd>${yuan(-body.discountFen)}</dd></div>
        <div class="amount total"><dt>${t('pays')}</dt><dd>${yuan(body.memberPaysFen)}</dd></div>
        ${body.card === undefined ? nothing : html`<div><dt>${t('holder')}</dt><dd>${body.holder ?? ''} ${body.card}</dd></div>`}
        <div class="code"><dt>${t('id')}</dt><dd>${body.id}</dd></div>
      </dl>
      <figure>${later === null ? nothing : later.symbol(link, t('receipt.label'))}<figcaption><a href=${link} target="_blank" rel="noopener">${t('receipt.check')}</a></figcaption></figure>
    </section>`;
}
