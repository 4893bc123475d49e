// Forms: fields with a message at each, a summary of what is wrong that takes the focus, and for what changes
// something a page to check it before it is sent.

import {fenOf, yuan} from './figures.js';
import {told} from './frame.js';
import {focusOn, html, nothing} from './view.js';

export {told};

const BRACKETS = /[[(（【［{｛\u3014]\s*((?:19|20)\d\d)\s*[\])）】］}｝\u3015]/;

/** A document's number as it is written: its year stands in the six-cornered brackets, whatever was typed. */
export function documentNo(text) {
  return text.normalize('NFKC').trim().replace(BRACKETS, '\u3014$1\u3015');
}

/**
 * What somebody fills in. A field is `{name, kind}` and perhaps `isOptional`, `min`, `max` (characters, or the
 * number itself), `pattern`, `choices` ([value, label]), `initial`, `autocomplete`, `label`, `hint`.
 * Kinds: text, long, password, number, yuan (held in fen), date, minute (of a day, in China), choice, several (of its
 * choices), yes (or no), documentNo, digest (of a file, which stays here; `taken(file, values)` may note more of it).
 */
export class Sheet {
  errors = new Map();
  isBusy = false;

  constructor(fields) {
    this.fields = fields;
    this.values = this.#initial();
  }

  #initial() {
    return Object.fromEntries(this.fields.map(({name, initial = ''}) => [name, initial]));
  }

  clear() {
    this.values = this.#initial();
    this.errors.clear();
  }

  refuse(name, said) {
    this.errors = new Map([[name, said]]);
  }

  /** Looks at every field; what is wrong stands in `errors`. */
  check(t) {
    this.errors = new Map(
      this.fields.map((field) => [field.name, wrong(t, field, this.values[field.name])]).filter(([, said]) => said !== null));
    return this.errors.size === 0;
  }

  /** As the contract wants it: what was left empty is left out. */
  get body() {
    return Object.fromEntries(
      this.fields
        .map((field) => [field.name, meant(field, this.values[field.name])])
        .filter(([, value]) => value !== undefined));
  }
}

function meant({kind}, value) {
  const text = typeof value === 'string' ? value.trim() : value;
  if (text === '') {
    return undefined;
  }
  switch (kind) {
    case 'number':
      return Number(text);
    case 'yuan':
      return fenOf(text);
    case 'minute':
      return `${text}:00+08:00`;
    case 'several':
      return text.split(' ');
    case 'yes':
      return text === 'yes';
    default:
      return text;
  }
}

function wrong(t, field, value) {
  const text = field.kind === 'password' ? value : value.trim();
  if (text === '') {
    return field.isOptional ? null : t(['choice', 'several', 'yes', 'digest'].includes(field.kind) ? 'form.choose' : 'form.empty');
  }
  if (field.kind === 'number') {
    const {min = 0, max = Number.MAX_SAFE_INTEGER} = field;
    return /^\d{1,16}$/.test(text) && Number(text) >= min && Number(text) <= max ? null : t('form.number', {min, max});
  }
  if (field.kind === 'yuan') {
    return fenOf(text) > 0 ? null : t('form.yuan');
  }
  if (text.length < (field.min ?? 0)) {
    return t('form.short', {min: field.min});
  }
  if (field.max !== undefined && text.length > field.max) {
    return t('form.long', {max: field.max});
  }
  return field.pattern === undefined || field.pattern.test(text) ? null : t('form.form');
}

/**
 * The form.
 *
 * @param words prefix of the keys that name its fields: `<words>.<name>`, and `<words>.<name>Hint` if `hasHint`
 * @param change shows the page anew
 * @param send is called when nothing is wrong; what it throws is not caught
 * @param more a template below the fields
 * @param others a template that stands beside the button
 */
export function filled(t, sheet, {words, submit, send, change, more = nothing, others = nothing}) {
  const sent = async (event) => {
    event.preventDefault();
    if (sheet.isBusy) {
      return;
    }
    if (sheet.check(t)) {
      sheet.isBusy = true;
      change();
      try {
        await send();
      } finally {
        sheet.isBusy = false;
      }
    }
    change();
    if (sheet.errors.size > 0) {
      focusOn('.wrongs');
    }
  };
  return html`${wrongs(t, sheet, words)}
    <form @submit=${sent} novalidate>
      ${sheet.fields.map((field) => fieldOf(t, sheet, field, words, change))}${more}
      <div class="doings"><button class="primary" aria-disabled=${sheet.isBusy}>${sheet.isBusy ? t('form.busy') : submit}</button>${others}</div>
    </form>`;
}

function labelOf(t, field, words) {
  return field.label ?? t(`${words}.${field.name}`);
}

/** All that is wrong, each with the way to its field. */
export function wrongs(t, sheet, words) {
  if (sheet.errors.size === 0) {
    return nothing;
  }
  const to = (name) => (event) => {
    event.preventDefault();
    document.querySelector(`#f-${name}`)?.focus();
  };
  return html`<div class="problem wrongs" role="alert" tabindex="-1"><h2>${t('form.wrongs')}</h2><ul>${[...sheet.errors].map(
    ([name, said]) => {
      const field = sheet.fields.find((each) => each.name === name);
      return html`<li>${field === undefined ? said : html`<a href="#f-${name}" @click=${to(name)}>${t('form.wrong', {label: labelOf(t, field, words), said})}</a>`}</li>`;
    })}</ul></div>`;
}

function fieldOf(t, sheet, field, words, change) {
  const {name, kind} = field;
  const said = sheet.errors.get(name);
  const hint = field.hint ?? (field.hasHint ? t(`${words}.${name}Hint`) : null);
  const described = [hint === null ? '' : `h-${name}`, said === undefined ? '' : `e-${name}`].filter((id) => id !== '').join(' ');
  const about = {
    label: html`${labelOf(t, field, words)}${field.isOptional ? html` <span class="faint">${t('form.optional')}</span>` : nothing}`,
    notes: html`${hint === null ? nothing : html`<span class="hint" id="h-${name}">${hint}</span>`}
      ${said === undefined ? nothing : html`<span class="wrong" id="e-${name}">${said}</span>`}`,
    described: described === '' ? nothing : described,
    invalid: said === undefined ? nothing : 'true',
    keep: (value) => {
      sheet.values[name] = value;
    },
  };
  if (kind === 'choice' || kind === 'several' || kind === 'yes') {
    return choices(t, sheet, field, about);
  }
  const input = kind === 'digest' ? digest(t, sheet, field, about, change) : typed(t, sheet, field, about, change);
  return html`<div class="field"><label for="f-${name}">${about.label}</label>${about.notes}${input}</div>`;
}

const TYPES = {date: 'date', minute: 'datetime-local', password: 'password'};

function typed(t, sheet, {name, kind, max, rows = 4, autocomplete = 'off'}, {described, invalid, keep}, change) {
  if (kind === 'long') {
    return html`<textarea id="f-${name}" name=${name} rows=${rows} spellcheck="false" maxlength=${max ?? nothing} aria-describedby=${described} aria-invalid=${invalid}
      .value=${sheet.values[name]} @input=${(event) => keep(event.target.value)}></textarea>`;
  }
  const tidied = (event) => {
    keep(documentNo(event.target.value));
    change();
  };
  const bracketed = () => {
    const input = document.querySelector(`#f-${name}`);
    input.setRangeText('\u3014\u3015', input.selectionStart, input.selectionEnd, 'end');
    input.setSelectionRange(input.selectionStart - 1, input.selectionStart - 1);
    input.focus();
    keep(input.value);
  };
  const input = html`<input id="f-${name}" name=${name} type=${TYPES[kind] ?? 'text'} inputmode=${kind === 'number' ? 'numeric' : kind === 'yuan' ? 'decimal' : nothing}
    maxlength=${kind === 'number' ? 16 : max ?? nothing} autocomplete=${autocomplete} spellcheck="false" aria-describedby=${described} aria-invalid=${invalid}
    .value=${String(sheet.values[name])} @input=${(event) => keep(event.target.value)} @change=${kind === 'documentNo' ? tidied : nothing}>`;
  return kind === 'documentNo'
    ? html`<span class="beside">${input}<button type="button" @click=${bracketed} aria-label=${t('form.brackets')}>\u3014\u3015</button></span>`
    : input;
}

function choices(t, sheet, {name, kind, choices: given}, {label, notes, described, invalid, keep}) {
  const all = kind === 'yes' ? [['yes', t('yes')], ['no', t('no')]] : given;
  if (kind === 'choice' && all.length > 7) {
    return html`<div class="field"><label for="f-${name}">${label}</label>${notes}<select id="f-${name}" name=${name} aria-describedby=${described}
      aria-invalid=${invalid} @change=${(event) => keep(event.target.value)}><option value="">${t('form.chooseOne')}</option>${all.map(
        ([value, said]) => html`<option value=${value} ?selected=${sheet.values[name] === value}>${said}</option>`)}</select></div>`;
  }
  const several = kind === 'several';
  const chosen = () => sheet.values[name].split(' ').filter((each) => each !== '');
  const changed = (value) => (event) => keep(several
    ? all.map(([each]) => each).filter((each) => (each === value ? event.target.checked : chosen().includes(each))).join(' ')
    : value);
  return html`<fieldset class="field" aria-describedby=${described}><legend>${label}</legend>${notes}${all.map(
    ([value, said], i) => html`<label class="choice"><input type=${several ? 'checkbox' : 'radio'} id=${i === 0 ? `f-${name}` : `f-${name}-${value}`} name=${name} value=${value}
      .checked=${several ? chosen().includes(value) : sheet.values[name] === value} @change=${changed(value)}><span>${said}</span></label>`)}</fieldset>`;
}

/** SHA-256 of a file: the paper itself stays where it is. */
function digest(t, sheet, {name, taken}, {described, invalid, keep}, change) {
  const read = async (event) => {
    const [file] = event.target.files;
    if (file === undefined) {
      return;
    }
    const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));
    keep(Array.from(bytes, (each) => each.toString(16).padStart(2, '0')).join(''));
    taken?.(file, sheet.values);
    change();
  };
  return html`<input id="f-${name}" name=${name} type="file" aria-describedby=${described} aria-invalid=${invalid} @change=${read}>
    <output class="digest" for="f-${name}">${sheet.values[name] === '' ? t('form.digest') : sheet.values[name]}</output>`;
}

/** What a field holds, in words. */
function shown(t, field, value) {
  if (value === '') {
    return t('form.none');
  }
  if (field.kind === 'yuan') {
    return yuan(fenOf(value));
  }
  if (field.kind === 'minute') {
    return value.replace('T', ' ');
  }
  const all = field.kind === 'yes' ? [['yes', t('yes')], ['no', t('no')]] : field.choices ?? [];
  if (field.kind === 'several') {
    return all.filter(([each]) => value.split(' ').includes(each)).map(([, said]) => said).join(t('form.and'));
  }
  return all.find(([each]) => each === value)?.[1] ?? value;
}

/**
 * Something that is done: filled in, checked, sent, confirmed. Three pages at one place (`stage` in its query), so
 * that the browser's back goes from one to the one before, and what was typed is still there.
 *
 * @param desk of the place; its draft holds the sheet
 * @param fields of the sheet
 * @param words prefix of the keys: its fields, and `<words>.send`
 * @param send sends the sheet's body; what the gateway refuses is told at the field it names
 * @param done a template of what was answered
 * @param warning a template that stands above what is checked
 * @param look asks the gateway of the sheet's body before it is checked; what it refuses is told as of `send`
 */
export function paper(t, desk, {fields, words, send, done, warning = nothing, look}) {
  const {draft, query} = desk;
  if (draft.answer !== undefined && query.stage !== 'done') {
    draft.sheet = draft.answer = undefined; // it was sent: this is the next one
    draft.isChecked = false;
  }
  draft.sheet ??= new Sheet(fields);
  const {sheet} = draft;
  if (query.stage === 'done' && draft.answer !== undefined) {
    return html`<div class="verdict good" role="status"><span class="sign" aria-hidden="true">✔</span><div>${done(draft.answer)}</div></div>`;
  }
  if (query.stage === 'check' && draft.isChecked) {
    return checked(t, desk, {sheet, words, warning, send});
  }
  return filled(t, sheet, {
    words,
    submit: t('form.check'),
    change: desk.change,
    send: async () => {
      try {
        await look?.(sheet.body);
      } catch (error) {
        refused(t, sheet, error);
        return;
      }
      draft.isChecked = true;
      desk.filter({stage: 'check'});
    },
  });
}

/** Tells what the gateway refused at the field it names, or one that holds it. */
function refused(t, sheet, error) {
  const {said, next, field = ''} = told(t, error);
  const steps = field.split(/[.[]/);
  const at = sheet.fields.find(({name}) => name === steps.at(-1)) ?? sheet.fields.find(({name}) => name === steps[0]);
  const isForm = at !== undefined && error.problem?.code === 'MALFORMED'; // says it to programs, not to people
  const malformed = () => t(at.name === field ? 'form.malformed' : 'form.malformedAt', {place: field, detail: error.problem.detail});
  sheet.refuse(at?.name ?? '', isForm ? malformed() : `${said} ${next}`);
}

function checked(t, desk, {sheet, words, warning, send}) {
  const sent = async () => {
    if (sheet.isBusy) {
      return;
    }
    sheet.isBusy = true;
    desk.change();
    try {
      desk.draft.answer = await send(sheet.body);
    } catch (error) {
      refused(t, sheet, error);
    } finally {
      sheet.isBusy = false;
    }
    if (sheet.errors.size === 0) {
      desk.replace({stage: 'done'});
      return;
    }
    if (!sheet.errors.has('')) {
      desk.replace({stage: ''}); // to where it can be mended
    }
    desk.change();
    focusOn('.wrongs');
  };
  return html`${wrongs(t, sheet, words)}
    <h2>${t('form.checkTitle')}</h2>${warning}
    <dl class="facts">${sheet.fields.map((field) => html`<div><dt>${labelOf(t, field, words)}</dt>
      <dd class=${field.kind === 'long' ? 'long' : nothing}>${shown(t, field, sheet.values[field.name])}</dd></div>`)}</dl>
    <div class="doings"><button type="button" class="primary" id="send" aria-disabled=${sheet.isBusy} @click=${sent}>${sheet.isBusy
      ? t('form.busy') : t(`${words}.send`)}</button>
      <button type="button" @click=${() => desk.filter({stage: ''})}>${t('form.change')}</button></div>`;
}
