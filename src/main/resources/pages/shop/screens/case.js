// One difference: what it is, who looks into it, and what the merchant adds.

import {href} from '../../desk/place.js';
import {caseFacts} from '../../kit/cases.js';
import {paper} from '../../kit/form.js';
import {html, nothing} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';

const t = await wordsOf('desk', 'shop', 'money');

export const title = (desk) => t('case.one', {no: desk.path.case});

export const load = ({ask, path}) => ask('readSettlementCase', {path});

export const view = (desk, one) => html`${caseFacts(t, one)}
  ${one.state === 'CLOSED' && desk.query.stage !== 'done' ? nothing : html`<h2>${t('note.title')}</h2>${paper(t, desk, {
    words: 'note',
    fields: [{name: 'text', kind: 'long', max: 1000, hasHint: true}],
    send: (body) => desk.ask('takeSettlementCaseStep', {path: desk.path, body: {step: 'NOTE', ...body}}),
    done: () => html`<p><strong>${t('note.done')}</strong></p>`,
  })}`}
  <div class="doings"><a class="button" href=${href('cases')}>${t('money.cases')}</a></div>`;
