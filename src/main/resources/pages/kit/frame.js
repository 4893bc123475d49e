// What every page has around its own: whose it is, the other language, large type; and how it says what went wrong.

import {html, nothing} from './view.js';
import {changeLanguage, changeSize, isLarge, language} from './words.js';

/**
 * The head of a page.
 *
 * @param others what the page has there itself
 */
export function head(t, others = nothing) {
  return html`
    <header class="head">
      <a class="brand" href="/"><span class="seal" aria-hidden="true">会</span>${t('brand')}</a>
      ${others}
      <nav class="choices" aria-label=${t('choices')}>
        <button type="button" class="quiet" @click=${changeSize} aria-pressed=${isLarge()}>${t('large')}</button>
        <button type="button" class="quiet" @click=${changeLanguage} lang=${t('otherLanguageCode')}>${t('otherLanguage')}</button>
      </nav>
    </header>`;
}

/**
 * @param t the page's words
 * @param title the page's name
 * @param content a template, the page's own
 * @param below what stands at its foot, or nothing
 */
export function frame(t, title, content, below = nothing) {
  return html`
    ${head(t)}
    <main class="content" id="content">
      <h1 tabindex="-1">${title}</h1>
      ${content}
    </main>${below}`;
}

/**
 * What went wrong, with the next step.
 *
 * @param what a name of the page's words, or what the gateway said: `{said, next}`; null if nothing did
 */
export function problem(t, {problem: what}) {
  if (what === null) {
    return nothing;
  }
  const said = typeof what === 'string' ? t(`problem.${what}`) : what.said;
  return html`<p class="problem" role="alert" tabindex="-1">${said}${what.next ? html`<br>${what.next}` : nothing}</p>`;
}

/** What the gateway said instead of doing it (a `Refused`), for people: `{said, next, field}`; throws what is another fault. */
export function told(t, error) {
  if (error.problem === undefined) {
    throw error;
  }
  if (error.problem === null) {
    return {said: t(error.status === 0 ? 'problem.offline' : 'problem.other'), next: ''};
  }
  const {code, title, detail, nextAction, field} = error.problem;
  if (code === 'MALFORMED' && language === 'zh') {
    return {said: t('problem.malformed', {field: field ?? code}), next: '', field}; // its title and next step are for programs
  }
  return language === 'zh' ? {said: title, next: nextAction, field} : {said: detail, next: '', field};
}
