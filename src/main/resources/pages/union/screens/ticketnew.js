// A ticket is opened: a problem or a suggestion, perhaps in place of others that say the same.

import {paper} from '../../kit/form.js';
import {html} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';

const t = await wordsOf('desk', 'union', 'union.tickets');
const NUMBERS = /^\s*([0-9A-HJKMNP-TV-Z]{12}[\s,，、]*)*$/;

export const title = () => t('ticket.add');

/** Open tickets that are with this union: they can be taken together. */
export async function load({ask, me}) {
  const {tickets} = await ask('listTickets');
  return tickets.filter(({state, holder}) => state === 'OPEN' && holder === me.org);
}

export function view(desk, open) {
  const merging = open.length === 0 ? [] : [
    {name: 'tickets', kind: 'several', isOptional: true, hasHint: true, choices: open.map(({ticket, title: said}) => [ticket, `${said} ${ticket}`])}];
  return html`<p class="intro">${t('ticket.intro')}</p>${paper(t, desk, {
    words: 'ticketForm',
    fields: [
      {name: 'kind', kind: 'choice', choices: ['PROBLEM', 'SUGGESTION'].map((each) => [each, t(`ticketKind.${each}`)])},
      {name: 'title', kind: 'text', max: 100},
      {name: 'text', kind: 'long', max: 2000, hasHint: true},
      ...merging,
      {name: 'complaints', kind: 'long', isOptional: true, hasHint: true, max: 1500, rows: 2, pattern: NUMBERS},
    ],
    send: ({complaints, ...body}) => desk.ask('openTicket', {body: {...body, ...(complaints === undefined ? {} : {complaints: complaints.split(/[\s,，、]+/)})}}),
    done: ({ticket}) => html`<p><strong>${t('ticket.done')}</strong></p><p><a href=${href(['tickets', ticket])}>${ticket}</a></p>`,
  })}
  <p><a href=${href('tickets')}>${t('t.all')}</a></p>`;
}
