// The code of the moment: another one each half minute, hidden while nobody looks, and the screen stays on.

import {STEP_SECONDS, dayAt, memberCode} from '../code/member.js';
import {Refused, clockAhead} from '../kit/call.js';

const CLOCK_WRONG_MS = 15_000;
const LOOK_MS = 250;

/** For how many days, today among them, the card shows codes without a network. */
export function daysLeft(card, ahead) {
  const today = dayAt(secondsNow(ahead));
  return [...card.aliases.keys()].filter((day) => day >= today).length;
}

function secondsNow(ahead) {
  return Math.floor((Date.now() + ahead) / 1000);
}

/**
 * @param state of the page: `card`, and what is shown of its code
 * @returns looks at once, after something has changed
 */
export function tick(state, show) {
  const look = () => {
    const {card} = state;
    if (card === null || card.ended !== null || document.hidden) {
      return;
    }
    const now = secondsNow(state.ahead);
    const left = STEP_SECONDS - (now % STEP_SECONDS);
    const step = Math.floor(now / STEP_SECONDS);
    if (left !== state.left || step !== state.step) {
      const isSame = step === state.step && state.code !== null;
      show({code: isSame ? state.code : memberCode(card.cardKey, card.aliases, now), left, step, days: daysLeft(card, state.ahead)});
    }
  };
  document.addEventListener('visibilitychange', () => {
    show({hidden: document.hidden, code: null, step: null, shown: false});
    look();
    keepAwake(state);
  });
  setInterval(look, LOOK_MS);
  return look;
}

export function keepAwake({card}) {
  if (!document.hidden && card !== null) {
    navigator.wakeLock?.request('screen').catch(() => {}); // the battery is low, or the browser has none
  }
}

/** A phone's clock that is wrong shows codes that no till takes: told, and put right as far as is known. */
export async function compareClocks(show) {
  try {
    const ahead = await clockAhead();
    show({ahead, isWrong: Math.abs(ahead) > CLOCK_WRONG_MS, step: null});
  } catch (error) {
    if (!(error instanceof Refused)) {
      throw error;
    }
  }
}
