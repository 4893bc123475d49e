// Files for a province that takes no calls: the next one is made here, and what became of those before.

import {time} from '../../kit/figures.js';
import {table} from '../../kit/table.js';
import {html, nothing} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {act} from '../act.js';
import {number} from '../progress.js';
import {fileState} from '../provincefiles.js';

const t = await wordsOf('desk', 'union', 'union.province');
const to = (file) => html`<a href=${href(['province', 'files', String(file)])}>${t('file.one', {no: file})}</a>`;

export const title = () => t('files');

export const load = ({ask, query: {before}}) => ask('listProvinceFiles', {query: before ? {before} : {}});

/** What has just been made stands at the top of what was there. */
const withMade = ({answer}, files) => (answer === undefined ? files : [answer, ...files.filter(({file}) => file !== answer.file)]);

export const view = (desk, {files, next}) => html`<p class="intro">${t('files.intro')}</p>
  ${desk.may('makeProvinceFile') ? act(t, desk, {
    submit: t('files.make'),
    before: nothing,
    send: () => desk.ask('makeProvinceFile', {body: {}}),
    done: ({file, cards}) => html`<p><strong>${t('files.made', {cards})}</strong></p><p>${to(file)}</p>`,
  }) : nothing}
  ${table(t, desk, {
    caption: t('files'),
    columns: [
      {name: 'file', label: t('file.no'), value: ({file}) => file, cell: ({file}) => html`<span class="whole">${to(file)}</span>`},
      {name: 'state', label: t('pr.state'), value: ({state}) => state, cell: (each) => fileState(t, each)},
      {name: 'made', label: t('file.made'), value: ({madeAt}) => madeAt, cell: ({madeAt}) => time(new Date(madeAt), language)},
      {name: 'cards', label: t('file.cards'), isNumber: true, value: ({cards}) => cards, cell: ({cards}) => number(cards)},
      {name: 'left', label: t('file.left'), isNumber: true, value: ({left}) => left, cell: ({left}) => number(left)},
      {name: 'refused', label: t('pr.refused'), isNumber: true, value: ({refused}) => refused, cell: ({refused}) => number(refused)},
    ],
    rows: withMade(desk.draft, files),
    next,
    cursor: 'before',
    empty: t('files.none'),
  })}
  <p><a href=${href('province')}>${t('menu.province')}</a></p>`;
