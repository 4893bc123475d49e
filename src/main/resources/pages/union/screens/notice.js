// One notice as it was written: words, criteria, those it names with their figures, and the proof that nothing has
// changed. Prints as a sheet of paper.

import {addressOf} from '../../kit/call.js';
import {day, time} from '../../kit/figures.js';
import {facts, stateWord} from '../../kit/summary.js';
import {table} from '../../kit/table.js';
import {html, nothing} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {STAGES, number, percent} from '../progress.js';
import {criteriaOf, figureOf, noticeState} from '../notices.js';

const t = await wordsOf('desk', 'union', 'union.progress', 'union.notices');
const at = (instant) => time(new Date(instant), language);

export const title = (desk, data) => data?.title ?? t('menu.notices');

export const load = ({ask, path: {notice}}) => ask('getNotice', {path: {notice}});

function possible(desk, {state, preparedBy}) {
  const approver = desk.me.roles.includes('APPROVER');
  const steps = {
    DRAFT: [...(approver && preparedBy !== desk.me.login ? ['APPROVE'] : []), 'DROP'],
    APPROVED: [...(approver ? ['PUBLISH'] : []), 'DROP'],
  };
  return desk.may('takeNoticeStep') ? steps[state] ?? [] : [];
}

export function view(desk, found) {
  const {notice, org, kind, state, hash, intact, content, corrects, correctedBy} = found;
  const {criteria, milestone, named, figures, text, documentNo, orgName, from, to, asOf} = content;
  const mine = org === desk.me.org || found.state !== 'PUBLISHED';
  const figure = (code) => figures.find((each) => each.org === code) ?? {name: code};
  const column = (stage) => ({name: stage, label: t(`stage.${stage}`), isNumber: true, cell: ({org: code}) => number(figure(code)[stage])});
  return html`
    <p class="doings">${noticeState(t, state)} ${intact ? stateWord(t('n.intact'), 'good') : stateWord(t('n.changed'), 'bad')}</p>
    ${corrects === undefined ? nothing : html`<p class="reason">${t('n.corrects')} <a href=${href(['notices', corrects])}>${corrects}</a></p>`}
    ${correctedBy.length === 0 ? nothing : html`<p class="reason">${t('n.correctedBy')} ${correctedBy.map((no) => html`<a href=${href(['notices', no])}>${no}</a> `)}</p>`}
    <div class="doings">${mine ? possible(desk, found).map((step) => html`<a class=${step === 'DROP' ? 'button' : 'button primary'} data-step=${step} href=${href(['notices', notice, step])}>${t(`do.${step}`)}</a>`) : nothing}
      ${state === 'PUBLISHED' && desk.may('draftNotice') && org === desk.me.org ? html`<a class="button" href=${href(['notices', 'new'], {corrects: notice})}>${t('n.correct')}</a>` : nothing}
      <button type="button" id="print" @click=${() => window.print()}>${t('n.print')}</button></div>
    <article class="paper">
      <p class="faint">${orgName} · ${documentNo} · ${t(`noticeKind.${kind}`)}</p>
      <p class="long">${text}</p>
      ${table(t, {...desk, query: {}}, {
        caption: t('n.named'),
        csv: addressOf('getNotice', {path: {notice}, query: {format: 'csv'}}),
        columns: [
          {name: 'union', label: t('p.union'), cell: ({org: code}) => figure(code).name},
          {name: 'figure', label: t(`measure.${criteria.measure}`), isNumber: true, cell: (each) => figureOf(criteria, each.figure)},
          {name: 'task', label: t('p.task'), isNumber: true, cell: ({org: code}) => number(figure(code).task)},
          ...STAGES.map(column),
        ],
        rows: named,
        empty: nothing,
      })}
      <h2>${t('n.basis')}</h2>
      ${facts([
        [t('n.criteria'), criteriaOf(t, criteria)],
        [t('n.period'), from === undefined ? t('n.adHoc') : t('n.fromTo', {from: day(from, language), to: day(to, language)})],
        [t('n.asOf'), at(asOf)],
        [t('n.milestone'), milestone === undefined ? undefined : t('n.milestoneIs', {day: day(milestone.day, language), share: percent(milestone.permille)})],
        [t('n.looked'), figures.length],
        [t('n.no'), notice],
        [t('n.preparedBy'), `${found.preparedBy} · ${at(found.preparedAt)}`],
        [t('n.approvedBy'), found.approvedBy === undefined ? undefined : `${found.approvedBy} · ${at(found.approvedAt)}`],
        [t('n.publishedAt'), found.publishedAt === undefined ? undefined : at(found.publishedAt)],
        [t('n.hash'), html`<span class="hash">${hash}</span>`],
      ])}
    </article>
    <p><a href=${href('notices')}>${t('menu.notices')}</a></p>`;
}
