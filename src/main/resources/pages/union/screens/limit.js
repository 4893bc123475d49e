// A limit is set: by the top union, from a day on; clocks that run keep theirs.

import {paper} from '../../kit/form.js';
import {html} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {KINDS, SEVERITIES, choicesOf} from '../complaints.js';

const t = await wordsOf('desk', 'union', 'union.complaints');

export const title = () => t('limit.add');

export function view(desk) {
  const any = [['*', t('limit.any')]];
  return html`${paper(t, desk, {
    words: 'limit',
    fields: [
      {name: 'clock', kind: 'choice', choices: choicesOf(t, 'limitClock', ['ACCEPT', 'ANSWER', 'EXTEND', 'CONFIRM', 'ESCALATE'])},
      {name: 'kind', kind: 'choice', choices: [...any, ...choicesOf(t, 'kind', KINDS)], initial: '*'},
      {name: 'severity', kind: 'choice', choices: [...any, ...choicesOf(t, 'severity', SEVERITIES)], initial: '*'},
      {name: 'amount', kind: 'number', min: 1, max: 400},
      {name: 'unit', kind: 'choice', choices: choicesOf(t, 'unitName', ['WORKING_DAYS', 'WORKING_HOURS'])},
      {name: 'validFrom', kind: 'date', isOptional: true, hasHint: true},
      {name: 'source', kind: 'text', max: 200, hasHint: true},
    ],
    warning: html`<p>${t('limit.warning')}</p>`,
    send: (body) => desk.ask('setComplaintLimit', {body}),
    done: () => html`<p><strong>${t('limit.done')}</strong></p>`,
  })}
  <p><a href=${href(['complaints', 'limits'])}>${t('limits')}</a></p>`;
}
