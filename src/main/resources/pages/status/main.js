// The page for operators: asks the node every five seconds how it is, and remembers a quarter of an hour.

import {frame} from '../kit/frame.js';
import {page} from '../kit/view.js';
import {wordsOf} from '../kit/words.js';
import {read} from './scrape.js';
import {screen} from './screen.js';
import {SIGNS, isAnother, valueOf} from './signs.js';

const EVERY_MS = 5000;
const PATIENCE_MS = 4000;
const REMEMBERED = 181;

const t = await wordsOf('status');

/** `ready` is the node's own report, null if it gave none; `courses` the values of each sign, the newest last. */
const state = {isAsked: false, isReached: false, reachedAt: null, now: null, ready: null, history: [], courses: new Map()};

const change = page(document.body, state, () => frame(t, t('title'), screen(t, state)));
document.title = `${t('title')} · ${t('brand')}`;

async function answer(address) {
  return fetch(address, {cache: 'no-store', redirect: 'error', signal: AbortSignal.timeout(PATIENCE_MS)});
}

async function look() {
  try {
    const [ready, metrics] = await Promise.all([
      answer('/health/ready').then((response) => response.json()),
      answer('/metrics').then((response) => response.text()),
    ]);
    learn(ready, read(metrics, Date.now()));
  } catch {
    change({isAsked: true, isReached: false, now: Date.now()});
  }
  setTimeout(look, EVERY_MS);
}

function learn(ready, scrape) {
  const isNew = state.history.length > 0 && isAnother(state.history.at(-1), scrape);
  const history = [...(isNew ? [] : state.history), scrape].slice(-REMEMBERED);
  const courses = new Map();
  for (const sign of SIGNS.flatMap(({signs}) => signs)) {
    const before = isNew ? [] : (state.courses.get(sign.name) ?? []);
    courses.set(sign.name, [...before, valueOf(sign, history)].slice(-REMEMBERED));
  }
  change({isAsked: true, isReached: true, reachedAt: scrape.at, now: scrape.at, ready, history, courses});
}

look();
