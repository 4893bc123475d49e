// What looked odd about a day's sales: for people to look at, it stops nothing.

import {href} from '../../desk/place.js';
import {day, yuan} from '../../kit/figures.js';
import {table} from '../../kit/table.js';
import {html} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';

const PAGE = 100;
const t = await wordsOf('desk', 'union', 'money');

export const title = () => t('way.hints');

export const load = ({ask, query: {before}}) => ask('listSettlementHints', {query: before === undefined ? {} : {before}});

export const view = (desk, {hints}) => html`<p class="intro">${t('hint.intro')}</p>
  ${table(t, desk, {
    caption: t('way.hints'),
    cursor: 'before',
    columns: [
      {name: 'day', label: t('sheet.day'), value: ({day}) => day, cell: (row) => day(row.day, language)},
      {name: 'kind', label: t('hint.kind'), value: ({kind}) => kind, cell: ({kind, what}) => html`${t(`hint.${kind}`)} <span class="faint">${what ?? ''}</span>`},
      {name: 'merchant', label: t('sheet.merchant'), value: ({name}) => name, cell: ({merchant, name}) => html`<a href=${href(['settlement', 'payees', merchant])}>${name}</a>`},
      {name: 'count', label: t('hint.count'), isNumber: true, value: ({count}) => count, cell: ({count}) => count},
      {name: 'fen', label: t('hint.fen'), isNumber: true, value: ({fen}) => fen, cell: ({fen}) => yuan(fen)},
      {name: 'measured', label: t('hint.measured'), isNumber: true, cell: ({kind, measured, allowed}) => t(`hintIs.${kind}`, {measured, allowed})},
    ],
    rows: hints,
    next: hints.length === PAGE ? String(hints.at(-1).hint) : undefined,
    empty: t('hint.none'),
  })}
  <p><a href=${href('settlement')}>${t('days.all')}</a></p>`;
