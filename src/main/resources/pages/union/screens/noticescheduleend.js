// A schedule of notices is ended.

import {html} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {act} from '../act.js';

const t = await wordsOf('desk', 'union', 'union.notices');

export const title = () => t('ns.end');

export const load = async () => ({});

export function view(desk) {
  return html`${act(t, desk, {
    submit: t('ns.end'),
    before: html`<p class="reason">${t('ns.endWarning')}</p>`,
    send: () => desk.ask('endNoticeSchedule', {path: {schedule: desk.path.schedule}, body: {}}),
    done: ({title: said}) => html`<p>${said} · ${t('ns.ended')}</p>`,
  })}<p><a href=${href(['notices', 'schedules'])}>${t('ns.title')}</a></p>`;
}
