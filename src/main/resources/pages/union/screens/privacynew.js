// What somebody asks for at the desk is taken down.

import {paper} from '../../kit/form.js';
import {html} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {namesOf} from '../orgs.js';
import {KINDS, requestFacts} from '../privacy.js';

const t = await wordsOf('desk', 'union', 'union.privacy');

export const title = () => t('p.add');

export const load = async ({ask}) => ({nameOf: await namesOf(ask)});

export function view(desk, {nameOf}) {
  return html`<p class="intro">${t('taking.intro')}</p>${paper(t, desk, {
    words: 'taking',
    fields: [
      {name: 'cardNo', kind: 'text', pattern: /^\d{10}$/, initial: desk.query.cardNo ?? ''},
      {name: 'kind', kind: 'choice', choices: KINDS.map((kind) => [kind, t(`request.${kind}`)])},
      {name: 'words', kind: 'long', max: 500, isOptional: true, hasHint: true},
    ],
    warning: html`<p class="reason">${t('taking.warning')}</p>`,
    send: (body) => desk.ask('askForSomebody', {body}),
    done: (request) => html`<p><strong>${t('taking.done')}</strong></p>${requestFacts(t, request, nameOf)}
      <p><a href=${href(['privacy', 'requests', String(request.request)])}>${t('p.open')}</a></p>`,
  })}<p><a href=${href('privacy')}>${t('menu.privacy')}</a></p>`;
}
