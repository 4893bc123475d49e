// What one member may be given in a year, by the unions that say so.

import {yuan} from '../../kit/figures.js';
import {table} from '../../kit/table.js';
import {html, nothing} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {namesOf} from '../orgs.js';

const t = await wordsOf('desk', 'union', 'union.rounds');

export const title = () => t('caps');

export async function load({ask}) {
  const [{caps}, nameOf] = await Promise.all([ask('listBenefitCaps'), namesOf(ask)]);
  return {caps, nameOf};
}

export const view = (desk, {caps, nameOf}) => html`<p class="intro">${t('caps.intro')}</p>
  ${desk.may('setBenefitCap') ? html`<div class="doings"><a class="button primary" href=${href(['rounds', 'caps', 'new'])}>${t('caps.set')}</a></div>` : nothing}
  ${table(t, desk, {
    caption: t('caps'),
    columns: [
      {name: 'org', label: t('caps.org'), value: ({org}) => nameOf(org), cell: ({org}) => nameOf(org)},
      {name: 'year', label: t('caps.year'), isNumber: true, value: ({year}) => year, cell: ({year}) => year},
      {name: 'pool', label: t('caps.pool'), value: ({pool}) => t(`pool.${pool}`), cell: ({pool}) => t(`pool.${pool}`)},
      {name: 'fen', label: t('caps.fen'), isNumber: true, value: ({fen}) => fen, cell: ({fen}) => yuan(fen)},
      {name: 'documentNo', label: t('r.documentNo'), value: ({documentNo}) => documentNo, cell: ({documentNo}) => documentNo},
    ],
    rows: caps,
    empty: t('caps.none'),
  })}
  <p><a href=${href('rounds')}>${t('rounds.all')}</a></p>`;
