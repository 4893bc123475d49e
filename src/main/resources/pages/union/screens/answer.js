// An appeal is answered, by somebody of a level above.

import {paper} from '../../kit/form.js';
import {html} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';

const t = await wordsOf('desk', 'union', 'union.supervision');

export const title = () => t('answer.add');

export const load = ({ask, path}) => ask('readDecision', {path});

export function view(desk, {decision, merchantName, appealReason, answer}) {
  const back = html`<p><a href=${href(['supervision', String(decision)])}>${t('d.back')}</a></p>`;
  if (!answer.isOpen || answer.refusal !== undefined) {
    const {title: said, detail} = answer.refusal ?? {};
    return html`<p class="problem">${said === undefined ? t('answer.none') : language === 'zh' ? said : detail}</p>${back}`;
  }
  return html`<p class="intro">${t('answer.intro', {merchant: merchantName})}</p><blockquote>${appealReason}</blockquote>${paper(t, desk, {
    words: 'answer',
    fields: [
      {name: 'verdict', kind: 'choice', choices: ['UPHELD', 'OVERTURNED'].map((each) => [each, t(`verdict.${each}`)]), hasHint: true},
      {name: 'reason', kind: 'long', max: 500},
      {name: 'documentNo', kind: 'documentNo', max: 60},
    ],
    send: (body) => desk.ask('answerAppeal', {path: desk.path, body}),
    done: ({verdict}) => html`<p><strong>${t('answer.done', {verdict: t(`verdict.${verdict}`)})}</strong></p>`,
  })}${back}`;
}
