// A notice is written down: the gateway freezes the figures of this moment with it.

import {paper} from '../../kit/form.js';
import {html, nothing} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {orgsOf} from '../orgs.js';
import {years} from '../progress.js';
import {KINDS, MEASURES, RELATIONS, thousandths} from '../notices.js';

const t = await wordsOf('desk', 'union', 'union.notices');

export const title = ({query}) => t(query.corrects ? 'n.correct' : 'n.add');

export async function load({ask, query: {corrects}}) {
  const [orgs, before] = await Promise.all([orgsOf(ask), corrects ? ask('getNotice', {path: {notice: corrects}}) : undefined]);
  return {orgs, before};
}

export function view(desk, {orgs, before}) {
  const {content} = before ?? {};
  const body = ({direct, measure, relation, value, year, ...rest}) => ({
    ...rest, year: Number(year), criteria: {direct: direct === 'DIRECT', measure, relation, value: thousandths({measure, relation, value})},
    ...(before === undefined ? {} : {corrects: before.notice})});
  return html`<p class="intro">${t('n.intro')}</p>
    ${before === undefined ? nothing : html`<p class="reason">${t('n.corrects')} ${before.title}</p>`}
    ${paper(t, desk, {
      words: 'noticeForm',
      fields: [
        {name: 'org', kind: 'choice', choices: orgs.map(({code, name}) => [code, name]), initial: content?.org ?? desk.me.org},
        {name: 'kind', kind: 'choice', choices: KINDS.map((each) => [each, t(`noticeKind.${each}`)]), initial: content?.kind ?? ''},
        {name: 'title', kind: 'text', max: 100, initial: content?.title ?? ''},
        {name: 'text', kind: 'long', max: 2000, initial: content?.text ?? ''},
        {name: 'documentNo', kind: 'documentNo', max: 60},
        {name: 'year', kind: 'choice', choices: years().map((each) => [each, each]), initial: String(content?.year ?? years()[0])},
        {name: 'from', kind: 'date', isOptional: true, hasHint: true, initial: content?.from ?? ''},
        {name: 'to', kind: 'date', isOptional: true, initial: content?.to ?? ''},
        {name: 'direct', kind: 'choice', choices: [['DIRECT', t('n.direct')], ['ALL', t('n.all')]], initial: content?.criteria.direct === false ? 'ALL' : 'DIRECT'},
        {name: 'measure', kind: 'choice', choices: MEASURES.map((each) => [each, t(`measure.${each}`)]), initial: content?.criteria.measure ?? ''},
        {name: 'relation', kind: 'choice', choices: RELATIONS.map((each) => [each, t(`relationName.${each}`)]), initial: content?.criteria.relation ?? ''},
        {name: 'value', kind: 'number', min: 1, max: 1_000_000_000, hasHint: true},
      ],
      warning: html`<p class="reason">${t('n.freezes')}</p>`,
      send: (given) => desk.ask('draftNotice', {body: body(given)}),
      done: ({notice, title: said, unions}) => html`<p><strong>${t('n.drafted', {unions})}</strong></p><p>${t('n.next')}</p><p><a href=${href(['notices', notice])}>${said}</a></p>`,
    })}
    <p><a href=${href('notices')}>${t('menu.notices')}</a></p>`;
}
