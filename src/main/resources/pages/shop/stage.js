// What a decision is called.

import {stateWord} from '../kit/summary.js';

export function stageOf(t, {stage, effect, endedAt}) {
  if (endedAt !== undefined) {
    return stateWord(t('stage.ended', {stage: t(`stage.${stage}`)}), 'off');
  }
  const tone = stage === 'WARN' ? 'wait' : 'bad';
  return stateWord(effect === 'PROPOSED' ? t('stage.proposed', {stage: t(`stage.${stage}`)}) : t(`stage.${stage}`), tone);
}
