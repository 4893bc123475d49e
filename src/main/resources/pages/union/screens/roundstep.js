// A round is approved, stopped, finished or drawn: what that does, why, checked, done.

import {paper} from '../../kit/form.js';
import {html} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {STEPS, possible, roundState} from '../rounds.js';

const t = await wordsOf('desk', 'union', 'union.rounds');

export const title = ({path}) => (path.step in STEPS ? t(`do.${path.step}`) : t('problem'));

export const load = ({ask, path: {round}}) => ask('readRound', {path: {round}});

export function view(desk, there) {
  const {step} = desk.path;
  const back = html`<p><a href=${href(['rounds', String(there.round)])}>${t('r.back', {name: there.name})}</a></p>`;
  if (!(step in STEPS) || (desk.query.stage !== 'done' && !possible(desk, there).includes(step))) {
    return html`<p class="problem">${t(step === 'APPROVE' && there.preparedBy === desk.me.login ? 'r.samePerson' : 'r.notPossible')}</p>${back}`;
  }
  const witness = {name: 'witness', kind: 'text', max: 100, hasHint: true};
  return html`<p class="intro">${there.name} · ${t(`way.${there.way}`)} · ${t('r.grantedOf', there)}</p>${paper(t, desk, {
    words: 'step',
    fields: [...(step === 'DRAW' ? [witness] : []), {name: 'reason', kind: 'long', max: 500, hasHint: true}],
    warning: html`<p class="reason">${t(`warn.${step}`)}</p>`,
    send: (body) => desk.ask('takeRoundStep', {path: {round: there.round}, body: {step, ...body}}),
    done: (moved) => html`<p><strong>${t('step.done', {step: t(`do.${step}`)})}</strong></p><p>${t('step.now')} ${roundState(t, moved.state)}</p>`,
  })}${back}`;
}
