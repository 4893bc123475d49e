// A sale that the gateway has and whose end nobody here saw: the page was closed, the power went, the disk was full.
// The cashier knows what was paid, so the cashier says whether it stands.

import {time, yuan} from '../kit/figures.js';
import {html} from '../kit/view.js';
import {language} from '../kit/words.js';
import {DONE} from './journal.js';
import {head, verdict} from './parts.js';

export function foundScreen(t, state, doings) {
  const entry = state.found;
  const {body} = JSON.parse(entry.receipt);
  return html`
    ${head(t, state)}
    ${verdict('wait', '?', t('found'), t('found.is', {at: time(new Date(entry.at), language)}))}
    <dl class="facts">
      <div class="amount"><dt>${t('order')}</dt><dd>${yuan(body.orderFen)}</dd></div>
      <div class="amount total"><dt>${t('pays')}</dt><dd>${yuan(body.memberPaysFen)}</dd></div>
      <div><dt>${t('holder')}</dt><dd>${body.holder ?? ''} ${body.card ?? ''}</dd></div>
    </dl>
    <h2 data-first tabindex="-1">${t('found.ask', {amount: yuan(body.memberPaysFen)})}</h2>
    <div class="doings">
      <button type="button" class="primary" id="stands" @click=${() => doings.stands(entry)}>${t('found.stands', {amount: yuan(body.memberPaysFen)})}</button>
      <button type="button" class="primary" id="takeBack" @click=${() => doings.takenBack(entry)}>${t('found.takeBack')}</button>
    </div>`;
}

/** What a cashier can say to it. */
export function deciding(till) {
  const {state, go, counted, during, next} = till;
  return {
    stands: (entry) => during(async () => {
      await state.journal.write(entry, {state: DONE});
      next();
    }),
    takenBack: (entry) => during(async () => {
      go('working', {doing: 'reversing'});
      const ended = await till.settlement.takeBack(entry);
      counted();
      go('result', {ended});
    }),
  };
}
