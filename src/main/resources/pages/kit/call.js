// Asks the gateway, by the names of the contract's operations.

import {OPERATIONS} from './contract.js';

/** What the gateway answered instead: `problem` is its document (RFC 9457), or null if none came. */
export class Refused extends Error {
  constructor(status, problem) {
    super(problem?.title ?? `status ${status}`);
    this.status = status;
    this.problem = problem;
  }
}

/** Seconds for which a token lasts yet when another is got. */
const RENEW_BEFORE_SECONDS = 120;

/** Seconds after which nothing is waited for any more: longer than the gateway itself takes to give up. */
const PATIENCE_SECONDS = 10;

function address(template, path, query) {
  const filled = template.replace(/\{(\w+)\}/g, (place, name) => encodeURIComponent(path[name]));
  const asked = new URLSearchParams(query).toString();
  return asked === '' ? filled : `${filled}?${asked}`;
}

/** The address of an operation that is only read, for a link: a file to be kept. */
export function addressOf(operation, {path = {}, query = {}} = {}) {
  return address(OPERATIONS[operation][1], path, query);
}

/**
 * The answer's bytes.
 *
 * @param operation an operationId of the contract
 * @param body what is sent, as it is written; or none
 * @param path values of the address's places
 * @param query its parameters
 * @param key the Idempotency-Key of what must happen once
 * @param token who asks
 * @throws Refused if it is another answer than 2xx; status 0 if none came
 */
export async function answerTo(operation, {body, path = {}, query = {}, key, token} = {}) {
  const [method, template] = OPERATIONS[operation];
  const headers = {
    ...(body === undefined ? {} : {'Content-Type': 'application/json'}),
    ...(key === undefined ? {} : {'Idempotency-Key': key}),
    ...(token === undefined ? {} : {Authorization: `Bearer ${token}`}),
  };
  let response;
  let content;
  try {
    response = await fetch(address(template, path, query), {
      method,
      body,
      headers,
      credentials: 'same-origin',
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE_SECONDS * 1000),
    });
    content = new Uint8Array(await response.arrayBuffer());
  } catch {
    throw new Refused(0, null);
  }
  if (!response.ok) {
    throw new Refused(response.status, parsed(content));
  }
  return content;
}

function parsed(content) {
  try {
    return JSON.parse(new TextDecoder().decode(content));
  } catch {
    return null;
  }
}

/** The answer, parsed; `body` is a value. */
export async function ask(operation, {body, ...others} = {}) {
  const sent = body === undefined ? undefined : JSON.stringify(body);
  return JSON.parse(new TextDecoder().decode(await answerTo(operation, {...others, body: sent})));
}

/** Asks as whoever can prove himself. */
export class Bearer {
  #prove;
  #token = null;
  #until = 0;
  #renewal = null;

  /** @param prove gets a token: `{accessToken, expiresIn}` */
  constructor(prove) {
    this.#prove = prove;
  }

  /** A token that lasts a while yet. */
  async token() {
    if (Date.now() > this.#until) {
      this.#renewal ??= this.#renewed().finally(() => (this.#renewal = null));
      await this.#renewal;
    }
    return this.#token;
  }

  async #renewed() {
    const given = await this.#prove();
    this.#token = given.accessToken;
    this.#until = Date.now() + (given.expiresIn - RENEW_BEFORE_SECONDS) * 1000;
  }

  /** As `answerTo`; a token that is not taken any more is renewed once. */
  async answerTo(operation, how = {}) {
    const token = await this.token();
    try {
      return await answerTo(operation, {...how, token});
    } catch (error) {
      if (error.status !== 401) {
        throw error;
      }
      this.#until = 0;
      return answerTo(operation, {...how, token: await this.token()});
    }
  }

  /** As `ask`. */
  async ask(operation, {body, ...others} = {}) {
    const sent = body === undefined ? undefined : JSON.stringify(body);
    return JSON.parse(new TextDecoder().decode(await this.answerTo(operation, {...others, body: sent})));
  }
}

/** Milliseconds by which the gateway's clock is ahead of this one. */
export async function clockAhead() {
  const before = Date.now();
  let answer;
  try {
    answer = await fetch('/', {method: 'HEAD', cache: 'no-store', credentials: 'omit'});
  } catch {
    throw new Refused(0, null);
  }
  const there = Date.parse(answer.headers.get('Date') ?? '');
  return Number.isNaN(there) ? 0 : there + 500 - (before + Date.now()) / 2;
}
