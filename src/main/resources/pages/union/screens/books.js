// What a union owes to whom, now or at the end of a day.

import {href} from '../../desk/place.js';
import {yuan} from '../../kit/figures.js';
import {called} from '../../kit/sheet.js';
import {facts} from '../../kit/summary.js';
import {filters, table} from '../../kit/table.js';
import {html} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {orgsOf} from '../orgs.js';

const PAGE = 200;
const t = await wordsOf('desk', 'union', 'money');

export const title = () => t('way.books');

export async function load({ask, query}) {
  const asked = Object.fromEntries(['org', 'on', 'after'].filter((name) => query[name]).map((name) => [name, query[name]]));
  const [books, orgs] = await Promise.all([ask('readObligations', {query: asked}), orgsOf(ask)]);
  return {books, orgs};
}

const money = (name) => ({name, label: t(`books.${name}`), isNumber: true, value: (row) => row[name], cell: (row) => yuan(row[name])});

export const view = (desk, {books, orgs}) => html`
  ${filters(t, desk, [
    {name: 'org', label: t('money.org'), choices: orgs.map(({code, name}) => [code, name]), none: t('money.ownOrg')},
    {name: 'on', label: t('books.on'), type: 'date'},
  ])}
  ${facts(['subsidyFen', 'owedFen', 'transitFen', 'paidFen'].map((name) => [t(`books.${name}`), yuan(books[name])]))}
  <p class="hint">${t('books.adds')}</p>
  ${table(t, desk, {
    caption: t('way.books'),
    columns: [
      {name: 'merchant', label: t('sheet.merchant'), value: ({name}) => name, cell: ({merchant, name}) => html`<a href=${href(['settlement', 'payees', merchant])}>${name}</a> <span class="faint">${merchant}</span>`},
      {name: 'campaign', label: t('sheet.campaign'), value: ({campaignName}) => campaignName, cell: called},
      money('subsidyFen'), money('owedFen'), money('transitFen'), money('paidFen'),
    ],
    rows: books.obligations,
    next: books.obligations.length === PAGE ? `${books.obligations.at(-1).merchant}/${books.obligations.at(-1).campaign}` : undefined,
    filters: ['org', 'on'].filter((name) => desk.query[name]).length,
    empty: t('books.none'),
  })}
  <p><a href=${href('settlement')}>${t('days.all')}</a></p>`;
