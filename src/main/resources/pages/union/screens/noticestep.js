// A notice is approved, published, or dropped.

import {html} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {act} from '../act.js';
import {noticeState} from '../notices.js';

const STEPS = ['APPROVE', 'PUBLISH', 'DROP'];
const t = await wordsOf('desk', 'union', 'union.notices');

export const title = ({path}) => (STEPS.includes(path.step) ? t(`do.${path.step}`) : t('problem'));

export const load = ({ask, path: {notice}}) => ask('getNotice', {path: {notice}});

export function view(desk, {notice, title: said, hash, unions}) {
  const {step} = desk.path;
  const back = html`<p><a href=${href(['notices', notice])}>${said}</a></p>`;
  if (!STEPS.includes(step)) {
    return html`<p class="problem">${t('problem.nothing')}</p>${back}`;
  }
  return html`${act(t, desk, {
    submit: t(`do.${step}`),
    before: html`<p class="intro">${said}</p><p class="reason">${t(`warn.${step}`, {unions})}</p>`,
    send: () => desk.ask('takeNoticeStep', {path: {notice}, body: {step, hash}}),
    done: ({state}) => html`<p>${noticeState(t, state)}</p>`,
  })}${back}`;
}
