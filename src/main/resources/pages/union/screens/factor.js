// One's own second factor: set up, or changed for another; then one signs in anew, with a code of it.

import {Refused} from '../../kit/call.js';
import {Sheet, filled, told} from '../../kit/form.js';
import {html} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {Factor} from '../../desk/factor.js';

const t = await wordsOf('desk', 'union');

export const title = () => t('ownFactor');

export function view(desk) {
  const {draft, me: {login, secondFactor}} = desk;
  draft.sheet ??= new Sheet([
    {name: 'password', kind: 'password', max: 128, autocomplete: 'current-password'},
    ...(secondFactor ? [{name: 'code', kind: 'text', max: 32, autocomplete: 'one-time-code', hasHint: true}] : []),
  ]);
  draft.factor ??= new Factor();
  return draft.factor.isUnderWay
    ? draft.factor.view(t, desk.change, () => location.reload())
    : html`<p class="intro">${t(secondFactor ? 'factor.introAgain' : 'factor.intro')}</p>${filled(t, draft.sheet, {
      words: 'factor', submit: t('factor.begin'), change: desk.change, send: () => begun(desk, login)})}`;
}

async function begun({draft}, login) {
  const {password, code} = draft.sheet.values;
  try {
    await draft.factor.begin({login, password, ...(code === undefined ? {} : {code: code.trim()})});
    draft.sheet.clear();
  } catch (error) {
    const {said, next} = told(t, error);
    draft.sheet.refuse('password', error instanceof Refused && error.status === 401 ? t('factor.notProved') : `${said} ${next}`);
  }
}
