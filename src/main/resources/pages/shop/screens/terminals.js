// The merchant's tills, and where each stands.

import {href} from '../../desk/place.js';
import {time} from '../../kit/figures.js';
import {stateWord} from '../../kit/summary.js';
import {table} from '../../kit/table.js';
import {html, nothing} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';
import {own} from '../own.js';

const t = await wordsOf('desk', 'shop', 'shop.terminals');

const TONES = {ACTIVE: 'good', REGISTERED: 'wait', SUSPENDED: 'bad'};

export const title = () => t('menu.terminals');

export const load = (desk) => own(desk, 'getMerchant');

export function view(desk, {terminals, stores}) {
  const storeOf = (id) => stores.find((store) => store.id === id);
  return html`<p class="intro">${t('terminal.intro')}</p>
    ${table(t, desk, {
      caption: t('terminal.all'),
      columns: [
        {name: 'terminal', label: t('terminal.no'), value: (each) => each.terminal, cell: (each) => each.terminal},
        {name: 'status', label: t('terminal.status'), value: (each) => each.status, cell: (each) => stateWord(t(`terminal.${each.status}`), TONES[each.status])},
        {name: 'scene', label: t('terminal.scene'), cell: ({scene}) => t(`scene.${scene}`)},
        {name: 'store', label: t('terminal.store'), cell: (each) => storeOf(each.store)?.name ?? t('terminal.noStore')},
        {name: 'batch', label: t('terminal.batch'), isNumber: true, value: (each) => each.batch ?? 0, cell: (each) => each.batch ?? t('terminal.noBatch')},
        {name: 'account', label: t('terminal.account'), cell: (each) => each.settlementAccount ?? t('terminal.noAccount')},
        {name: 'code', label: t('terminal.code'), cell: (each) => code(each)},
      ],
      rows: terminals,
      empty: t('terminal.none'),
    })}`;
}

function code({terminal, status, codeUntil}) {
  if (status !== 'REGISTERED') {
    return t('terminal.noCode');
  }
  return html`${codeUntil === undefined ? nothing : html`${t('terminal.codeUntil', {time: time(new Date(codeUntil), language).slice(0, -3)})}<br>`}
    <a class="button" href=${href(['terminals', terminal])} aria-label=${t('terminal.getOf', {terminal})}>${t('terminal.get')}</a>`;
}
