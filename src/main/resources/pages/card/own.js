// The card itself: whose it is, how long this phone can do without a network; its loss, and taking it off the phone.

import {time} from '../kit/figures.js';
import {told} from '../kit/form.js';
import {facts, stateWord} from '../kit/summary.js';
import {focusOn, html, nothing} from '../kit/view.js';
import {language} from '../kit/words.js';

const TONES = {ACTIVE: 'good', SUSPENDED: 'wait'};

export const title = (t) => t('own');

export async function load() {
  return {problem: null, sure: null, isRenewed: false};
}

export function view(t, app, data) {
  const {card, mine, days} = app.state;
  const change = (changed) => {
    Object.assign(data, changed);
    app.change();
  };
  if (data.sure !== null) {
    return sure(t, app, data, change);
  }
  const renew = async () => {
    try {
      await app.renew();
      change({problem: null, isRenewed: true});
    } catch (error) {
      change({problem: told(t, error), isRenewed: false});
      focusOn('.problem');
    }
  };
  const wish = (sure) => () => {
    change({sure, problem: null});
    focusOn('#no');
  };
  return html`
    ${data.problem === null ? nothing : html`<p class="problem" role="alert" tabindex="-1">${data.problem.said} ${data.problem.next}</p>`}
    ${facts([
      [t('own.holder'), card.holder],
      [t('own.no'), t('tail', {tail: card.cardNo.slice(-4)})],
      [t('own.org'), mine?.org.name],
      [t('own.status'), mine === null ? '' : stateWord(t(`status.${mine.status}`), TONES[mine.status] ?? 'off')],
      [t('own.days'), t('own.daysLeft', {days})],
      [t('own.until'), mine?.aliasesUntil],
      [t('own.bound'), mine?.boundAt === undefined ? '' : time(new Date(mine.boundAt), language)],
    ])}
    <p class="hint">${t('own.renewing')}</p>
    <p role="status">${data.isRenewed ? t('own.renewed') : ''}</p>
    <div class="doings">
      <button type="button" id="renewNow" @click=${renew} ?disabled=${card.ended !== null}>${t('own.renew')}</button>
      <button type="button" id="lost" @click=${wish('loss')} ?disabled=${card.ended !== null}>${t('own.loss')}</button>
      <button type="button" class="quiet" id="ask" @click=${wish('forget')}>${t('forget')}</button>
    </div>
    <p><a class="button" id="privacy" href="#privacy">${t('privacy')}</a></p>
    <h2>${t('own.keep')}</h2><p>${t('own.keepHow')}</p>`;
}

function sure(t, app, data, change) {
  const yes = async () => {
    if (data.sure === 'forget') {
      await app.forget();
      return;
    }
    try {
      await app.ask('reportOwnLoss', {body: {}});
      await app.end('CARD_REPORTED_LOST');
      app.go('code');
    } catch (error) {
      change({sure: null, problem: told(t, error)});
      focusOn('.problem');
    }
  };
  return html`
    <p class="problem" role="alert">${t(`${data.sure}.sure`)}</p>
    <div class="doings">
      <button type="button" class="primary" id="no" @click=${() => change({sure: null})}>${t(`${data.sure}.no`)}</button>
      <button type="button" id="yes" @click=${yes}>${t(`${data.sure}.yes`)}</button>
    </div>`;
}
