// Signing in: at the beginning, and again in place when a session has ended while something stood on the screen.

import {Refused, ask} from '../kit/call.js';
import {Sheet, filled, told} from '../kit/form.js';
import {focusOn, html, nothing} from '../kit/view.js';

const NAME = {name: 'login', kind: 'text', max: 64, autocomplete: 'username'};
const PASSWORD = {name: 'password', kind: 'password', max: 128, autocomplete: 'current-password'};
const NEW = {name: 'newPassword', kind: 'password', min: 12, max: 128, autocomplete: 'new-password'};
const AGAIN = {name: 'again2', kind: 'password', max: 128, autocomplete: 'new-password'};

const sheet = new Sheet([NAME, PASSWORD]);
const change = new Sheet([NEW, AGAIN]);
let mustChange = false;

export function signInForm(t, state, doings) {
  return html`<section class="sign-in">
    <h1 tabindex="-1">${t(state.isEnded ? 'signIn.again' : mustChange ? 'signIn.new' : 'signIn')}</h1>
    <p class="intro">${t(state.isEnded ? 'signIn.againIntro' : mustChange ? 'signIn.newIntro' : 'signIn.intro')}</p>
    ${mustChange
      ? filled(t, change, {words: 'signIn', submit: t('signIn.newDo'), change: doings.changed, send: () => changed(t, doings)})
      : filled(t, sheet, {words: 'signIn', submit: t('signIn.do'), change: doings.changed, send: () => signedIn(t, doings)})}
    ${state.isEnded || mustChange ? nothing : html`<p class="hint">${t('signIn.where')}</p>`}
  </section>`;
}

async function signedIn(t, doings) {
  const {login, password} = sheet.values;
  try {
    await doings.signedIn(login.trim(), password);
    sheet.clear();
  } catch (error) {
    failed(t, error);
  }
}

async function changed(t, doings) {
  const {login, password} = sheet.values;
  const {newPassword, again2} = change.values;
  if (newPassword !== again2) {
    change.refuse('again2', t('signIn.differs'));
    return;
  }
  try {
    await ask('changeOwnPassword', {body: {login: login.trim(), password, newPassword}});
    mustChange = false;
    change.clear();
    await doings.signedIn(login.trim(), newPassword);
    sheet.clear();
  } catch (error) {
    failed(t, error);
  }
}

function failed(t, error) {
  if (!(error instanceof Refused)) {
    throw error;
  }
  if (error.problem?.code === 'PASSWORD_MUST_CHANGE') {
    mustChange = true;
    focusOn('.sign-in h1');
    return;
  }
  const {said, next} = told(t, error);
  const of = mustChange ? change : sheet;
  of.refuse(of.fields[0].name, error.status === 401 ? t('signIn.wrong') : `${said} ${next}`);
}
