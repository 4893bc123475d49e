// /union: who works in a union. Signs in, goes from screen to screen, and comes back to where it was when a session
// has ended: what stood there is kept, what was asked is asked again.

import {Refused} from '../kit/call.js';
import {focusOn, page} from '../kit/view.js';
import {wordsOf} from '../kit/words.js';
import {may, screensOf} from './menu.js';
import {href, placeOf, screenAt} from './place.js';
import {askAs, isSignedOut, signIn, signOut, who} from './session.js';
import {shell} from './shell.js';

const HOME = 'tasks';

const t = await wordsOf('desk', 'union');

const state = {me: null, isKnown: false, isEnded: false, screens: [], place: null, screen: null, desk: null, data: null, isLoading: false, problem: null};
const drafts = new Map(); // by place: what was begun there stays until it is sent
const waiting = []; // who waits for a new session to ask again

const doings = {
  signedIn: async (login, password) => welcome(await signIn(login, password)),
  left: async () => {
    await signOut();
    location.assign('/union');
  },
  again: () => load(),
  changed: () => show({}),
};

const draw = page(document.body, state, () => shell(t, state, doings));

/** The page and its name, which says so if something on it is wrong. */
function show(changed) {
  draw(changed);
  queueMicrotask(() => {
    const where = state.me === null || state.isEnded || state.screen === null ? '' : `${state.screen.title(state.desk, state.data)} · `;
    const isWrong = document.querySelector('.wrongs') !== null;
    document.title = `${isWrong ? t('errorTitle') : ''}${where}${t('title')} · ${t('brand')}`;
  });
}

function welcome(me) {
  if (state.isEnded && me.login !== state.me.login) {
    location.reload(); // another person: nothing of the first one's is left here
    return;
  }
  const wasAway = state.isEnded;
  show({me, isKnown: true, isEnded: false, screens: screensOf(me.roles)});
  if (wasAway) {
    waiting.splice(0).forEach((goOn) => goOn());
    focusOn('.screen h1');
  } else {
    arrive();
  }
}

/** Asks the gateway; when the session has ended, waits for the next one and asks again. */
async function asked(operation, how) {
  try {
    return await askAs(operation, how);
  } catch (error) {
    if (!isSignedOut(error)) {
      throw error;
    }
    const next = new Promise((resolve) => waiting.push(resolve));
    show({isEnded: true});
    focusOn('.sign-in h1');
    await next;
    return asked(operation, how);
  }
}

function deskAt(screen, steps, path, query) {
  const place = steps.join('/');
  if (!drafts.has(place)) {
    drafts.set(place, {});
  }
  return {
    me: state.me,
    steps,
    path,
    query,
    /** What was begun at this place. */
    draft: drafts.get(place),
    ask: asked,
    may: (operation) => may(state.me.roles, operation),
    /** Shows the screen anew, after something of `draft` has changed. */
    change: () => {
      show({});
      },
    go: (to, others) => go(href(to, others)),
    /** The same place, filtered otherwise. */
    filter: (changed) => go(href(steps, {...query, ...changed})),
    /** As `filter`, and the browser's back does not come here again. */
    replace: (changed) => {
      history.replaceState(null, '', href(steps, {...query, ...changed}));
      arrive();
    },
    /** What was begun here is done with. */
    forget: () => drafts.delete(place),
    again: load,
  };
}

function go(address) {
  if (address === location.hash) {
    arrive();
  } else {
    location.hash = address;
  }
}

async function arrive() {
  if (state.me === null) {
    return;
  }
  const {steps, query} = placeOf(location.hash);
  if (steps.length === 0) {
    history.replaceState(null, '', `/union#${HOME}`);
    return arrive();
  }
  const there = screenAt(state.screens, steps);
  if (there === undefined) {
    show({place: null, screen: null, problem: {code: 'nothing'}, isLoading: false});
    return;
  }
  const isSame = state.place === steps.join('/');
  show({place: steps.join('/'), isLoading: true, problem: null, ...(isSame ? {} : {screen: null, data: null})});
  const desk = deskAt(there.screen, steps, there.path, query);
  await load(desk, there.screen, isSame);
}

async function load(desk = state.desk, entry = state.entry, isSame = true) {
  const asksFor = location.hash;
  show({desk, entry, isLoading: true, problem: null});
  let screen = null;
  let data = null;
  let problem = null;
  try {
    screen = await entry.open();
    data = (await screen.load?.(desk)) ?? null;
  } catch (error) {
    if (!(error instanceof Refused)) {
      problem = {code: 'broken'};
      reportError(error);
    } else {
      problem = {error};
    }
  }
  if (asksFor === location.hash) {
    show({screen, data, problem, isLoading: false});
    if (!isSame || problem !== null) {
      focusOn('.screen h1');
    }
  }
}

addEventListener('hashchange', arrive);
const me = await who();
if (me === null) {
  show({isKnown: true});
  focusOn('.sign-in h1');
} else {
  welcome(me);
}
