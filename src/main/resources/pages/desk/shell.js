// What stands around every screen: who is signed in, where he can go, and the sign-in when nobody is.

import {head, told} from '../kit/frame.js';
import {html, nothing} from '../kit/view.js';
import {href} from './place.js';
import {signInForm} from './signin.js';

export function shell(t, {home}, state, doings) {
  const {me, isEnded, isEnding, isAsked} = state;
  const isIn = me !== null && !isEnded;
  return html`
    <a class="skip" href="#content" @click=${skipped}>${t('skip')}</a>
    ${head(t, me === null ? nothing : person(t, state, doings))}
    <div class="desk">
      ${isIn ? menu(t, state) : nothing}
      <main class="content" id="content">
        ${isIn && isEnding ? html`<div class="notice" role="alert"><p>${t('session.ending')}</p>
          <button type="button" id="go-on" @click=${doings.goOn}>${t('session.goOn')}</button></div>` : nothing}
        ${isIn || !isAsked ? nothing : signInForm(t, state, doings)}
        <div class="screen" ?hidden=${!isIn} aria-busy=${state.isLoading}>${me === null ? nothing : screen(t, home, state, doings)}</div>
      </main>
    </div>`;
}

/** A link that only moves the focus: what stands behind # is the place. */
function skipped(event) {
  event.preventDefault();
  document.querySelector('.screen h1')?.focus();
}

function person(t, {me, screens, isEnded}, doings) {
  return html`<p class="person"><strong>${me.name}</strong> <span>${me.merchantName ?? me.orgName}</span>
    ${!isEnded && screens.some(({at}) => at === 'password') ? html`<a class="button quiet" href=${href('password')}>${t('ownPassword')}</a>
      <a class="button quiet" href=${href('factor')}>${t('ownFactor')}</a>` : nothing}
    ${!isEnded && screens.some(({at}) => at === 'sessions') ? html`<a class="button quiet" href=${href('sessions')}>${t('ownSessions')}</a>` : nothing}
    <button type="button" class="quiet" id="sign-out" @click=${doings.left}>${t('signOut')}</button></p>`;
}

function menu(t, {screens, place}) {
  const here = place?.split('/')[0];
  return html`<nav class="menu" aria-label=${t('menu')}><ul>${screens
    .filter((each) => each.inMenu)
    .map((each) => html`<li><a href=${href(each.at)} aria-current=${each.at === here ? 'page' : nothing}>${t(`menu.${each.at}`)}</a></li>`)}</ul></nav>`;
}

function screen(t, home, state, doings) {
  const {screen: shown, desk, data, problem} = state;
  if (problem !== null) {
    const {said, next} = problem.error === undefined ? {said: t(`problem.${problem.code}`), next: ''} : told(t, problem.error);
    return html`<h1 tabindex="-1">${t('problem')}</h1>
      <p class="problem" role="alert">${said}${next === '' ? nothing : html`<br>${next}`}</p>
      <div class="doings">
        ${problem.error === undefined ? nothing : html`<button type="button" class="primary" @click=${doings.again}>${t('again')}</button>`}
        <a class="button" href=${href(home)}>${t(`menu.${home}`)}</a>
      </div>`;
  }
  if (shown === null) {
    return html`<h1 tabindex="-1">${t('loading')}</h1><p class="waiting" role="status">${t('loading.wait')}</p>`;
  }
  return html`<h1 tabindex="-1">${shown.title(desk, data)}</h1>${shown.view(desk, data)}`;
}
