// A campaign is written down, or its draft anew: the gateway reads the rule first and says it in words.

import {paper} from '../../kit/form.js';
import {html, nothing} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {href} from '../../desk/place.js';
import {said, termsFields, termsOf} from '../campaigns.js';
import {namesOf, orgsOf} from '../orgs.js';

const t = await wordsOf('desk', 'union', 'union.campaigns');

export const title = ({path}) => t(path.campaign === undefined ? 'm.add' : 'm.rewrite');

export async function load({ask, path: {campaign}}) {
  const there = campaign === undefined ? undefined : ask('getCampaign', {path: {campaign}});
  const [orgs, nameOf] = await Promise.all([orgsOf(ask), namesOf(ask)]);
  return {orgs, nameOf, there: await there};
}

export function view(desk, {orgs, nameOf, there}) {
  const {draft, me} = desk;
  const whose = there === undefined ? [
    {name: 'code', kind: 'text', pattern: /^[A-Z0-9-]{1,24}$/, hasHint: true},
    {name: 'org', kind: 'choice', choices: orgs.map(({code, name}) => [code, name]), initial: me.org},
  ] : [];
  const all = (body) => ({...(there === undefined ? {} : {code: there.code, org: there.org}), ...termsOf(t, body)});
  return html`<p class="intro">${t('m.intro')}</p>${paper(t, desk, {
    words: 'terms',
    fields: [...whose, ...termsFields(me, there)],
    look: async (body) => {
      const terms = all(body);
      draft.found = {findings: await desk.ask('checkCampaign', {body: terms}), rule: terms.rule};
    },
    warning: html`<section aria-label=${t('rule.says')}>${draft.found === undefined ? nothing : said(t, draft.found.findings, draft.found.rule, nameOf)}</section>`,
    send: (body) => (there === undefined
      ? desk.ask('addCampaign', {body: all(body)})
      : desk.ask('rewriteCampaign', {path: {campaign: there.code}, body: all(body)})),
    done: ({code, name}) => html`<p><strong>${t('m.written')}</strong></p><p>${t('m.writtenNext')}</p><p><a href=${href(['campaigns', code])}>${name}</a></p>`,
  })}
  <p><a href=${href('campaigns')}>${t('m.all')}</a></p>`;
}
