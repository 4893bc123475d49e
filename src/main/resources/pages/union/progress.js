// What the screens of progress have in common.

import {stateWord} from '../kit/summary.js';

export const STAGES = ['registered', 'verified', 'bound', 'activated', 'used'];

const MILESTONES = {REACHED: 'good', MISSED: 'bad', OPEN: 'wait'};

export const milestoneState = (t, state) => stateWord(t(`milestone.${state}`), MILESTONES[state]);

/** So many, with commas between the thousands. */
export const number = (many) => (many === undefined ? '–' : many.toLocaleString('en-US'));

/** Thousandths as per cent. */
export const percent = (permille) => `${(permille / 10).toFixed(permille % 10 === 0 ? 0 : 1)}%`;

/** A part of a whole as per cent; nothing of nothing is none. */
export const part = (of, whole) => (whole === 0 ? '–' : percent(Math.round((1000 * of) / whole)));

/** The years that can be asked for, the latest first. */
export function years() {
  const now = Number(new Intl.DateTimeFormat('en', {year: 'numeric', timeZone: 'Asia/Shanghai'}).format(new Date()));
  return Array.from({length: Math.max(1, now - 2022)}, (_, i) => String(now - i));
}
