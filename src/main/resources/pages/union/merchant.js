// Parts of a merchant's page: the veto with its evidence, whose the next step is, and how complete the file is.

import {day} from '../kit/figures.js';
import {taskList} from '../kit/summary.js';
import {html, nothing} from '../kit/view.js';
import {language} from '../kit/words.js';
import {href} from '../desk/place.js';

/** Nothing here lifts a veto: only other evidence does, or the annulment of a wrong record by somebody else. */
export function veto(t, desk, {vetoGrounds, labourFacts, violations, merchantNo}, to) {
  if (vetoGrounds.length === 0) {
    return nothing;
  }
  const facts = labourFacts.at(-1);
  const standing = violations.filter(({annulledAt}) => annulledAt === undefined);
  return html`<section class="verdict bad" id="veto" aria-labelledby="veto-title"><span class="sign" aria-hidden="true">✘</span><div>
    <h2 id="veto-title">${t('veto')}</h2><p>${t('veto.what')}</p>
    ${vetoGrounds.includes('NO_UNION_ESTABLISHED') ? html`<h3>${t('veto.noUnion')}</h3>
      ${facts === undefined ? nothing : html`<p>${t('veto.noUnionEvidence', {asOf: day(facts.asOf, language), employees: facts.employees, members: facts.members, reference: facts.reference, by: facts.by})}</p>`}
      ${desk.may('addLabourFacts') ? html`<a class="button" href=${to('file', 'labour-facts')}>${t('veto.evidence')}</a>` : nothing}` : nothing}
    ${vetoGrounds.includes('SERIOUS_RIGHTS_VIOLATION') ? html`<h3>${t('veto.violation')}</h3><ul>${standing.map((each) => html`<li>
      ${t('veto.violationIs', {source: t(`source.${each.source}`), documentNo: each.documentNo, day: day(each.decidedOn, language)})}
      ${!desk.may('annulViolation') ? nothing : each.yours ? html`<p class="reason">${t('annulment.yours')}</p>`
        : html`<p><a class="button" href=${href(['merchants', merchantNo, 'violations', String(each.violation)])}>${t('annulment.add')}</a></p>`}</li>`)}</ul>` : nothing}
  </div></section>`;
}

/** What leads on from here: as a button if this person can do it, else by whom, or why not. */
export function next(t, desk, {next: steps}, nameOf, to) {
  if (steps.length === 0) {
    return nothing;
  }
  const mine = steps.filter(({yours}) => yours);
  const others = steps.filter(({yours}) => !yours);
  return html`<h2>${t('next')}</h2>
    ${mine.length === 0 ? html`<p>${t('next.nothing')}</p>` : html`<ul class="next">${mine.map(({step, refusal}) => html`<li data-step=${step}>${refusal === undefined
      ? html`<a class="button ${isPlain(step) ? 'primary' : ''}" href=${to('steps', step)}>${t(`do.${step}`)}</a>`
      : html`<p class="reason"><strong>${t(`do.${step}`)}</strong>${t('next.not')}${reason(t, refusal)}
          ${refusal.code === 'CONFLICT_NOT_DECLARED' ? html` <a href=${to('file', 'declarations')}>${t('declaration.add')}</a>` : nothing}</p>`}</li>`)}</ul>`}
    ${others.length === 0 ? nothing : html`<p class="faint">${t('next.others')}</p><ul class="faint">${others.map(
      ({step, role, union}) => html`<li>${t('next.by', {step: t(`do.${step}`), union: nameOf(union), role: t(`role.${role}`)})}</li>`)}</ul>`}`;
}

const isPlain = (step) => !['REJECT', 'TERMINATE', 'SUSPEND', 'ORDER_RECTIFICATION'].includes(step);

function reason(t, {code, title, detail}) {
  return code === 'SAME_PERSON' ? t('next.samePerson') : language === 'zh' ? title : detail;
}

/** How complete the file is, in the order of the procedure, with who prepared what. */
export function dossier(t, desk, merchant, to) {
  const {missing, selections, declarations, documents, labourFacts, steps} = merchant;
  const chosen = selections.at(-1);
  const known = labourFacts.at(-1);
  const looked = steps.findLast(({step}) => step === 'INVESTIGATE');
  const lacking = ['BUSINESS_LICENCE', 'CONTRACT'].filter((kind) => missing.includes(kind));
  const tasks = [
    {name: 'selection', isDone: chosen !== undefined, to: 'selections', may: 'addMerchantSelection',
      more: chosen === undefined ? undefined : t('dossier.selectionIs', {candidates: chosen.candidates, score: chosen.score, meeting: chosen.meeting, by: chosen.by})},
    {name: 'declaration', isDone: declarations.length > 0, to: 'declarations', may: 'declareInterest',
      more: declarations.length === 0 ? undefined : [...new Map(declarations.map((each) => [each.by, each.conflict]))]
        .map(([by, conflict]) => t(conflict ? 'dossier.conflict' : 'dossier.noConflict', {by})).join(t('comma'))},
    {name: 'papers', isDone: lacking.length === 0, to: 'documents', may: 'addMerchantDocument',
      more: lacking.length === 0 ? t('dossier.papersAre', {count: documents.length}) : t('dossier.lacking', {kinds: lacking.map((kind) => t(`kind.${kind}`)).join(t('comma'))})},
    {name: 'labour', isDone: known !== undefined, to: 'labour-facts', may: 'addLabourFacts',
      more: known === undefined ? undefined : t('dossier.labourIs', {asOf: day(known.asOf, language), employees: known.employees, members: known.members, by: known.by})},
    {name: 'diligence', isDone: looked !== undefined, more: looked === undefined ? undefined : t('dossier.lookedAt', {by: looked.by, reason: looked.reason})},
  ];
  return html`<h2>${t('dossier')}</h2>${taskList(tasks.map(({name, isDone, more, to: what, may}) => ({
    what: t(`dossier.${name}`),
    isDone,
    state: t(isDone ? 'dossier.done' : 'dossier.open'),
    more: html`${more ?? nothing} ${may !== undefined && desk.may(may) && merchant.status !== 'TERMINATED' ? html`<a href=${to('file', what)}>${t('dossier.add')}</a>` : nothing}`,
  })))}
  ${desk.may('addViolation') ? html`<p><a href=${to('file', 'violations')}>${t('violation.add')}</a></p>` : nothing}`;
}
