// A second factor is set up: a secret is offered, an authenticator takes it, and its first code puts it in force.

import {Refused, ask} from '../kit/call.js';
import {Sheet, filled, told} from '../kit/form.js';
import {symbol} from '../kit/symbol.js';
import {focusOn, html} from '../kit/view.js';

const NEW_CODE = {name: 'newCode', kind: 'text', pattern: /^\d{6}$/, max: 6, autocomplete: 'one-time-code', hasHint: true};

export class Factor {
  #sheet = new Sheet([NEW_CODE]);
  #proof = null;
  #offer = null;
  #codes = null;

  /** Whether a secret is on the screen, or what came of it. */
  get isUnderWay() {
    return this.#offer !== null;
  }

  /** Asks for a secret, for whoever `proof` proves: `{login, password}` and perhaps `code`. */
  async begin(proof) {
    this.#offer = await ask('offerSecondFactor', {body: proof});
    this.#proof = {login: proof.login, password: proof.password};
    focusOn('.factor');
  }

  /**
   * What comes next.
   *
   * @param change shows the page anew
   * @param done goes on, when the recovery codes were seen
   */
  view(t, change, done) {
    return this.#codes === null ? this.#offered(t, change) : this.#taken(t, done);
  }

  #offered(t, change) {
    const {secret, uri} = this.#offer;
    return html`<div class="factor" tabindex="-1">
      <ol><li>${t('factor.scan')}</li><li>${t('factor.type')}</li></ol>
      ${symbol(uri, t('factor.symbol'))}
      <p>${t('factor.byHand')} <code class="once">${secret.replace(/(.{4})(?=.)/g, '$1 ')}</code></p>
      ${filled(t, this.#sheet, {words: 'factor', submit: t('factor.send'), change, send: () => this.#send(t)})}</div>`;
  }

  async #send(t) {
    const {newCode} = this.#sheet.values;
    try {
      this.#codes = (await ask('takeSecondFactor', {body: {...this.#proof, newCode: newCode.trim()}})).recoveryCodes;
      this.#proof = null;
      focusOn('.factor');
    } catch (error) {
      const {said, next} = told(t, error);
      this.#sheet.refuse('newCode', error instanceof Refused && error.status === 401 ? t('factor.wrong') : `${said} ${next}`);
    }
  }

  #taken(t, done) {
    return html`<div class="factor" tabindex="-1"><p role="status"><strong>${t('factor.done')}</strong> ${t('factor.keep')}</p>
      <ul class="recovery">${this.#codes.map((code) => html`<li><code>${code}</code></li>`)}</ul>
      <div class="doings"><button type="button" @click=${() => print()}>${t('factor.print')}</button>
        <button type="button" class="primary" @click=${done}>${t('factor.go')}</button></div></div>`;
  }
}
