// An activation code for a till: shown once.

import {href} from '../../desk/place.js';
import {time} from '../../kit/figures.js';
import {paper} from '../../kit/form.js';
import {html} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';

const t = await wordsOf('desk', 'shop', 'shop.terminals');

const GROUP = /.{1,4}/g;

export const title = (desk) => t('code.title', {terminal: desk.path.terminal});

export function view(desk) {
  return html`<p class="intro">${t('code.intro')}</p>
    ${paper(t, desk, {
      fields: [],
      words: 'code',
      warning: html`<p>${t('code.warning', {terminal: desk.path.terminal})}</p>`,
      send: () => desk.ask('issueActivationCode', {path: desk.path, body: {}}),
      done: ({code, expiresAt}) => html`<h2>${t('code.done')}</h2>
        <p class="big-code" id="code">${code.match(GROUP).join(' ')}</p>
        <p>${t('code.next', {terminal: desk.path.terminal, time: time(new Date(expiresAt), language).slice(0, -3)})}</p>`,
    })}
    <div class="doings"><a class="button" href=${href('terminals')}>${t('code.back')}</a></div>`;
}
