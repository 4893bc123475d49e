// What unions pay to merchants, batch by batch.

import {href} from '../../desk/place.js';
import {day, yuan} from '../../kit/figures.js';
import {table} from '../../kit/table.js';
import {html, nothing} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';
import {batchState} from '../batches.js';

const PAGE = 50;
const t = await wordsOf('desk', 'union', 'money');

export const title = () => t('way.batches');

export const load = ({ask, query: {before}}) => ask('listPaymentBatches', {query: before === undefined ? {} : {before}});

export const view = (desk, {batches}) => html`
  ${desk.may('makePaymentBatch') ? html`<div class="doings"><a class="button primary" href=${href(['settlement', 'batches', 'new'])}>${t('batch.make')}</a></div>` : nothing}
  ${table(t, desk, {
    caption: t('way.batches'),
    cursor: 'before',
    columns: [
      {name: 'no', label: t('case.no'), isNumber: true, value: ({batch}) => batch, cell: ({batch}) => html`<a href=${href(['settlement', 'batches', batch])}>${batch}</a>`},
      {name: 'org', label: t('money.payer'), value: ({orgName}) => orgName, cell: ({orgName}) => orgName},
      {name: 'through', label: t('money.through'), value: ({through}) => through, cell: ({through}) => day(through, language)},
      {name: 'state', label: t('money.state'), value: ({state}) => state, cell: (each) => batchState(t, each)},
      {name: 'count', label: t('batch.count'), isNumber: true, value: ({count}) => count, cell: ({count}) => count},
      {name: 'fen', label: t('money.amount'), isNumber: true, value: ({fen}) => fen, cell: ({fen}) => yuan(fen)},
      {name: 'left', label: t('batch.left'), isNumber: true, value: ({leftFen}) => leftFen, cell: ({leftFen}) => yuan(leftFen)},
    ],
    rows: batches,
    next: batches.length === PAGE ? String(batches.at(-1).batch) : undefined,
    empty: t('batch.none'),
  })}
  <p><a href=${href('settlement')}>${t('days.all')}</a></p>`;
