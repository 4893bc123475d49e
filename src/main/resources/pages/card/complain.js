// A complaint of a purchase: what it is about, in whose words, checked, sent. Its number and token stay on this phone.

import {Refused} from '../kit/call.js';
import {until} from '../kit/figures.js';
import {Sheet, filled, told, wrongs} from '../kit/form.js';
import {facts} from '../kit/summary.js';
import {focusOn, html, nothing} from '../kit/view.js';
import {language} from '../kit/words.js';
import * as purchase from './purchase.js';

/** What a complaint can be about. */
export const KINDS = ['QUALITY', 'SERVICE', 'AFTER_SALES', 'MONEY', 'LABOUR', 'PRIVACY', 'CORRUPTION'];

/** Nobody it is about learns of it: not this phone is told with it, but the receipt. */
const TIP = 'CORRUPTION';
const WORDS_MAX = 2000;

export const title = (t) => t('complain');

export const load = purchase.load;

export function view(t, app, data) {
  const {draft} = app;
  draft.sheet ??= new Sheet([
    {name: 'kind', kind: 'choice', choices: KINDS.map((kind) => [kind, t(`kind.${kind}`)])},
    {name: 'text', kind: 'long', max: WORDS_MAX, hasHint: true},
  ]);
  if (draft.opened !== undefined) {
    return opened(t, draft.opened);
  }
  if (draft.isChecked) {
    return checked(t, app, data);
  }
  return html`
    <p class="intro">${data.purchase?.merchantName ?? ''} · ${t('complain.intro')}</p>
    ${filled(t, draft.sheet, {
      words: 'complain',
      submit: t('form.check'),
      change: app.change,
      send: async () => {
        draft.isChecked = true;
        focusOn('#send');
      },
      others: html`<a class="button" href="#purchase/${data.id}">${t('back')}</a>`,
    })}`;
}

function checked(t, app, data) {
  const {draft} = app;
  const {kind, text} = draft.sheet.body;
  const isTip = kind === TIP;
  const send = async () => {
    if (draft.sheet.isBusy) {
      return;
    }
    draft.sheet.isBusy = true;
    app.change();
    try {
      await complain(app, data, {kind, text}, isTip);
      focusOn('#done');
    } catch (error) {
      if (!(error instanceof Refused)) {
        throw error;
      }
      const {said, next} = told(t, error);
      draft.sheet.refuse('', `${said} ${next}`);
      focusOn('.wrongs');
    } finally {
      draft.sheet.isBusy = false;
    }
    app.change();
  };
  const change = () => {
    draft.isChecked = false;
    draft.sheet.errors.clear();
    app.change();
    focusOn('h1');
  };
  return html`${wrongs(t, draft.sheet, 'complain')}
    <h2>${t('form.checkTitle')}</h2>
    ${facts([[t('merchant'), data.purchase?.merchantName], [t('complain.kind'), t(`kind.${kind}`)], [t('complain.text'), text]])}
    <p class=${isTip ? 'bar' : 'hint'}>${t(isTip ? 'complain.tip' : 'complain.who')}</p>
    ${isTip && data.digest === null ? html`<p class="problem">${t('complain.noReceipt')}</p>` : nothing}
    <div class="doings"><button type="button" class="primary" id="send" aria-disabled=${draft.sheet.isBusy} ?disabled=${isTip && data.digest === null}
        @click=${send}>${t(draft.sheet.isBusy ? 'form.busy' : 'complain.send')}</button>
      <button type="button" id="change" @click=${change}>${t('form.change')}</button></div>`;
}

async function complain(app, {id, digest, purchase: of}, {kind, text}, isTip) {
  const body = {kind, text, transaction: id, ...(isTip ? {digest} : {})};
  const given = isTip ? await app.askAsNobody('openComplaint', {body}) : await app.ask('openComplaint', {body});
  await app.safe.put('complaints', given.complaint, {
    complaint: given.complaint,
    token: given.token,
    kind,
    merchantName: of?.merchantName ?? '',
    at: Date.now(),
  });
  app.draft.opened = given;
}

function opened(t, {complaint, deadline}) {
  return html`<section class="verdict good" id="done" tabindex="-1" role="status"><span class="sign" aria-hidden="true">✔</span>
      <div><strong>${t('complain.done', {no: complaint})}</strong> ${t('complain.doneMore', {at: until(deadline, language)})}</div></section>
    <p class="hint">${t('complain.kept')}</p>
    <div class="doings"><a class="button primary" id="follow" href="#complaint/${complaint}">${t('complain.follow')}</a></div>`;
}
