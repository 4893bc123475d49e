// Who goes where.

import {frame} from '../kit/frame.js';
import {html, page} from '../kit/view.js';
import {wordsOf} from '../kit/words.js';

const t = await wordsOf('start');

const PLACES = [
  {href: '/card', name: 'card'},
  {href: '/till', name: 'till'},
  {href: '/shop', name: 'shop'},
  {href: '/r', name: 'receipt'},
  {href: '/union', name: 'union'},
  {href: '/docs', name: 'docs'},
];

page(document.body, {}, () =>
  frame(
    t,
    t('title'),
    html`<ul class="places">
      ${PLACES.map(
        ({href, name}) =>
          html`<li><a class="place" href=${href}><strong>${t(name)}</strong><span>${t(`${name}For`)}</span></a></li>`,
      )}
    </ul>`,
  ),
);
document.title = `${t('title')} · ${t('brand')}`;
