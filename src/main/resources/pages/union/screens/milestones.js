// Milestones of a year are set: a day and how many per cent, line by line.

import {Refused} from '../../kit/call.js';
import {paper} from '../../kit/form.js';
import {html} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {percent} from '../progress.js';

const t = await wordsOf('desk', 'union', 'union.progress');
const LINE = /^\s*(\d{4}-\d{2}-\d{2})[\s,，:：]+(\d{1,3}(?:\.\d)?)\s*[%％]?\s*$/;

export const title = () => t('g.milestones');

export const load = ({ask, path: {org}, query: {year}}) => ask('readProgress', {query: {org, ...(year ? {year} : {})}});

function entriesOf(text) {
  return text.split('\n').filter((line) => line.trim() !== '').map((line) => {
    const [, day, share] = LINE.exec(line) ?? [];
    if (day === undefined) {
      const said = t('ms.line', {line});
      throw new Refused(400, {title: said, detail: said, nextAction: '', field: 'milestones'});
    }
    return {day, permille: Math.round(10 * Number(share))};
  });
}

export function view(desk, {org, name, year, milestones}) {
  const lines = (milestones?.entries ?? []).map(({day, permille}) => `${day} ${percent(permille)}`).join('\n');
  return html`<p class="intro">${t('ms.intro', {name, year})}</p>${paper(t, desk, {
    words: 'milestoneForm',
    fields: [
      {name: 'documentNo', kind: 'documentNo', max: 60},
      {name: 'milestones', kind: 'long', rows: 8, max: 1000, initial: lines, hasHint: true},
      {name: 'rounds', kind: 'number', max: 10_000, isOptional: true, hasHint: true, initial: milestones?.rounds ?? ''},
    ],
    look: async (body) => entriesOf(body.milestones),
    warning: html`<p class="reason">${t('ms.warning')}</p>`,
    send: (body) => desk.ask('setMilestones', {path: {org}, body: {...body, year, milestones: entriesOf(body.milestones)}}),
    done: () => html`<p><strong>${t('ms.done')}</strong></p>`,
  })}
  <p><a href=${href('progress', {org, year})}>${t('menu.progress')}</a></p>`;
}
