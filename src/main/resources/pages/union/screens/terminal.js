// A terminal: its activation code, whether it may sell, where it stands.

import {time} from '../../kit/figures.js';
import {paper} from '../../kit/form.js';
import {html} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';

const t = await wordsOf('desk', 'union', 'union.merchants');

const KINDS = {
  code: {
    words: 'code',
    fields: () => [],
    send: (ask, path) => ask('issueActivationCode', {path, body: {}}),
    done: ({code, terminal, expiresAt}) => html`<p>${t('code.done', {terminal})}</p><p class="big-code" id="activation-code">${code}</p>
      <p>${t('code.until', {time: time(new Date(expiresAt), language)})}</p>`,
  },
  status: {
    words: 'status',
    fields: () => [{name: 'reason', kind: 'long', max: 500}],
    send: (ask, path, body, {terminals}) => {
      const isActive = terminals.find(({terminal}) => terminal === path.terminal)?.status === 'ACTIVE';
      return ask('setTerminalStatus', {path, body: {...body, status: isActive ? 'SUSPENDED' : 'ACTIVE'}});
    },
    done: ({status}) => html`<p><strong>${t(`terminalState.${status}`)}</strong></p>`,
  },
  binding: {
    words: 'binding',
    fields: ({stores, merchantNo}) => [
      {name: 'merchantNo', kind: 'text', pattern: /^\d{15}$/, initial: merchantNo},
      {name: 'store', kind: 'choice', choices: stores.map(({id, name}) => [String(id), name])},
      {name: 'settlementAccount', kind: 'text', pattern: /^[0-9A-Za-z]{8,34}$/},
      {name: 'address', kind: 'text', max: 200},
      {name: 'reason', kind: 'long', max: 500},
    ],
    send: (ask, path, body) => ask('rebindTerminal', {path, body: {...body, store: Number(body.store)}}),
    done: ({terminal}) => html`<p><strong>${t('binding.done', {terminal})}</strong></p>`,
  },
};

const kindOf = ({what}) => KINDS[what] ?? KINDS.code;

export const title = ({path}) => t('terminal.title', {what: t(`${kindOf(path).words}.add`), terminal: path.terminal});

export async function load({ask, path: {merchantNo}}) {
  return {merchant: await ask('getMerchant', {path: {merchantNo}})};
}

export function view(desk, {merchant}) {
  const {words, fields, send, done} = kindOf(desk.path);
  const {merchantNo, terminal} = desk.path;
  return html`<p class="intro">${t(`${words}.intro`)}</p>
    ${paper(t, desk, {words, fields: fields(merchant), send: (body) => send(desk.ask, {terminal}, body, merchant), done})}
    <p><a href=${href(['merchants', merchantNo])}>${t('back', {name: merchant.name})}</a></p>`;
}
