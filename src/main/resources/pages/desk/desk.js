// A desk: somebody signs in, goes from screen to screen, and comes back to where he was when a session has ended:
// what stood there is kept, what was asked is asked again.
//
// A screen is a module of its own that is fetched when somebody goes there; it exports `title(desk, data)`,
// `view(desk, data)` and, if it asks for something first, `load(desk)`.

import {Refused, answerTo, ask} from '../kit/call.js';
import {ROLES} from '../kit/roles.js';
import {focusOn, page, painted} from '../kit/view.js';
import {Idle} from './idle.js';
import {href, placeOf, screenAt} from './place.js';
import {shell} from './shell.js';

/** Of a long list, what is seen of it at once. */
const ROWS_FIRST = 60;

/** Whether a failure says that nobody is signed in any more: what proves him is a cookie that no script can read. */
function isSignedOut(error) {
  return error instanceof Refused && error.status === 401;
}

/** Who is signed in: `{login, name, org, orgName, roles}`; null if nobody is. */
async function who() {
  try {
    return await ask('readOwnSession');
  } catch (error) {
    if (isSignedOut(error)) {
      return null;
    }
    throw error;
  }
}

/** Whether it is another page of the same form: what it was made of need not be asked for again. */
function isOnlyStaged(before, now) {
  const rest = ({stage, ...others}) => JSON.stringify(others);
  return before.stage !== now.stage && rest(before) === rest(now);
}

/** Whether one of these roles may call the operation. */
function may(roles, operation) {
  return ROLES[operation].split(' ').some((role) => roles.includes(role));
}

/**
 * Opens the desk: fills the page.
 *
 * @param t its words; `menu.<at>` names a screen
 * @param address of the page, as `/union`
 * @param home the screen one comes to first
 * @param all its screens: `at` (the address behind #, with `:names`), `needs` (the operation without which it would be
 *     of no use: who may not call it is not shown the way there), `open` (fetches it), `inMenu`
 */
export async function openDesk(t, {address, home, all}) {
  const state = {me: null, isEnded: false, isEnding: false, screens: [], isAsked: false, place: null, screen: null, desk: null, data: null, isLoading: false, problem: null};
  const drafts = new Map(); // by place: what was begun there stays until it is sent
  const waiting = []; // who waits for a new session to ask again

  const doings = {
    signedIn: async (proof) => welcome(await ask('openSession', {body: proof})),
    left: async () => {
      await answerTo('endSession');
      location.assign(address);
    },
    again: () => load(),
    goOn: () => asked('readOwnSession'),
    changed: () => show({}),
  };

  /** Where this person begins: not all can use the same. */
  const homeOf = () => (state.screens.find(({at}) => at === home) ?? state.screens.find(({inMenu}) => inMenu) ?? {at: home}).at;

  const draw = page(document.body, state, () => shell(t, {home: homeOf()}, state, doings));

  /** The page and its name, which says so if something on it is wrong. */
  function show(changed) {
    draw(changed);
    queueMicrotask(() => {
      const where = state.me === null || state.isEnded || state.screen === null ? '' : `${state.screen.title(state.desk, state.data)} · `;
      const isWrong = document.querySelector('.wrongs') !== null;
      document.title = `${isWrong ? t('errorTitle') : ''}${where}${t('title')} · ${t('brand')}`;
    });
  }

  const idle = new Idle((now) => {
    show({isEnding: now === 'ending' && !state.isEnded});
    if (now === 'ended' && state.me !== null && !state.isEnded) {
      show({isEnded: true});
      askToSignIn();
    }
  });

  function welcome(me) {
    idle.begin(me.idleMinutes);
    if (state.isEnded && me.login !== state.me.login) {
      location.reload(); // another person: nothing of the first one's is left here
      return;
    }
    const wasAway = state.isEnded;
    show({me, isEnded: false, screens: all.filter((screen) => may(me.roles, screen.needs))});
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
      const answer = await ask(operation, how);
      idle.asked();
      return answer;
    } catch (error) {
      if (!isSignedOut(error)) {
        throw error;
      }
      const next = new Promise((resolve) => waiting.push(resolve));
      show({isEnded: true});
      askToSignIn();
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
      /** How many rows of a long list are drawn: few at first, which is all that is seen of it, more with each picture. */
      rowsMost: ROWS_FIRST,
      isCut: false,
      ask: asked,
      may: (operation) => may(state.me.roles, operation),
      /** Whether a screen stands there that this person can use. */
      leads: (to) => screenAt(state.screens, to) !== undefined,
      /** Shows the screen anew, after something of `draft` has changed. */
      change: () => show({}),
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

  function go(fragment) {
    if (fragment === location.hash) {
      arrive();
    } else {
      location.hash = fragment;
    }
  }

  async function arrive() {
    if (state.me === null) {
      return;
    }
    const {steps, query} = placeOf(location.hash);
    if (steps.length === 0) {
      history.replaceState(null, '', `${address}#${homeOf()}`);
      return arrive();
    }
    const there = screenAt(state.screens, steps);
    if (there === undefined) {
      show({place: null, screen: null, problem: {code: 'nothing'}, isLoading: false});
      return;
    }
    const isSame = state.place === steps.join('/');
    const desk = deskAt(there.screen, steps, there.path, query);
    if (isSame && state.screen !== null && isOnlyStaged(state.desk.query, query)) {
      show({desk});
      focusOn('.screen h1');
      return;
    }
    show({place: steps.join('/'), isLoading: true, problem: null, ...(isSame ? {} : {screen: null, data: null})});
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
      drawMore(desk);
      if (!isSame || problem !== null) {
        const here = document.querySelector('.menu [aria-current]');
        here?.closest('ul').scrollTo({left: here.offsetLeft - here.offsetWidth}); // on a phone the menu is one line
        focusOn('.screen h1');
      }
    }
  }

  /** Draws what was cut, by and by, so that the page answers in between. */
  function drawMore(desk) {
    painted(() => {
      if (!desk.isCut) {
        desk.rowsMost = Infinity;
      } else if (state.desk === desk) {
        desk.isCut = false;
        desk.rowsMost *= 2;
        show({});
        drawMore(desk);
      }
    });
  }

  function askToSignIn() {
    show({isAsked: true});
    focusOn('.sign-in h1');
  }

  /** The browser's way back shows the page as it was left: by somebody who may have signed out since. */
  async function comeBack() {
    show({isEnded: true, isAsked: false});
    const me = await who().catch(() => null);
    if (me === null) {
      askToSignIn();
    } else {
      welcome(me);
    }
  }

  addEventListener('hashchange', arrive);
  addEventListener('pageshow', ({persisted}) => persisted && state.me !== null && comeBack());
  const {steps} = placeOf(location.hash); // its screen comes while the gateway is asked who this is
  screenAt(all, steps.length === 0 ? [home] : steps)?.screen.open().catch(() => {});
  const me = await who();
  if (me === null) {
    askToSignIn();
  } else {
    welcome(me);
  }
}
