// What is put on a merchant's file: each kind of paper is a form, checked and sent.

import {paper} from '../../kit/form.js';
import {html} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';

const t = await wordsOf('desk', 'union', 'union.merchants');

const choices = (prefix, values) => values.map((value) => [value, t(`${prefix}.${value}`)]);
const PAPER = [{name: 'reference', kind: 'text', max: 200, hasHint: true}, {name: 'digest', kind: 'digest', hasHint: true}];

const SCENES = ['OFFLINE_POS', 'QR_STATIC', 'ONLINE_MALL'];

const KINDS = {
  documents: {
    words: 'document',
    fields: () => [
      {name: 'kind', kind: 'choice', choices: choices('kind', ['BUSINESS_LICENCE', 'CONTRACT', 'PERMIT', 'OTHER'])},
      {name: 'number', kind: 'documentNo', max: 60},
      {name: 'validFrom', kind: 'date'},
      {name: 'validUntil', kind: 'date', isOptional: true, hasHint: true},
      ...PAPER,
    ],
    send: (ask, path, body) => ask('addMerchantDocument', {path, body}),
  },
  selections: {
    words: 'selection',
    fields: () => [
      {name: 'candidates', kind: 'number', min: 1, max: 1000},
      {name: 'criteria', kind: 'long', max: 500},
      {name: 'score', kind: 'number', min: 0, max: 100},
      {name: 'meeting', kind: 'text', max: 200},
      {name: 'decidedOn', kind: 'date'},
      ...PAPER,
    ],
    send: (ask, path, body) => ask('addMerchantSelection', {path, body}),
  },
  declarations: {
    words: 'declaration',
    fields: () => [{name: 'conflict', kind: 'yes', hasHint: true}, {name: 'statement', kind: 'long', max: 500}],
    send: (ask, path, body) => ask('declareInterest', {path, body}),
  },
  'labour-facts': {
    words: 'labour',
    fields: () => [
      {name: 'asOf', kind: 'date'},
      {name: 'employees', kind: 'number', max: 10_000_000},
      {name: 'members', kind: 'number', max: 10_000_000},
      {name: 'unionCode', kind: 'text', min: 18, max: 60, isOptional: true, hasHint: true},
      ...PAPER,
    ],
    send: (ask, path, body) => ask('addLabourFacts', {path, body}),
  },
  violations: {
    words: 'violation',
    fields: () => [
      {name: 'source', kind: 'choice', choices: choices('source', ['LABOUR_INSPECTION', 'WAGE_ARREARS_LIST', 'JUDGMENT_OR_AWARD', 'HOTLINE_12351'])},
      {name: 'documentNo', kind: 'documentNo', max: 60},
      {name: 'decidedOn', kind: 'date'},
      ...PAPER,
    ],
    send: (ask, path, body) => ask('addViolation', {path, body}),
  },
  stores: {
    words: 'store',
    fields: () => [
      {name: 'name', kind: 'text', max: 60},
      {name: 'areaCode', kind: 'text', pattern: /^\d{6}$/, hasHint: true},
      {name: 'address', kind: 'text', max: 200},
    ],
    send: (ask, path, body) => ask('addStore', {path, body}),
  },
  terminals: {
    words: 'terminal',
    fields: ({stores}) => [
      {name: 'serialNo', kind: 'text', pattern: /^[A-Za-z0-9._-]{1,40}$/, hasHint: true},
      {name: 'scene', kind: 'choice', choices: SCENES.map((scene) => [scene, t(`scene.${scene}`)]), hasHint: true},
      {name: 'store', kind: 'choice', choices: stores.map(({id, name}) => [String(id), name])},
      {name: 'settlementAccount', kind: 'text', pattern: /^[0-9A-Za-z]{8,34}$/, hasHint: true},
      {name: 'address', kind: 'text', max: 200},
    ],
    send: (ask, path, body) => ask('bindTerminal', {path, body: {...body, store: Number(body.store)}}),
  },
};

const kindOf = (path) => KINDS[path.what] ?? KINDS.documents;

export const title = ({path}, data) => t('filing.title', {what: t(`${kindOf(path).words}.add`), name: data?.merchant.name ?? ''});

export async function load({ask, path: {merchantNo}}) {
  return {merchant: await ask('getMerchant', {path: {merchantNo}})};
}

export function view(desk, {merchant}) {
  const {words, fields, send} = kindOf(desk.path);
  const {merchantNo} = desk.path;
  return html`${paper(t, desk, {
    words,
    fields: fields(merchant),
    warning: html`<p>${t(`${words}.intro`)}</p>`,
    send: (body) => send(desk.ask, {merchantNo}, body),
    done: (answer) => html`<p><strong>${t(`${words}.done`)}</strong></p>
      ${answer.vetoGrounds?.length > 0 ? html`<p class="problem">${t('veto.nowStands')}</p>` : ''}
      ${answer.terminal === undefined ? '' : html`<p>${t('terminal.no', {terminal: answer.terminal})}
        <a href=${href(['merchants', merchantNo, 'terminals', answer.terminal, 'code'])}>${t('code.add')}</a></p>`}`,
  })}<p><a href=${href(['merchants', merchantNo])}>${t('back', {name: merchant.name})}</a></p>`;
}
