// The entries of a union's book; a wrong one is countered, by two people.

import {href} from '../../desk/place.js';
import {day, time, yuan} from '../../kit/figures.js';
import {called} from '../../kit/sheet.js';
import {filters, table} from '../../kit/table.js';
import {html, nothing} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';

const PAGE = 100;
const t = await wordsOf('desk', 'union', 'money');

export const title = () => t('way.entries');

export const load = ({ask, query}) => ask('listBookEntries', {
  query: Object.fromEntries(['org', 'merchant', 'before'].filter((name) => query[name]).map((name) => [name, query[name]])),
});

function act(desk, {entry, source, correction, correctionState, askedBy}) {
  if (correction === undefined) {
    return source === 'CLOSE' && desk.may('askCorrection') ? html`<a href=${href(['settlement', 'entries', entry, 'ask'])}>${t('entry.correct')}</a>` : nothing;
  }
  return correctionState === 'ASKED' && desk.may('decideCorrection') && askedBy !== desk.me.login
    ? html`<a href=${href(['settlement', 'entries', correction, 'decide'])}>${t('entry.decide')}</a>`
    : t(`correction.${correctionState}`);
}

export const view = (desk, {entries}) => html`<p class="intro">${t('entry.intro')}</p>
  ${filters(t, desk, [{name: 'merchant', label: t('entry.merchant')}])}
  ${table(t, desk, {
    caption: t('way.entries'),
    cursor: 'before',
    columns: [
      {name: 'no', label: t('case.no'), isNumber: true, value: ({entry}) => entry, cell: ({entry}) => entry},
      {name: 'at', label: t('sheet.at'), value: ({at}) => at, cell: ({at}) => time(new Date(at), language)},
      {name: 'source', label: t('entry.source'), cell: ({source, batch, counters, ...on}) => html`${t(`source.${source}`)}
        <span class="faint">${counters === undefined ? batch === undefined ? day(on.day, language) : t('batch.one', {no: batch}) : t('entry.counters', {no: counters})}</span>`},
      {name: 'debit', label: t('entry.debit'), cell: ({debit}) => t(`account.${debit}`)},
      {name: 'credit', label: t('entry.credit'), cell: ({credit}) => t(`account.${credit}`)},
      {name: 'merchant', label: t('sheet.merchant'), value: ({name}) => name, cell: ({name, ...one}) => html`${name} <span class="faint">${called(one)}</span>`},
      {name: 'fen', label: t('money.amount'), isNumber: true, value: ({fen}) => fen, cell: ({fen}) => yuan(fen)},
      {name: 'act', label: t('entry.act'), cell: (each) => act(desk, each)},
    ],
    rows: entries,
    next: entries.length === PAGE ? String(entries.at(-1).entry) : undefined,
    filters: desk.query.merchant ? 1 : 0,
    empty: t('books.none'),
  })}
  <p><a href=${href(['settlement', 'books'])}>${t('books.back')}</a></p>`;
