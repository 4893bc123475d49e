// A lottery drawn again: SHA-256( seed ‖ "round:tickets:witness" ‖ ticket as 4 bytes ), the least win.

import {bytesOfHex, hex} from './spelling.js';

const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));

/** Whether it is the seed whose hash was published. */
export const isSeedOf = async (seed, seedHash) => hex(await sha256(bytesOfHex(seed))) === seedHash;

/** The tickets that win, at most so many, the first first. */
export async function winners({seed, round, tickets, witness}, most) {
  const before = bytesOfHex(seed);
  const words = new TextEncoder().encode(`${round}:${tickets}:${witness}`);
  const message = new Uint8Array(before.length + words.length + 4);
  message.set(before);
  message.set(words, before.length);
  const end = new DataView(message.buffer, message.length - 4);
  const all = [];
  for (let ticket = 1; ticket <= tickets; ticket += 1) {
    end.setUint32(0, ticket);
    all.push({score: hex(await sha256(message)), ticket});
  }
  all.sort((a, b) => (a.score < b.score ? -1 : 1));
  return all.slice(0, most).map(({ticket}) => ticket);
}
