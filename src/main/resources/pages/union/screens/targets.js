// How a union hands its task down: what is in force, what is drafted, and what is still missing.

import {time} from '../../kit/figures.js';
import {table} from '../../kit/table.js';
import {facts, stateWord} from '../../kit/summary.js';
import {html, nothing} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {number} from '../progress.js';

const t = await wordsOf('desk', 'union', 'union.progress');
const at = (instant) => time(new Date(instant), language);

export const title = () => t('p.tasks');

export const load = ({ask, path: {org}, query: {year}}) => ask('readTargets', {path: {org}, query: year ? {year} : {}});

export function view(desk, {org, year, task, issued, draft, unions}) {
  const to = (what) => href(['progress', org, 'tasks', what], {year});
  return html`
    <p class="intro">${t('g.intro', {year})}</p>
    ${facts([[t('p.task'), task === undefined ? t('p.noTask') : t(task.fromAbove ? 'p.taskAbove' : 'p.taskOwn', {cards: number(task.cards), documentNo: task.documentNo})]])}
    ${issued?.inStep === false ? html`<p class="reason">${t('g.outOfStep', {handedDown: number(issued.handedDown), cards: number(task?.cards)})}</p>` : nothing}
    <div class="doings">${desk.may('draftTargets') ? html`<a class="button primary" href=${to('draft')}>${t('g.draft')}</a>` : nothing}
      ${draft !== undefined && desk.may('issueTargets') && draft.preparedBy !== desk.me.login ? html`<a class="button primary" href=${to('issue')}>${t('g.issue')}</a>` : nothing}
      ${desk.may('setMilestones') ? html`<a class="button" href=${href(['progress', org, 'milestones'], {year})}>${t('g.milestones')}</a>` : nothing}</div>
    ${draft === undefined ? nothing : html`<h2>${t('g.drafted')}</h2>${plan(draft)}`}
    ${issued === undefined ? nothing : html`<h2>${t('g.issued')}</h2>${plan(issued)}`}
    ${table(t, desk, {
      caption: t('g.shares'),
      columns: [
        {name: 'union', label: t('p.union'), value: ({name}) => name, cell: ({name, org: code}) => html`<span>${name} <span class="faint">${code}</span></span>`},
        {name: 'issued', label: t('g.issued'), isNumber: true, value: (each) => each.issued ?? -1, cell: (each) => number(each.issued)},
        {name: 'drafted', label: t('g.drafted'), isNumber: true, value: (each) => each.drafted ?? -1, cell: (each) => number(each.drafted)},
      ],
      rows: unions,
      empty: t('p.noBelow'),
    })}
    <p><a href=${href('progress', {org, year})}>${t('menu.progress')}</a></p>`;
}

function plan({edition, cards, handedDown, documentNo, preparedBy, preparedAt, issuedBy, issuedAt}) {
  return facts([
    [t('g.edition'), edition],
    [t('p.task'), number(cards)],
    [t('g.sum'), html`${number(handedDown)} ${handedDown === cards ? stateWord(t('g.addsUp'), 'good') : stateWord(t(handedDown < cards ? 'g.missing' : 'g.tooMany', {cards: number(Math.abs(cards - handedDown))}), 'bad')}`],
    [t('g.documentNo'), documentNo],
    [t('g.preparedBy'), `${preparedBy} · ${at(preparedAt)}`],
    [t('g.issuedBy'), issuedBy === undefined ? undefined : `${issuedBy} · ${at(issuedAt)}`],
  ]);
}
