// A request is done or refused: what is right is filled in, or why not.

import {paper} from '../../kit/form.js';
import {html} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {act} from '../act.js';
import {requestState} from '../privacy.js';

const t = await wordsOf('desk', 'union', 'union.privacy');

export const title = ({path: {step}}) => t(step === 'REFUSE' ? 'do.REFUSE' : 'p.doIt');

export const load = ({ask, path: {dataRequest}}) => ask('getDataRequest', {path: {dataRequest}});

export function view(desk, request) {
  const {dataRequest} = desk.path;
  return html`<p class="intro">${t('p.of', {kind: t(`request.${request.kind}`), holder: request.holder})}</p>
    ${desk.path.step === 'REFUSE' ? refused(desk) : request.kind === 'CORRECTION' ? corrected(desk) : done(desk, request)}
    <p><a href=${href(['privacy', 'requests', dataRequest])}>${t('p.title', {request: dataRequest})}</a></p>`;
}

const send = ({ask, path: {dataRequest}}, body) => ask('takeDataRequestStep', {path: {dataRequest}, body});
const shown = (now) => html`<p><strong>${t('p.ended')}</strong></p><p>${requestState(t, now)}</p>`;

const refused = (desk) => paper(t, desk, {
  words: 'refusing',
  fields: [{name: 'reason', kind: 'long', max: 500, hasHint: true}],
  send: (body) => send(desk, {step: 'REFUSE', ...body}),
  done: shown,
});

const corrected = (desk) => paper(t, desk, {
  words: 'correcting',
  fields: [
    {name: 'name', kind: 'text', max: 40, isOptional: true},
    {name: 'identity', kind: 'text', isOptional: true, pattern: /^\d{17}[\dXx]$/, hasHint: true},
    {name: 'phone', kind: 'text', isOptional: true, pattern: /^1[3-9]\d{9}$/},
  ],
  warning: html`<p class="reason">${t('doing.CORRECTION')}</p>`,
  send: (body) => send(desk, {step: 'DO', ...body}),
  done: shown,
});

const done = (desk, {kind}) => act(t, desk, {
  submit: t(`do.${kind}`),
  before: html`<p class="reason">${t(`doing.${kind}`)}</p>`,
  send: () => send(desk, {step: 'DO'}),
  done: shown,
});
