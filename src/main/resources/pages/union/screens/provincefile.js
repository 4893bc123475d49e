// One file for the province: to be taken there, and what its receipts said.

import {addressOf} from '../../kit/call.js';
import {time} from '../../kit/figures.js';
import {facts} from '../../kit/summary.js';
import {html, nothing} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {number} from '../progress.js';
import {fileState} from '../provincefiles.js';

const t = await wordsOf('desk', 'union', 'union.province');
const at = (instant) => time(new Date(instant), language);

export const title = (desk) => t('file.one', {no: desk.path.provinceFile});

export const load = ({ask, path: {provinceFile}}) => ask('getProvinceFile', {path: {provinceFile}});

export function view(desk, {file, state, madeBy, madeAt, cards, taken, refused, left, receipts, strange, sm3, endedAt, reason}) {
  const path = {provinceFile: file};
  const to = (what, operation, isPrimary) => (desk.may(operation)
    ? html`<a class=${isPrimary ? 'button primary' : 'button'} id=${what} href=${href(['province', 'files', String(file), what])}>${t(`file.${what}`)}</a>`
    : nothing);
  return html`<p>${fileState(t, {state})}</p>
    <div class="doings">
      <a class="button" download href=${addressOf('getProvinceFile', {path, query: {format: 'csv'}})}>${t('file.csv')}</a>
      <a class="button" download=${`province-${file}.json`} href=${addressOf('signProvinceFile', {path})}>${t('file.signature')}</a>
      ${left > 0 ? to('receipt', 'readProvinceReceipt', true) : nothing}
      ${state === 'OPEN' ? to('end', 'endProvinceFile') : nothing}</div>
    ${facts([
      [t('file.made'), `${madeBy} · ${at(madeAt)}`],
      [t('file.cards'), number(cards)],
      [t('file.taken'), number(taken)],
      [t('pr.refused'), number(refused)],
      [t('file.left'), number(left)],
      [t('file.receipts'), number(receipts)],
      ...(strange === 0 ? [] : [[t('file.strange'), number(strange)]]),
      ['SM3', html`<span class="hash">${sm3}</span>`],
      ...(endedAt === undefined ? [] : [[t('file.ended'), `${at(endedAt)} · ${reason}`]]),
    ])}
    <p><a href=${href(['province', 'files'])}>${t('files')}</a></p>`;
}
