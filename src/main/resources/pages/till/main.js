// /till: a cashier with a scanner. One screen at a time: activation, waiting, quote, working, result, and the
// day's list behind them.

import {Wedge} from '../code/wedge.js';
import {Refused} from '../kit/call.js';
import {fenOf} from '../kit/figures.js';
import {frame} from '../kit/frame.js';
import {beep, say, unlock} from '../kit/sound.js';
import {focusOn, page} from '../kit/view.js';
import {wordsOf} from '../kit/words.js';
import {activation} from './activation.js';
import {batchScreen, dayScreen} from './day.js';
import {Device, activate} from './device.js';
import {DONE, DROPPED, Journal} from './journal.js';
import {quote, result, waiting, working} from './sale.js';
import {Settlement} from './settle.js';
import {Standing} from './standing.js';

const SEEN_MS = 400;
const RETRY_MS = 5000;

const t = await wordsOf('till');
const journal = await Journal.open();
let device = null;
let settlement = null;

const state = {
  screen: 'working',
  doing: 'starting',
  terminal: '',
  place: null,
  batch: null,
  standing: {sells: true},
  online: true,
  pending: 0,
  amount: '',
  code: null,
  quote: null,
  ended: null,
  problem: null,
  closed: null,
  journal,
};

const SCREENS = {activation, waiting, quote, working, result, day: dayScreen, batch: batchScreen};

const show = page(document.body, state, () => frame(t, t('title'), SCREENS[state.screen](t, state, doings)));

let shownAt = 0;

function go(screen, changed = {}) {
  shownAt = performance.now();
  show({problem: null, ...changed, screen});
  focusOn(`[data-first]`);
}

// ---- selling

const wedge = new Wedge(scanned, () => show({problem: 'gun'}));

/** What stood in the amount before a gun's first digit fell into it. */
let amountBefore = '';

addEventListener('keydown', (event) => {
  if (!wedge.hasBegun) {
    amountBefore = state.amount;
  }
  if (['waiting', 'quote', 'result'].includes(state.screen) && wedge.key(event)) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}, {capture: true});
addEventListener('compositionend', (event) => wedge.text(event.data ?? ''), {capture: true});
addEventListener('pointerup', unlock);
addEventListener('keyup', unlock);

function scanned(code) {
  const amount = document.querySelector('#amount');
  if (amount !== null) {
    amount.value = state.amount = amountBefore;
  }
  if (state.screen === 'result') {
    go('waiting', {amount: '', code, quote: null, ended: null});
    return;
  }
  if (state.screen === 'quote') {
    return;
  }
  show({code});
  priced();
}

async function priced() {
  const fen = fenOf(state.amount);
  if (fen === null || fen === 0) {
    show({problem: state.code === null || state.amount === '' ? null : 'amount'});
    focusOn('#amount');
    return;
  }
  if (state.code === null) {
    return;
  }
  go('working', {doing: 'pricing'});
  try {
    const answer = await device.ask('verifyCode', {body: {code: state.code, orderFen: fen}});
    if (answer.outcome === 'REFUSED') {
      refused(answer.say);
      return;
    }
    beep('ask');
    go('quote', {quote: answer});
  } catch (error) {
    failed(error, 'waiting');
  }
}

function refused(text) {
  beep('bad');
  say(text, 'zh');
  go('result', {ended: {state: DROPPED, said: text}, code: null});
}

/** Something that moves nothing did not work: say so, and go back to where it can be tried again. */
function failed(error, screen) {
  if (!(error instanceof Refused)) {
    throw error;
  }
  beep('bad');
  if (error.status === 0) {
    lost();
    go(screen, {code: null});
    return;
  }
  go(screen, {code: null});
  show({problem: {said: error.problem?.title ?? t('problem.other'), next: error.problem?.nextAction ?? ''}});
}

const newKey = () => `web-${crypto.randomUUID()}`;

async function sell() {
  if (performance.now() - shownAt < SEEN_MS || wedge.isReading) {
    return;
  }
  await transacted({
    isSale: true,
    side: 'DEBIT',
    operation: 'createTransaction',
    path: {},
    body: {type: 'SALE', code: state.code, orderFen: state.quote.orderFen, batch: state.batch},
  });
}

async function transacted(request) {
  go('working', {doing: 'sending'});
  const entry = {...request, key: newKey(), at: Date.now(), batch: state.batch};
  const ended = await settlement.settle(entry);
  if (ended.problem?.code === 'BATCH_NUMBER_DIFFERS') {
    await whereIStand();
  }
  show({pending: journal.pending.length});
  if (state.pending > 0) {
    lost();
  }
  const good = ended.state === DONE && ended.outcome === 'APPROVED';
  beep(good ? 'good' : 'bad');
  if (ended.receipt !== undefined) {
    say(JSON.parse(ended.receipt).body.say, 'zh');
  }
  go('result', {ended, code: null, quote: null});
}

// ---- the line

function lost() {
  show({online: false, pending: journal.pending.length});
  setTimeout(regained, RETRY_MS);
}

async function regained() {
  try {
    const isClear = await settlement.recover();
    await whereIStand();
    show({online: isClear, pending: journal.pending.length});
    if (!isClear) {
      setTimeout(regained, RETRY_MS);
    }
  } catch (error) {
    if (!(error instanceof Refused)) {
      throw error;
    }
    setTimeout(regained, RETRY_MS);
  }
}

async function whereIStand() {
  const [place, {batch}] = await Promise.all([device.ask('readOwnTerminal'), device.ask('currentBatch')]);
  show({place, batch});
}

async function begin(known) {
  device = new Device(known);
  settlement = new Settlement(device, journal, (doing) => show({doing}));
  new Standing(device, (standing) => show({standing})).listen();
  show({pending: journal.pending.length, online: journal.pending.length === 0});
  go('waiting');
  await regained();
}

// ---- what a cashier can do

const doings = {
  activated: async (terminal, code) => {
    go('working', {doing: 'activating', terminal});
    try {
      const known = await activate(terminal, code);
      await journal.keepDevice(known);
      await begin(known);
    } catch (error) {
      if (!(error instanceof Refused)) {
        throw error;
      }
      go('activation');
      show({problem: error.status === 0 ? 'offline' : {said: error.problem?.title, next: error.problem?.nextAction ?? ''}});
    }
  },
  amountIs: (amount) => {
    state.amount = amount;
  },
  priced,
  scannedByHand: (code) => scanned(code.normalize('NFKC').replace(/[^0-9]/g, '')),
  sell,
  next: () => go('waiting', {amount: '', code: null, quote: null, ended: null}),
  day: () => go('day'),
  undo: (entry) => transacted({
    isSale: false, side: 'CREDIT', operation: 'voidTransaction', path: {id: entry.id}, body: {batch: state.batch}, of: entry.id,
  }),
  refund: (entry, amount) => {
    const fen = fenOf(amount);
    if (fen === null || fen === 0 || fen > entry.orderFen) {
      show({problem: 'amount'});
      return;
    }
    transacted({
      isSale: false, side: 'CREDIT', operation: 'refundTransaction', path: {id: entry.id}, body: {orderFen: fen, batch: state.batch}, of: entry.id,
    });
  },
  shown: (entry) => go('result', {ended: entry}),
  batch: () => go('batch', {closed: null}),
  close: async () => {
    go('working', {doing: 'closing'});
    try {
      const closed = await closedBatch();
      await whereIStand();
      go('batch', {closed});
    } catch (error) {
      failed(error, 'batch');
    }
  },
  print: () => print(),
};

async function closedBatch() {
  const counted = journal.counted(state.batch);
  const sums = {debitFen: 0, debitCount: 0, creditFen: 0, creditCount: 0};
  for (const {side, orderFen} of counted) {
    const name = side.toLowerCase();
    sums[`${name}Fen`] += orderFen;
    sums[`${name}Count`]++;
  }
  const path = {no: state.batch};
  const first = await device.ask('closeBatch', {path, body: sums});
  if (first.outcome === 'BALANCED') {
    return first;
  }
  const details = counted.map(({side, key, orderFen}) => ({side, requestId: key, orderFen}));
  return device.ask('closeBatch', {path, body: {...sums, details}});
}

document.title = `${t('title')} · ${t('brand')}`;
addEventListener('beforeunload', (event) => {
  if (journal.pending.length > 0) {
    event.preventDefault();
  }
});
addEventListener('offline', () => device !== null && state.online && lost());

const known = await journal.device();
if (known === undefined) {
  go('activation');
} else {
  await begin(known);
}
