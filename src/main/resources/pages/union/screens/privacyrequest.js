// One request of a member: what it says, and what can be done with it.

import {addressOf} from '../../kit/call.js';
import {html, nothing} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {namesOf} from '../orgs.js';
import {requestFacts} from '../privacy.js';

const t = await wordsOf('desk', 'union', 'union.privacy');

export const title = ({path: {dataRequest}}) => t('p.title', {request: dataRequest});

export async function load({ask, path}) {
  const [request, nameOf] = await Promise.all([ask('getDataRequest', {path}), namesOf(ask)]);
  return {request, nameOf};
}

export function view(desk, {request, nameOf}) {
  const {kind, state, takenBy, request: dataRequest} = request;
  const to = (step) => href(['privacy', 'requests', String(dataRequest), step]);
  const isOpen = state === 'ASKED' && desk.may('takeDataRequestStep');
  const isMine = takenBy === desk.me.login;
  const mayDo = kind !== 'DELETION' || desk.me.roles.includes('APPROVER') && !isMine;
  return html`${requestFacts(t, request, nameOf)}
    ${isOpen ? html`<h2>${t('p.doings')}</h2><p class="reason">${t(mayDo ? `doing.${kind}` : 'doing.byTwo')}</p><div class="doings">
      ${kind === 'ACCESS' && desk.may('copyForSomebody') ? ['csv', 'json'].map((format) => html`<a class="button" id="copy-${format}" download
        href=${addressOf('copyForSomebody', {path: {dataRequest}, query: {format}})}>${t(`copy.${format}`)}</a>`) : nothing}
      ${mayDo ? html`<a class="button primary" id="do" href=${to('DO')}>${t(`do.${kind}`)}</a>` : nothing}
      <a class="button" id="refuse" href=${to('REFUSE')}>${t('do.REFUSE')}</a></div>` : nothing}
    <p><a href=${href('privacy')}>${t('menu.privacy')}</a></p>`;
}
