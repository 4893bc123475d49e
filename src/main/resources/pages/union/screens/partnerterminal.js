// A terminal is placed with a partner, or taken away.

import {paper} from '../../kit/form.js';
import {html} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';

const t = await wordsOf('desk', 'union', 'union.partners');

export const title = () => t('pa.place');

export const load = ({ask, path: {partner}}) => ask('getPartner', {path: {partner}});

export function view(desk, {partner, name}) {
  return html`<p class="intro">${t('placing.intro')}</p>${paper(t, desk, {
    words: 'placing',
    fields: [
      {name: 'terminal', kind: 'text', pattern: /^[A-Z0-9]{8}$/, hasHint: true},
      {name: 'placed', kind: 'choice', choices: [['YES', t('placing.yes')], ['NO', t('placing.no')]], initial: 'YES'},
    ],
    send: ({terminal, placed}) => desk.ask('placePartnerTerminal', {path: {partner}, body: {terminal, placed: placed === 'YES'}}),
    done: () => html`<p><strong>${t('placing.done')}</strong></p>`,
  })}<p><a href=${href(['partners', partner])}>${name}</a></p>`;
}
