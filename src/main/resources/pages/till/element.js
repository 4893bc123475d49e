// One element of a sale comes back alone: the discount of one benefit, or of the lines of one mark. The cashier
// chooses, sees who gets what, and only then sends; the rest of the sale stays as it is.

import {fenOf, yuan} from '../kit/figures.js';
import {problem} from '../kit/frame.js';
import {html, nothing} from '../kit/view.js';
import {head} from './parts.js';

/** As a refund names it. */
const named = ({benefit, mark}) => (mark === undefined ? {benefit} : {mark});

const called = (t, {benefit, name, mark}) => (mark === undefined ? t('element.benefit', {name: name ?? benefit}) : t('element.mark', {mark}));

/** How much of the order may come back with it, fen: at least what it pays, at most that and all the member has still paid. */
const most = ({left}, {fen}) => fen + left.memberLeftFen;

/** What is to be sent, or null while it is not all said. */
function asked({chosen, amount, ...choice}) {
  const fen = fenOf(amount);
  return chosen === null || fen === null || fen < chosen.fen || fen > most(choice, chosen) ? null : {...named(chosen), orderFen: fen};
}

export function elementScreen(t, state, doings) {
  const {entry, left} = state.choice;
  const sent = (event) => {
    event.preventDefault();
    doings.elementBack();
  };
  return html`
    ${head(t, state)}
    ${problem(t, state)}
    <h2 data-first tabindex="-1">${t('element')}</h2>
    <dl class="facts">
      <div class="amount"><dt>${t('element.order')}</dt><dd>${yuan(entry.orderFen)}</dd></div>
      <div class="amount"><dt>${t('element.left')}</dt><dd>${yuan(left.leftFen)}</dd></div>
      <div class="amount"><dt>${t('element.memberLeft')}</dt><dd>${yuan(left.memberLeftFen)}</dd></div>
    </dl>
    ${left.elements.length === 0 ? html`<p class="waiting">${t('element.none')}</p>` : html`<form @submit=${sent}>
      <fieldset class="field"><legend>${t('element.which')}</legend>${left.elements.map((each) => option(t, state.choice, each, doings))}</fieldset>
      ${state.choice.chosen === null ? nothing : back(t, state.choice, doings)}
      <div class="doings"><button class="primary" id="send" ?disabled=${asked(state.choice) === null || !state.online}>${t('element.do')}</button></div>
    </form>`}
    <div class="doings"><button type="button" id="back" @click=${doings.day}>${t('element.leave')}</button></div>`;
}

function option(t, {chosen}, element, doings) {
  return html`<label class="choice"><input type="radio" name="element" value=${element.mark ?? element.benefit} .checked=${chosen === element}
      @change=${() => doings.elementIs(element)}><span>${called(t, element)}</span> <strong>${yuan(element.fen)}</strong></label>`;
}

/** How much of the order, and who gets what of it. */
function back(t, choice, doings) {
  const {chosen, amount} = choice;
  const sent = asked(choice);
  const range = {least: yuan(chosen.fen), most: yuan(most(choice, chosen))};
  return html`<label class="field">${t('element.amount')} <span class="hint">${t('element.range', range)}</span>
      <input name="amount" inputmode="decimal" autocomplete="off" .value=${amount} aria-describedby="returns" @input=${(e) => doings.elementOf(e.target.value)}></label>
    <dl class="facts" id="returns" aria-live="polite">${sent === null ? html`<div><dt>${t('element.unsaid')}</dt><dd>${t('element.range', range)}</dd></div>` : html`
      <div class="amount total"><dt>${t('giveBack')}</dt><dd>${yuan(sent.orderFen - chosen.fen)}</dd></div>
      <div class="amount"><dt>${t('element.toFunders')}</dt><dd>${yuan(chosen.fen)}</dd></div>
      <div class="amount"><dt>${t('element.stays')}</dt><dd>${yuan(choice.left.leftFen - sent.orderFen)}</dd></div>`}</dl>`;
}

/** What a cashier can do here. */
export function choosing(till) {
  const {state, show, go, during} = till;
  const chosen = (changed) => show({problem: null, choice: {...state.choice, ...changed}});
  return {
    elements: (entry) => during(async () => {
      go('working', {doing: 'asking'});
      try {
        const left = await till.device.ask('listElements', {path: {id: entry.id}});
        go('element', {choice: {entry, left, chosen: null, amount: ''}});
      } catch (error) {
        till.failed(error, 'day');
      }
    }),
    elementIs: (element) => chosen({chosen: element, amount: (element.fen / 100).toFixed(2)}),
    elementOf: (amount) => chosen({amount}),
    elementBack: () => {
      const body = asked(state.choice);
      if (body !== null) {
        till.givenBack(state.choice.entry, 'refundTransaction', body);
      }
    },
  };
}
