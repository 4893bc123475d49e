// Differences that concern this merchant.

import {href} from '../../desk/place.js';
import {caseTable} from '../../kit/cases.js';
import {html} from '../../kit/view.js';
import {wordsOf} from '../../kit/words.js';
import {own} from '../own.js';

const t = await wordsOf('desk', 'shop', 'money');

export const title = () => t('money.cases');

export const load = (desk) => own(desk, 'listMerchantSettlementCases');

export const view = (desk, {cases}) => html`${caseTable(t, desk, cases, {at: ['cases']})}
  <div class="doings"><a class="button" href=${href('statements')}>${t('money.toAll')}</a></div>`;
