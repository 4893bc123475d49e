// A complaint for somebody who came to the union instead of complaining himself.

import {paper} from '../../kit/form.js';
import {facts} from '../../kit/summary.js';
import {until} from '../../kit/figures.js';
import {html} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {KINDS, choicesOf} from '../complaints.js';

const t = await wordsOf('desk', 'union', 'union.complaints');

export const title = () => t('open');

export function view(desk) {
  return html`<p class="intro">${t('open.intro')}</p>${paper(t, desk, {
    words: 'openForm',
    fields: [
      {name: 'merchantNo', kind: 'text', pattern: /^\d{15}$/, hasHint: true, initial: desk.query.merchantNo ?? ''},
      {name: 'kind', kind: 'choice', choices: choicesOf(t, 'kind', KINDS)},
      {name: 'text', kind: 'long', max: 2000, hasHint: true},
    ],
    warning: html`<p>${t('open.warning')}</p>`,
    send: ({merchantNo, ...body}) => desk.ask('openComplaintForSomebody', {path: {merchantNo}, body}),
    done: ({complaint, token, deadline}) => html`<p><strong>${t('open.done')}</strong></p><p>${t('open.once')}</p>
      ${facts([
        [t('c.no'), html`<a href=${href(['complaints', complaint])}>${complaint}</a>`],
        [t('open.token'), html`<code class="once">${token}</code>`],
        [t('c.deadline'), until(deadline, language)],
      ])}`,
  })}
  <p><a href=${href('complaints')}>${t('c.all')}</a></p>`;
}
