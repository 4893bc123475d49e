// Who works here.

import {Refused, ask} from '../kit/call.js';

let token; // TODO(sessions)

/** Asks as who is signed in; 401 if nobody is any more. */
export function askAs(operation, how = {}) {
  return ask(operation, {...how, token});
}

/** Who is signed in: `{login, name, org, orgName, roles}`; null if nobody is. */
export async function who() {
  if (token === undefined) {
    return null;
  }
  const said = JSON.parse(atob(token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/')));
  const {name: orgName} = await askAs('getOrg', {path: {org: said.org}});
  return {login: said.sub, name: said.sub, org: said.org, orgName, roles: said.roles};
}

/** @returns as `who` */
export async function signIn(login, password) {
  token = (await ask('createStaffToken', {body: {login, password}})).accessToken;
  return who();
}

export async function signOut() {
  token = undefined;
}

/** Whether a failure says that nobody is signed in any more. */
export function isSignedOut(error) {
  return error instanceof Refused && error.status === 401;
}
