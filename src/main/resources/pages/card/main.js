// /card: the union e-card on a phone. Bound once by a code that the union gives out; shows a new code every half
// minute from then on, with or without a network, and renews itself while there is one. All but the code is
// fetched when somebody goes there.

import {Refused} from '../kit/call.js';
import {frame} from '../kit/frame.js';
import {focusOn, page} from '../kit/view.js';
import {wordsOf} from '../kit/words.js';
import {Safe} from './safe.js';
import {binding, cardScreen, later, tabs} from './screens.js';
import {compareClocks, daysLeft, keepAwake, tick} from './ticker.js';

const LINK = /^#bind=([0-9A-Za-z-]{8,40})$/;
const PLACE = /^#(\w+)(?:\/([0-9A-Z]{12}))?$/;
const SYNC_MS = 3_600_000;

const LATER = {
  purchases: () => import('./purchases.js'),
  purchase: () => import('./purchase.js'),
  review: () => import('./review.js'),
  vouchers: () => import('./vouchers.js'),
  complain: () => import('./complain.js'),
  complaints: () => import('./complaints.js'),
  complaint: () => import('./complaint.js'),
  own: () => import('./own.js'),
  privacy: () => import('./privacy.js'),
};

const t = await wordsOf('card');
const safe = await Safe.open();
let renew = null;
let app = null; // what the other screens have of this one

const state = {
  place: 'code',
  typed: '',
  busy: false,
  problem: null,
  card: null,
  mine: null, // as the gateway last told of it
  code: null,
  left: 0,
  shown: false,
  hidden: false,
  ahead: 0,
  days: 0,
  isNew: false,
  screen: null, // of another place: its module, words and data
};

const show = page(document.body, state, () => {
  if (state.card === null) {
    return frame(t, t('title'), binding(t, state, doings));
  }
  const isCode = state.place === 'code';
  const title = isCode || state.screen === null ? t('title') : state.screen.module.title(state.screen.words);
  return frame(t, title, isCode ? cardScreen(t, state, doings) : later(t, state, app), tabs(t, state.place));
});
const look = tick(state, show);

const doings = {
  bind: async (code) => {
    show({busy: true, problem: null, typed: code});
    try {
      const {bind} = await fetched(import('./phone.js'));
      const {bound, phone} = await bind(code);
      await safe.keep(bound, phone);
      await begin();
      await catchUp();
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
  renew: () => renew?.(),
};

/** A module, or the line is down and no worker has it: as if nothing had been answered. */
async function fetched(module) {
  try {
    return await module;
  } catch {
    throw new Refused(0, null);
  }
}

async function words() {
  return (await import('./online.js')).words();
}

async function lined() {
  if (app === null) {
    const {online} = await fetched(import('./online.js'));
    app ??= {
      ...online({state, safe, show, look}),
      state,
      safe,
      draft: {}, // what was begun at this place
      change: () => show({}),
      go: (place) => (location.hash = place),
      forget: async () => {
        await safe.forget();
        history.replaceState(null, '', location.pathname);
        show({place: 'code', card: null, code: null, typed: '', screen: null, mine: null, problem: null});
      },
    };
  }
  return app;
}

async function sync() {
  try {
    await (await lined()).sync();
  } catch (error) {
    if (!(error instanceof Refused)) {
      throw error;
    }
  }
}

async function begin() {
  const card = await safe.card();
  if (card === undefined) {
    return;
  }
  show({card, busy: false, problem: null, typed: '', code: null, step: null, days: daysLeft(card, state.ahead)});
  look();
  keepAwake(state);
}

async function catchUp() {
  await compareClocks(show);
  look();
  await sync();
}

/** A link from the union binds this phone, whatever it had; without one it shows what it has. */
async function arrive() {
  const link = LINK.exec(location.hash);
  if (link !== null) {
    history.replaceState(null, '', location.pathname);
    show({place: 'code', screen: null});
    await doings.bind(link[1]);
    return;
  }
  const [, place = 'code', id = null] = PLACE.exec(location.hash) ?? [];
  if (!Object.hasOwn(LATER, place)) {
    show({place: 'code', screen: null, step: null});
    look();
    return;
  }
  await go(place, id);
}

async function go(place, id) {
  const asksFor = location.hash;
  show({place, screen: null, problem: null});
  try {
    const [module, said] = await fetched(Promise.all([LATER[place](), words(), lined()]));
    app.draft = {};
    const data = state.card === null ? null : await module.load(app, id, said);
    if (asksFor === location.hash && state.card !== null) {
      show({screen: {module, words: said, data}});
      focusOn('h1');
    }
  } catch (error) {
    if (!(error instanceof Refused)) {
      throw error;
    }
    show({place: 'code', problem: 'offline'});
  }
}

document.title = `${t('title')} · ${t('brand')}`;
addEventListener('hashchange', arrive);
addEventListener('online', sync);
document.addEventListener('visibilitychange', () => document.hidden || sync());
setInterval(sync, SYNC_MS);
await begin();
await Promise.all([arrive(), catchUp()]);
const {install} = await import('./install.js');
renew = await install((isNew) => show({isNew}));
