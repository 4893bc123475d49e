// What the card has of the gateway while there is a network: it asks as this phone, learns how the card stands, and
// gets names for further days before those it has end.

import {Refused, ask} from '../kit/call.js';
import {wordsOf} from '../kit/words.js';
import {Phone} from './phone.js';
import {daysLeft} from './ticker.js';

const DAYS = 8;

/** Those of all screens but the first. */
export function words() {
  return wordsOf('desk', 'card', 'mine');
}

/**
 * @param state of the page
 * @param look shows the code anew
 * @returns what the screens have of it
 */
export function online({state, safe, show, look}) {
  let phone = null;
  let of = null;

  /** This phone has the card no longer. */
  async function end(why) {
    await safe.end(why);
    show({card: await safe.card(), code: null});
  }

  async function asked(how) {
    if (of !== state.card.phone) {
      of = state.card.phone;
      phone = new Phone({cardNo: state.card.cardNo, key: of});
    }
    try {
      return await how(phone);
    } catch (error) {
      if (error.ends !== undefined) {
        await end(error.ends);
      }
      throw error;
    }
  }

  const asPhone = {
    ask: (operation, how) => asked((known) => known.ask(operation, how)),
    answerTo: (operation, how) => asked((known) => known.answerTo(operation, how)),
    /** Where who asks is not to be known, or need not be. */
    askAsNobody: ask,
    end,
    renew: async () => {
      await safe.renew(await asPhone.ask('renewAliases', {body: {}}));
      show({card: await safe.card(), step: null});
      look();
    },
    sync: async () => {
      if (state.card === null || state.card.ended !== null) {
        return;
      }
      try {
        show({mine: await asPhone.ask('readOwnCard')});
        if (daysLeft(state.card, state.ahead) < DAYS) {
          await asPhone.renew();
        }
      } catch (error) {
        if (!(error instanceof Refused)) {
          throw error;
        }
      }
    },
  };
  return asPhone;
}
