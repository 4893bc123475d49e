// A step in a merchant's life: why, under which document, checked, taken.

import {paper} from '../../kit/form.js';
import {html} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {merchantState} from '../states.js';

const t = await wordsOf('desk', 'union', 'union.merchants');

const nextOf = ({next}, step) => next.find((each) => each.step === step);

export function title({path: {step}}, data) {
  if (data === null) {
    return t('next');
  }
  return nextOf(data.merchant, step) === undefined ? t('problem') : t('step.title', {step: t(`do.${step}`), name: data.merchant.name});
}

export async function load({ask, path: {merchantNo}}) {
  return {merchant: await ask('getMerchant', {path: {merchantNo}})};
}

export function view(desk, {merchant}) {
  const {step, merchantNo} = desk.path;
  const next = nextOf(merchant, step);
  const back = html`<p><a href=${href(['merchants', merchantNo])}>${t('back', {name: merchant.name})}</a></p>`;
  if (next === undefined || !next.yours || next.refusal !== undefined) {
    const {title: said, detail} = next?.refusal ?? {};
    return html`<p class="problem">${said === undefined ? t('step.notYours') : language === 'zh' ? said : detail}</p>${back}`;
  }
  return html`${paper(t, desk, {
    words: 'step',
    fields: [
      {name: 'reason', kind: 'long', max: 500, hasHint: true},
      {name: 'documentNo', kind: 'documentNo', max: 60, hasHint: true, isOptional: !next.needsDocumentNo},
    ],
    warning: html`<p>${t('step.leads', {name: merchant.name})} ${merchantState(t, next.to)}</p>`,
    send: (body) => desk.ask('takeMerchantStep', {path: {merchantNo}, body: {step, ...body}}),
    done: (moved) => html`<p><strong>${t('step.done', {step: t(`step.${step}`)})}</strong></p><p>${t('step.now')} ${merchantState(t, moved.to)}</p>`,
  })}${back}`;
}
