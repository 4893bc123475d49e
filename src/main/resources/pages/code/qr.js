// QR Code symbols (ISO/IEC 18004:2015), written: versions 1 to 10, error correction M, digits or bytes.

const TOTAL = [26, 44, 70, 100, 134, 172, 196, 242, 292, 346];
const BLOCKS = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5];
const CORRECTION = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26];
const ALIGNED = [
  [], [6, 18], [6, 22], [6, 26], [6, 30], [6, 34], [6, 22, 38], [6, 24, 42], [6, 26, 46], [6, 28, 50],
];
const DIGITS = 1;
const BYTES = 4;

const MASKS = [
  (r, c) => (r + c) % 2 === 0,
  (r) => r % 2 === 0,
  (r, c) => c % 3 === 0,
  (r, c) => (r + c) % 3 === 0,
  (r, c) => (Math.floor(r / 2) + Math.floor(c / 3)) % 2 === 0,
  (r, c) => ((r * c) % 2) + ((r * c) % 3) === 0,
  (r, c) => (((r * c) % 2) + ((r * c) % 3)) % 2 === 0,
  (r, c) => (((r + c) % 2) + ((r * c) % 3)) % 2 === 0,
];

// ---- the field of 256 elements, polynomial 0x11d

const EXP = new Uint8Array(510);
const LOG = new Uint8Array(256);
for (let i = 0, x = 1; i < 255; i++) {
  EXP[i] = EXP[i + 255] = x;
  LOG[x] = i;
  x = (x << 1) ^ (x & 0x80 ? 0x11d : 0);
}
const times = (a, b) => (a && b ? EXP[LOG[a] + LOG[b]] : 0);

/** What is left of data · x^n divided by the generator of n correction words. */
function correction(data, n) {
  let generator = [1];
  for (let i = 0; i < n; i++) {
    const next = [...generator, 0];
    generator.forEach((factor, j) => (next[j + 1] ^= times(factor, EXP[i])));
    generator = next;
  }
  const rest = new Uint8Array(data.length + n);
  rest.set(data);
  for (let i = 0; i < data.length; i++) {
    const lead = rest[i];
    generator.forEach((factor, j) => (rest[i + j] ^= times(factor, lead)));
  }
  return rest.slice(data.length);
}

// ---- words

function bitsOf(text) {
  const bits = [];
  const put = (value, length) => {
    for (let i = length - 1; i >= 0; i--) {
      bits.push((value >> i) & 1);
    }
  };
  const digits = /^[0-9]+$/.test(text);
  const bytes = digits ? null : new TextEncoder().encode(text);
  return {
    bits,
    begin(version) {
      put(digits ? DIGITS : BYTES, 4);
      put(digits ? text.length : bytes.length, digits ? (version < 10 ? 10 : 12) : version < 10 ? 8 : 16);
      if (digits) {
        (text.match(/.{1,3}/g) ?? []).forEach((some) => put(Number(some), some.length * 3 + 1));
      } else {
        bytes.forEach((byte) => put(byte, 8));
      }
    },
  };
}

function wordsOf(text) {
  for (let version = 1; version <= TOTAL.length; version++) {
    const capacity = TOTAL[version - 1] - CORRECTION[version - 1] * BLOCKS[version - 1];
    const {bits, begin} = bitsOf(text);
    begin(version);
    if (bits.length <= capacity * 8) {
      for (let i = 0; i < 4 && bits.length < capacity * 8; i++) {
        bits.push(0);
      }
      while (bits.length % 8 !== 0) {
        bits.push(0);
      }
      const words = Uint8Array.from({length: bits.length / 8}, (_, i) =>
        bits.slice(i * 8, i * 8 + 8).reduce((word, bit) => (word << 1) | bit, 0));
      const padded = new Uint8Array(capacity);
      padded.set(words);
      for (let i = words.length; i < capacity; i++) {
        padded[i] = (i - words.length) % 2 ? 0x11 : 0xec;
      }
      return {version, words: interleaved(padded, version)};
    }
  }
  throw new RangeError('more text than a symbol of version 10 holds');
}

function interleaved(data, version) {
  const count = BLOCKS[version - 1];
  const n = CORRECTION[version - 1];
  const short = Math.floor(data.length / count);
  const shorts = count - (data.length % count);
  const blocks = [];
  for (let i = 0, at = 0; i < count; i++) {
    const length = short + (i < shorts ? 0 : 1);
    blocks.push(data.slice(at, at + length));
    at += length;
  }
  const checks = blocks.map((block) => correction(block, n));
  const out = [];
  for (let i = 0; i <= short; i++) {
    blocks.forEach((block) => i < block.length && out.push(block[i]));
  }
  for (let i = 0; i < n; i++) {
    checks.forEach((check) => out.push(check[i]));
  }
  return out;
}

// ---- modules

/** A number with the remainder of a binary polynomial behind it. */
function checked(value, polynomial, length) {
  let rest = value << length;
  const top = 31 - Math.clz32(polynomial);
  for (let bit = 31 - Math.clz32(rest || 1); bit >= top; bit = 31 - Math.clz32(rest || 1)) {
    rest ^= polynomial << (bit - top);
  }
  return (value << length) | rest;
}

function frame(version) {
  const size = version * 4 + 17;
  const dark = Array.from({length: size}, () => new Uint8Array(size));
  const fixed = Array.from({length: size}, () => new Uint8Array(size));
  const set = (r, c, value) => {
    if (r >= 0 && c >= 0 && r < size && c < size) {
      dark[r][c] = value ? 1 : 0;
      fixed[r][c] = 1;
    }
  };
  for (let i = 0; i < size; i++) {
    set(6, i, i % 2 === 0);
    set(i, 6, i % 2 === 0);
  }
  for (const [r, c] of [[3, 3], [3, size - 4], [size - 4, 3]]) {
    for (let y = -4; y <= 4; y++) {
      for (let x = -4; x <= 4; x++) {
        const ring = Math.max(Math.abs(x), Math.abs(y));
        set(r + y, c + x, ring !== 2 && ring !== 4);
      }
    }
  }
  const places = ALIGNED[version - 1];
  for (const r of places) {
    for (const c of places) {
      const inCorner = (r === 6 && (c === 6 || c === size - 7)) || (r === size - 7 && c === 6);
      for (let y = -2; !inCorner && y <= 2; y++) {
        for (let x = -2; x <= 2; x++) {
          set(r + y, c + x, Math.max(Math.abs(x), Math.abs(y)) !== 1);
        }
      }
    }
  }
  format(set, size, 0);
  if (version >= 7) {
    const bits = checked(version, 0x1f25, 12);
    for (let i = 0; i < 18; i++) {
      const [a, b] = [size - 11 + (i % 3), Math.floor(i / 3)];
      set(a, b, (bits >> i) & 1);
      set(b, a, (bits >> i) & 1);
    }
  }
  return {size, dark, fixed, set};
}

/** Error correction M is 00. */
function format(set, size, mask) {
  const bits = checked(mask, 0x537, 10) ^ 0x5412;
  const bit = (i) => (bits >> i) & 1;
  for (let i = 0; i < 6; i++) {
    set(i, 8, bit(i));
    set(8, 5 - i, bit(9 + i));
  }
  set(7, 8, bit(6));
  set(8, 8, bit(7));
  set(8, 7, bit(8));
  for (let i = 0; i < 8; i++) {
    set(8, size - 1 - i, bit(i));
  }
  for (let i = 8; i < 15; i++) {
    set(size - 15 + i, 8, bit(i));
  }
  set(size - 8, 8, true);
}

function fill({size, dark, fixed}, words) {
  let at = 0;
  for (let right = size - 1; right >= 1; right -= 2) {
    const column = right <= 6 ? right - 1 : right;
    const upward = ((size - 1 - right) / 2) % 2 === 0;
    for (let i = 0; i < size; i++) {
      const r = upward ? size - 1 - i : i;
      for (const c of [column, column - 1]) {
        if (!fixed[r][c]) {
          dark[r][c] = at < words.length * 8 ? (words[at >> 3] >> (7 - (at & 7))) & 1 : 0;
          at++;
        }
      }
    }
  }
}

/** How hard a symbol is to read: long runs, blocks, what looks like a corner, too much of one colour. */
function penalty(dark) {
  const size = dark.length;
  let points = 0;
  const columns = dark.map((_, c) => dark.map((row) => row[c]));
  for (const line of [...dark, ...columns]) {
    const text = Array.from(line).join('');
    for (const run of text.match(/0{5,}|1{5,}/g) ?? []) {
      points += run.length - 2;
    }
    for (let i = 0; i + 11 <= size; i++) {
      const eleven = text.slice(i, i + 11);
      if (eleven === '10111010000' || eleven === '00001011101') {
        points += 40;
      }
    }
  }
  for (let r = 0; r + 1 < size; r++) {
    for (let c = 0; c + 1 < size; c++) {
      const four = dark[r][c] + dark[r][c + 1] + dark[r + 1][c] + dark[r + 1][c + 1];
      points += four === 0 || four === 4 ? 3 : 0;
    }
  }
  const ink = dark.reduce((sum, row) => sum + row.reduce((a, b) => a + b, 0), 0);
  return points + Math.floor(Math.abs((ink * 20) / (size * size) - 10)) * 10;
}

/**
 * The symbol of a text: rows of modules, 1 dark and 0 light, without the quiet zone of four.
 *
 * @throws RangeError if it is longer than a symbol of version 10 holds
 */
export function qr(text) {
  const {version, words} = wordsOf(text);
  let best = null;
  for (let mask = 0; mask < MASKS.length; mask++) {
    const symbol = frame(version);
    fill(symbol, words);
    symbol.dark.forEach((row, r) =>
      row.forEach((_, c) => {
        if (!symbol.fixed[r][c] && MASKS[mask](r, c)) {
          row[c] ^= 1;
        }
      }));
    format(symbol.set, symbol.size, mask);
    const points = penalty(symbol.dark);
    if (best === null || points < best.points) {
      best = {points, dark: symbol.dark};
    }
  }
  return best.dark;
}
