// The link to the province: whether both ways go on, and every row that could not be taken, with why.

import {time} from '../../kit/figures.js';
import {facts, stateWord} from '../../kit/summary.js';
import {table} from '../../kit/table.js';
import {html} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {namesOf} from '../orgs.js';

const t = await wordsOf('desk', 'union', 'union.province');
/** The gateway's own reasons come in both languages, Chinese first. */
const inWords = (reason) => reason.split(' · ')[language === 'zh' ? 0 : 1] ?? reason;
const whole = (text) => html`<span class="whole">${text}</span>`;
const at = (instant) => (instant === undefined ? t('pr.never') : time(new Date(instant), language));

export const title = () => t('menu.province');

export async function load({ask, query: {before}}) {
  const [standing, found, nameOf] = await Promise.all([ask('readProvince'), ask('listProvinceRows', {query: before ? {before} : {}}), namesOf(ask)]);
  return {standing, ...found, nameOf};
}

const way = (failure) => (failure === undefined ? stateWord(t('pr.good'), 'good') : html`${stateWord(t('pr.failing'), 'bad')} <span class="faint">${t(`trouble.${failure}`)}</span>`);

export function view(desk, {standing, rows, cards, next, nameOf}) {
  const {org, in: inward, out} = standing;
  if (org === undefined) {
    return html`<p class="intro">${t('pr.intro')}</p><p class="reason">${t('pr.off')}</p>`;
  }
  return html`<p class="intro">${t('pr.intro')}</p>
    <h2>${t('pr.in')}</h2>
    ${facts([
      [t('pr.state'), way(inward.failure)],
      [t('pr.ok'), at(inward.okAt)],
      [t('pr.whole'), inward.reading ? t('pr.reading') : at(inward.wholeAt)],
      [t('pr.bad'), String(inward.bad)],
    ])}
    <h2>${t('pr.out')}</h2>
    ${facts([
      [t('pr.state'), way(out.failure)],
      [t('pr.ok'), at(out.okAt)],
      [t('pr.due'), String(out.due)],
      [t('pr.refused'), String(out.refused)],
      [t('pr.compared'), at(out.comparedAt)],
      [t('pr.differences'), out.differences === 0 ? stateWord(t('pr.none'), 'good') : stateWord(String(out.differences), 'bad')],
    ])}
    <p><a href=${href(['province', 'files'])}>${t('files')}</a></p>
    ${table(t, desk, {
      caption: t('pr.rows'),
      columns: [
        {name: 'shown', label: t('pr.shown'), cell: ({shown}) => whole(shown)},
        {name: 'kind', label: t('pr.kind'), value: ({kind}) => kind, cell: ({kind}) => whole(t(`rowKind.${kind}`))},
        {name: 'org', label: t('pr.org'), value: ({org: code}) => nameOf(code ?? ''), cell: ({org: code}) => (code === undefined ? '—' : nameOf(code))},
        {name: 'field', label: t('pr.field'), value: ({field}) => field, cell: ({field}) => whole(t(`field.${field}`))},
        {name: 'reason', label: t('pr.reason'), cell: ({reason}) => inWords(reason)},
        {name: 'at', label: t('pr.at'), value: (each) => each.at, cell: (each) => at(each.at)},
      ],
      rows,
      next,
      cursor: 'before',
      empty: t('pr.noRows'),
    })}
    ${table(t, {...desk, query: {}}, {
      caption: t('pr.cards'),
      columns: [
        {name: 'card', label: t('pr.card'), cell: ({cardNo}) => html`<a href=${href(['cards', cardNo])}>${cardNo}</a>`},
        {name: 'org', label: t('pr.org'), cell: ({org: code}) => nameOf(code)},
        {name: 'reason', label: t('pr.reason'), cell: ({reason}) => reason},
      ],
      rows: cards,
      empty: t('pr.noCards'),
    })}`;
}
