// The merchants that this person's unions authorise or sign, by state or by papers that end.

import {html, nothing} from '../../kit/view.js';
import {filters, table} from '../../kit/table.js';
import {stateWord} from '../../kit/summary.js';
import {wordsOf} from '../../kit/words.js';
import {namesOf} from '../orgs.js';
import {href} from '../../desk/place.js';
import {STATES, merchantState} from '../states.js';

const PAGE = 100;
const t = await wordsOf('desk', 'union', 'union.merchants');

export const title = () => t('menu.merchants');

export async function load({ask, query: {after, status, expiringBefore}}) {
  const asked = Object.fromEntries(Object.entries({after, status, expiringBefore}).filter(([, value]) => value));
  const [{merchants}, nameOf] = await Promise.all([ask('listMerchants', {query: asked}), namesOf(ask)]);
  return {merchants, nameOf};
}

export function view(desk, {merchants, nameOf}) {
  const {status, expiringBefore} = desk.query;
  return html`
    ${desk.may('recommendMerchant') ? html`<div class="doings"><a class="button primary" href=${href(['merchants', 'new'])}>${t('recommend')}</a></div>` : nothing}
    ${filters(t, desk, [
      {name: 'status', label: t('m.state'), choices: STATES.map((state) => [state, t(`state.${state}`)])},
      {name: 'expiringBefore', label: t('m.expiringBefore'), type: 'date'},
    ])}
    ${table(t, desk, {
      caption: t('m.list'),
      columns: [
        {name: 'name', label: t('m.name'), value: ({name}) => name,
          cell: ({merchantNo, name}) => html`<a href=${href(['merchants', merchantNo])}>${name}</a>`},
        {name: 'state', label: t('m.state'), value: (each) => STATES.indexOf(each.status), cell: (each) => merchantState(t, each.status)},
        {name: 'category', label: t('m.category'), value: ({category}) => t(`category.${category}`), cell: ({category}) => t(`category.${category}`)},
        {name: 'authorising', label: t('m.authorisingOrg'), value: (each) => nameOf(each.authorisingOrg), cell: (each) => nameOf(each.authorisingOrg)},
        {name: 'signing', label: t('m.signingOrg'), value: (each) => nameOf(each.signingOrg), cell: (each) => nameOf(each.signingOrg)},
        {name: 'veto', label: t('m.veto'), value: ({vetoGrounds}) => -vetoGrounds.length,
          cell: ({vetoGrounds}) => (vetoGrounds.length === 0 ? t('no') : stateWord(t('m.vetoed'), 'bad'))},
      ],
      rows: merchants,
      next: merchants.length === PAGE ? merchants.at(-1).merchantNo : undefined,
      filters: [status, expiringBefore].filter((each) => each).length,
      empty: t(desk.may('recommendMerchant') ? 'm.noneYet' : 'm.none'),
    })}`;
}
