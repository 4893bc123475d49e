// One merchant: how it stands, whose the next step is, what is on file, and what happened.

import {day, time} from '../../kit/figures.js';
import {facts, timeLine} from '../../kit/summary.js';
import {html, nothing} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';
import {dossier, next, veto} from '../merchant.js';
import {namesOf} from '../orgs.js';
import {href} from '../../desk/place.js';
import {merchantState} from '../states.js';

const t = await wordsOf('desk', 'union', 'union.merchants');

export const title = (desk, data) => data?.merchant.name ?? t('menu.merchants');

export async function load({ask, path}) {
  const [merchant, nameOf] = await Promise.all([ask('getMerchant', {path}), namesOf(ask)]);
  return {merchant, nameOf};
}

export function view(desk, {merchant, nameOf}) {
  const to = (...steps) => href(['merchants', merchant.merchantNo, ...steps]);
  return html`
    <p>${merchantState(t, merchant.status)}</p>
    ${veto(t, desk, merchant, to)}
    ${next(t, desk, merchant, nameOf, to)}
    ${dossier(t, desk, merchant, to)}
    <h2>${t('m.facts')}</h2>
    ${facts([
      [t('m.merchantNo'), merchant.merchantNo],
      [t('m.creditCode'), merchant.creditCodeByPaper ? t('m.byPaper', {code: merchant.creditCode}) : merchant.creditCode],
      [t('m.category'), t(`category.${merchant.category}`)],
      [t('m.areaCode'), merchant.areaCode],
      [t('m.authorisingOrg'), nameOf(merchant.authorisingOrg)],
      [t('m.signingOrg'), nameOf(merchant.signingOrg)],
    ])}
    ${desk.may('entrustMerchant') ? html`<p><a href=${to('unions')}>${t('entrust')}</a></p>` : nothing}
    ${papers(desk, merchant, to)}
    ${places(desk, merchant, to)}
    <h2>${t('m.line')}</h2>
    ${timeLine(t('m.line'), [...merchant.steps].reverse().map((step) => ({
      at: time(new Date(step.at), language),
      by: step.by === 'gateway' ? t('m.gateway') : step.by,
      what: t(`step.${step.step}`),
      more: step.documentNo === undefined ? step.reason : `${step.documentNo} · ${step.reason}`,
    })))}`;
}

function papers(desk, {documents}, to) {
  return html`<h2>${t('m.documents')}</h2>
    ${documents.length === 0 ? html`<p class="faint">${t('m.noDocuments')}</p>` : html`<table class="rows"><caption>${t('m.documentsAre')}</caption>
      <thead><tr>${['kind', 'number', 'validUntil', 'by'].map((name) => html`<th scope="col">${t(`document.${name}`)}</th>`)}</tr></thead>
      <tbody>${documents.map((each) => html`<tr>
        <th scope="row" data-label=${t('document.kind')}>${t(`kind.${each.kind}`)}</th>
        <td data-label=${t('document.number')}>${each.number}</td>
        <td data-label=${t('document.validUntil')}>${each.validUntil === undefined ? t('m.forEver') : day(each.validUntil, language)}</td>
        <td data-label=${t('document.by')}>${each.by}</td></tr>`)}</tbody></table>`}
    ${desk.may('addMerchantDocument') ? html`<div class="doings"><a class="button" href=${to('file', 'documents')}>${t('document.add')}</a></div>` : nothing}`;
}

function places(desk, {stores, terminals, merchantNo}, to) {
  const nameOf = new Map(stores.map(({id, name}) => [id, name]));
  const at = (terminal, what) => href(['merchants', merchantNo, 'terminals', terminal, what]);
  return html`<h2>${t('m.stores')}</h2>
    ${stores.length === 0 ? html`<p class="faint">${t('m.noStores')}</p>` : html`<ul>${stores.map(({name, address}) => html`<li>${name} <span class="faint">${address}</span></li>`)}</ul>`}
    ${terminals.length === 0 ? nothing : html`<table class="rows"><caption>${t('m.terminals')}</caption>
      <thead><tr>${['terminal', 'serialNo', 'scene', 'store', 'status', 'doings'].map((name) => html`<th scope="col">${t(`terminal.${name}`)}</th>`)}</tr></thead>
      <tbody>${terminals.map(({terminal, serialNo, scene, store, status}) => html`<tr>
        <th scope="row" data-label=${t('terminal.terminal')}>${terminal}</th>
        <td data-label=${t('terminal.serialNo')}>${serialNo}</td>
        <td data-label=${t('terminal.scene')}>${t(`scene.${scene}`)}</td>
        <td data-label=${t('terminal.store')}>${nameOf.get(store) ?? t('form.none')}</td>
        <td data-label=${t('terminal.status')}>${t(`terminalState.${status}`)}</td>
        <td data-label=${t('terminal.doings')}>
          ${desk.may('issueActivationCode') ? html`<a href=${at(terminal, 'code')}>${t('code.add')}</a> ` : nothing}
          ${desk.may('setTerminalStatus') && status !== 'REGISTERED' ? html`<a href=${at(terminal, 'status')}>${t(status === 'ACTIVE' ? 'terminal.suspend' : 'terminal.restore')}</a> ` : nothing}
          ${desk.may('rebindTerminal') && stores.length > 0 ? html`<a href=${at(terminal, 'binding')}>${t('binding.add')}</a>` : nothing}</td></tr>`)}</tbody></table>`}
    <div class="doings">
      ${desk.may('addStore') ? html`<a class="button" href=${to('file', 'stores')}>${t('store.add')}</a>` : nothing}
      ${desk.may('bindTerminal') && stores.length > 0 ? html`<a class="button" href=${to('file', 'terminals')}>${t('terminal.add')}</a>` : nothing}</div>`;
}
