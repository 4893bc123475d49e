// How long each step of a complaint may take, and by which rule.

import {day} from '../../kit/figures.js';
import {table} from '../../kit/table.js';
import {html, nothing} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';

const t = await wordsOf('desk', 'union', 'union.complaints');

export const title = () => t('limits');

export const load = ({ask}) => ask('readComplaintLimits');

export function view(desk, {limits}) {
  const any = (prefix, value) => (value === '*' ? t('limit.any') : t(`${prefix}.${value}`));
  return html`<p class="intro">${t('limits.intro')}</p>
    ${desk.may('setComplaintLimit') ? html`<div class="doings"><a class="button primary" href=${href(['complaints', 'limits', 'new'])}>${t('limit.add')}</a></div>` : nothing}
    ${table(t, desk, {
      caption: t('limits'),
      columns: [
        {name: 'clock', label: t('limit.clock'), value: ({clock}) => t(`limitClock.${clock}`), cell: ({clock}) => t(`limitClock.${clock}`)},
        {name: 'kind', label: t('limit.kind'), cell: ({kind}) => any('kind', kind)},
        {name: 'severity', label: t('limit.severity'), cell: ({severity}) => any('severity', severity)},
        {name: 'amount', label: t('limit.amount'), cell: ({amount, unit}) => t(`unit.${unit}`, {amount})},
        {name: 'from', label: t('limit.validFrom'), cell: ({validFrom}) => (validFrom === undefined ? t('form.none') : day(validFrom, language))},
        {name: 'source', label: t('limit.source'), cell: ({source}) => (source === 'default' ? t('limit.default') : source)},
      ],
      rows: limits,
      empty: t('limits.none'),
    })}
    <p><a href=${href('complaints')}>${t('c.all')}</a></p>`;
}
