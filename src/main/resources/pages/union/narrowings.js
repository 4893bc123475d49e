// What unions below tighten of a campaign: the form it is written in, and what it says in words.

import {day, yuan} from '../kit/figures.js';
import {language} from '../kit/words.js';

export const CATEGORIES = ['EAT', 'STAY', 'TRANSPORT', 'TOUR', 'SHOP', 'ENTERTAIN'];
const SCENES = ['OFFLINE_POS', 'QR_STATIC', 'ONLINE_MALL'];
const WEEKDAYS = ['1', '2', '3', '4', '5', '6', '7'];
const HOUR = /^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/;

/** The form's fields: whatever is left empty stays as the campaign has it. */
export function narrowingFields(t, {orgs, me}) {
  const several = (name, all) => ({name, kind: 'several', isOptional: true, choices: all.map((each) => [each, t(`${name}.${each}`)])});
  const hour = (name) => ({name, kind: 'text', max: 5, isOptional: true, pattern: HOUR, hasHint: true});
  const number = (name) => ({name, kind: 'number', min: 0, max: 999_999, isOptional: true});
  const amount = (name) => ({name, kind: 'yuan', isOptional: true});
  return [
    {name: 'org', kind: 'choice', choices: orgs.map(({code, name}) => [code, name]), initial: me.org},
    {name: 'documentNo', kind: 'documentNo', max: 60, hasHint: true},
    several('categories', CATEGORIES),
    {name: 'merchantNos', kind: 'long', rows: 2, max: 16_000, isOptional: true, hasHint: true, pattern: /^[0-9]{15}(?:[\s,，、]+[0-9]{15})*$/},
    several('weekdays', WEEKDAYS),
    hour('hourFrom'), hour('hourTo'),
    {name: 'closedFrom', kind: 'date', isOptional: true}, {name: 'closedTo', kind: 'date', isOptional: true},
    several('scenes', SCENES),
    amount('orderFenMin'), number('memberCount'), amount('memberFen'), number('memberDayCount'), amount('memberDayFen'),
  ];
}

const kept = (object) => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
const some = (object) => (Object.keys(object).length === 0 ? undefined : object);

/** As the contract wants it. */
export function termsOf(body) {
  const {org, documentNo, categories, merchantNos, weekdays, hourFrom, hourTo, closedFrom, closedTo, scenes, orderFenMin, ...limits} = body;
  const isTimed = hourFrom !== undefined || hourTo !== undefined;
  const isClosed = closedFrom !== undefined || closedTo !== undefined;
  const terms = kept({
    merchants: some(kept({categories, merchantNos: merchantNos?.split(/[\s,，、]+/)})),
    times: some(kept({
      weekdays: weekdays?.map(Number),
      hours: isTimed ? [{from: `${hourFrom ?? '00:00'}:00`, to: `${hourTo ?? '24:00'}:00`}] : undefined,
      blackouts: isClosed ? [{from: closedFrom ?? closedTo, to: closedTo ?? closedFrom}] : undefined,
    })),
    scenes,
    orderFenMin,
    limits: some(kept(limits)),
  });
  return {org, documentNo, terms};
}

/** Each thing that is tightened, in a sentence. */
export function saidOf(t, {merchants = {}, times = {}, scenes = [], orderFenMin, limits = {}}) {
  const all = (name, values) => values.map((each) => t(`${name}.${each}`)).join(t('and'));
  return [
    merchants.categories && t('only.categories', {all: all('categories', merchants.categories)}),
    merchants.merchantNos && t('only.merchantNos', {all: merchants.merchantNos.join(t('and'))}),
    times.weekdays && t('only.weekdays', {all: all('weekdays', times.weekdays)}),
    ...(times.hours ?? []).map(({from, to}) => t('only.hours', {from: from.slice(0, 5), to: to.slice(0, 5)})),
    ...(times.blackouts ?? []).map(({from, to}) => t('only.blackouts', {from: day(from, language), to: day(to, language)})),
    scenes.length > 0 && t('only.scenes', {all: all('scenes', scenes)}),
    orderFenMin > 0 && t('only.orderFenMin', {amount: yuan(orderFenMin)}),
    limits.memberCount !== undefined && t('only.memberCount', {count: limits.memberCount}),
    limits.memberFen !== undefined && t('only.memberFen', {amount: yuan(limits.memberFen)}),
    limits.memberDayCount !== undefined && t('only.memberDayCount', {count: limits.memberDayCount}),
    limits.memberDayFen !== undefined && t('only.memberDayFen', {amount: yuan(limits.memberDayFen)}),
  ].filter((said) => said);
}
