// A task is handed down: drafted line by line, or the draft put in force by somebody else.

import {Refused} from '../../kit/call.js';
import {paper} from '../../kit/form.js';
import {html, nothing} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {act} from '../act.js';
import {number} from '../progress.js';

const t = await wordsOf('desk', 'union', 'union.progress');
const LINE = /^\s*([A-Za-z0-9._-]{1,32})[\s,，:：]+(\d{1,10})(?:\s.*)?$/;

export const title = ({path}) => t(path.what === 'issue' ? 'g.issue' : 'g.draft');

export const load = ({ask, path: {org}, query: {year}}) => ask('readTargets', {path: {org}, query: year ? {year} : {}});

/** What is written in the lines: `code cards`, whatever stands behind. */
function sharesOf(text = '', unions) {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const wrong = (said) => new Refused(400, {title: said, detail: said, nextAction: '', field: 'shares'});
  return lines.map((line) => {
    const [, org, cards] = LINE.exec(line) ?? [];
    if (org === undefined) {
      throw wrong(t('g.line', {line}));
    }
    if (!unions.some((each) => each.org === org)) {
      throw wrong(t('g.notBelow', {org}));
    }
    return {org, cards: Number(cards)};
  });
}

export function view(desk, found) {
  const {org, year, draft, unions, task, issued} = found;
  const back = html`<p><a href=${href(['progress', org, 'tasks'], {year})}>${t('p.tasks')}</a></p>`;
  if (desk.path.what === 'issue') {
    return html`${draft === undefined && desk.query.stage !== 'done' ? html`<p class="problem">${t('g.noDraft')}</p>` : issue(desk, found)}${back}`;
  }
  const sum = (shares) => shares.reduce((all, {cards}) => all + cards, 0);
  const body = ({shares, ...rest}) => ({year, ...rest, ...(shares === undefined ? {} : {shares: sharesOf(shares, unions)})});
  const lines = unions.map((each) => `${each.org} ${each.drafted ?? each.issued ?? 0} ${each.name}`).join('\n');
  return html`<p class="intro">${t('g.draftIntro', {year})}</p>${paper(t, desk, {
    words: 'targetForm',
    fields: [
      {name: 'cards', kind: 'number', min: 1, max: 1_000_000_000, initial: task?.cards ?? issued?.cards ?? ''},
      {name: 'documentNo', kind: 'documentNo', max: 60, initial: draft?.documentNo ?? ''},
      ...(unions.length === 0 ? [] : [{name: 'shares', kind: 'long', rows: Math.min(24, unions.length + 2), max: 60_000, initial: lines, hasHint: true, isOptional: true}]),
    ],
    look: async (given) => {
      const {cards, shares = []} = body(given);
      desk.draft.difference = cards - sum(shares);
    },
    warning: unions.length === 0 || !desk.draft.difference ? nothing
      : html`<p class="reason">${t(desk.draft.difference > 0 ? 'g.missing' : 'g.tooMany', {cards: number(Math.abs(desk.draft.difference))})} ${t('g.mayDraft')}</p>`,
    send: (given) => desk.ask('draftTargets', {path: {org}, body: body(given)}),
    done: (made) => html`<p><strong>${t('g.draftDone', {edition: made.draft.edition})}</strong></p><p>${t('g.draftNext')}</p>`,
  })}${back}`;
}

function issue(desk, {org, year, draft}) {
  return act(t, desk, {
    submit: t('g.issue'),
    before: draft === undefined ? nothing : html`<p class="intro">${t('g.issueIntro', {year, edition: draft.edition, cards: number(draft.cards)})}</p>
      <p class="reason">${t('g.issueWarning')}</p>`,
    send: () => desk.ask('issueTargets', {path: {org}, body: {year, edition: draft.edition}}),
    done: (made) => html`<p><strong>${t('g.issueDone', {edition: made.issued.edition})}</strong></p>`,
  });
}
