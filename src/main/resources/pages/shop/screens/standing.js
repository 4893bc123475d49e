// Where the merchant stands, why, and the decisions about it.

import {href} from '../../desk/place.js';
import {time, until} from '../../kit/figures.js';
import {facts, stateWord} from '../../kit/summary.js';
import {table} from '../../kit/table.js';
import {html, nothing} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';
import {own} from '../own.js';
import {stageOf} from '../stage.js';

const t = await wordsOf('desk', 'shop', 'shop.standing');

/** Of fewer the gateway has no further page. */
const FEW = 10;

const TONES = {LIVE: 'good', RECTIFYING: 'wait', SUSPENDED: 'bad', TERMINATED: 'off'};

export const title = () => t('menu.standing');

export async function load(desk) {
  const merchant = await own(desk, 'getMerchant');
  const {decisions} = await desk.ask('listDecisions', {query: desk.query.before === undefined ? {} : {before: desk.query.before}});
  return {merchant, decisions};
}

export function view(desk, {merchant, decisions}) {
  const {status, vetoGrounds} = merchant;
  return html`
    <p>${stateWord(t(`state.${status}`), TONES[status] ?? 'new')} ${t(`state.${status}.means`)}</p>
    ${vetoGrounds.length === 0 ? nothing : html`<div class="problem"><strong>${t('veto')}</strong>
      <ul>${vetoGrounds.map((ground) => html`<li>${t(`veto.${ground}`)}</li>`)}</ul>${t('veto.next', {union: merchant.authorisingName})}</div>`}
    ${facts([
      [t('standing.name'), merchant.name],
      [t('standing.no'), merchant.merchantNo],
      [t('standing.code'), merchant.creditCode],
      [t('standing.authorising'), merchant.authorisingName],
      [t('standing.signing'), merchant.signingName],
    ])}
    ${papers(merchant.papers)}
    <h2>${t('decision.all')}</h2>
    ${table(t, desk, {
      caption: t('decision.caption'),
      columns: [
        {name: 'at', label: t('decision.at'), value: (each) => each.at, cell: (each) =>
          html`<a href=${href(['standing', String(each.decision)])}>${time(new Date(each.at), language).slice(0, -3)}</a>`},
        {name: 'stage', label: t('decision.stage'), cell: (each) => stageOf(t, each)},
        {name: 'appeal', label: t('decision.appeal'), cell: (each) => appealOf(each)},
      ],
      rows: decisions,
      cursor: 'before',
      next: decisions.length >= FEW ? String(decisions.at(-1).decision) : undefined,
      empty: t('decision.none'),
    })}`;
}

function papers(all) {
  return all.length === 0 ? nothing : html`<h2>${t('papers')}</h2>${facts(all.map(({kind, number, validUntil}) => [t(`paper.${kind}`),
    validUntil === undefined ? number : t('paper.until', {number, day: validUntil})]))}`;
}

function appealOf({appealUntil, appealedAt, endedAt, verdict}) {
  if (verdict !== undefined) {
    return t(`verdict.${verdict}`);
  }
  if (appealedAt !== undefined) {
    return t('appeal.waits');
  }
  return endedAt !== undefined || Date.parse(appealUntil) < Date.now()
    ? t('appeal.over')
    : t('appeal.until', {time: until(appealUntil, language)});
}
