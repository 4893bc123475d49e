// Something that needs nothing to be filled in: what will happen, a button, and what came of it.

import {told} from '../kit/form.js';
import {focusOn, html, nothing} from '../kit/view.js';

/**
 * @param desk of the place; its draft holds the answer
 * @param submit what the button says
 * @param send does it; what the gateway refuses is told
 * @param done a template of what was answered
 * @param before what will happen, a template
 */
export function act(t, desk, {submit, send, done, before}) {
  const {draft, query} = desk;
  if (draft.answer !== undefined && query.stage !== 'done') {
    delete draft.answer; // it was done: this is the next time
  }
  if (draft.answer !== undefined) {
    return html`<div class="verdict good" role="status" tabindex="-1"><span class="sign" aria-hidden="true">✔</span><div>${done(draft.answer)}</div></div>`;
  }
  const sent = async () => {
    if (draft.isBusy) {
      return;
    }
    draft.isBusy = true;
    draft.wrong = undefined;
    desk.change();
    try {
      draft.answer = await send();
    } catch (error) {
      draft.wrong = told(t, error);
    } finally {
      draft.isBusy = false;
    }
    if (draft.wrong === undefined) {
      desk.replace({stage: 'done'});
    } else {
      desk.change();
      focusOn('.wrongs');
    }
  };
  return html`${draft.wrong === undefined ? nothing : html`<p class="problem wrongs" role="alert" tabindex="-1">${draft.wrong.said} ${draft.wrong.next}</p>`}
    ${before}
    <div class="doings"><button type="button" class="primary" id="send" aria-disabled=${draft.isBusy === true} @click=${sent}>${draft.isBusy ? t('form.busy') : submit}</button></div>`;
}
