// What a member's phone shows: a code of twenty digits that needs no network. The card's key and the days' names
// for it (aliases) were given to the phone when it was bound.

import {sm3} from './sm.js';

/** A code is another after so many seconds. */
export const STEP_SECONDS = 30;

const BLOCK_BYTES = 64;
const OTP_END = 10_000_000;
const SHANGHAI_SECONDS = 28_800;

/** HMAC (RFC 2104) with SM3; the key has at most 64 bytes. */
export function hmacSm3(key, message) {
  const padded = (pad) => Uint8Array.from({length: BLOCK_BYTES}, (_, i) => (key[i] ?? 0) ^ pad);
  const inner = sm3(Uint8Array.from([...padded(0x36), ...message]));
  return sm3(Uint8Array.from([...padded(0x5c), ...inner]));
}

/** The day in China, as `2026-11-30`. */
export function dayAt(seconds) {
  return new Date((seconds + SHANGHAI_SECONDS) * 1000).toISOString().slice(0, 10);
}

/** RFC 4226 section 5.3, from the last of 32 bytes. */
function passwordAt(cardKey, step) {
  const counter = new DataView(new ArrayBuffer(8));
  counter.setBigUint64(0, BigInt(step));
  const mac = hmacSm3(cardKey, new Uint8Array(counter.buffer));
  const from = mac[31] & 0x0f;
  const number = new DataView(mac.buffer).getUint32(from) & 0x7fffffff;
  return String(number % OTP_END).padStart(7, '0');
}

function checkDigit(digits) {
  const sum = Array.from(digits).reverse().reduce((all, digit, i) => {
    const twice = Number(digit) * (i % 2 === 0 ? 2 : 1);
    return all + (twice > 9 ? twice - 9 : twice);
  }, 0);
  return String((10 - (sum % 10)) % 10);
}

/**
 * The code of a time.
 *
 * @param cardKey 32 bytes
 * @param aliases the card's name of each day, by day
 * @param seconds since 1970
 * @returns twenty digits; null if the phone has no alias of that day any more
 */
export function memberCode(cardKey, aliases, seconds) {
  const alias = aliases.get(dayAt(seconds));
  if (alias === undefined) {
    return null;
  }
  const digits = `84${alias}${passwordAt(cardKey, Math.floor(seconds / STEP_SECONDS))}`;
  return digits + checkDigit(digits);
}
