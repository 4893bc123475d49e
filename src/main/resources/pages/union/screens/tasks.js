// What waits for this person.

import {stateWord} from '../../kit/summary.js';
import {wordsOf} from '../../kit/words.js';
import {table} from '../../kit/table.js';

const t = await wordsOf('desk', 'union', 'union.tasks');

export const title = () => t('menu.tasks');

export const load = ({ask}) => ask('listMerchants', {query: {status: 'DUE_DILIGENCE'}});

export function view(desk, {merchants}) {
  return table(t, desk, {
    caption: t('tasks.merchants'),
    columns: [
      {name: 'name', label: t('tasks.name'), cell: (each) => each.name, value: (each) => each.name},
      {name: 'status', label: t('tasks.state'), cell: (each) => stateWord(t(`state.${each.status}`), 'wait')},
    ],
    rows: merchants,
    empty: t('tasks.none'),
  });
}
