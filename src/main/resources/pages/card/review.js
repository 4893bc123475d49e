// What a member says of a purchase: four marks, what can be said with one press, his own words. Once, and once more.

import {Refused} from '../kit/call.js';
import {Sheet, filled, told} from '../kit/form.js';
import {focusOn, html} from '../kit/view.js';
import * as purchase from './purchase.js';

const MARKS = ['stars', 'quality', 'service', 'afterSales'];
const TAGS = [
  'GENUINE', 'FRESH', 'FAIR_PRICE', 'FRIENDLY', 'FAST', 'CLEAN', 'GOOD_AFTER_SALES', 'QUALITY_PROBLEM', 'SHORT_WEIGHT',
  'OVERCHARGED', 'RUDE', 'SLOW', 'DIRTY', 'REFUND_REFUSED', 'CARD_REFUSED',
];
const TAGS_MAX = 5;
const WORDS_MAX = 500;

export const title = (t) => t('review');

export const load = purchase.load;

function sheetOf(t, said) {
  const choices = [5, 4, 3, 2, 1].map((mark) => [String(mark), t('mark', {mark})]);
  return new Sheet([
    ...MARKS.map((name) => ({name, kind: 'choice', choices, hasHint: true, initial: String(said?.[name] ?? '')})),
    {name: 'text', kind: 'long', max: WORDS_MAX, isOptional: true, initial: said?.text ?? ''},
  ]);
}

export function view(t, app, data) {
  const said = data.purchase?.review;
  const {draft} = app;
  draft.sheet ??= sheetOf(t, said);
  draft.tags ??= new Set(said?.tags ?? []);
  if (draft.isDone) {
    return done(t, data.id);
  }
  const send = async () => {
    const marks = Object.fromEntries(MARKS.map((name) => [name, Number(draft.sheet.values[name])]));
    const {text} = draft.sheet.body;
    const body = {transaction: data.id, ...marks, tags: [...draft.tags], ...(text === undefined ? {} : {text})};
    if (draft.tags.size === 0) {
      delete body.tags;
    }
    try {
      await (said === undefined ? app.ask('postReview', {body}) : app.ask('editReview', {path: {review: said.review}, body}));
      draft.isDone = true;
      focusOn('#done');
    } catch (error) {
      if (!(error instanceof Refused)) {
        throw error;
      }
      const {said: why, next, field} = told(t, error);
      draft.sheet.refuse(MARKS.includes(field) || field === 'text' ? field : '', `${why} ${next}`);
    }
  };
  return html`
    <p class="intro">${data.purchase?.merchantName ?? ''} · ${t(said === undefined ? 'review.intro' : 'review.again')}</p>
    <div class="rating">
      ${filled(t, draft.sheet, {
        words: 'mark',
        submit: t('review.send'),
        send,
        change: app.change,
        more: tags(t, app),
        others: html`<a class="button" href="#purchase/${data.id}">${t('back')}</a>`,
      })}
    </div>`;
}

function tags(t, {draft, change}) {
  const pressed = (tag) => (event) => {
    draft.tags[event.target.checked ? 'add' : 'delete'](tag);
    change();
  };
  const isFull = draft.tags.size >= TAGS_MAX;
  return html`<fieldset class="field tags"><legend>${t('tags', {max: TAGS_MAX})}</legend>${TAGS.map(
    (tag) => html`<label class="choice"><input type="checkbox" name="tag" value=${tag} .checked=${draft.tags.has(tag)}
      ?disabled=${isFull && !draft.tags.has(tag)} @change=${pressed(tag)}><span>${t(`tag.${tag}`)}</span></label>`)}</fieldset>`;
}

function done(t, id) {
  return html`<section class="verdict good" id="done" tabindex="-1" role="status"><span class="sign" aria-hidden="true">✔</span>
      <div><strong>${t('review.done')}</strong> ${t('review.doneMore')}</div></section>
    <div class="doings"><a class="button primary" href="#purchase/${id}">${t('back')}</a></div>`;
}
