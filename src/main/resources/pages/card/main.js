// /card: the union e-card on a phone. Bound once by a code that the union gives out; shows a new code every half
// minute from then on, with or without a network.

import {newKey} from '../code/device.js';
import {STEP_SECONDS, dayAt, memberCode} from '../code/member.js';
import {base64} from '../code/spelling.js';
import {Refused, ask, clockAhead} from '../kit/call.js';
import {frame} from '../kit/frame.js';
import {focusOn, page} from '../kit/view.js';
import {wordsOf} from '../kit/words.js';
import {install} from './install.js';
import {Safe} from './safe.js';
import {binding, cardScreen, forgetting} from './screens.js';

const LINK = /^#bind=([0-9A-Za-z-]{8,40})$/;
const CLOCK_WRONG_MS = 15_000;
const LOOK_MS = 250;

const t = await wordsOf('card');
const safe = await Safe.open();
let renew = null;

const state = {
  screen: 'binding',
  typed: '',
  busy: false,
  problem: null,
  card: null,
  code: null,
  left: 0,
  shown: false,
  hidden: false,
  ahead: 0,
  days: 0,
  isNew: false,
};

const SCREENS = {binding, card: cardScreen, forgetting};

const show = page(document.body, state, () => frame(t, t('title'), SCREENS[state.screen](t, state, doings)));

const doings = {
  bind: async (code) => {
    show({busy: true, problem: null, typed: code});
    try {
      const phone = await newKey();
      const spki = new Uint8Array(await crypto.subtle.exportKey('spki', phone.publicKey));
      const publicKey = base64(spki);
      await safe.keep(await ask('bindCard', {body: {code, publicKey}}), phone);
      await begin();
    } catch (error) {
      if (!(error instanceof Refused)) {
        throw error;
      }
      const said = {said: error.problem?.title ?? t('problem.other'), next: error.problem?.nextAction ?? ''};
      show({busy: false, problem: error.status === 0 ? 'offline' : said});
      focusOn(state.card === null ? '#code' : '.problem');
    }
  },
  digits: () => show({shown: !state.shown}),
  ask: () => show({screen: 'forgetting'}),
  keep: () => show({screen: 'card'}),
  forget: async () => {
    await safe.forget();
    show({screen: 'binding', card: null, code: null, typed: ''});
  },
  renew: () => renew?.(),
};

// ---- the code

const seconds = () => Math.floor((Date.now() + state.ahead) / 1000);

function look() {
  const card = state.card;
  if (card === null || document.hidden) {
    return;
  }
  const now = seconds();
  const left = STEP_SECONDS - (now % STEP_SECONDS);
  const step = Math.floor(now / STEP_SECONDS);
  if (left !== state.left || step !== state.step) {
    const code = step === state.step && state.code !== null ? state.code : memberCode(card.cardKey, card.aliases, now);
    const today = dayAt(now);
    const days = [...card.aliases.keys()].filter((day) => day >= today).length;
    show({code, left, step, days});
  }
}

document.addEventListener('visibilitychange', () => {
  show({hidden: document.hidden, code: null, step: null, shown: false});
  look();
  keepAwake();
});
setInterval(look, LOOK_MS);

function keepAwake() {
  if (!document.hidden && state.card !== null) {
    navigator.wakeLock?.request('screen').catch(() => {}); // the battery is low, or the browser has none
  }
}

/** A phone's clock that is wrong shows codes that no till takes: told, and put right as far as is known. */
async function compareClocks() {
  try {
    const ahead = await clockAhead();
    show({ahead, isWrong: Math.abs(ahead) > CLOCK_WRONG_MS, step: null});
    look();
  } catch (error) {
    if (!(error instanceof Refused)) {
      throw error;
    }
  }
}

async function begin() {
  const card = await safe.card();
  if (card === undefined) {
    return false;
  }
  show({card, screen: 'card', busy: false, problem: null, typed: '', code: null, step: null});
  look();
  keepAwake();
  await compareClocks();
  return true;
}

/** A link from the union binds this phone, whatever it had; without one it shows what it has. */
async function arrive() {
  const link = LINK.exec(location.hash);
  const has = await begin();
  if (link !== null) {
    history.replaceState(null, '', location.pathname);
    await doings.bind(link[1]);
  } else if (!has) {
    show({screen: 'binding'});
  }
}

document.title = `${t('title')} · ${t('brand')}`;
addEventListener('hashchange', arrive);
renew = await install((isNew) => show({isNew}));
await arrive();
