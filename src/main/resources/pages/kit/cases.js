// Differences between ledger, tills, banks and merchants, at whichever desk they are looked at.

import {href} from '../desk/place.js';
import {time, until, yuan} from './figures.js';
import {facts, stateWord, timeLine} from './summary.js';
import {table} from './table.js';
import {html} from './view.js';
import {language} from './words.js';

const TONES = {OPEN: 'new', TAKEN: 'wait', CLOSED: 'off'};
const at = (instant) => time(new Date(instant), language).slice(0, -3);

export const stateOf = (t, {state}) => stateWord(t(`case.${state}`), TONES[state]);

export const caseTable = (t, desk, cases, more) => table(t, desk, {
  caption: t('case.list'),
  columns: [
    {name: 'no', label: t('case.no'), isNumber: true, value: (each) => each.case, cell: (each) => html`<a href=${href([...more.at, each.case])}>${each.case}</a>`},
    {name: 'kind', label: t('case.kind'), value: ({kind}) => kind, cell: ({kind}) => t(`odd.${kind}`)},
    {name: 'name', label: t('sheet.merchant'), value: ({name}) => name, cell: ({name}) => name},
    {name: 'state', label: t('case.state'), value: ({state}) => state, cell: (each) => stateOf(t, each)},
    {name: 'due', label: t('case.due'), value: ({dueAt}) => dueAt, cell: ({dueAt}) => until(dueAt, language)},
    {name: 'owner', label: t('case.owner'), cell: ({owner}) => owner ?? ''},
  ],
  rows: cases,
  ...more,
  empty: t('case.none'),
});

export const caseFacts = (t, one) => html`<p>${stateOf(t, one)}</p>
  ${facts([
    [t('case.kind'), t(`odd.${one.kind}`)],
    [t('case.sides'), t(`sides.${one.sides}`)],
    [t('sheet.merchant'), one.name],
    [t('case.transaction'), one.transaction],
    [t('case.here'), one.hereFen === undefined ? undefined : yuan(one.hereFen)],
    [t('case.there'), one.thereFen === undefined ? undefined : yuan(one.thereFen)],
    [t('case.text'), one.text],
    [t('case.opened'), at(one.openedAt)],
    [t('case.due'), until(one.dueAt, language)],
    [t('case.owner'), one.owner],
    [t('case.outcome'), one.outcome === undefined ? undefined : t(`outcomeOf.${one.outcome}`)],
  ])}
  <h2>${t('case.line')}</h2>
  ${timeLine(t('case.line'), [...one.steps].reverse().map((each) => ({at: at(each.at), by: each.by ?? t('case.gateway'), what: t(`caseStep.${each.step}`), more: each.text})))}`;
