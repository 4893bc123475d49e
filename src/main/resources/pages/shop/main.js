// /shop: a merchant, at its counter with a phone or at a desk.

import {openDesk} from '../desk/desk.js';
import {wordsOf} from '../kit/words.js';

const SCREENS = [
  {at: 'today', needs: 'readMerchantDays', open: () => import('./screens/today.js'), inMenu: true},
  {at: 'transactions', needs: 'listMerchantTransactions', open: () => import('./screens/transactions.js'), inMenu: true},
  {at: 'transactions/:id', needs: 'readMerchantTransaction', open: () => import('./screens/transaction.js')},
  {at: 'statements', needs: 'listMerchantStatements', open: () => import('./screens/statements.js'), inMenu: true},
  {at: 'statements/:statement', needs: 'readStatement', open: () => import('./screens/statement.js')},
  {at: 'statements/:statement/claim/:transaction', needs: 'claimStatement', open: () => import('./screens/claim.js')},
  {at: 'cases', needs: 'listMerchantSettlementCases', open: () => import('./screens/cases.js')},
  {at: 'cases/:case', needs: 'readSettlementCase', open: () => import('./screens/case.js')},
  {at: 'reviews', needs: 'listReviews', open: () => import('./screens/reviews.js'), inMenu: true},
  {at: 'reviews/:review', needs: 'replyToReview', open: () => import('./screens/review.js')},
  {at: 'complaints', needs: 'listMerchantComplaints', open: () => import('./screens/complaints.js'), inMenu: true},
  {at: 'complaints/:complaint', needs: 'readMerchantComplaint', open: () => import('./screens/complaint.js')},
  {at: 'standing', needs: 'listDecisions', open: () => import('./screens/standing.js'), inMenu: true},
  {at: 'standing/:decision', needs: 'readDecision', open: () => import('./screens/decision.js')},
  {at: 'terminals', needs: 'getMerchant', open: () => import('./screens/terminals.js'), inMenu: true},
  {at: 'terminals/:terminal', needs: 'issueActivationCode', open: () => import('./screens/terminal.js')},
];

await openDesk(await wordsOf('desk', 'shop'), {address: '/shop', home: 'today', all: SCREENS});
