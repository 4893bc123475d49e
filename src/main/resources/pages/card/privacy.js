// What is kept of the member, and what he can do about it: consents, a copy, a correction, to be forgotten.

import {time, until} from '../kit/figures.js';
import {Sheet, filled, told} from '../kit/form.js';
import {stateWord} from '../kit/summary.js';
import {focusOn, html, nothing} from '../kit/view.js';
import {language} from '../kit/words.js';

const KINDS = ['CORRECTION', 'DELETION'];
const TONES = {ASKED: 'wait', DONE: 'good', REFUSED: 'bad', WITHDRAWN: 'off'};
const TYPES = {json: 'application/json', csv: 'text/csv'};
const WORDS_MAX = 500;

export const title = (t) => t('privacy');

export async function load(app) {
  const [{consents}, {requests}] = await Promise.all([app.ask('readOwnConsents'), app.ask('listOwnRequests')]);
  return {consents, requests, problem: null, said: ''};
}

export function view(t, app, data) {
  const change = (changed) => {
    Object.assign(data, changed);
    app.change();
  };
  /** Does it, and says what came of it. */
  const tried = async (how, said) => {
    try {
      change({...(await how()), problem: null, said});
    } catch (error) {
      change({problem: told(t, error), said: ''});
      focusOn('.problem');
    }
  };
  return html`
    ${data.problem === null ? nothing : html`<p class="problem" role="alert" tabindex="-1">${data.problem.said} ${data.problem.next}</p>`}
    <p class="intro">${t('privacy.intro')}</p>
    <p role="status">${data.said}</p>
    <h2>${t('privacy.consents')}</h2><p class="hint">${t('privacy.free')}</p>
    ${data.consents.map((consent) => consented(t, app, consent, tried))}
    <h2>${t('privacy.copy')}</h2><p>${t('privacy.copyHow')}</p>
    <div class="doings">${Object.keys(TYPES).map((format) => html`<button type="button" id="copy-${format}"
      @click=${() => tried(() => keep(app, format), t('privacy.copied'))}>${t(`privacy.${format}`)}</button>`)}</div>
    <h2>${t('privacy.requests')}</h2>
    ${data.requests.length === 0 ? html`<p class="waiting">${t('privacy.none')}</p>` : html`<ul>${data.requests.map(
      (request) => requested(t, app, request, tried))}</ul>`}
    <h2>${t('privacy.ask')}</h2>${wish(t, app, tried)}
    <p><a href="#own">${t('own')}</a></p>`;
}

/** In the words that were asked for; who said yes to older ones is asked again. */
function consented(t, app, {purpose, version, zh, en, given, at, saidVersion}, tried) {
  const isNew = given && saidVersion < version;
  const say = (yes) => tried(
    () => app.ask('sayConsent', {body: {purpose, version: yes ? version : saidVersion ?? version, given: yes, channel: 'PAGE'}}),
    t(yes ? 'consent.given' : 'consent.withdrawn'));
  return html`<section aria-label=${t(`consent.${purpose}`)}><h3>${t(`consent.${purpose}`)} ${stateWord(t(given ? 'consent.yes' : 'consent.no'), given ? 'good' : 'off')}</h3>
    <p>${language === 'zh' ? zh : en}</p>
    ${at === undefined ? nothing : html`<p class="faint">${t('consent.at', {at: time(new Date(at), language)})}</p>`}
    ${isNew ? html`<p class="reason">${t('consent.newer')}</p>` : nothing}
    <div class="doings">
      ${given && !isNew ? nothing : html`<button type="button" id="give-${purpose}" @click=${() => say(true)}>${t('consent.give')}</button>`}
      ${given ? html`<button type="button" id="withdraw-${purpose}" @click=${() => say(false)}>${t('consent.withdraw')}</button>` : nothing}</div></section>`;
}

/** As a file of this phone. */
async function keep(app, format) {
  const content = await app.answerTo('copyOwnData', {query: {format}});
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([content], {type: TYPES[format]}));
  link.download = `my-data.${format}`;
  link.click();
  URL.revokeObjectURL(link.href);
  return {};
}

function requested(t, app, {request, kind, state, askedAt, dueAt, endedAt, overdue, reason}, tried) {
  const withdraw = () => tried(async () => {
    await app.ask('withdrawOwnRequest', {path: {dataRequest: request}, body: {}});
    return app.ask('listOwnRequests');
  }, t('privacy.withdrawn'));
  return html`<li><p><strong>${t(`request.${kind}`)}</strong> ${stateWord(t(`requestState.${state}`), TONES[state])}</p>
    <p class="faint">${t('privacy.askedAt', {at: time(new Date(askedAt), language)})} ${endedAt === undefined
      ? t(overdue ? 'privacy.overdue' : 'privacy.dueAt', {at: until(dueAt, language)})
      : t('privacy.endedAt', {at: time(new Date(endedAt), language)})}</p>
    ${reason === undefined ? nothing : html`<p class="reason">${reason}</p>`}
    ${state === 'ASKED' ? html`<div class="doings"><button type="button" id="withdraw-${request}" @click=${withdraw}>${t('privacy.withdraw')}</button></div>` : nothing}</li>`;
}

function wish(t, app, tried) {
  const {draft} = app;
  draft.sheet ??= new Sheet([
    {name: 'kind', kind: 'choice', choices: KINDS.map((kind) => [kind, t(`request.${kind}`)])},
    {name: 'words', kind: 'long', max: WORDS_MAX, isOptional: true, hasHint: true},
  ]);
  const isLast = draft.sheet.values.kind === 'DELETION';
  return html`${filled(t, draft.sheet, {
    words: 'privacy',
    submit: t('privacy.send'),
    change: app.change,
    more: html`<p class="reason">${t('privacy.deletion')}</p>`,
    send: () => tried(async () => {
      await app.ask('askAboutOwnData', {body: draft.sheet.body});
      draft.sheet.clear();
      return app.ask('listOwnRequests');
    }, t(isLast ? 'privacy.sentDeletion' : 'privacy.sent')),
  })}`;
}
