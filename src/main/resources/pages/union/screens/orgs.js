// The unions below this person's, as a tree: folded, by mouse or by keys (arrows, Home, End).

import {facts} from '../../kit/summary.js';
import {focusOn, html, nothing} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {orgsOf} from '../orgs.js';

const t = await wordsOf('desk', 'union', 'union.staff');

export const title = () => t('menu.orgs');

export async function load({ask}) {
  const orgs = await orgsOf(ask);
  const codes = new Set(orgs.map(({code}) => code));
  const below = new Map();
  for (const org of orgs) {
    const parent = codes.has(org.parent) ? org.parent : null;
    below.set(parent, [...(below.get(parent) ?? []), org]);
  }
  return {orgs, below};
}

export function view(desk, data) {
  const {draft} = desk;
  const {orgs, below} = data;
  draft.open ??= new Set((below.get(null) ?? []).map(({code}) => code));
  draft.at ??= below.get(null)?.[0]?.code;
  const chosen = orgs.find(({code}) => code === draft.at);
  return html`
    ${desk.may('addOrg') ? html`<div class="doings"><a class="button primary" href=${href(['orgs', 'new'], {parent: draft.at})}>${t('org.add')}</a></div>` : nothing}
    <p class="faint">${t('org.count', {count: orgs.length})} ${t('org.keys')}</p>
    <ul role="tree" class="tree" aria-label=${t('menu.orgs')} @keydown=${(event) => pressed(event, desk, data)}>${(below.get(null) ?? []).map((org) => node(desk, data, org, 1))}</ul>
    ${chosen === undefined ? nothing : html`<h2>${chosen.name}</h2>${facts([
      [t('org.code'), chosen.code],
      [t('org.kind'), t(`orgKind.${chosen.kind}`)],
      [t('org.areaCode'), chosen.areaCode],
      [t('org.below'), (below.get(chosen.code) ?? []).length],
    ])}`}`;
}

function node(desk, data, org, level) {
  const {draft} = desk;
  const children = data.below.get(org.code) ?? [];
  const isOpen = draft.open.has(org.code);
  const chosen = (event) => {
    event.stopPropagation();
    if (draft.at === org.code && children.length > 0) {
      toggle(draft, org.code, !isOpen);
    }
    draft.at = org.code;
    desk.change();
  };
  return html`<li role="treeitem" id=${`o-${org.code}`} aria-level=${level} aria-selected=${draft.at === org.code} tabindex=${draft.at === org.code ? 0 : -1}
    aria-expanded=${children.length === 0 ? nothing : isOpen} @click=${chosen}><span class="name"><span aria-hidden="true">${children.length === 0 ? '·' : isOpen ? '▾' : '▸'}</span>
    ${org.name}${children.length === 0 ? nothing : html` <span class="faint">${children.length}</span>`}</span>
    ${children.length > 0 && isOpen ? html`<ul role="group">${children.map((child) => node(desk, data, child, level + 1))}</ul>` : nothing}</li>`;
}

function toggle(draft, code, isOpen) {
  if (isOpen) {
    draft.open.add(code);
  } else {
    draft.open.delete(code);
  }
}

/** As the pattern of a tree has it: up, down, into, out of, first, last. */
function pressed(event, desk, {below, orgs}) {
  const {draft} = desk;
  const seen = [];
  const walk = (org) => {
    seen.push(org.code);
    if (draft.open.has(org.code)) {
      (below.get(org.code) ?? []).forEach(walk);
    }
  };
  (below.get(null) ?? []).forEach(walk);
  const i = seen.indexOf(draft.at);
  const hasChildren = below.has(draft.at);
  const isOpen = hasChildren && draft.open.has(draft.at);
  const parent = orgs.find(({code}) => code === draft.at)?.parent;
  const keys = {
    ArrowDown: () => seen[i + 1],
    ArrowUp: () => seen[i - 1],
    Home: () => seen[0],
    End: () => seen.at(-1),
    ArrowRight: () => (isOpen ? seen[i + 1] : hasChildren ? toggle(draft, draft.at, true) : undefined),
    ArrowLeft: () => (isOpen ? toggle(draft, draft.at, false) : seen.includes(parent) ? parent : undefined),
    Enter: () => (hasChildren ? toggle(draft, draft.at, !isOpen) : undefined),
  };
  if (event.key in keys) {
    event.preventDefault();
    draft.at = keys[event.key]() ?? draft.at;
    desk.change();
    focusOn(`#o-${CSS.escape(draft.at)}`);
  }
}
