// How far the unions have come with the e-card: milestones, stages, day by day, and union by union.

import {day} from '../../kit/figures.js';
import {bar, curve} from '../../kit/chart.js';
import {filters, table} from '../../kit/table.js';
import {facts} from '../../kit/summary.js';
import {html, nothing} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';
import {addressOf} from '../../kit/call.js';
import {href} from '../../desk/place.js';
import {STAGES, milestoneState, number, part, percent, years} from '../progress.js';

const t = await wordsOf('desk', 'union', 'union.progress');

export const title = (desk, data) => (data === undefined || data.progress.org === desk.me.org ? t('menu.progress') : data.progress.name);

const asked = ({org, year}) => Object.fromEntries(Object.entries({org, year}).filter(([, value]) => value));

export async function load({ask, query}) {
  const of = asked(query);
  const [progress, work, below] = await Promise.all([
    ask('readProgress', {query: of}),
    ask('readWork', {query: of}),
    ask('listProgress', {query: {...of, direct: true, ...(query.after ? {after: query.after} : {})}}),
  ]);
  return {progress, work, below};
}

export function view(desk, {progress, work, below}) {
  const {org, year, task, stages, milestones, forecast, days} = progress;
  const {activated} = stages;
  return html`
    ${filters(t, desk, [{name: 'year', label: t('p.year'), choices: years().map((each) => [each, each]), none: t('p.thisYear')}])}
    ${facts([
      [t('p.task'), task === undefined ? t('p.noTask') : t(task.fromAbove ? 'p.taskAbove' : 'p.taskOwn', {cards: number(task.cards), documentNo: task.documentNo})],
      [t('stage.activated'), number(activated.cards)],
      [t('p.done'), task === undefined ? undefined : part(activated.cards, task.cards)],
      [t('p.fresh'), t('p.freshIs', {cards: number(activated.newEmployment), share: part(activated.newEmployment, activated.cards)})],
      [t('p.forecast'), task === undefined || forecast === undefined ? undefined : foretold(forecast)],
    ])}
    <div class="doings"><a class="button" href=${href(['progress', org, 'tasks'], {year})}>${t('p.tasks')}</a></div>
    ${milestones === undefined ? html`<p class="faint">${t('p.noMilestones', {year})}</p>` : measured(desk, milestones)}
    ${staged(desk, stages, task)}
    ${others(work)}
    ${daily(days, milestones, task)}
    ${unions(desk, below, year)}`;
}

function foretold({gained, days, reachesOn}) {
  const on = reachesOn === undefined ? t('p.never') : t('p.reaches', {day: day(reachesOn, language)});
  return html`${on} <span class="faint">${t('p.rule', {days, gained: number(gained)})}</span>`;
}

const plain = (desk) => ({...desk, query: {}});

function measured(desk, {documentNo, entries}) {
  return table(t, plain(desk), {
    caption: t('p.milestones', {documentNo}),
    columns: [
      {name: 'day', label: t('p.day'), cell: (each) => day(each.day, language)},
      {name: 'permille', label: t('p.share'), isNumber: true, cell: ({permille}) => percent(permille)},
      {name: 'cards', label: t('p.wanted'), isNumber: true, cell: ({cards}) => number(cards)},
      {name: 'activated', label: t('p.there'), isNumber: true, cell: ({activated}) => number(activated)},
      {name: 'state', label: t('p.state'), cell: ({state}) => (state === undefined ? '–' : milestoneState(t, state))},
      {name: 'forecast', label: t('p.forecast'), isNumber: true, cell: ({forecast}) => number(forecast)},
    ],
    rows: entries,
    empty: nothing,
  });
}

function staged(desk, stages, task) {
  const most = Math.max(1, task?.cards ?? 0, stages.registered.cards);
  return table(t, plain(desk), {
    caption: t('p.stages'),
    columns: [
      {name: 'stage', label: t('p.stage'), cell: ({stage}) => html`<span>${t(`stage.${stage}`)} <span class="faint">${t(`stageIs.${stage}`)}</span></span>`},
      {name: 'cards', label: t('p.cards'), isNumber: true, cell: ({cards}) => html`<div>${number(cards)}${bar(cards, most)}</div>`},
      {name: 'share', label: t('p.ofTask'), isNumber: true, cell: ({cards}) => (task === undefined ? '–' : part(cards, task.cards))},
      {name: 'fresh', label: t('p.fresh'), isNumber: true, cell: ({cards, newEmployment}) => t('p.freshIs', {cards: number(newEmployment), share: part(newEmployment, cards)})},
    ],
    rows: STAGES.map((stage) => ({stage, ...stages[stage]})),
    empty: nothing,
  });
}

function others({rounds, complaints, names}) {
  return html`<h2>${t('w.title')}</h2>${facts([
    [t('w.rounds'), rounds.wanted === undefined ? number(rounds.held) : t('w.roundsOf', {held: number(rounds.held), wanted: number(rounds.wanted), documentNo: rounds.documentNo})],
    [t('w.complaints'), t('w.complaintsAre', {closed: number(complaints.closed), inTime: number(complaints.inTime), share: part(complaints.inTime, complaints.closed), late: number(complaints.late)})],
    [t('w.names'), html`<a href=${href('responsible')}>${t('w.namesAre', {reported: number(names.reported), wanted: number(names.wanted), overdue: number(names.overdue)})}</a>`],
  ])}`;
}

/** Day by day, folded up: first as a table of the days on which something came, behind it as a line. */
function daily(days, milestones, task) {
  const moved = days.filter((each, i) => STAGES.some((stage) => each[stage] !== (days[i - 1]?.[stage] ?? 0)));
  const marks = (milestones?.entries ?? []).filter(({cards}) => cards !== undefined).map((each) => ({at: each.day, value: each.cards}));
  const [{day: first} = {}] = days;
  return html`<details id="days"><summary><h2>${t('p.days')}</h2></summary>
    <table class="rows"><caption>${t('p.daysAre', {count: moved.length})}</caption>
      <thead><tr><th scope="col">${t('p.day')}</th>${STAGES.map((stage) => html`<th scope="col" class="number">${t(`stage.${stage}`)}</th>`)}</tr></thead>
      <tbody>${moved.map((each) => html`<tr><th scope="row" data-label=${t('p.day')}>${day(each.day, language)}</th>${STAGES.map(
        (stage) => html`<td class="number" data-label=${t(`stage.${stage}`)}>${number(each[stage])}</td>`)}</tr>`)}</tbody></table>
    ${days.length < 2 ? nothing : curve({
      values: days.map(({day: at, activated}) => ({at, value: activated})),
      marks,
      from: first,
      to: `${first.slice(0, 4)}-12-31`,
      most: Math.max(1, task?.cards ?? 0, ...days.map(({activated}) => activated)),
      label: t(marks.length === 0 ? 'p.curve' : 'p.curveMarks'),
    })}</details>`;
}

function unions(desk, {org, unions: rows, milestone, next}, year) {
  const column = (stage) => ({name: stage, label: t(`stage.${stage}`), isNumber: true, value: ({stages}) => stages[stage].cards, cell: ({stages}) => number(stages[stage].cards)});
  return html`<h2>${t('p.unions')}</h2>${milestone === undefined ? nothing : html`<p class="hint">${t('p.behindIs', {day: day(milestone.day, language), share: percent(milestone.permille)})}</p>`}
    ${table(t, desk, {
      caption: t('p.below'),
      csv: addressOf('listProgress', {query: {org, year, format: 'csv'}}),
      columns: [
        {name: 'union', label: t('p.union'), value: ({name}) => name, cell: ({org: code, name}) => html`<a href=${href('progress', {org: code, year})}>${name}</a>`},
        {name: 'task', label: t('p.task'), isNumber: true, value: ({task}) => task ?? -1, cell: ({task}) => number(task)},
        ...STAGES.map(column),
        {name: 'done', label: t('p.done'), isNumber: true, value: ({permille}) => permille ?? -1, cell: ({permille}) => (permille === undefined ? '–' : html`<div>${percent(permille)}${bar(permille, 1000)}</div>`)},
        {name: 'behind', label: t('p.behind'), isNumber: true, value: ({behind}) => behind ?? -1, cell: ({behind}) => number(behind)},
      ],
      rows,
      next,
      empty: t('p.noBelow'),
    })}`;
}
