// A file whose receipt does not come is given up: its cards go with the next one.

import {paper} from '../../kit/form.js';
import {html} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {fileState} from '../provincefiles.js';

const t = await wordsOf('desk', 'union', 'union.province');

export const title = () => t('file.end');

export const load = ({ask, path: {provinceFile}}) => ask('getProvinceFile', {path: {provinceFile}});

export const view = (desk, {file, cards, left}) => html`<p class="intro">${t('file.about', {no: file, cards, left})}</p>
  ${paper(t, desk, {
    words: 'fileEnd',
    fields: [{name: 'reason', kind: 'long', max: 500, hasHint: true}],
    warning: html`<p class="reason">${t('file.endWarn', {left})}</p>`,
    send: (body) => desk.ask('endProvinceFile', {path: {provinceFile: desk.path.provinceFile}, body}),
    done: (now) => html`<p>${fileState(t, now)}</p><p><strong>${t('file.endDone', {taken: now.taken, refused: now.refused, left: now.left})}</strong></p>`,
  })}
  <p><a href=${href(['province', 'files', String(file)])}>${t('file.one', {no: file})}</a></p>`;
