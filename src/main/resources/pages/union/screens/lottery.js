// A lottery as it is published, and drawn once more in this browser.

import {isSeedOf, winners} from '../../code/draw.js';
import {facts} from '../../kit/summary.js';
import {html, nothing} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {minute} from '../rounds.js';

const TICKETS_MAX = 200_000;
const t = await wordsOf('desk', 'union', 'union.rounds');

export const title = () => t('lottery.title');

export async function load({ask, path}) {
  const lottery = await ask('readLottery', {path});
  return {lottery, verdict: lottery.seed === undefined ? null : await drawnAgain(lottery)};
}

async function drawnAgain(lottery) {
  if (lottery.tickets > TICKETS_MAX) {
    return {said: t('lottery.tooMany', {most: TICKETS_MAX})};
  }
  if (!(await isSeedOf(lottery.seed, lottery.seedHash))) {
    return {said: t('lottery.seedDiffers'), isBad: true};
  }
  const again = await winners(lottery, Math.floor(lottery.most / lottery.each));
  const isSame = String(again.sort((a, b) => a - b)) === String(lottery.winners);
  return isSame ? {said: t('lottery.good', {count: again.length}), isGood: true} : {said: t('lottery.winnersDiffer'), isBad: true};
}

function said(verdict) {
  if (verdict === null) {
    return html`<p class="reason">${t('lottery.notYet')}</p>`;
  }
  const {isGood = false, isBad = false} = verdict;
  return html`<div class="verdict ${isGood ? 'good' : isBad ? 'bad' : 'wait'}" id="verdict" role="status">
    <span class="sign" aria-hidden="true">${isGood ? '✔' : isBad ? '✘' : '…'}</span><div><p><strong>${verdict.said}</strong></p></div></div>`;
}

export const view = (desk, {lottery, verdict}) => html`<p class="intro">${t('lottery.intro')}</p>${said(verdict)}
  ${facts([
    [t('r.name'), lottery.name],
    [t('r.opens'), minute(lottery.opensAt)],
    [t('r.closes'), minute(lottery.closesAt)],
    [t('r.tickets'), t('r.ticketsIs', {count: lottery.tickets})],
    [t('lottery.hash'), html`<code class="hash">${lottery.seedHash}</code>`],
    [t('lottery.seed'), lottery.seed === undefined ? undefined : html`<code class="hash">${lottery.seed}</code>`],
    [t('lottery.witness'), lottery.witness],
    [t('lottery.drawnAt'), minute(lottery.drawnAt)],
    [t('lottery.winners'), lottery.winners === undefined ? undefined : t('lottery.winnersAre', {count: lottery.winners.length})],
  ])}
  ${lottery.winners === undefined ? nothing : html`<details id="winners"><summary>${t('lottery.winners')}</summary><p>${lottery.winners.join(' ')}</p></details>`}
  <p><a href=${href(['rounds', String(lottery.round)])}>${t('r.back', {name: lottery.name})}</a></p>`;
