// How long one kind of thing is kept: another time is asked for by one person of the top union, and confirmed or refused by another.

import {time} from '../../kit/figures.js';
import {paper} from '../../kit/form.js';
import {facts} from '../../kit/summary.js';
import {html, nothing} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {act} from '../act.js';
import {leastDays} from '../privacy.js';
import {number} from '../progress.js';

const t = await wordsOf('desk', 'union', 'union.privacy');

export const title = (desk, rule) => (rule?.what === undefined ? t('retention') : t('retention.of', {what: t(`kept.${rule.what}`)}));

/** Of a link that names nothing kept: nothing. */
export const load = async ({ask, path: {kept}}) => (await ask('readRetention')).retention.find(({what}) => what === kept) ?? {};

export function view(desk, {what, days, least, basis, asked}) {
  if (what === undefined) {
    return html`<p><a href=${href(['privacy', 'analysis'])}>${t('analysis')}</a></p>`;
  }
  return html`${facts([
    [t('retention.days'), number(days)],
    [t('retention.least'), leastDays(t, least)],
    [t('retention.basis'), basis],
    ...(asked === undefined ? [] : [
      [t('retention.asked'), number(asked.days)],
      [t('retention.reason'), asked.reason],
      [t('retention.by'), html`${asked.by}, ${time(asked.at, language)}`],
    ]),
  ])}
    ${asked === undefined ? desk.may('askRetention') ? wish(desk, least) : nothing : desk.may('decideRetention') ? decision(desk) : nothing}
    <p><a href=${href(['privacy', 'analysis'])}>${t('analysis')}</a></p>`;
}

const wish = (desk, least) => paper(t, desk, {
  words: 'keeping',
  fields: [
    {name: 'days', kind: 'number', min: least, max: 36500},
    {name: 'reason', kind: 'long', max: 500},
  ],
  warning: html`<p class="reason">${t('retention.warning')}</p>`,
  send: (body) => desk.ask('askRetention', {path: desk.path, body}),
  done: () => html`<p><strong>${t('retention.waits')}</strong></p>`,
});

const decide = (desk, body) => desk.ask('decideRetention', {path: {kept: desk.path.kept}, body});

const decision = (desk) => (desk.path.decision === 'refusal'
  ? paper(t, desk, {
    words: 'refusingKept',
    fields: [{name: 'reason', kind: 'long', max: 500, hasHint: true}],
    send: (body) => decide(desk, {decision: 'REFUSE', ...body}),
    done: () => html`<p><strong>${t('retention.refused')}</strong></p>`,
  })
  : html`${act(t, desk, {
    submit: t('retention.confirm'),
    before: html`<p class="reason">${t('retention.warning')}</p>`,
    send: () => decide(desk, {decision: 'CONFIRM'}),
    done: () => html`<p><strong>${t('retention.done')}</strong></p>`,
  })}
    ${desk.draft.answer === undefined ? html`<p><a class="button" id="refuse" href=${href(['privacy', 'retention', desk.path.kept, 'refusal'])}>${t('retention.refuse')}</a></p>` : nothing}`);
