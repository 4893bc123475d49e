// The JSON that receipts are made of, read strictly and written in its one canonical form (RFC 8785):
// objects, arrays, strings and whole numbers up to 2^53 - 1. Whatever else there is, a name that stands
// twice included, is Malformed. Objects become Maps, so that no name means anything to the language.

const DEPTH_MAX = 16;
const DIGITS_MAX = 20;

/** What is no receipt; `field` says where. */
export class Malformed extends Error {
  constructor(field, what) {
    super(what);
    this.field = field;
  }
}

/** The text of bytes in UTF-8. */
export function utf8(bytes) {
  try {
    return new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(bytes);
  } catch {
    throw new Malformed('', 'not UTF-8');
  }
}

/** One document, with nothing behind it. */
export function read(text) {
  let at = 0;

  function wrong(what) {
    return new Malformed('', `${what}, at character ${at}`);
  }

  function space() {
    while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') {
      at++;
    }
  }

  function take(sign) {
    if (text[at] !== sign) {
      throw wrong(`no ${sign}`);
    }
    at++;
  }

  function value(depth) {
    if (depth > DEPTH_MAX) {
      throw wrong('too deep');
    }
    space();
    const sign = text[at];
    if (sign === '{') {
      return object(depth);
    }
    if (sign === '[') {
      return array(depth);
    }
    return sign === '"' ? string() : integer();
  }

  function object(depth) {
    const members = new Map();
    take('{');
    space();
    if (text[at] === '}') {
      at++;
      return members;
    }
    for (;;) {
      space();
      const name = string();
      if (members.has(name)) {
        throw wrong('a name that stands twice');
      }
      space();
      take(':');
      members.set(name, inside(depth));
      space();
      if (text[at] === '}') {
        at++;
        return members;
      }
      take(',');
    }
  }

  function array(depth) {
    const elements = [];
    take('[');
    space();
    if (text[at] === ']') {
      at++;
      return elements;
    }
    for (;;) {
      elements.push(inside(depth));
      space();
      if (text[at] === ']') {
        at++;
        return elements;
      }
      take(',');
    }
  }

  function inside(depth) {
    space();
    return value(text[at] === '{' || text[at] === '[' ? depth + 1 : depth);
  }

  function string() {
    const from = at;
    take('"');
    while (text[at] !== '"') {
      if (at >= text.length || text[at] < ' ') {
        throw wrong('a text that does not end');
      }
      at += text[at] === '\\' ? 2 : 1;
    }
    at++;
    try {
      return JSON.parse(text.slice(from, at)); // one string and nothing else
    } catch {
      throw wrong('an escape that there is not');
    }
  }

  function integer() {
    const digits = /^-?(?:0|[1-9][0-9]*)(?![0-9.eE])/.exec(text.slice(at, at + DIGITS_MAX + 2))?.[0];
    if (digits === undefined || digits.length > DIGITS_MAX) {
      throw wrong('neither object, array, text nor whole number');
    }
    const number = Number(digits);
    if (!Number.isSafeInteger(number) || digits === '-0') {
      throw wrong('a number beyond 2^53 - 1, or minus zero');
    }
    at += digits.length;
    return number;
  }

  space();
  const document = value(1);
  space();
  if (at < text.length) {
    throw wrong('text behind the document');
  }
  return document;
}

/** The canonical text of what was read. */
export function canonical(value) {
  if (value instanceof Map) {
    const members = [...value.keys()].sort().map((name) => `${quoted(name)}:${canonical(value.get(name))}`);
    return `{${members.join(',')}}`;
  }
  if (Array.isArray(value)) {
    return `[${value.map(canonical).join(',')}]`;
  }
  return typeof value === 'string' ? quoted(value) : String(value);
}

function quoted(text) {
  if (/\p{Surrogate}/u.test(text)) {
    throw new Malformed('', 'half a surrogate pair');
  }
  return JSON.stringify(text);
}
