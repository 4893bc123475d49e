// What was asked for about accounts: open ones first, each to be confirmed by a second person.

import {time} from '../../kit/figures.js';
import {filters, table} from '../../kit/table.js';
import {html} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {requestState} from '../accounts.js';
import {namesOf} from '../orgs.js';

const PAGE = 100;
const STATES = ['OPEN', 'CONFIRMED', 'REFUSED', 'LAPSED'];
const t = await wordsOf('desk', 'union', 'union.staff');

export const title = () => t('requests');

export async function load({ask, query: {before}}) {
  const [{requests}, nameOf] = await Promise.all([ask('listStaffRequests', {query: before ? {before} : {}}), namesOf(ask)]);
  return {requests, nameOf};
}

export function view(desk, {requests, nameOf}) {
  const {state} = desk.query;
  const open = (each) => (each.state === 'OPEN' ? 0 : 1);
  return html`<p class="intro">${t('requests.intro')}</p>
    ${filters(t, desk, [{name: 'state', label: t('r.state'), choices: STATES.map((each) => [each, t(`request.${each}`)])}])}
    ${table(t, desk, {
      caption: t('requests'),
      columns: [
        {name: 'request', label: t('r.no'), isNumber: true, value: ({request}) => request, cell: ({request}) => html`<a href=${href(['staff', 'requests', String(request)])}>${request}</a>`},
        {name: 'action', label: t('r.action'), value: ({action}) => action, cell: ({action}) => t(`action.${action}`)},
        {name: 'login', label: t('s.login'), value: ({login}) => login, cell: ({login, name}) => html`${login} <span class="faint">${name}</span>`},
        {name: 'org', label: t('s.org'), cell: ({org}) => nameOf(org)},
        {name: 'state', label: t('r.state'), value: (each) => STATES.indexOf(each.state), cell: (each) => requestState(t, each.state)},
        {name: 'by', label: t('r.requestedBy'), cell: ({requestedBy}) => requestedBy},
        {name: 'at', label: t('r.requestedAt'), cell: ({requestedAt}) => time(new Date(requestedAt), language)},
      ],
      rows: requests.filter((each) => !state || each.state === state).sort((a, b) => open(a) - open(b)),
      cursor: 'before',
      next: requests.length === PAGE ? requests.at(-1).request : undefined,
      filters: state ? 1 : 0,
      empty: t('requests.none'),
    })}
    <p><a href=${href('staff')}>${t('s.all')}</a></p>`;
}
