// A year's days off and worked weekends are entered from the State Council's notice, one day a line.

import {Refused} from '../../kit/call.js';
import {paper} from '../../kit/form.js';
import {html} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';

const DAYS = /^(\s*\d{4}-\d{2}-\d{2}[\s,，、]*)*$/;
const t = await wordsOf('desk', 'union', 'union.calendar');

export const title = () => t('calendar.enter');

const daysOf = (text = '') => text.split(/[\s,，、]+/).filter((day) => day !== '');

/** A day that is none, or of another year: each field tells of its first. */
function look(year, all) {
  for (const [field, days] of Object.entries(all)) {
    const day = days.find((each) => !each.startsWith(`${year}-`) || Number.isNaN(Date.parse(each)) || new Date(each).toISOString().slice(0, 10) !== each);
    if (day !== undefined) {
      const said = t('calendar.notOfYear', {day, year});
      throw new Refused(400, {title: said, detail: said, nextAction: '', field});
    }
  }
}

export function view(desk) {
  const {draft} = desk;
  return html`${paper(t, desk, {
    words: 'calendar',
    fields: [
      {name: 'year', kind: 'number', min: 2026, max: 2100, initial: desk.query.year ?? ''},
      {name: 'source', kind: 'text', max: 200, hasHint: true},
      {name: 'holidays', kind: 'long', rows: 12, max: 1500, pattern: DAYS, hasHint: true},
      {name: 'workdays', kind: 'long', rows: 5, max: 1500, pattern: DAYS, isOptional: true, hasHint: true},
    ],
    look: async ({year, holidays, workdays}) => {
      look(year, {holidays: daysOf(holidays), workdays: daysOf(workdays)});
      draft.counts = {holidays: daysOf(holidays).length, workdays: daysOf(workdays).length};
    },
    warning: html`<p class="reason">${t('calendar.warning', draft.counts)}</p>`,
    send: ({holidays, workdays, ...body}) => desk.ask('enterWorkingDays', {body: {...body, holidays: daysOf(holidays), workdays: daysOf(workdays)}}),
    done: ({year}) => html`<p><strong>${t('calendar.done', {year})}</strong></p>`,
  })}
  <p><a href=${href('calendar')}>${t('menu.calendar')}</a></p>`;
}
