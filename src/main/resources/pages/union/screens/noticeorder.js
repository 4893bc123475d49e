// A notice is ordered for every period.

import {paper} from '../../kit/form.js';
import {day} from '../../kit/figures.js';
import {html} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {orgsOf} from '../orgs.js';
import {KINDS, MEASURES, RELATIONS, thousandths} from '../notices.js';

const t = await wordsOf('desk', 'union', 'union.notices');

export const title = () => t('ns.add');

export const load = async ({ask}) => ({orgs: await orgsOf(ask)});

export function view(desk, {orgs}) {
  const body = ({direct, measure, relation, value, ...rest}) => ({
    ...rest, criteria: {direct: direct === 'DIRECT', measure, relation, value: thousandths({measure, relation, value})}});
  return html`<p class="intro">${t('ns.intro')}</p>${paper(t, desk, {
    words: 'noticeForm',
    fields: [
      {name: 'org', kind: 'choice', choices: orgs.map(({code, name}) => [code, name]), initial: desk.me.org},
      {name: 'every', kind: 'choice', choices: ['MONTH', 'QUARTER'].map((each) => [each, t(`every.${each}`)])},
      {name: 'kind', kind: 'choice', choices: KINDS.map((each) => [each, t(`noticeKind.${each}`)])},
      {name: 'title', kind: 'text', max: 80},
      {name: 'text', kind: 'long', max: 2000},
      {name: 'documentNo', kind: 'documentNo', max: 60},
      {name: 'direct', kind: 'choice', choices: [['DIRECT', t('n.direct')], ['ALL', t('n.all')]], initial: 'DIRECT'},
      {name: 'measure', kind: 'choice', choices: MEASURES.map((each) => [each, t(`measure.${each}`)])},
      {name: 'relation', kind: 'choice', choices: RELATIONS.map((each) => [each, t(`relationName.${each}`)])},
      {name: 'value', kind: 'number', min: 1, max: 1_000_000_000, hasHint: true},
    ],
    warning: html`<p class="reason">${t('ns.warning')}</p>`,
    send: (given) => desk.ask('orderNotices', {body: body(given)}),
    done: ({nextOn}) => html`<p><strong>${t('ns.ordered', {day: day(nextOn, language)})}</strong></p><p>${t('ns.thenApproved')}</p>`,
  })}<p><a href=${href(['notices', 'schedules'])}>${t('ns.title')}</a></p>`;
}
