// SM3 (GB/T 32905) and the verifying half of SM2 (GB/T 32918.2, curve sm2p256v1 of GB/T 32918.5).
// Public values only, so nothing here has to take the same time for every input.

import {bytesOfHex} from './spelling.js';

const IV = [0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e];
const BLOCK_BYTES = 64;

const rotl = (word, bits) => (word << bits) | (word >>> (32 - bits)); // of 32 bits, by 0 to 31
const p0 = (x) => x ^ rotl(x, 9) ^ rotl(x, 17);
const p1 = (x) => x ^ rotl(x, 15) ^ rotl(x, 23);

/** The 32 bytes of SM3. */
export function sm3(message) {
  const length = message.length;
  const padded = new Uint8Array(Math.ceil((length + 9) / BLOCK_BYTES) * BLOCK_BYTES);
  padded.set(message);
  padded[length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(length / 0x20000000));
  view.setUint32(padded.length - 4, (length * 8) >>> 0);
  const state = Int32Array.from(IV);
  const w = new Int32Array(68);
  for (let from = 0; from < padded.length; from += BLOCK_BYTES) {
    compress(state, w, view, from);
  }
  const out = new DataView(new ArrayBuffer(32));
  state.forEach((word, i) => out.setInt32(i * 4, word));
  return new Uint8Array(out.buffer);
}

function compress(state, w, view, from) {
  for (let i = 0; i < 16; i++) {
    w[i] = view.getInt32(from + i * 4);
  }
  for (let i = 16; i < 68; i++) {
    w[i] = p1(w[i - 16] ^ w[i - 9] ^ rotl(w[i - 3], 15)) ^ rotl(w[i - 13], 7) ^ w[i - 6];
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i++) {
    const t = i < 16 ? 0x79cc4519 : 0x7a879d8a;
    const ss1 = rotl((rotl(a, 12) + e + rotl(t, i % 32)) | 0, 7);
    const ss2 = ss1 ^ rotl(a, 12);
    const ff = i < 16 ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
    const gg = i < 16 ? e ^ f ^ g : (e & f) | (~e & g);
    const tt1 = (ff + d + ss2 + (w[i] ^ w[i + 4])) | 0;
    const tt2 = (gg + h + ss1 + w[i]) | 0;
    [a, b, c, d, e, f, g, h] = [tt1, a, rotl(b, 9), c, p0(tt2), e, rotl(f, 19), g];
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => (state[i] ^= word));
}

const P = 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn;
const A = P - 3n;
const B = 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n;
const N = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;
const G = [
  0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n,
  0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n,
];
const USER_ID = '1234567812345678';
const SIGNATURE_BYTES = 64;

const number = (bytes) => bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
const mod = (x) => ((x % P) + P) % P;

function bytes32(x) {
  return bytesOfHex(x.toString(16).padStart(64, '0'));
}

function joined(...parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
  return all;
}

/** Whether a point of two coordinates lies on the curve. */
export function isPoint([x, y]) {
  return x < P && y < P && mod(y * y - (x * x * x + A * x + B)) === 0n;
}

// Points are [X, Y, Z] in Jacobian coordinates; Z = 0 is the point at infinity.

function twice([x, y, z]) {
  if (y === 0n || z === 0n) {
    return [1n, 1n, 0n];
  }
  const yy = mod(y * y);
  const s = mod(4n * x * yy);
  const zz = mod(z * z);
  const m = mod(3n * (x - zz) * (x + zz)); // a is -3
  const x3 = mod(m * m - 2n * s);
  return [x3, mod(m * (s - x3) - 8n * yy * yy), mod(2n * y * z)];
}

function sum(left, right) {
  if (left[2] === 0n) {
    return right;
  }
  if (right[2] === 0n) {
    return left;
  }
  const [x1, y1, z1] = left;
  const [x2, y2, z2] = right;
  const zz1 = mod(z1 * z1);
  const zz2 = mod(z2 * z2);
  const u1 = mod(x1 * zz2);
  const s1 = mod(y1 * zz2 * z2);
  const h = mod(x2 * zz1 - u1);
  const r = mod(y2 * zz1 * z1 - s1);
  if (h === 0n) {
    return r === 0n ? twice(left) : [1n, 1n, 0n];
  }
  const hh = mod(h * h);
  const hhh = mod(h * hh);
  const v = mod(u1 * hh);
  const x3 = mod(r * r - hhh - 2n * v);
  return [x3, mod(r * (v - x3) - s1 * hhh), mod(h * z1 * z2)];
}

/** k·G + l·Q in one pass over the bits of both. */
function combined(k, l, q) {
  const g = [...G, 1n];
  const point = [...q, 1n];
  const both = sum(g, point);
  let result = [1n, 1n, 0n];
  for (let bit = 255n; bit >= 0n; bit--) {
    result = twice(result);
    const ofK = (k >> bit) & 1n;
    const ofL = (l >> bit) & 1n;
    if (ofK | ofL) {
      result = sum(result, ofK & ofL ? both : ofK ? g : point);
    }
  }
  return result;
}

function inverse(x) {
  let [a, b, u, v] = [mod(x), P, 1n, 0n];
  while (a !== 0n) {
    const q = b / a;
    [a, b, u, v] = [b % a, a, v - q * u, u];
  }
  return mod(v);
}

/**
 * Whether 64 bytes (r ‖ s) are the signature of a key over a message.
 *
 * @param point the key: both coordinates, on the curve
 */
export function verifySm2(point, message, signature) {
  if (signature.length !== SIGNATURE_BYTES) {
    return false;
  }
  const r = number(signature.slice(0, 32));
  const s = number(signature.slice(32));
  if (r === 0n || r >= N || s === 0n || s >= N) {
    return false;
  }
  const t = (r + s) % N;
  if (t === 0n) {
    return false;
  }
  const id = new TextEncoder().encode(USER_ID);
  const user = joined([0, id.length * 8], id, ...[A, B, ...G, ...point].map(bytes32));
  const e = number(sm3(joined(sm3(user), message)));
  const [x, , z] = combined(s, t, point);
  if (z === 0n) {
    return false;
  }
  const inverted = inverse(z);
  return (e + mod(x * inverted * inverted)) % N === r;
}
