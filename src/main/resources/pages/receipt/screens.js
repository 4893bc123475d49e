// The two screens of /r: what is asked for, and what was found.

import {STEPS, VALID, fingerprint} from '../code/receipt.js';
import {time, yuan} from '../kit/figures.js';
import {problem} from '../kit/frame.js';
import {html, nothing} from '../kit/view.js';
import {language} from '../kit/words.js';

function keysChoice(t, doings) {
  return html`<label class="field">${t('keysFile')}
    <input type="file" id="keys" accept=".json,application/json" @change=${(e) => pick(e, doings.keysChosen)}>
  </label>`;
}

function pick(event, use) {
  const file = event.target.files[0];
  if (file !== undefined) {
    use(file);
  }
}

/** Asks for a receipt. */
export function asking(t, state, doings) {
  if (state.busy) {
    return html`<p class="waiting" role="status">${t('loading')}</p>`;
  }
  const send = (event) => {
    event.preventDefault();
    doings.pasted(event.target.elements.text.value);
  };
  return html`
    ${problem(t, state)}
    <p class="intro">${t('intro')}</p>
    <button type="button" class="primary" id="camera" @click=${doings.camera}>${t('camera')}</button>
    <label class="field">${t('file')}
      <input type="file" id="file" accept=".json,application/json" @change=${(e) => pick(e, doings.chosen)}>
    </label>
    <form @submit=${send}>
      <label class="field">${t('paste')}
        <textarea name="text" id="text" rows="6" spellcheck="false" required></textarea>
      </label>
      <button id="check">${t('check')}</button>
    </form>
    ${keysChoice(t, doings)}`;
}

/** Tells what came of the check. */
export function found(t, state, doings) {
  const valid = state.result === VALID;
  return html`
    ${problem(t, state)}
    <section class=${valid ? 'verdict good' : 'verdict bad'} tabindex="-1" aria-live="assertive">
      <span class="sign" aria-hidden="true">${valid ? '✔' : '✘'}</span>
      <div>
        <strong>${t(valid ? 'valid' : 'invalid')}</strong>
        ${valid ? nothing : t(`because.${state.result}`)}
      </div>
    </section>
    <h2>${t('steps')}</h2>
    <ol class="steps">${STEPS.map((step) => stepOf(t, step, state.result))}</ol>
    ${state.receipt === null ? nothing : facts(t, state)}
    <section class="means"><h2>${t('means')}</h2><p>${t('meansYes')}</p><p>${t('meansNo')}</p></section>
    <div class="doings">
      <button type="button" class="primary" id="again" @click=${doings.again}>${t('again')}</button>
      <button type="button" @click=${() => print()}>${t('print')}</button>
    </div>
    ${keysChoice(t, doings)}`;
}

function stepOf(t, step, result) {
  const failing = STEPS.indexOf(result);
  const place = STEPS.indexOf(step);
  const state = failing < 0 || place < failing ? 'passed' : place === failing ? 'failed' : 'skipped';
  const sign = {passed: '✔', failed: '✘', skipped: '–'}[state];
  return html`<li class=${state} data-step=${step}>
    <span class="sign" aria-hidden="true">${sign}</span><span>${t(`step.${step}`)}</span><em>${t(state)}</em>
  </li>`;
}

function row(name, value, kind = '') {
  return value === undefined || value === '' ? nothing : html`<div class=${kind}><dt>${name}</dt><dd>${value}</dd></div>`;
}

function facts(t, {receipt, result, ownKeys, keys}) {
  const body = receipt.body;
  const block = receipt.block;
  const known = (ownKeys ?? keys)?.get(block.get('kid'));
  const money = (name) => (Number.isInteger(body.get(name)) ? yuan(body.get(name)) : undefined);
  const word = (prefix, value) => (value === undefined ? undefined : t(prefix + value));
  const place = {
    node: block.get('node'),
    seq: block.get('seq'),
    size: block.get('size'),
    leaf: receipt.leaf + 1,
  };
  return html`
    <h2>${t('facts')}</h2>
    <dl class=${result === VALID ? 'facts' : 'facts doubtful'}>
      ${row(t('outcome'), word('', body.get('outcome')))}
      ${row(t('say'), body.get('say'))}
      ${row(t('type'), word('type.', body.get('type')))}
      ${row(t('merchant'), [body.get('merchantName'), body.get('merchant')].filter(Boolean).join(' · '))}
      ${row(t('at'), time(new Date(block.get('at')), language))}
      ${row(t('order'), money('orderFen'), 'amount')}
      ${row(t('discount'), money('discountFen'), 'amount')}
      ${row(t('pays'), money('memberPaysFen'), 'amount total')}
      ${row(t('benefit'), body.get('benefitName'))}
      ${row(t('holder'), body.get('holder'))}
      ${row(t('card'), body.get('card'))}
      ${row(t('terminal'), body.get('terminal'))}
      ${row(t('scene'), word('scene.', body.get('scene')))}
      ${row(t('id'), body.get('id'), 'code')}
      ${row(t('original'), body.get('original'), 'code')}
      ${row(t('requestId'), body.get('requestId'), 'code')}
    </dl>
    <h2>${t('proof')}</h2>
    <dl class="facts">
      ${row(t('chain'), t('chainAt', place))}
      ${row(t('key'), `${block.get('kid')} · ${block.get('alg')}`)}
      ${known === undefined ? nothing : row(t('fingerprint'), fingerprint(known.spki), 'code')}
    </dl>
    ${known === undefined ? nothing : html`<p class="hint">${t(ownKeys === null ? 'compare' : 'compareOwn')}</p>`}`;
}
