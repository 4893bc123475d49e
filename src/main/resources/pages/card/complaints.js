// The complaints that this phone opened, and can follow: it alone has their tokens.

import {time} from '../kit/figures.js';
import {html} from '../kit/view.js';
import {language} from '../kit/words.js';

export const title = (t) => t('complaints');

export async function load(app) {
  const all = await app.safe.all('complaints');
  return all.toSorted?.((a, b) => b.at - a.at) ?? all.sort((a, b) => b.at - a.at);
}

export function view(t, app, complaints) {
  return html`
    ${complaints.length === 0
      ? html`<p class="waiting" id="none">${t('complaints.none')}</p><p><a class="button" href="#purchases">${t('complaints.choose')}</a></p>`
      : html`<ul class="entries">${complaints.map((each) => html`<li><a href="#complaint/${each.complaint}">
          <strong>${t(`kind.${each.kind}`)}</strong><span>${each.merchantName}</span>
          <span class="when">${each.complaint} · ${time(new Date(each.at), language)}</span></a></li>`)}</ul>`}
    <p class="hint">${t('complaints.kept')}</p>`;
}
