// Differences between ledger, tills, banks and merchants.

import {href} from '../../desk/place.js';
import {caseTable} from '../../kit/cases.js';
import {filters} from '../../kit/table.js';
import {html} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';

const PAGE = 100;
const STATES = ['OPEN', 'TAKEN', 'CLOSED'];
const t = await wordsOf('desk', 'union', 'money');

export const title = () => t('way.cases');

export const load = ({ask, query: {state, before}}) =>
  ask('listSettlementCases', {query: {...(state ? {state} : {}), ...(before ? {before} : {})}});

export const view = (desk, {cases}) => html`
  ${filters(t, desk, [{name: 'state', label: t('case.state'), choices: STATES.map((each) => [each, t(`case.${each}`)])}])}
  ${caseTable(t, desk, cases, {
    at: ['settlement', 'cases'],
    cursor: 'before',
    next: cases.length === PAGE ? String(cases.at(-1).case) : undefined,
    filters: desk.query.state ? 1 : 0,
  })}
  <p><a href=${href('settlement')}>${t('days.all')}</a></p>`;
