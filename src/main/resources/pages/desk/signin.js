// Signing in: at the beginning, and again in place when a session has ended while something stood on the screen.
// What has to come first comes here: a password of one's own, a second factor, a code of it.

import {Refused, ask} from '../kit/call.js';
import {Sheet, filled, told} from '../kit/form.js';
import {focusOn, html, nothing} from '../kit/view.js';

const NAME = {name: 'login', kind: 'text', max: 64, autocomplete: 'username'};
const PASSWORD = {name: 'password', kind: 'password', max: 128, autocomplete: 'current-password'};
const NEW = {name: 'newPassword', kind: 'password', min: 12, max: 128, autocomplete: 'new-password'};
const AGAIN = {name: 'again2', kind: 'password', max: 128, autocomplete: 'new-password'};
const CODE = {name: 'code', kind: 'text', max: 32, autocomplete: 'one-time-code', hasHint: true};

const sheets = {'': new Sheet([NAME, PASSWORD]), new: new Sheet([NEW, AGAIN]), code: new Sheet([CODE])};
let step = '';
let withCode = null; // what is done once more, with a code
let factor = null; // being set up: rare, so it is fetched when it is

export function signInForm(t, state, doings) {
  const part = step === '' ? '' : `.${step}`;
  return html`<section class="sign-in">
    <h1 tabindex="-1">${t(state.isEnded && step === '' ? 'signIn.again' : `signIn${part}`)}</h1>
    <p class="intro">${t(state.isEnded && step === '' ? 'signIn.againIntro' : step === '' ? 'signIn.intro' : `signIn${part}Intro`)}</p>
    ${step === 'factor'
      ? factor.view(t, doings.changed, () => begun(doings))
      : filled(t, sheets[step], {words: 'signIn', submit: t(step === 'new' ? 'signIn.newDo' : 'signIn.do'), change: doings.changed, send: () => SENT[step](t, doings)})}
    ${state.isEnded || step !== '' ? nothing : html`<p class="hint">${t('signIn.where')}</p>`}
  </section>`;
}

const SENT = {'': signedIn, new: changed, code: proved};

/** All from the beginning. */
function begun(doings) {
  step = '';
  withCode = null;
  factor = null;
  Object.values(sheets).forEach((sheet) => sheet.clear());
  doings.changed();
}

const who = () => ({login: sheets[''].values.login.trim(), password: sheets[''].values.password});

async function signedIn(t, doings) {
  await tried(t, doings, async (code) => {
    await doings.signedIn({...who(), ...code});
    begun(doings);
  });
}

async function changed(t, doings) {
  const {newPassword, again2} = sheets.new.values;
  if (newPassword !== again2) {
    sheets.new.refuse('again2', t('signIn.differs'));
    return;
  }
  await tried(t, doings, async (code) => {
    const {login} = who();
    await ask('changeOwnPassword', {body: {...who(), ...code, newPassword}});
    begun(doings);
    if (code === undefined) {
      await doings.signedIn({login, password: newPassword});
    } // else another code is needed, for each holds once
  });
}

async function proved(t, doings) {
  await tried(t, doings, withCode);
}

/** Does it; what more is needed becomes the next step. */
async function tried(t, doings, done) {
  const of = sheets[step];
  const code = step === 'code' ? {code: sheets.code.values.code.trim()} : undefined;
  try {
    await done(code);
  } catch (error) {
    if (!(error instanceof Refused)) {
      throw error;
    }
    switch (error.problem?.code) {
      case 'PASSWORD_MUST_CHANGE':
        step = 'new';
        break;
      case 'SECOND_FACTOR_NEEDED':
        step = 'code';
        withCode = done;
        break;
      case 'SECOND_FACTOR_MUST_BE_SET':
        factor = new (await import('./factor.js')).Factor();
        await factor.begin(who());
        step = 'factor';
        break;
      default: {
        const {said, next} = told(t, error);
        const isWrong = error.status === 401;
        of.refuse(of.fields[0].name, isWrong ? t(step === 'code' ? 'signIn.codeWrong' : 'signIn.wrong') : `${said} ${next}`);
        return;
      }
    }
    focusOn('.sign-in h1');
  }
}
