// One complaint: what the union asks, what the merchant has said, and what it says now.

import {href} from '../../desk/place.js';
import {time} from '../../kit/figures.js';
import {paper} from '../../kit/form.js';
import {facts, timeLine} from '../../kit/summary.js';
import {html, nothing} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';
import {clock, stateOf} from '../hearing.js';
import {own} from '../own.js';

const t = await wordsOf('desk', 'shop', 'shop.voice');

const FIELDS = [{name: 'text', kind: 'long', max: 2000, hasHint: true}];
const SAYS_MAX = 5;

export const title = (desk) => t('complaint.one', {no: desk.path.complaint});

export const load = (desk) => own(desk, 'readMerchantComplaint', {path: desk.path});

export function view(desk, complaint) {
  const isAsked = complaint.state === 'ANSWERING' && complaint.says < SAYS_MAX;
  return html`
    <p>${stateOf(t, complaint)}</p>
    ${facts([
      [t('complaint.kind'), t(`complaint.kind.${complaint.kind}`)],
      [t('complaint.opened'), complaint.openedOn],
      [t('complaint.owner'), complaint.ownerName],
      [t('complaint.clock'), clock(t, complaint)],
      [t('complaint.upheld'), complaint.upheld === undefined ? undefined : t(complaint.upheld ? 'complaint.right' : 'complaint.wrong')],
      [t('complaint.closed'), complaint.closedOn],
    ])}
    <p class="hint">${t('complaint.who')}</p>
    <h2>${t('complaint.words')}</h2>
    ${timeLine(t('complaint.words'), complaint.words.map(({step, at, text}) => ({
      at: time(new Date(at), language).slice(0, -3),
      what: t(`complaint.${step}`),
      more: text ?? t('complaint.askedFor'),
    })))}
    ${isAsked || desk.query.stage === 'done' ? html`<h2>${t('say.title')}</h2>${statement(desk)}` : html`<p class="hint">${t(
      complaint.state === 'ANSWERING' ? 'say.enough' : 'say.notAsked')}</p>`}
    <div class="doings"><a class="button" href=${href('complaints')}>${t('complaint.toAll')}</a>
      ${desk.query.stage === 'done' && isAsked ? html`<button type="button" id="more" @click=${() => more(desk)}>${t('say.more')}</button>` : nothing}</div>`;
}

function statement(desk) {
  return paper(t, desk, {
    fields: FIELDS,
    words: 'say',
    warning: html`<p class="problem">${t('say.warning')}</p>`,
    send: (body) => desk.ask('takeComplaintStep', {path: desk.path, body: {step: 'SAY', ...body}}),
    done: () => html`<h2>${t('say.done')}</h2><p>${t('say.next')}</p>`,
  });
}

function more(desk) {
  desk.forget();
  desk.filter({stage: ''});
}
