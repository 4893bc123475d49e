// This phone as a caller: it proves the key that it was bound with, and hears why when it is taken no more.

import {assertion, newKey} from '../code/device.js';
import {base64} from '../code/spelling.js';
import {Bearer, Refused, ask, clockAhead} from '../kit/call.js';

/** What ends a phone for good; it is told only to the phone itself. */
const ENDS = ['PHONE_REPLACED', 'CARD_REPORTED_LOST', 'CARD_CANCELLED'];

/** None of these, and not heard either: others had the card since. */
const UNHEARD = 'PHONE_UNKNOWN';

/** Makes a key and binds it: `{bound, phone}`. */
export async function bind(code) {
  const phone = await newKey();
  const spki = new Uint8Array(await crypto.subtle.exportKey('spki', phone.publicKey));
  const publicKey = base64(spki);
  return {bound: await ask('bindCard', {body: {code, publicKey}}), phone};
}

/** Asks as the phone of a card. What it throws has `ends` where the phone has the card no longer. */
export class Phone extends Bearer {
  constructor({cardNo, key}) {
    super(async () => {
      const seconds = Math.floor((Date.now() + (await clockAhead())) / 1000);
      const said = await assertion(key, cardNo, seconds);
      try {
        return await ask('createCardToken', {body: {assertion: said}});
      } catch (error) {
        if (error instanceof Refused) {
          const code = error.problem?.code;
          error.ends = ENDS.includes(code) ? code : error.status === 401 ? UNHEARD : undefined;
        }
        throw error;
      }
    });
  }
}
