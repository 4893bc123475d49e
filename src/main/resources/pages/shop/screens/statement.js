// One day's statement as a sheet; a line that is wrong becomes a case.

import {href} from '../../desk/place.js';
import {addressOf} from '../../kit/call.js';
import {day} from '../../kit/figures.js';
import {sheet} from '../../kit/sheet.js';
import {html} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';

const t = await wordsOf('desk', 'shop', 'money');

export const title = (desk, data) => t('sheet.title', {day: data === undefined ? '' : day(data.day, language)});

export const load = ({ask, path: {statement}}) => ask('readStatement', {path: {statement}});

export function view(desk, statement) {
  const path = {statement: statement.id};
  return html`${sheet(t, desk, statement, {
    csv: addressOf('readStatement', {path, query: {format: 'csv'}}),
    gbk: addressOf('readStatement', {path, query: {format: 'gbk'}}),
    signature: addressOf('signStatement', {path}),
    claim: ({transaction}) => html`<a href=${href(['statements', statement.id, 'claim', transaction])} aria-label=${t('claim.of', {transaction})}>${t('claim.short')}</a>`,
  })}
  <div class="doings"><a class="button" href=${href(['statements', statement.id, 'claim', 'all'])}>${t('claim.whole')}</a>
    <a class="button" href=${href('statements')}>${t('money.toAll')}</a></div>`;
}
