// Complaints that a union has put to the merchant.

import {href} from '../../desk/place.js';
import {table} from '../../kit/table.js';
import {html} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {clock, stateOf} from '../hearing.js';
import {own} from '../own.js';

const t = await wordsOf('desk', 'shop', 'shop.voice');

const PAGE_ROWS = 100;

export const title = () => t('menu.complaints');

export const load = (desk) => own(desk, 'listMerchantComplaints', {query: desk.query.after === undefined ? {} : {after: desk.query.after}});

export function view(desk, {complaints}) {
  return html`<p class="intro">${t('complaint.intro')}</p>
    ${table(t, desk, {
      caption: t('complaint.all'),
      columns: [
        {name: 'no', label: t('complaint.no'), cell: (each) => html`<a href=${href(['complaints', each.complaint])}>${each.complaint}</a>`},
        {name: 'kind', label: t('complaint.kind'), value: (each) => each.kind, cell: (each) => t(`complaint.kind.${each.kind}`)},
        {name: 'state', label: t('complaint.state'), value: (each) => each.state, cell: (each) => stateOf(t, each)},
        {name: 'opened', label: t('complaint.opened'), value: (each) => each.openedOn, cell: (each) => each.openedOn},
        {name: 'clock', label: t('complaint.clock'), value: (each) => each.deadline ?? '', cell: (each) => clock(t, each) ?? t('complaint.noClock')},
        {name: 'says', label: t('complaint.says'), isNumber: true, value: (each) => each.says, cell: (each) => each.says},
      ],
      rows: complaints,
      next: complaints.length === PAGE_ROWS ? complaints.at(-1).complaint : undefined,
      empty: t('complaint.none'),
    })}`;
}
