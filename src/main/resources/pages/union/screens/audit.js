// The audit: what staff did and tried, newest first, each row chained to the one before.

import {time} from '../../kit/figures.js';
import {filters, table} from '../../kit/table.js';
import {stateWord} from '../../kit/summary.js';
import {html} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {namesOf} from '../orgs.js';

const PAGE = 100;
const PAGES_MAX = 10;
const GROUPS = ['merchant', 'terminal', 'member', 'card', 'campaign', 'round', 'voucher', 'payment', 'payee', 'settlement', 'complaint', 'ticket', 'supervision', 'review', 'staff', 'org', 'subscription', 'calendar', 'audit'];
const t = await wordsOf('desk', 'union', 'union.audit');

export const title = () => t('menu.audit');

const groupOf = (action) => {
  const group = action.split('.')[0];
  return {cards: 'card', members: 'member', vouchers: 'voucher'}[group] ?? group;
};

/** Looks backwards until a page is full of what was asked for, or the limit is reached; says how far it came. */
export async function load({ask, query: {before, group, outcome, actor, subject}}) {
  const narrow = ({action, outcome: came, actor: who, subject: what}) =>
    (!group || groupOf(action) === group) && (!outcome || came === outcome) && (!actor || who === actor) && (!subject || what.includes(subject));
  const found = [];
  let from = before;
  for (let i = 0; i < PAGES_MAX && found.length < PAGE; i++) {
    const {entries} = await ask('readAudit', {query: from === undefined ? {} : {before: from}});
    found.push(...entries.filter(narrow));
    from = entries.length < PAGE ? undefined : entries.at(-1).seq;
    if (from === undefined) {
      break;
    }
  }
  return {entries: found, next: from, nameOf: await namesOf(ask)};
}

export function view(desk, {entries, next, nameOf}) {
  const {group, outcome, actor, subject} = desk.query;
  return html`<p class="intro">${t('audit.intro')}</p>
    ${filters(t, desk, [
      {name: 'group', label: t('audit.group'), choices: GROUPS.map((each) => [each, t(`group.${each}`)])},
      {name: 'outcome', label: t('audit.outcome'), choices: ['DONE', 'REFUSED'].map((each) => [each, t(`outcome.${each}`)])},
      {name: 'actor', label: t('audit.actor')},
      {name: 'subject', label: t('audit.subject')},
    ])}
    ${table(t, desk, {
      caption: t('menu.audit'),
      columns: [
        {name: 'seq', label: t('audit.seq'), isNumber: true, cell: ({seq}) => seq},
        {name: 'at', label: t('audit.at'), cell: ({at}) => time(new Date(at), language)},
        {name: 'actor', label: t('audit.actor'), cell: (each) => (each.actor === 'gateway' ? t('audit.gateway')
          : html`<a class="whole" href=${href('audit', {...desk.query, actor: each.actor})}>${each.actor}</a>`)},
        {name: 'action', label: t('audit.action'), cell: ({action}) => actionInWords(action)},
        {name: 'subject', label: t('audit.subject'), cell: (each) => html`${each.subject} <span class="faint">${each.orgs.map(nameOf).join(t('form.and'))}</span>`},
        {name: 'outcome', label: t('audit.outcome'), cell: (each) => stateWord(t(`outcome.${each.outcome}`), each.outcome === 'DONE' ? 'good' : 'bad')},
        {name: 'hash', label: t('audit.hash'), cell: ({hash, detail, seq}) => html`<details><summary><code>${hash.slice(0, 8)}…</code></summary>
          <p>${t('audit.chained', {before: seq - 1})}</p><code class="hash">${hash}</code><pre class="raw">${JSON.stringify(detail, null, 1)}</pre></details>`},
      ],
      rows: entries,
      cursor: 'before',
      next,
      filters: [group, outcome, actor, subject].filter((each) => each).length,
      empty: t('audit.none'),
    })}`;
}

/** What is new to this page is still told by the name it has in the records. */
function actionInWords(action) {
  try {
    return t(`action.${action}`);
  } catch {
    return t('audit.other', {action});
  }
}
