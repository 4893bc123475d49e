// What the screens of notices have in common.

import {stateWord} from '../kit/summary.js';
import {number, percent} from './progress.js';

export const KINDS = ['COMMENDATION', 'CIRCULAR', 'CRITICISM'];
export const MEASURES = ['DONE_PERMILLE', 'ACTIVATED', 'USED_PERMILLE', 'BEHIND'];
export const RELATIONS = ['AT_LEAST', 'BELOW', 'HIGHEST', 'LOWEST'];

const TONES = {DRAFT: 'new', APPROVED: 'wait', PUBLISHED: 'good', DROPPED: 'off'};

export const noticeState = (t, state) => stateWord(t(`notice.${state}`), TONES[state]);

/** A share is typed as per cent, and means thousandths. */
export const thousandths = ({measure, relation, value}) => (measure.endsWith('PERMILLE') && !['HIGHEST', 'LOWEST'].includes(relation) ? 10 * value : value);

/** What the notice's measure gives of a union. */
export const figureOf = ({measure}, figure) => (measure.endsWith('PERMILLE') ? percent(figure) : number(figure));

/** The criteria in words. */
export function criteriaOf(t, {direct, measure, relation, value}) {
  const of = ['HIGHEST', 'LOWEST'].includes(relation) ? value : figureOf({measure}, value);
  return t(`relation.${relation}`, {among: t(direct ? 'n.direct' : 'n.all'), measure: t(`measure.${measure}`), value: of});
}
