// Evidence in a complaint: where it lies and what it has to be. The paper itself stays where it is.

import {paper} from '../../kit/form.js';
import {html} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';

const t = await wordsOf('desk', 'union', 'union.complaints');

export const title = () => t('evidence.add');

function taken(file, values) {
  values.sizeBytes = String(file.size);
  values.mediaType = file.type === '' ? 'application/octet-stream' : file.type;
}

export function view(desk) {
  const {complaint} = desk.path;
  return html`<p class="intro">${t('evidence.intro')}</p>${paper(t, desk, {
    words: 'evidence',
    fields: [
      {name: 'reference', kind: 'text', max: 200, hasHint: true},
      {name: 'digest', kind: 'digest', taken},
      {name: 'sizeBytes', kind: 'number', min: 1, max: 1_000_000_000},
      {name: 'mediaType', kind: 'text', pattern: /^[a-z]+\/[a-z0-9.+-]{1,80}$/, hasHint: true},
    ],
    send: (body) => desk.ask('fileComplaintEvidence', {path: {complaint}, body}),
    done: () => html`<p><strong>${t('evidence.done')}</strong></p>`,
  })}
  <p><a href=${href(['complaints', complaint])}>${t('c.back', {no: complaint})}</a></p>`;
}
