// One difference, and what can be done about it.

import {href} from '../../desk/place.js';
import {caseFacts} from '../../kit/cases.js';
import {html, nothing} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';

const t = await wordsOf('desk', 'union', 'money');

export const title = (desk) => t('case.one', {no: desk.path.case});

export const load = ({ask, path}) => ask('readSettlementCase', {path});

export function view(desk, one) {
  const to = (step) => href(['settlement', 'cases', one.case, step]);
  const acts = one.state !== 'CLOSED' && desk.may('takeSettlementCaseStep');
  return html`${acts ? html`<div class="doings">${one.owner === desk.me.login ? nothing : html`<a class="button primary" href=${to('TAKE')}>${t('caseDo.TAKE')}</a>`}
      <a class=${one.owner === desk.me.login ? 'button primary' : 'button'} href=${to('CLOSE')}>${t('caseDo.CLOSE')}</a>
      <a class="button" href=${to('NOTE')}>${t('caseDo.NOTE')}</a></div>` : nothing}
    ${caseFacts(t, one)}
    ${one.batch === undefined ? nothing : html`<p><a href=${href(['settlement', 'batches', one.batch])}>${t('batch.see')}</a></p>`}
    ${one.statement === undefined ? nothing : html`<p><a href=${href(['settlement', 'statements', one.statement])}>${t('case.statement')}</a></p>`}
    <p><a href=${href(['settlement', 'cases'])}>${t('case.all')}</a></p>`;
}
