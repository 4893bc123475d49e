// The first screen of a till: whose terminal it is to be.

import {html} from '../kit/view.js';
import {problem} from '../kit/frame.js';

export function activation(t, state, doings) {
  const send = (event) => {
    event.preventDefault();
    const {terminal, code} = event.target.elements;
    doings.activated(terminal.value.trim().toUpperCase(), code.value.trim());
  };
  return html`
    ${problem(t, state)}
    <p class="intro">${t('activation.intro')}</p>
    <form @submit=${send}>
      <label class="field">${t('terminal')}
        <input name="terminal" id="terminal" .value=${state.terminal} data-first required maxlength="8" autocapitalize="characters" autocomplete="off" spellcheck="false">
      </label>
      <label class="field">${t('activation.code')}
        <input name="code" id="code" required maxlength="40" autocomplete="off" spellcheck="false">
      </label>
      <button class="primary">${t('activation.do')}</button>
    </form>`;
}
