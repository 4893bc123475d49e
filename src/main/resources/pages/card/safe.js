// Where the phone keeps the card. Its key lies encrypted under another that the browser gives out to nobody, so
// what is copied from the disk shows no codes.

import {bytesOfBase64} from '../code/spelling.js';
import {openStore} from '../kit/store.js';

const CARD = 'this';
const AES = {name: 'AES-GCM', length: 256};

/** The phone's memory. */
export class Safe {
  #store;

  constructor(store) {
    this.#store = store;
  }

  static async open() {
    return new Safe(await openStore('ecard-card', ['card']));
  }

  /**
   * Keeps what a binding gave, instead of any card before.
   *
   * @param bound the contract's CardBound
   * @param phone the phone's own key pair
   */
  async keep(bound, phone) {
    const {cardKey, ...open} = bound;
    const key = await crypto.subtle.generateKey(AES, false, ['encrypt', 'decrypt']);
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const secret = await crypto.subtle.encrypt({name: AES.name, iv}, key, bytesOfBase64(cardKey));
    await this.#store.put('card', CARD, {open, phone, key, iv, secret});
    await navigator.storage?.persist?.();
  }

  /** The card with the bytes of its key; undefined if the phone has none. */
  async card() {
    const kept = await this.#store.get('card', CARD);
    if (kept === undefined) {
      return undefined;
    }
    const bytes = await crypto.subtle.decrypt({name: AES.name, iv: kept.iv}, kept.key, kept.secret);
    return {
      ...kept.open,
      cardKey: new Uint8Array(bytes),
      aliases: new Map(kept.open.aliases.map(({day, alias}) => [day, alias])),
    };
  }

  /** Takes the card off this phone. */
  forget() {
    return this.#store.put('card', CARD, undefined);
  }
}
