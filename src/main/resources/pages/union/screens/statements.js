// Statements of a union: of what it pays, or of the merchants it signed.

import {href} from '../../desk/place.js';
import {day, yuan} from '../../kit/figures.js';
import {filters, table} from '../../kit/table.js';
import {html} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';
import {orgsOf} from '../orgs.js';

const PAGE = 100;
const t = await wordsOf('desk', 'union', 'money');

export const title = () => t('way.statements');

export async function load({ask, query}) {
  const asked = Object.fromEntries(['org', 'kind', 'from', 'to', 'before'].filter((name) => query[name]).map((name) => [name, query[name]]));
  const [{statements}, orgs] = await Promise.all([ask('listStatements', {query: asked}), orgsOf(ask)]);
  return {statements, orgs};
}

export const view = (desk, {statements, orgs}) => html`
  ${filters(t, desk, [
    {name: 'kind', label: t('kind.label'), choices: ['UNION'].map((each) => [each, t(`kind.${each}`)]), none: t('kind.FUNDER')},
    {name: 'org', label: t('money.org'), choices: orgs.map(({code, name}) => [code, name]), none: t('money.ownOrg')},
    {name: 'from', label: t('money.from'), type: 'date'},
    {name: 'to', label: t('money.to'), type: 'date'},
  ])}
  ${table(t, desk, {
    caption: t('way.statements'),
    cursor: 'before',
    columns: [
      {name: 'day', label: t('sheet.day'), value: ({day}) => day, cell: (row) => html`<a href=${href(['settlement', 'statements', row.id])}>${day(row.day, language)}</a>`},
      {name: 'name', label: t('money.org'), value: ({name}) => name, cell: ({name}) => name},
      {name: 'sold', label: t('sheet.sales'), isNumber: true, value: ({sales}) => sales.unionFen, cell: ({sales}) => yuan(sales.unionFen)},
      {name: 'returned', label: t('sheet.returns'), isNumber: true, value: ({returns}) => returns.unionFen, cell: ({returns}) => yuan(returns.unionFen)},
      {name: 'due', label: t('sheet.dueFen'), isNumber: true, value: ({dueFen}) => dueFen, cell: ({dueFen}) => yuan(dueFen)},
      {name: 'on', label: t('sheet.due'), value: ({due}) => due, cell: ({due}) => day(due, language)},
    ],
    rows: statements,
    next: statements.length === PAGE ? String(statements.at(-1).id) : undefined,
    filters: ['org', 'kind', 'from', 'to'].filter((name) => desk.query[name]).length,
    empty: t('money.none'),
  })}
  <p><a href=${href('settlement')}>${t('days.all')}</a></p>`;
