// Partners: self-built and selling platforms, each with what is to be done next.

import {filters, table} from '../../kit/table.js';
import {html, nothing} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {namesOf} from '../orgs.js';
import {STATES, at, on, partnerState} from '../partners.js';

const t = await wordsOf('desk', 'union', 'union.partners');

export const title = () => t('menu.partners');

export async function load({ask, query: {state, before}}) {
  const query = {...(state ? {state} : {}), ...(before ? {before} : {})};
  const [found, nameOf] = await Promise.all([ask('listPartners', {query}), namesOf(ask)]);
  return {...found, nameOf};
}

export function view(desk, {partners, next, nameOf}) {
  return html`<p class="intro">${t('pa.intro')}</p>
    ${desk.may('applyForPartner') ? html`<div class="doings"><a class="button primary" href=${href(['partners', 'new'])}>${t('pa.add')}</a></div>` : nothing}
    ${filters(t, desk, [{name: 'state', label: t('pa.state'), choices: STATES.map((each) => [each, t(`partner.${each}`)])}])}
    ${table(t, desk, {
      caption: t('pa.list'),
      columns: [
        {name: 'name', label: t('pa.name'), value: ({name}) => name, cell: ({partner, name}) => html`<a href=${href(['partners', partner])}>${name}</a>`},
        {name: 'kind', label: t('pa.kind'), value: ({kind}) => kind, cell: ({kind}) => t(`partnerKind.${kind}`)},
        {name: 'org', label: t('pa.org'), value: ({org}) => nameOf(org), cell: ({org}) => nameOf(org)},
        {name: 'state', label: t('pa.state'), value: ({state}) => STATES.indexOf(state), cell: ({state}) => partnerState(t, state)},
        {name: 'next', label: t('pa.next'), cell: (each) => t(`partnerNext.${each.next}`)},
        {name: 'until', label: t('pa.until'), value: ({agreementUntil}) => agreementUntil ?? '', cell: ({agreementUntil}) => on(agreementUntil) ?? '—'},
        {name: 'seen', label: t('pa.seen'), value: ({lastTokenAt}) => lastTokenAt ?? '', cell: ({lastTokenAt}) => at(lastTokenAt) ?? '—'},
      ],
      rows: partners,
      next,
      cursor: 'before',
      filters: desk.query.state ? 1 : 0,
      empty: t('pa.none'),
    })}`;
}
