// What members ask for about their own data, each with the day by which it is done.

import {until} from '../../kit/figures.js';
import {filters, table} from '../../kit/table.js';
import {html, nothing} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {namesOf} from '../orgs.js';
import {STATES, at, requestState} from '../privacy.js';

const t = await wordsOf('desk', 'union', 'union.privacy');

export const title = () => t('menu.privacy');

export async function load({ask, query: {state, before}}) {
  const query = {...(state ? {state} : {}), ...(before ? {before} : {})};
  const [found, nameOf] = await Promise.all([ask('listDataRequests', {query}), namesOf(ask)]);
  return {...found, nameOf};
}

export function view(desk, {requests, next, nameOf}) {
  return html`<p class="intro">${t('p.intro')}</p>
    <div class="doings">
      ${desk.may('askForSomebody') ? html`<a class="button primary" href=${href(['privacy', 'new'])}>${t('p.add')}</a>` : nothing}
      ${desk.may('listPersonalReads') ? html`<a class="button" href=${href(['privacy', 'reads'])}>${t('reads')}</a>` : nothing}
      <a class="button" href=${href(['privacy', 'analysis'])}>${t('analysis')}</a></div>
    ${filters(t, desk, [{name: 'state', label: t('p.state'), choices: STATES.map((each) => [each, t(`requestState.${each}`)])}])}
    ${table(t, desk, {
      caption: t('p.list'),
      columns: [
        {name: 'request', label: t('p.no'), isNumber: true, value: ({request}) => request, cell: ({request}) => html`<a href=${href(['privacy', 'requests', String(request)])}>${request}</a>`},
        {name: 'kind', label: t('p.kind'), value: ({kind}) => kind, cell: ({kind}) => t(`request.${kind}`)},
        {name: 'holder', label: t('p.holder'), cell: ({holder}) => holder},
        {name: 'org', label: t('p.org'), cell: ({org}) => nameOf(org)},
        {name: 'state', label: t('p.state'), value: (each) => STATES.indexOf(each.state), cell: (each) => requestState(t, each)},
        {name: 'asked', label: t('p.askedAt'), value: ({askedAt}) => askedAt, cell: ({askedAt}) => at(askedAt)},
        {name: 'due', label: t('p.dueAt'), value: ({dueAt}) => dueAt, cell: ({dueAt}) => until(dueAt, language)},
      ],
      rows: requests,
      next,
      cursor: 'before',
      filters: desk.query.state ? 1 : 0,
      empty: t('p.none'),
    })}`;
}
