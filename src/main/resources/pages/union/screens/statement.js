// One statement as a sheet to be printed.

import {href} from '../../desk/place.js';
import {addressOf} from '../../kit/call.js';
import {day} from '../../kit/figures.js';
import {sheet} from '../../kit/sheet.js';
import {html} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';

const t = await wordsOf('desk', 'union', 'money');

export const title = (desk, data) => t('sheet.title', {day: data === undefined ? '' : day(data.day, language)});

export const load = ({ask, path: {statement}}) => ask('readStatement', {path: {statement}});

export function view(desk, statement) {
  const path = {statement: statement.id};
  return html`${sheet(t, desk, statement, {
    csv: addressOf('readStatement', {path, query: {format: 'csv'}}),
    gbk: addressOf('readStatement', {path, query: {format: 'gbk'}}),
    signature: addressOf('signStatement', {path}),
  })}
  <p><a href=${href(['settlement', 'statements'])}>${t('money.toAll')}</a></p>`;
}
