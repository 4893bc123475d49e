// Where the phone keeps the card. Its key lies encrypted under another that the browser gives out to nobody, so
// what is copied from the disk shows no codes.

import {bytesOfBase64} from '../code/spelling.js';
import {openStore} from '../kit/store.js';

const CARD = 'this';
const VERSION = 2;

/** What the card paid with, as it was last seen; receipts; complaints with the tokens that follow them. */
const SHELVES = ['kept', 'receipts', 'complaints'];
const AES = {name: 'AES-GCM', length: 256};

/** The phone's memory. */
export class Safe {
  #store;

  constructor(store) {
    this.#store = store;
  }

  static async open() {
    return new Safe(await openStore('ecard-card', ['card', ...SHELVES], VERSION));
  }

  /**
   * Keeps what a binding gave, instead of any card before.
   *
   * @param bound the contract's CardBound
   * @param phone the phone's own key pair
   */
  async keep(bound, phone) {
    const before = await this.#store.get('card', CARD);
    if (before?.open.cardNo !== bound.cardNo) {
      await this.#store.clear('kept');
      await this.#store.clear('receipts');
    }
    const {cardKey, ...open} = bound;
    await this.#store.put('card', CARD, {open, phone, ...(await sealed(cardKey))});
    await navigator.storage?.persist?.();
  }

  /**
   * Keeps names for further days.
   *
   * @param given the contract's OwnAliases
   */
  async renew({aliases, cardKey}) {
    const kept = await this.#store.get('card', CARD);
    const key = cardKey === undefined ? {} : await sealed(cardKey);
    await this.#store.put('card', CARD, {...kept, ...key, open: {...kept.open, aliases}});
  }

  /** The phone has the card no longer. */
  async end(ended) {
    await this.#store.put('card', CARD, {...(await this.#store.get('card', CARD)), ended});
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
      ended: kept.ended ?? null,
      phone: kept.phone,
      cardKey: new Uint8Array(bytes),
      aliases: new Map(kept.open.aliases.map(({day, alias}) => [day, alias])),
    };
  }

  /** @param shelf kept, receipts or complaints */
  get(shelf, key) {
    return this.#store.get(shelf, key);
  }

  all(shelf) {
    return this.#store.all(shelf);
  }

  put(shelf, key, value) {
    return this.#store.put(shelf, key, value);
  }

  /** Takes the card off this phone, with all that was kept of it. */
  async forget() {
    await this.#store.put('card', CARD, undefined);
    await Promise.all(SHELVES.map((shelf) => this.#store.clear(shelf)));
  }
}

async function sealed(cardKey) {
  const key = await crypto.subtle.generateKey(AES, false, ['encrypt', 'decrypt']);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return {key, iv, secret: await crypto.subtle.encrypt({name: AES.name, iv}, key, bytesOfBase64(cardKey))};
}
