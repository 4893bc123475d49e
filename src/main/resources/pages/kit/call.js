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

/**
 * The answer's bytes.
 *
 * @param operation an operationId of the contract
 * @param body what is sent, as it is written; or none
 * @throws Refused if it is another answer than 2xx; status 0 if none came
 */
export async function answerTo(operation, body) {
  const [method, path] = OPERATIONS[operation];
  let response;
  try {
    response = await fetch(path, {
      method,
      body,
      headers: body === undefined ? {} : {'Content-Type': 'application/json'},
      credentials: 'same-origin',
      redirect: 'error',
    });
  } catch {
    throw new Refused(0, null);
  }
  if (!response.ok) {
    throw new Refused(response.status, await response.json().catch(() => null));
  }
  return new Uint8Array(await response.arrayBuffer());
}

/** The answer, parsed. */
export async function ask(operation, body) {
  const sent = body === undefined ? undefined : JSON.stringify(body);
  return JSON.parse(new TextDecoder().decode(await answerTo(operation, sent)));
}
