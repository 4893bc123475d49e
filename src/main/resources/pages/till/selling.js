// Selling: a code and an amount become a quote, a quote becomes a sale, a sale may be rated.

import {Refused} from '../kit/call.js';
import {fenOf} from '../kit/figures.js';
import {beep, say} from '../kit/sound.js';
import {focusOn} from '../kit/view.js';
import {isAsked, isRatable} from './ended.js';
import {DONE, DROPPED, Unkept} from './journal.js';

const SEEN_MS = 400;
const MEMBER = /^84[0-9]{18}$/;

/** Whose codes are shown by mistake, by their first digits: told before anybody is asked. */
const WALLETS = [
  ['wechat', /^1[0-5][0-9]{16}$/],
  ['alipay', /^(?:2[5-9]|30)[0-9]{14,22}$/],
  ['unionpay', /^62[0-9]{17}$/],
];

/** Why a sale cannot be rated any more. */
const NOT_RATED = {REVIEW_RIGHT_USED: 'used', REVIEW_RIGHT_LOST: 'over', REVIEW_RIGHT_EXPIRED: 'over'};

const newKey = () => `web-${crypto.randomUUID()}`;

/** What a cashier can do until a sale has ended, and after. */
export function selling(till) {
  const {t, state, show, go} = till;

  function scanned(code) {
    if (!['waiting', 'camera', 'result'].includes(state.screen)) {
      return; // a code belongs to the sale that is under way, or to none
    }
    if (!MEMBER.test(code)) {
      beep('bad');
      const [wallet] = WALLETS.find(([, form]) => form.test(code)) ?? ['foreign'];
      go('waiting', {code: null, ended: null, amount: state.screen === 'result' ? '' : state.amount, problem: wallet});
      return;
    }
    if (state.screen === 'result') {
      go('waiting', {amount: '', code, quote: null, ended: null});
      return;
    }
    go('waiting', {code});
    priced();
  }

  function priced() {
    const fen = fenOf(state.amount);
    if (fen === null || fen === 0) {
      show({problem: state.code === null || state.amount === '' ? null : 'amount'});
      focusOn('#amount');
    } else if (state.code !== null) {
      till.during(() => asked(state.code, fen));
    }
  }

  async function asked(code, orderFen) {
    const asking = till.device.ask('verifyCode', {body: {code, orderFen}}); // under way before anything is drawn
    go('working', {doing: 'pricing'});
    try {
      const answer = await asking;
      if (answer.outcome === 'REFUSED') {
        beep('bad');
        say(answer.say);
        go('result', {ended: {state: DROPPED, said: answer.say}, code: null});
        return;
      }
      beep('ask');
      go('quote', {quote: answer});
    } catch (error) {
      till.failed(error, 'waiting');
    }
  }

  const transacted = (request) => till.during(async () => {
    go('working', {doing: 'sending'});
    const ended = await ending({...request, key: newKey(), at: Date.now(), batch: state.batch});
    if (ended.problem?.code === 'BATCH_NUMBER_DIFFERS') {
      await till.whereIStand();
    }
    till.counted();
    const good = ended.state === DONE && ended.outcome === 'APPROVED';
    beep(good ? 'good' : 'bad');
    if (ended.receipt !== undefined) {
      say(JSON.parse(ended.receipt).body.say);
    }
    go('result', {ended, code: null, quote: null, rating: 'ask'});
  });

  async function ending(entry) {
    try {
      return await till.settlement.settle(entry);
    } catch (error) {
      if (!(error instanceof Unkept)) {
        throw error;
      }
      return {state: DROPPED, said: t('unsent'), next: t('unsent.next')};
    }
  }

  async function rated(stars) {
    const ended = state.ended;
    if (ended.stars !== undefined || !isAsked(state.rating)) {
      return;
    }
    show({rating: 'sent'});
    let said;
    try {
      const body = {stars, quality: stars, service: stars, afterSales: stars};
      await till.device.ask('postReviewAtTill', {path: {id: ended.id}, body});
      said = {ended: await state.journal.write(ended, {stars})};
    } catch (error) {
      if (!(error instanceof Refused)) {
        throw error;
      }
      said = {rating: NOT_RATED[error.problem?.code] ?? 'unsent'};
    }
    if (state.ended === ended) {
      show(said); // or the next sale has begun, which waits for nobody's stars
    }
  }

  return {
    scanned,
    priced,
    transacted,
    amountIs: (amount) => {
      state.amount = amount;
    },
    scannedByHand: (code) => scanned(code.normalize('NFKC').replace(/[^0-9]/g, '')),
    sell: () => performance.now() - till.shownAt < SEEN_MS || till.isReading()
      ? undefined
      : transacted({
        isSale: true,
        side: 'DEBIT',
        operation: 'createTransaction',
        path: {},
        body: {type: 'SALE', code: state.code, orderFen: state.quote.orderFen, batch: state.batch},
      }),
    rated,
    isRatable: () => state.screen === 'result' && isRatable(state.ended),
  };
}
