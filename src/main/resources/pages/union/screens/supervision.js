// Supervision: what was decided about merchants, and how each union stands.

import {href} from '../../desk/place.js';
import {day, time} from '../../kit/figures.js';
import {bar} from '../../kit/chart.js';
import {stateWord} from '../../kit/summary.js';
import {filters, table} from '../../kit/table.js';
import {html, nothing} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';
import {decisionState} from '../decisions.js';

const SHOWN = 20; // a house may list fewer at a time than another: then the last page is an empty one
const STATES = ['PROPOSED', 'APPEALED', 'STANDING', 'ENDED'];
const t = await wordsOf('desk', 'union', 'union.supervision');

export const title = () => t('menu.supervision');

export async function load({ask, query: {merchant, state, before}}) {
  const asked = Object.fromEntries(Object.entries({merchant, state, before}).filter(([, value]) => value));
  const [{decisions}, {standings}, report] = await Promise.all([ask('listDecisions', {query: asked}), ask('listStandings'), ask('reportUnions')]);
  return {decisions, standings, report};
}

export function view(desk, {decisions, standings, report}) {
  return html`
    <div class="doings"><a class="button" href=${href(['supervision', 'policy', desk.me.org])}>${t('policy')}</a></div>
    <h2>${t('s.decisions')}</h2>
    ${filters(t, desk, [
      {name: 'merchant', label: t('s.merchantNo')},
      {name: 'state', label: t('s.state'), choices: STATES.map((each) => [each, t(`decisions.${each}`)])},
    ])}
    ${table(t, desk, {
      caption: t('s.decisionsAre'),
      cursor: 'before',
      columns: [
        {name: 'at', label: t('s.at'), value: ({at}) => at,
          cell: ({at, decision}) => html`<a href=${href(['supervision', String(decision)])}>${time(new Date(at), language)}</a>`},
        {name: 'merchant', label: t('s.merchant'), value: (each) => each.merchantName, cell: (each) => html`<a href=${href(['merchants', each.merchant])}>${each.merchantName}</a>`},
        {name: 'stage', label: t('s.stage'), value: ({stage}) => ['WARN', 'RECTIFY', 'SUSPEND'].indexOf(stage), cell: ({stage}) => stateWord(t(`stage.${stage}`), stage === 'WARN' ? 'wait' : 'bad')},
        {name: 'grounds', label: t('s.grounds'), cell: ({grounds}) => grounds.map((each) => t(`ground.${each}`)).join(t('comma'))},
        {name: 'voices', label: t('s.voices'), isNumber: true, value: ({evidence}) => evidence.payers, cell: ({evidence}) => t('s.badOf', evidence)},
        {name: 'state', label: t('s.state'), cell: (each) => decisionState(t, each)},
      ],
      rows: decisions,
      next: decisions.length >= SHOWN ? String(decisions.at(-1).decision) : undefined,
      filters: [desk.query.merchant, desk.query.state].filter((each) => each).length,
      empty: t('s.none'),
    })}
    <h2>${t('s.near')}</h2>
    ${nearest(desk, standings)}
    <h2>${t('s.unions')}</h2>
    ${desk.may('reportUnions') ? unions(desk, report) : nothing}`;
}

/** Those to look at before something has to be decided. */
function nearest(desk, standings) {
  return table(t, desk, {
    caption: t('s.nearIs'),
    columns: [
      {name: 'merchant', label: t('s.merchant'), cell: ({merchant, name}) => html`<a href=${href(['merchants', merchant])}>${name}</a>`},
      {name: 'near', label: t('s.nearest'), isNumber: true, cell: ({nearPermille}) => html`${t('percent', {value: (nearPermille / 10).toFixed(0)})}${bar(nearPermille, 1000)}`},
      {name: 'next', label: t('s.next'), cell: ({next}) => (next === undefined ? t('s.nothingMore') : t(`stage.${next}`))},
      {name: 'bound', label: t('s.bound'), isNumber: true, cell: ({evidence}) => t('percent', {value: (evidence.boundPpm / 10_000).toFixed(1)})},
      {name: 'said', label: t('s.voices'), isNumber: true, cell: ({evidence}) => t('s.badOf', evidence)},
      {name: 'weight', label: t('s.weight'), isNumber: true, cell: ({evidence}) => evidence.weightPerHundred},
    ],
    rows: standings,
    empty: t('s.noneNear'),
  });
}

function unions(desk, {unions: all, from, to}) {
  const rows = all.filter(({merchants, reviews, supervision}) => merchants.total > 0 || reviews.count > 0 || supervision.timeToEffect.count > 0);
  const took = ({supervision: {timeToEffect}}) => timeToEffect.medianMs;
  return table(t, desk, {
    caption: t('s.unionsAre', {from: day(from, language), to: day(to, language)}),
    columns: [
      {name: 'union', label: t('s.union'), cell: ({name}) => name, value: ({name}) => name},
      {name: 'trading', label: t('s.trading'), isNumber: true, cell: ({merchants}) => merchants.trading, value: ({merchants}) => merchants.trading},
      {name: 'reviews', label: t('s.reviews'), isNumber: true, cell: ({reviews}) => reviews.count, value: ({reviews}) => reviews.count},
      {name: 'bad', label: t('s.badRate'), isNumber: true, cell: ({reviews}) => (reviews.count === 0 ? t('s.noReviews') : t('percent', {value: (reviews.badPermille / 10).toFixed(1)})), value: ({reviews}) => reviews.badPermille},
      ...['WARN', 'RECTIFY', 'SUSPEND'].map((stage) => ({
        name: `d${stage}`, label: t(`stage.${stage}`), isNumber: true, cell: ({supervision}) => supervision.decisions[stage], value: ({supervision}) => supervision.decisions[stage]})),
      {name: 'took', label: t('s.took'), isNumber: true, cell: (row) => (took(row) === undefined ? t('s.noReviews') : t('s.ms', {value: took(row)})), value: (row) => took(row) ?? -1},
    ],
    rows,
    empty: t('s.noUnions'),
  });
}
