// One's own password is changed; everywhere else the account is signed out.

import {Refused, ask} from '../../kit/call.js';
import {Sheet, filled, told} from '../../kit/form.js';
import {focusOn, html} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';

const t = await wordsOf('desk', 'union', 'union.staff');

export const title = () => t('ownPassword');

export function view(desk) {
  const {draft, me: {login, secondFactor}} = desk;
  draft.sheet ??= new Sheet([
    {name: 'old', kind: 'password', max: 128, autocomplete: 'current-password'},
    {name: 'new', kind: 'password', min: 12, max: 128, autocomplete: 'new-password', hasHint: true},
    {name: 'again', kind: 'password', max: 128, autocomplete: 'new-password'},
    ...(secondFactor ? [{name: 'code', kind: 'text', max: 32, autocomplete: 'one-time-code', hasHint: true}] : []),
  ]);
  if (draft.isDone) {
    return html`<div class="verdict good" role="status" tabindex="-1"><span class="sign" aria-hidden="true">✔</span><div><p><strong>${t('pw.done')}</strong></p></div></div>`;
  }
  return html`<p class="intro">${t('pw.intro')}</p>${filled(t, draft.sheet, {words: 'pw', submit: t('pw.send'), change: desk.change, send: () => changed(desk, login)})}`;
}

/** Changed and signed in anew: what proved him before has ended. With a second factor he does that himself: a code holds once. */
async function changed(desk, login) {
  const {draft} = desk;
  const {old, new: newPassword, again, code} = draft.sheet.values;
  if (newPassword !== again) {
    draft.sheet.refuse('again', t('signIn.differs'));
    return;
  }
  try {
    if (code === undefined) {
      await ask('changeOwnPassword', {body: {login, password: old, newPassword}});
      await ask('openSession', {body: {login, password: newPassword}});
    } else {
      await ask('changeOwnPassword', {body: {login, password: old, newPassword, code: code.trim()}});
    }
    draft.sheet.clear();
    draft.isDone = true;
    focusOn('.verdict');
  } catch (error) {
    const {said, next} = told(t, error);
    const isWrong = error instanceof Refused && error.status === 401;
    draft.sheet.refuse(isWrong ? 'old' : 'new', isWrong ? t('pw.wrong') : `${said} ${next}`);
  }
}
