// One partner: how it stands, what is next and by whom, its terms and keys, and every step with who took it.

import {facts, stateWord, taskList, timeLine} from '../../kit/summary.js';
import {table} from '../../kit/table.js';
import {html, nothing} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {namesOf} from '../orgs.js';
import {PROPOSALS, at, fingerprintOf, on, partnerState, possible, scopesOf, termsOf} from '../partners.js';

const t = await wordsOf('desk', 'union', 'union.partners');

export const title = (desk, data) => data?.found.name ?? t('menu.partners');

export async function load({ask, path}) {
  const [found, nameOf] = await Promise.all([ask('getPartner', {path}), namesOf(ask)]);
  return {found, nameOf};
}

export function view(desk, {found, nameOf}) {
  const {partner, state, next, proposal, untried, scopes, keys, terminals, steps} = found;
  const to = (step) => href(['partners', partner, 'steps', step]);
  const strong = ['EXAMINE', 'AGREE', 'CONFIRM', 'TRIAL', 'LIVE', 'REINSTATEMENT'];
  const said = (step) => t(PROPOSALS.includes(step) ? `propose.${step}` : `do.${step}`);
  return html`
    <p class="doings">${partnerState(t, state)} <span>${t(`partnerNext.${next}`)}</span></p>
    ${proposal === undefined ? nothing : html`<p class="reason">${t('pa.waits', {what: t(`propose.${proposal.what}`), by: proposal.by, at: at(proposal.at)})}
      ${termsOf(t, proposal.terms)} ${proposal.reason}</p>`}
    <div class="doings">${possible(desk, found).map((step) => html`<a class=${strong.includes(step) ? 'button primary' : 'button'} data-step=${step} href=${to(step)}>${said(step)}</a>`)}</div>
    ${state === 'TRIAL' ? html`<h2>${t('pa.trial')}</h2>${taskList(['TOKEN', ...(scopes.includes('REVIEWS') ? ['REVIEWS'] : [])].map((each) => (
      {what: t(`trial.${each}`), isDone: !untried.includes(each), state: t(untried.includes(each) ? 'pa.open' : 'pa.shown')})))}` : nothing}
    <h2>${t('pa.terms')}</h2>
    ${facts([
      [t('pa.kind'), t(`partnerKind.${found.kind}`)],
      [t('pa.org'), nameOf(found.org)],
      [t('pa.no'), partner],
      [t('pa.purpose'), found.purpose],
      [t('pa.contact'), found.contact],
      [t('pa.scopes'), scopesOf(t, scopes)],
      [t('pa.limit'), t('pa.rate', {n: found.requestsPerMinute})],
      [t('pa.agreement'), found.agreementNo],
      [t('pa.until'), on(found.agreementUntil)],
      [t('pa.seen'), at(found.lastTokenAt)],
    ])}
    ${keys.length === 0 ? nothing : table(t, {...desk, query: {}}, {
      caption: t('pa.keys'),
      columns: [
        {name: 'key', label: t('pa.fingerprint'), cell: ({fingerprint}) => html`<span title=${fingerprint}>${fingerprintOf(fingerprint)}</span>`},
        {name: 'since', label: t('pa.since'), cell: ({since}) => at(since)},
        {name: 'until', label: t('pa.keyUntil'), cell: ({until}) => at(until) ?? stateWord(t('pa.current'), 'good')},
      ],
      rows: keys,
    })}
    ${scopes.includes('REDEEM') ? html`${table(t, {...desk, query: {}}, {
      caption: t('pa.terminals'),
      columns: [
        {name: 'terminal', label: t('pa.terminal'), cell: ({terminal}) => terminal},
        {name: 'merchant', label: t('pa.merchant'), cell: ({merchantNo}) => html`<a href=${href(['merchants', merchantNo])}>${merchantNo}</a>`},
        {name: 'status', label: t('pa.state'), cell: ({status}) => stateWord(t(`terminal.${status}`), status === 'ACTIVE' ? 'good' : status === 'SUSPENDED' ? 'bad' : 'new')},
      ],
      rows: terminals,
      empty: t('pa.noTerminals'),
    })}${desk.may('placePartnerTerminal') ? html`<div class="doings"><a class="button" id="place" href=${href(['partners', partner, 'terminal'])}>${t('pa.place')}</a></div>` : nothing}` : nothing}
    <h2>${t('pa.steps')}</h2>
    ${timeLine(t('pa.steps'), steps.map((each) => ({
      at: at(each.at),
      by: each.by === 'gateway' ? t('pa.gateway') : each.by,
      what: each.what === undefined ? t(`did.${each.step}`) : t('pa.proposed', {what: t(`propose.${each.what}`)}),
      more: html`${termsOf(t, each.terms)} ${each.reason}`,
    })))}
    <p><a href=${href('partners')}>${t('menu.partners')}</a></p>`;
}
