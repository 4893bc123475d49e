// A correction is asked for, or decided upon by somebody else.

import {href} from '../../desk/place.js';
import {paper} from '../../kit/form.js';
import {html} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';

const t = await wordsOf('desk', 'union', 'money');
const REASON = {name: 'reason', kind: 'long', max: 500, hasHint: true};
const ACTS = ['ask', 'decide'];

export const title = ({path: {what}}) => (ACTS.includes(what) ? t(what === 'ask' ? 'entry.correct' : 'entry.decide') : t('problem'));

export function view(desk) {
  const {entry, what} = desk.path;
  const back = html`<p><a href=${href(['settlement', 'entries'])}>${t('entry.back')}</a></p>`;
  if (!ACTS.includes(what)) {
    return html`<p class="problem">${t('batch.notPossible')}</p>${back}`;
  }
  const isAsked = what === 'ask';
  return html`<p class="intro">${t('entry.about', {no: entry})}</p>${paper(t, desk, {
    words: isAsked ? 'reasonForm' : 'decideForm',
    fields: isAsked ? [REASON] : [{name: 'decision', kind: 'choice', choices: ['CONFIRM', 'REFUSE'].map((each) => [each, t(`decision.${each}`)])}, REASON],
    warning: html`<p class="reason">${t('entry.warning')}</p>`,
    send: (body) => (isAsked ? desk.ask('askCorrection', {path: {entry}, body}) : desk.ask('decideCorrection', {path: {correction: entry}, body})),
    done: ({state}) => html`<p><strong>${t(`correction.${state}`)}</strong></p>`,
  })}${back}`;
}
