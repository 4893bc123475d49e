// Rounds in which something is given, the latest first.

import {filters, table} from '../../kit/table.js';
import {html, nothing} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {STATES, given, minute, roundState, untilOf} from '../rounds.js';

const PAGE = 50;
const t = await wordsOf('desk', 'union', 'union.rounds');

export const title = () => t('rounds');

export const load = ({ask, query: {campaign, state, before}}) =>
  ask('listRounds', {query: Object.fromEntries(Object.entries({campaign, state, before}).filter(([, value]) => value))});

export function view(desk, {rounds}) {
  const {campaign, state} = desk.query;
  return html`<p class="intro">${t('rounds.intro')}</p>
    <div class="doings"><a class="button" href=${href('campaigns')}>${t('rounds.toCampaigns')}</a>
      ${desk.may('listBenefitCaps') ? html`<a class="button" href=${href(['rounds', 'caps'])}>${t('caps')}</a>` : nothing}</div>
    ${filters(t, desk, [
      {name: 'campaign', label: t('r.campaign')},
      {name: 'state', label: t('r.state'), choices: STATES.map((each) => [each, t(`round.${each}`)])},
    ])}
    ${table(t, desk, {
      caption: t('rounds'),
      cursor: 'before',
      columns: [
        {name: 'no', label: t('r.no'), isNumber: true, value: ({round}) => round, cell: ({round}) => round},
        {name: 'name', label: t('r.name'), value: ({name}) => name, cell: ({round, name}) => html`<a href=${href(['rounds', String(round)])}>${name}</a>`},
        {name: 'campaign', label: t('r.campaign'), value: (each) => each.campaign, cell: (each) => html`<a href=${href(['campaigns', each.campaign])}>${each.campaign}</a>`},
        {name: 'way', label: t('r.way'), value: ({way}) => t(`way.${way}`), cell: ({way}) => t(`way.${way}`)},
        {name: 'state', label: t('r.state'), value: (each) => STATES.indexOf(each.state), cell: (each) => roundState(t, each.state)},
        {name: 'granted', label: t('r.granted'), value: ({granted, most}) => granted / most, cell: (each) => given(t, each)},
        {name: 'opens', label: t('r.opens'), value: ({opensAt = ''}) => opensAt, cell: ({opensAt}) => minute(opensAt) ?? ''},
        {name: 'until', label: t('r.until'), cell: (each) => untilOf(t, each)},
      ],
      rows: rounds,
      next: rounds.length === PAGE ? String(rounds.at(-1).round) : undefined,
      filters: [campaign, state].filter((each) => each).length,
      empty: t('rounds.none'),
    })}`;
}
