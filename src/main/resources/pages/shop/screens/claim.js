// A merchant says what is wrong with a statement, or with one line of it.

import {href} from '../../desk/place.js';
import {day} from '../../kit/figures.js';
import {paper} from '../../kit/form.js';
import {html} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';

const t = await wordsOf('desk', 'shop', 'money');

export const title = () => t('claim.title');

export const load = ({ask, path: {statement}}) => ask('readStatement', {path: {statement}});

export function view(desk, statement) {
  const {transaction} = desk.path;
  const what = transaction === 'all' ? {} : {transaction};
  return html`<p class="intro">${transaction === 'all' ? t('claim.about', {day: day(statement.day, language)}) : t('claim.aboutOne', {day: day(statement.day, language), transaction})}</p>
    ${paper(t, desk, {
      words: 'claim',
      fields: [{name: 'text', kind: 'long', max: 1000, hasHint: true}],
      warning: html`<p class="reason">${t('claim.warning')}</p>`,
      send: (body) => desk.ask('claimStatement', {path: {merchantNo: desk.me.merchantNo}, body: {statement: statement.id, ...what, ...body}}),
      done: (one) => html`<p><strong>${t('claim.done')}</strong></p><p><a href=${href(['cases', one.case])}>${t('claim.see')}</a></p>`,
    })}
    <p><a href=${href(['statements', statement.id])}>${t('claim.back')}</a></p>`;
}
