// /till: a cashier with a scanner. One screen at a time: activation, waiting, quote, working, result, and the
// day's list behind them. They are held together here; what is done on them stands beside them.

import {Refused} from '../kit/call.js';
import {frame} from '../kit/frame.js';
import {beep, heard} from '../kit/sound.js';
import {focusOn, page} from '../kit/view.js';
import {wordsOf} from '../kit/words.js';
import {Device, Standing, activate} from './device.js';
import {devices} from './devices.js';
import {result} from './ended.js';
import {Journal, Unkept} from './journal.js';
import {elsewhere, unkept} from './parts.js';
import {quote, waiting, working} from './sale.js';
import {selling} from './selling.js';
import {Settlement} from './settle.js';
import {Turn} from './turn.js';

const RETRY_MS = 5000;

const t = await wordsOf('till');

const state = {
  screen: 'working',
  doing: 'starting',
  terminal: '',
  place: null,
  batch: null,
  standing: {sells: true},
  online: null, // not known yet
  pending: 0,
  isFull: false, // the disk
  heard: heard(),
  box: null,
  finder: null,
  later: null,
  found: null, // what the cashier has to say a word to
  choice: null, // of what comes back alone
  isAsked: false, // another tab, to let this one work
  amount: '',
  code: null,
  quote: null,
  ended: null,
  rating: 'ask',
  problem: null,
  closed: null,
  journal: null,
};

const SCREENS = {
  waiting, quote, working, result, elsewhere, unkept,
  camera: (words, {finder}, {next}) => finder.view(next),
};

const show = page(document.body, state, () => frame(t, t('title'), SCREENS[state.screen](t, state, doings)));

/** What the parts of the till share. */
const till = {
  t, state, show, go, next, failed, whereIStand, counted, during, device: null, settlement: null, shownAt: 0, isReading: () => false,
};

function go(screen, changed = {}) {
  if (state.screen === 'camera') {
    state.finder.close();
  }
  till.shownAt = performance.now();
  show({problem: null, ...changed, screen});
  focusOn('[data-first]');
}

/** To the next customer, unless something of the last ones has to be said a word to. */
function next() {
  const [found = null] = state.later === null ? [] : state.journal.found;
  go(found === null ? 'waiting' : 'found', {found, amount: '', code: null, quote: null, ended: null});
}

/** Something that moves nothing did not work: say so, and go back to where it can be tried again. */
function failed(error, screen) {
  if (!(error instanceof Refused)) {
    throw error;
  }
  beep('bad');
  const {title, nextAction} = error.problem ?? {};
  go(screen, {code: null, problem: error.status === 0 ? null : {said: title ?? t('problem.other'), next: nextAction ?? ''}});
  if (error.status === 0) {
    lost();
  }
}

// ---- one thing at a time

let work = Promise.resolve();

/** Whatever must not be cut short by another tab. */
function during(task) {
  const done = task();
  work = Promise.allSettled([work, done]);
  return done;
}

// ---- the line, and the disk

function counted() {
  const pending = state.journal.pending.length;
  show({pending, isFull: state.journal.isFull});
  if (pending > 0 && state.online) {
    lost();
  }
}

function lost() {
  show({online: false, pending: state.journal.pending.length});
  setTimeout(regained, RETRY_MS);
}

async function regained() {
  try {
    const isClear = await till.settlement.recover();
    await whereIStand();
    show({online: isClear, pending: state.journal.pending.length});
    if (state.screen === 'waiting' && state.journal.found.length > 0) {
      next();
    }
    if (isClear) {
      return;
    }
  } catch (error) {
    if (!(error instanceof Refused)) {
      throw error;
    }
  }
  setTimeout(regained, RETRY_MS);
}

setInterval(async () => {
  if (state.isFull) {
    await state.journal.keepRest();
    show({isFull: state.journal.isFull});
  }
}, RETRY_MS);

async function whereIStand() {
  const asked = [till.device.ask('readOwnTerminal'), till.device.ask('currentBatch'), state.later ?? later()];
  const [place, {batch}] = await Promise.all(asked);
  show({place, batch});
}

async function later() {
  try {
    const all = await import('./later.js');
    Object.assign(SCREENS, all.screens);
    Object.assign(doings, all.doings(till));
    show({later: all});
  } catch {
    throw new Refused(0, null);
  }
}

async function begin(known) {
  till.device = new Device(known);
  till.settlement = new Settlement(till.device, state.journal, (doing) => show({doing}));
  new Standing(till.device, (standing) => show({standing})).listen();
  show({pending: state.journal.pending.length, online: state.journal.pending.length === 0});
  go('waiting');
  later().catch(() => {}); // as soon as there is a line
  await regained();
}

// ---- what a cashier can do

const turn = new Turn();
const sales = selling(till);
till.givenBack = (entry, operation, body) => sales.transacted({
  isSale: false, side: 'CREDIT', operation, path: {id: entry.id}, body: {...body, batch: state.batch}, of: entry.id,
});

const doings = {
  ...sales,
  ...devices(till, sales),
  takeOver: () => {
    show({isAsked: true});
    turn.askFor();
  },
  activated: (terminal, code) => during(() => activated(terminal, code)),
  next,
  day: () => go('day'),
  batch: () => go('batch', {closed: null}),
  print: () => print(),
};

async function activated(terminal, code) {
  go('working', {doing: 'activating', terminal});
  try {
    const known = await activate(terminal, code, (device) => state.journal.tryDevice(device));
    await state.journal.keepDevice(known);
    await begin(known);
  } catch (error) {
    if (error instanceof Unkept) {
      go('unkept');
    } else if (error instanceof Refused) {
      const {title, nextAction} = error.problem ?? {};
      go('activation', {problem: error.status === 0 ? 'offline' : {said: title, next: nextAction ?? ''}});
    } else {
      throw error;
    }
  }
}

document.title = `${t('title')} · ${t('brand')}`;
addEventListener('beforeunload', (event) => {
  if (state.journal?.pending.length > 0) {
    event.preventDefault();
  }
});
addEventListener('offline', () => till.device !== null && state.online && lost());

/** A link of the union's brings terminal and code; a till that is activated already stays what it is. */
const link = /^#activate=([A-Z0-9]{8})\.([0-9A-Z-]{8,40})$/.exec(location.hash);
history.replaceState(null, '', location.pathname);

await turn.taken(() => go('elsewhere'), () => work);
try {
  state.journal = await Journal.open();
  const known = await state.journal.device();
  if (known !== undefined) {
    await begin(known);
  } else {
    SCREENS.activation = (await import('./activation.js')).activation;
    await (link === null ? go('activation') : doings.activated(link[1], link[2]));
  }
} catch (error) {
  if (!(error instanceof Unkept)) {
    throw error;
  }
  go('unkept');
}
