// Which years' working days are entered, by which notice, and which are missing.

import {time} from '../../kit/figures.js';
import {table} from '../../kit/table.js';
import {html, nothing} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';

const t = await wordsOf('desk', 'union', 'union.calendar');

export const title = () => t('menu.calendar');

export const load = ({ask}) => ask('readWorkingDays');

export function view(desk, {years, missing}) {
  return html`<p class="intro">${t('calendar.intro')}</p>
    ${missing.length === 0 ? nothing : html`<p class="reason">${t('calendar.missing', {years: missing.join(t('form.and'))})}</p>`}
    ${desk.may('enterWorkingDays') ? html`<div class="doings"><a class="button primary" href=${href(['calendar', 'enter'], {year: missing[0]})}>${t('calendar.enter')}</a></div>` : nothing}
    ${table(t, desk, {
      caption: t('calendar.years'),
      columns: [
        {name: 'year', label: t('calendar.year'), value: ({year}) => year, cell: ({year}) => year},
        {name: 'source', label: t('calendar.source'), cell: ({source}) => source},
        {name: 'at', label: t('calendar.at'), cell: ({at}) => time(new Date(at), language)},
        {name: 'by', label: t('calendar.by'), cell: ({by}) => by ?? t('calendar.gateway')},
      ],
      rows: years,
      empty: t('calendar.none'),
    })}`;
}
