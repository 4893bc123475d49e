// Checks a receipt by itself, with nothing but public keys, in the order and with the names of the
// gateway's own verifier: each step is named after its failure.

import {Malformed, canonical, read, utf8} from './json.js';
import {isPoint, sm3, verifySm2} from './sm.js';
import {base64url, bytesOfBase64, bytesOfHex, hex} from './spelling.js';

export const RECEIPT_BYTES_MAX = 65536;

/** The steps, in their order. */
export const STEPS = [
  'MALFORMED', 'PLACE_IMPOSSIBLE', 'ROOT_DIFFERS', 'KEY_UNKNOWN', 'ALGORITHM_DIFFERS', 'SIGNATURE_WRONG',
];

/** All passed. */
export const VALID = 'VALID';

const SIZE_MAX = 512;
const PATH_MAX = 9;
const HASH_BYTES = 32;
const SIGNATURE_BYTES = 64;
const NAME = /^[!-~]{1,64}$/;
const ID = /^[0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{12}$/;
const SM2 = 'SM2-SM3';
const ED25519 = 'Ed25519-SHA256';

// ---- reading

function bytesOf(field, text, length) {
  const spelt = typeof text === 'string' && /^[A-Za-z0-9_-]+$/.test(text);
  const bytes = spelt && text.length === Math.ceil((length * 4) / 3) ? bytesOfBase64(text) : null;
  if (bytes === null || base64url(bytes) !== text) {
    throw new Malformed(field, `not ${length} bytes in base64url`);
  }
  return bytes;
}

function members(field, value, names) {
  if (!(value instanceof Map) || value.size !== names.length || !names.every((name) => value.has(name))) {
    throw new Malformed(field, 'has not exactly the members of a receipt');
  }
  return value;
}

function whole(field, value, max) {
  if (!Number.isInteger(value) || value < 0 || value > max) {
    throw new Malformed(field, `not a whole number of 0 to ${max}`);
  }
  return value;
}

function matching(field, value, pattern) {
  if (typeof value !== 'string' || !pattern.test(value)) {
    throw new Malformed(field, 'not such a name');
  }
  return value;
}

function header(block) {
  members('block', block, ['alg', 'at', 'kid', 'node', 'prev', 'root', 'seq', 'size']);
  matching('block.alg', block.get('alg'), /^(SM2-SM3|Ed25519-SHA256)$/);
  whole('block.at', block.get('at'), Number.MAX_SAFE_INTEGER);
  matching('block.kid', block.get('kid'), NAME);
  matching('block.node', block.get('node'), NAME);
  bytesOf('block.prev', block.get('prev'), HASH_BYTES);
  bytesOf('block.root', block.get('root'), HASH_BYTES);
  whole('block.seq', block.get('seq'), Number.MAX_SAFE_INTEGER);
  whole('block.size', block.get('size'), SIZE_MAX);
  return block;
}

/**
 * A receipt in any order of names and with any white space.
 *
 * @param bytes whatever came
 * @throws Malformed if that is none
 */
export function parse(bytes) {
  if (bytes.length > RECEIPT_BYTES_MAX) {
    throw new Malformed('', `more than ${RECEIPT_BYTES_MAX} bytes`);
  }
  const document = members('', read(utf8(bytes)), ['body', 'leaf', 'path', 'block', 'signature']);
  const body = document.get('body');
  if (!(body instanceof Map)) {
    throw new Malformed('body', 'not an object');
  }
  const block = header(document.get('block'));
  matching('body.id', body.get('id'), ID);
  const path = document.get('path');
  if (!Array.isArray(path) || path.length > PATH_MAX) {
    throw new Malformed('path', `not at most ${PATH_MAX} hashes`);
  }
  return {
    body,
    bodyBytes: new TextEncoder().encode(canonical(body)),
    leaf: whole('leaf', document.get('leaf'), SIZE_MAX - 1),
    path: path.map((hash) => bytesOf('path', hash, HASH_BYTES)),
    block,
    blockBytes: new TextEncoder().encode(canonical(block)),
    signature: bytesOf('signature', document.get('signature'), SIGNATURE_BYTES),
  };
}

// ---- public keys

const SPKI_SM2 = '3059301306072a8648ce3d020106082a811ccf5501822d034200' + '04';
const SPKI_ED25519 = '302a300506032b6570032100';

/**
 * The published list of public keys, by name.
 *
 * @param document as `GET /v1/keys` gives it, parsed
 * @throws Malformed if it is none
 */
export function keysOf(document) {
  if (!Array.isArray(document?.keys)) {
    throw new Malformed('keys', 'not a list of keys');
  }
  const keys = new Map();
  for (const {kid, algorithm, publicKey} of document.keys) {
    if (typeof kid !== 'string' || keys.has(kid)) {
      throw new Malformed('keys', 'a key without a name of its own');
    }
    keys.set(kid, key(algorithm, publicKey));
  }
  return keys;
}

function key(algorithm, pem) {
  const base64 = /^\s*-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----\s*$/.exec(pem)?.[1];
  const der = base64 === undefined ? '' : hex(bytesOfBase64(base64.replace(/\s/g, '')));
  const prefix = {[SM2]: SPKI_SM2, [ED25519]: SPKI_ED25519}[algorithm];
  const length = {[SM2]: 128, [ED25519]: 64}[algorithm];
  if (prefix === undefined || !der.startsWith(prefix) || der.length !== prefix.length + length) {
    throw new Malformed('keys', 'a public key that is not of its algorithm');
  }
  const raw = der.slice(prefix.length);
  const spki = bytesOfHex(der);
  if (algorithm === ED25519) {
    return {algorithm, spki};
  }
  const point = [BigInt(`0x${raw.slice(0, 64)}`), BigInt(`0x${raw.slice(64)}`)];
  if (!isPoint(point)) {
    throw new Malformed('keys', 'a public key that is no point of the curve');
  }
  return {algorithm, spki, point};
}

/** What is compared with what the union has published: SM3 of the key, in groups of eight digits. */
export function fingerprint(spki) {
  return hex(sm3(spki)).match(/.{8}/g).join(' ');
}

// ---- checking

const HASHES = {
  [SM2]: async (bytes) => sm3(bytes),
  [ED25519]: async (bytes) => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)),
};

function tagged(tag, ...parts) {
  const all = new Uint8Array(1 + parts.reduce((sum, part) => sum + part.length, 0));
  all[0] = tag;
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 1);
  return all;
}

/** How many hashes lead from that leaf to the root (RFC 9162 section 2.1). */
function pathLength(leaf, size) {
  let length = 0;
  for (let [at, last] = [leaf, size - 1]; last > 0; at >>= 1, last >>= 1) {
    if ((at ^ 1) <= last) {
      length++;
    }
  }
  return length;
}

/** From the leaf to the root (RFC 9162 section 2.1.3.2). */
async function rootOf(hash, receipt) {
  let node = await hash(tagged(0, receipt.bodyBytes));
  let [at, last] = [receipt.leaf, receipt.block.get('size') - 1];
  for (const sibling of receipt.path) {
    while ((at ^ 1) > last) {
      at >>= 1;
      last >>= 1;
    }
    node = await hash(at & 1 ? tagged(1, sibling, node) : tagged(1, node, sibling));
    at >>= 1;
    last >>= 1;
  }
  return node;
}

/** Whether this browser can check such a signature by itself. */
async function ed25519(spki, message, signature) {
  const imported = await crypto.subtle.importKey('spki', spki, {name: 'Ed25519'}, false, ['verify']);
  return crypto.subtle.verify({name: 'Ed25519'}, imported, signature, message);
}

/**
 * Checks a receipt that was read.
 *
 * @param keys of `keysOf`
 * @returns VALID, or the name of the first step that fails
 */
export async function check(receipt, keys) {
  const {block, leaf, path} = receipt;
  if (leaf >= block.get('size') || path.length !== pathLength(leaf, block.get('size'))) {
    return 'PLACE_IMPOSSIBLE';
  }
  if (base64url(await rootOf(HASHES[block.get('alg')], receipt)) !== block.get('root')) {
    return 'ROOT_DIFFERS';
  }
  const known = keys.get(block.get('kid'));
  if (known === undefined) {
    return 'KEY_UNKNOWN';
  }
  if (known.algorithm !== block.get('alg')) {
    return 'ALGORITHM_DIFFERS';
  }
  const right =
    known.algorithm === SM2
      ? verifySm2(known.point, receipt.blockBytes, receipt.signature)
      : await ed25519(known.spki, receipt.blockBytes, receipt.signature);
  return right ? VALID : 'SIGNATURE_WRONG';
}

/** SHA-256 of the body, in hexadecimal digits: what proves that somebody holds the receipt. */
export async function digestOf(receipt) {
  return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', receipt.bodyBytes)));
}
