// The screens of the console.

const MERCHANTS = [
  {at: 'tasks', needs: 'listMerchants', open: () => import('./screens/tasks.js'), inMenu: true},
  {at: 'merchants', needs: 'listMerchants', open: () => import('./screens/merchants.js'), inMenu: true},
  {at: 'merchants/new', needs: 'recommendMerchant', open: () => import('./screens/recommend.js')},
  {at: 'merchants/:merchantNo', needs: 'getMerchant', open: () => import('./screens/merchant.js')},
  {at: 'merchants/:merchantNo/steps/:step', needs: 'takeMerchantStep', open: () => import('./screens/step.js')},
  {at: 'merchants/:merchantNo/file/:what', needs: 'getMerchant', open: () => import('./screens/filing.js')},
  {at: 'merchants/:merchantNo/violations/:violation', needs: 'annulViolation', open: () => import('./screens/annulment.js')},
  {at: 'merchants/:merchantNo/terminals/:terminal/:what', needs: 'getMerchant', open: () => import('./screens/terminal.js')},
];

const SUPERVISION = [
  {at: 'supervision', needs: 'listDecisions', open: () => import('./screens/supervision.js'), inMenu: true},
  {at: 'supervision/:decision', needs: 'readDecision', open: () => import('./screens/decision.js')},
  {at: 'supervision/:decision/appeal', needs: 'appealDecision', open: () => import('./screens/appeal.js')},
  {at: 'supervision/:decision/answer', needs: 'answerAppeal', open: () => import('./screens/answer.js')},
  {at: 'supervision/policy/:org', needs: 'readPolicy', open: () => import('./screens/policy.js')},
  {at: 'supervision/policy/:org/change', needs: 'setPolicy', open: () => import('./screens/tighten.js')},
  {at: 'coverage', needs: 'reportUnions', open: () => import('./screens/coverage.js'), inMenu: true},
  {at: 'reports', needs: 'reportUnions', open: () => import('./screens/reports.js'), inMenu: true},
];

export const SCREENS = [MERCHANTS, SUPERVISION].flat();
