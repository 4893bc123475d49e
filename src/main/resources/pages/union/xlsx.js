// The first sheet of a workbook (ECMA-376), row by row: what stands in its cells, as it is kept there.

const BYTES_MAX = 400_000_000; // of one part, unpacked
const END_OF_ZIP = 0x06054b50;
const ENTRY = 0x02014b50;
const STORED = 0;
const DEFLATED = 8;

/** Whether a file is a zip, as every workbook is. */
export const isWorkbook = (bytes) => bytes[0] === 0x50 && bytes[1] === 0x4b;

/**
 * Reads one.
 *
 * @param bytes a Uint8Array
 * @returns `[{number, cells}]`; rows in which nothing stands are left out. Throws what is no workbook
 */
export async function sheetOf(bytes) {
  const parts = entries(bytes);
  const shared = parts.has('xl/sharedStrings.xml') ? strings(await part(bytes, parts, 'xl/sharedStrings.xml')) : [];
  const rows = [];
  for (const [, head, body = ''] of (await part(bytes, parts, await firstSheet(bytes, parts))).matchAll(/<(?:\w+:)?row\b([^>]*?)(?:\/>|>([^]*?)<\/(?:\w+:)?row>)/g)) {
    const cells = cellsOf(body, shared);
    if (cells.some((each) => each.trim() !== '')) {
      rows.push({number: Number(attribute(head, 'r') ?? rows.length + 1), cells});
    }
  }
  return rows;
}

/** Where each part lies: by the directory at the end of the zip. */
function entries(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== END_OF_ZIP) {
    end--;
  }
  if (end < 0) {
    throw new TypeError('no zip');
  }
  const found = new Map();
  let at = view.getUint32(end + 16, true);
  for (let i = view.getUint16(end + 10, true); i > 0 && view.getUint32(at, true) === ENTRY; i--) {
    const name = view.getUint16(at + 28, true);
    found.set(new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + name)),
      {method: view.getUint16(at + 10, true), size: view.getUint32(at + 20, true), from: view.getUint32(at + 42, true)});
    at += 46 + name + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return found;
}

/** A part as text. */
async function part(bytes, parts, name) {
  const entry = parts.get(name);
  if (entry === undefined || entry.method !== STORED && entry.method !== DEFLATED) {
    throw new TypeError(`no ${name}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const from = entry.from + 30 + view.getUint16(entry.from + 26, true) + view.getUint16(entry.from + 28, true);
  const packed = bytes.subarray(from, from + entry.size);
  if (entry.method === STORED) {
    return new TextDecoder().decode(packed);
  }
  const decoder = new TextDecoder();
  const pieces = [];
  let size = 0;
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  for (let {done, value} = await reader.read(); !done; {done, value} = await reader.read()) {
    size += value.length;
    if (size > BYTES_MAX) {
      throw new TypeError(`${name} is too large`);
    }
    pieces.push(decoder.decode(value, {stream: true}));
  }
  return pieces.join('') + decoder.decode();
}

/** The workbook names its sheets in their order, and its relations say where they lie. */
async function firstSheet(bytes, parts) {
  const [, head] = /<(?:\w+:)?sheet\b([^>]*)>/.exec(await part(bytes, parts, 'xl/workbook.xml')) ?? [];
  const id = head === undefined ? undefined : attribute(head, '\\w+:id');
  for (const [, relation] of (await part(bytes, parts, 'xl/_rels/workbook.xml.rels')).matchAll(/<(?:\w+:)?Relationship\b([^>]*)>/g)) {
    if (attribute(relation, 'Id') === id) {
      const target = attribute(relation, 'Target');
      return target.startsWith('/') ? target.slice(1) : `xl/${target}`;
    }
  }
  throw new TypeError('no sheet');
}

const attribute = (head, name) => new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(head)?.[1];

const strings = (xml) => Array.from(xml.matchAll(/<(?:\w+:)?si\b[^>]*?(?:\/>|>([^]*?)<\/(?:\w+:)?si>)/g), ([, item = '']) => textOf(item));

/** All runs of a text, without what is said of how it is read aloud. */
function textOf(xml) {
  return Array.from(xml.replace(/<(?:\w+:)?rPh\b[^]*?<\/(?:\w+:)?rPh>/g, '').matchAll(/<(?:\w+:)?t\b[^>]*?(?:\/>|>([^]*?)<\/(?:\w+:)?t>)/g),
    ([, run = '']) => plain(run)).join('');
}

const NAMED = {amp: '&', lt: '<', gt: '>', quot: '"', apos: "'"};

const plain = (xml) => xml.replace(/&(?:#x([0-9a-fA-F]+)|#(\d+)|(\w+));/g, (all, hex, decimal, name) =>
  hex !== undefined ? String.fromCodePoint(parseInt(hex, 16)) : decimal !== undefined ? String.fromCodePoint(Number(decimal)) : NAMED[name] ?? all);

function cellsOf(row, shared) {
  const cells = [];
  for (const [, head, body = ''] of row.matchAll(/<(?:\w+:)?c\b([^>]*?)(?:\/>|>([^]*?)<\/(?:\w+:)?c>)/g)) {
    const place = columnOf(attribute(head, 'r'), cells.length);
    while (cells.length < place) {
      cells.push('');
    }
    cells[place] = valueOf(attribute(head, 't'), body, shared);
  }
  return cells;
}

/** `AB12` stands in the 28th column. */
function columnOf(reference, otherwise) {
  const letters = /^[A-Z]{1,3}/.exec(reference ?? '')?.[0];
  return letters === undefined ? otherwise : [...letters].reduce((sum, each) => sum * 26 + each.charCodeAt(0) - 64, 0) - 1;
}

function valueOf(type, body, shared) {
  if (type === 'inlineStr') {
    return textOf(body);
  }
  const value = plain(/<(?:\w+:)?v\b[^>]*>([^]*?)<\/(?:\w+:)?v>/.exec(body)?.[1] ?? '');
  return type === 's' ? shared[Number(value)] ?? '' : value;
}
