// One complaint: whose the next step is, what can be done, what was said, what happened, what lies as evidence.

import {time, until} from '../../kit/figures.js';
import {facts, timeLine} from '../../kit/summary.js';
import {html, nothing} from '../../kit/view.js';
import {language, wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {clock, complaintState, isEnded, nextInWords, possible, verdict} from '../complaints.js';
import {orgsOf, namesOf} from '../orgs.js';

const t = await wordsOf('desk', 'union', 'union.complaints');
const at = (instant) => time(new Date(instant), language);

export const title = ({path}) => t('c.title', {no: path.complaint});

export async function load({ask, path}) {
  const [complaint, orgs, nameOf] = await Promise.all([ask('getComplaint', {path}), orgsOf(ask), namesOf(ask)]);
  return {complaint, orgs, nameOf};
}

export function view(desk, {complaint, orgs, nameOf}) {
  const steps = possible(desk, complaint, orgs);
  const to = (...more) => href(['complaints', complaint.complaint, ...more]);
  const {kind, severity, owner, merchantNo, openedAt, closedAt} = complaint;
  return html`
    <p>${complaintState(t, complaint.state)} ${isEnded(complaint) ? nothing : clock(t, complaint)}</p>
    ${nextInWords(t, complaint, nameOf(owner))}
    ${steps.length === 0 ? nothing : html`<div class="doings">${steps.map((step, i) => html`<a class="button ${i === 0 ? 'primary' : ''}" data-step=${step}
      href=${to('steps', step)}>${t(`do.${step}`)}</a>`)}</div>`}
    <h2>${t('c.text')}</h2>
    <blockquote class="said">${complaint.text}</blockquote>
    <h2>${t('c.facts')}</h2>
    ${facts([
      [t('c.kind'), t(`kind.${kind}`)],
      [t('c.severity'), t(`severity.${severity}`)],
      [t('c.owner'), nameOf(owner)],
      [t('c.merchant'), merchantNo === undefined ? undefined : desk.may('getMerchant') ? html`<a href=${href(['merchants', merchantNo])}>${merchantNo}</a>` : merchantNo],
      [t('c.upheld'), complaint.upheld === undefined ? undefined : verdict(t, complaint)],
      [t('c.openedAt'), at(openedAt)],
      [t('c.closedAt'), closedAt === undefined ? undefined : at(closedAt)],
    ])}
    <h2>${t('c.line')}</h2>
    ${timeLine(t('c.line'), [...complaint.steps].reverse().map((each) => ({
      at: at(each.at),
      by: each.staff ?? t(`hand.${each.hand}`),
      what: t(`step.${each.step}`),
      more: html`${each.text ?? nothing}${each.ownerBefore === each.ownerAfter ? nothing
        : html` <span class="faint">${t('c.moved', {from: nameOf(each.ownerBefore), to: nameOf(each.ownerAfter)})}</span>`}${each.deadlineAfter === undefined || each.deadlineAfter === each.deadlineBefore ? nothing
        : html` <span class="faint">${t('c.until', {at: until(each.deadlineAfter, language)})}</span>`}`,
    })))}
    ${evidence(desk, complaint, to)}`;
}

function evidence(desk, {evidence: papers}, to) {
  return html`<h2>${t('c.evidence')}</h2>
    ${papers.length === 0 ? html`<p class="faint">${t('c.noEvidence')}</p>` : html`<table class="rows"><caption>${t('c.evidenceIs')}</caption>
      <thead><tr>${['reference', 'mediaType', 'sizeBytes', 'filedAt'].map((name) => html`<th scope="col">${t(`evidence.${name}`)}</th>`)}</tr></thead>
      <tbody>${papers.map((each) => html`<tr><th scope="row" data-label=${t('evidence.reference')}>${each.reference}</th>
        <td data-label=${t('evidence.mediaType')}>${each.mediaType}</td>
        <td data-label=${t('evidence.sizeBytes')}>${each.sizeBytes}</td>
        <td data-label=${t('evidence.filedAt')}>${at(each.at)}</td></tr>`)}</tbody></table>`}
    ${desk.may('fileComplaintEvidence') ? html`<div class="doings"><a class="button" href=${to('evidence')}>${t('evidence.add')}</a></div>` : nothing}`;
}
