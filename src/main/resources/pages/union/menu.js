// The screens of the console.

const MERCHANTS = [
  {at: 'tasks', needs: 'listMerchants', open: () => import('./screens/tasks.js'), inMenu: true},
  {at: 'merchants', needs: 'listMerchants', open: () => import('./screens/merchants.js'), inMenu: true},
  {at: 'merchants/new', needs: 'recommendMerchant', open: () => import('./screens/recommend.js')},
  {at: 'merchants/:merchantNo', needs: 'getMerchant', open: () => import('./screens/merchant.js')},
  {at: 'merchants/:merchantNo/steps/:step', needs: 'takeMerchantStep', open: () => import('./screens/step.js')},
  {at: 'merchants/:merchantNo/file/:what', needs: 'getMerchant', open: () => import('./screens/filing.js')},
  {at: 'merchants/:merchantNo/unions', needs: 'entrustMerchant', open: () => import('./screens/entrust.js')},
  {at: 'merchants/:merchantNo/violations/:violation', needs: 'annulViolation', open: () => import('./screens/annulment.js')},
  {at: 'merchants/:merchantNo/terminals/:terminal/:what', needs: 'getMerchant', open: () => import('./screens/terminal.js')},
];

const CASES = [
  {at: 'complaints', needs: 'listComplaints', open: () => import('./screens/complaints.js'), inMenu: true},
  {at: 'complaints/new', needs: 'openComplaintForSomebody', open: () => import('./screens/complaintnew.js')},
  {at: 'complaints/limits', needs: 'readComplaintLimits', open: () => import('./screens/limits.js')},
  {at: 'complaints/limits/new', needs: 'setComplaintLimit', open: () => import('./screens/limit.js')},
  {at: 'complaints/:complaint', needs: 'getComplaint', open: () => import('./screens/complaint.js')},
  {at: 'complaints/:complaint/steps/:step', needs: 'takeComplaintStep', open: () => import('./screens/complaintstep.js')},
  {at: 'complaints/:complaint/evidence', needs: 'fileComplaintEvidence', open: () => import('./screens/evidence.js')},
  {at: 'tickets', needs: 'listTickets', open: () => import('./screens/tickets.js'), inMenu: true},
  {at: 'tickets/new', needs: 'openTicket', open: () => import('./screens/ticketnew.js')},
  {at: 'tickets/:ticket', needs: 'getTicket', open: () => import('./screens/ticket.js')},
  {at: 'tickets/:ticket/steps/:step', needs: 'takeTicketStep', open: () => import('./screens/ticketstep.js')},
];

const MEMBERS = [
  {at: 'cards', needs: 'getCard', open: () => import('./screens/cards.js'), inMenu: true},
  {at: 'cards/new', needs: 'addMember', open: () => import('./screens/member.js')},
  {at: 'cards/import', needs: 'importMembers', open: () => import('./screens/import.js')},
  {at: 'cards/:cardNo', needs: 'getCard', open: () => import('./screens/card.js')},
  {at: 'cards/:cardNo/status/:status', needs: 'setCardStatus', open: () => import('./screens/cardstatus.js')},
  {at: 'cards/:cardNo/vouchers', needs: 'listCardVouchers', open: () => import('./screens/cardvouchers.js')},
  {at: 'cards/:cardNo/code', needs: 'issueCardCode', open: () => import('./screens/cardcode.js')},
  {at: 'cards/:cardNo/holder/:what', needs: 'readHolder', open: () => import('./screens/holder.js')},
  {at: 'privacy', needs: 'listDataRequests', open: () => import('./screens/privacy.js'), inMenu: true},
  {at: 'privacy/new', needs: 'askForSomebody', open: () => import('./screens/privacynew.js')},
  {at: 'privacy/reads', needs: 'listPersonalReads', open: () => import('./screens/privacyreads.js')},
  {at: 'privacy/analysis', needs: 'readAnalysis', open: () => import('./screens/privacyanalysis.js')},
  {at: 'privacy/retention/:kept', needs: 'readRetention', open: () => import('./screens/retention.js')},
  {at: 'privacy/requests/:dataRequest', needs: 'getDataRequest', open: () => import('./screens/privacyrequest.js')},
  {at: 'privacy/requests/:dataRequest/:step', needs: 'takeDataRequestStep', open: () => import('./screens/privacystep.js')},
];

const CAMPAIGNS = [
  {at: 'campaigns', needs: 'listCampaigns', open: () => import('./screens/campaigns.js'), inMenu: true},
  {at: 'campaigns/new', needs: 'addCampaign', open: () => import('./screens/draft.js')},
  {at: 'campaigns/above', needs: 'listCampaignNarrowings', open: () => import('./screens/narrowings.js')},
  {at: 'campaigns/above/:campaign', needs: 'addCampaignNarrowing', open: () => import('./screens/narrow.js')},
  {at: 'campaigns/narrowings/:narrowing/:step', needs: 'takeCampaignNarrowingStep', open: () => import('./screens/narrowingstep.js')},
  {at: 'campaigns/:campaign', needs: 'getCampaign', open: () => import('./screens/campaign.js')},
  {at: 'campaigns/:campaign/draft', needs: 'rewriteCampaign', open: () => import('./screens/draft.js')},
  {at: 'campaigns/:campaign/steps/:step', needs: 'takeCampaignStep', open: () => import('./screens/campaignstep.js')},
  {at: 'campaigns/:campaign/budget', needs: 'setCampaignBudget', open: () => import('./screens/budget.js')},
  {at: 'campaigns/:campaign/days', needs: 'readCampaignDays', open: () => import('./screens/campaigndays.js')},
  {at: 'campaigns/:campaign/grants', needs: 'setCampaignGrants', open: () => import('./screens/grants.js')},
  {at: 'campaigns/:campaign/rounds/:way', needs: 'addRound', open: () => import('./screens/roundnew.js')},
];

const VOUCHERS = [
  {at: 'rounds', needs: 'listRounds', open: () => import('./screens/rounds.js'), inMenu: true},
  {at: 'rounds/caps', needs: 'listBenefitCaps', open: () => import('./screens/caps.js')},
  {at: 'rounds/caps/new', needs: 'setBenefitCap', open: () => import('./screens/cap.js')},
  {at: 'rounds/:round', needs: 'readRound', open: () => import('./screens/round.js')},
  {at: 'rounds/:round/steps/:step', needs: 'takeRoundStep', open: () => import('./screens/roundstep.js')},
  {at: 'rounds/:round/sheet', needs: 'giveBySheet', open: () => import('./screens/sheet.js')},
  {at: 'rounds/:round/lottery', needs: 'readRound', open: () => import('./screens/lottery.js')},
  {at: 'rounds/:round/vouchers', needs: 'listRoundVouchers', open: () => import('./screens/roundvouchers.js')},
  {at: 'rounds/:round/vouchers/:voucher', needs: 'listRoundVouchers', open: () => import('./screens/voucher.js')},
  {at: 'rounds/:round/vouchers/:voucher/:step', needs: 'takeVoucherStep', open: () => import('./screens/voucherstep.js')},
];

const MONEY = [
  {at: 'settlement', needs: 'listSettlementDays', open: () => import('./screens/settlement.js'), inMenu: true},
  {at: 'settlement/statements', needs: 'listStatements', open: () => import('./screens/statements.js')},
  {at: 'settlement/statements/:statement', needs: 'readStatement', open: () => import('./screens/statement.js')},
  {at: 'settlement/books', needs: 'readObligations', open: () => import('./screens/books.js')},
  {at: 'settlement/entries', needs: 'listBookEntries', open: () => import('./screens/entries.js')},
  {at: 'settlement/entries/:entry/:what', needs: 'listBookEntries', open: () => import('./screens/correction.js')},
  {at: 'settlement/batches', needs: 'listPaymentBatches', open: () => import('./screens/batches.js')},
  {at: 'settlement/batches/new', needs: 'makePaymentBatch', open: () => import('./screens/batchnew.js')},
  {at: 'settlement/batches/:batch', needs: 'readPaymentBatch', open: () => import('./screens/batch.js')},
  {at: 'settlement/batches/:batch/:what', needs: 'readPaymentBatch', open: () => import('./screens/batchstep.js')},
  {at: 'settlement/cases', needs: 'listSettlementCases', open: () => import('./screens/cases.js')},
  {at: 'settlement/cases/:case', needs: 'readSettlementCase', open: () => import('./screens/case.js')},
  {at: 'settlement/cases/:case/:step', needs: 'takeSettlementCaseStep', open: () => import('./screens/casestep.js')},
  {at: 'settlement/hints', needs: 'listSettlementHints', open: () => import('./screens/hints.js')},
  {at: 'settlement/payees/:merchantNo', needs: 'listPayees', open: () => import('./screens/payees.js')},
  {at: 'settlement/payees/:merchantNo/:what', needs: 'listPayees', open: () => import('./screens/payee.js')},
];

const ACCOUNTS = [
  {at: 'orgs', needs: 'listOrgs', open: () => import('./screens/orgs.js'), inMenu: true},
  {at: 'orgs/new', needs: 'addOrg', open: () => import('./screens/org.js')},
  {at: 'staff', needs: 'listStaff', open: () => import('./screens/staff.js'), inMenu: true},
  {at: 'staff/new', needs: 'addStaff', open: () => import('./screens/account.js')},
  {at: 'staff/of/:login', needs: 'listStaff', open: () => import('./screens/account.js')},
  {at: 'staff/of/:login/:what', needs: 'setStaffRoles', open: () => import('./screens/account.js')},
  {at: 'staff/requests', needs: 'listStaffRequests', open: () => import('./screens/requests.js')},
  {at: 'staff/requests/:request', needs: 'getStaffRequest', open: () => import('./screens/request.js')},
  {at: 'staff/requests/:request/:what', needs: 'refuseStaffRequest', open: () => import('./screens/request.js')},
  {at: 'password', needs: 'readOwnSession', open: () => import('./screens/password.js')},
  {at: 'sessions', needs: 'listOwnSessions', open: () => import('./screens/sessions.js')},
  {at: 'factor', needs: 'readOwnSession', open: () => import('./screens/factor.js')},
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

const PROGRESS = [
  {at: 'progress', needs: 'readProgress', open: () => import('./screens/progress.js'), inMenu: true},
  {at: 'progress/:org/tasks', needs: 'readTargets', open: () => import('./screens/targets.js')},
  {at: 'progress/:org/tasks/:what', needs: 'readTargets', open: () => import('./screens/targetform.js')},
  {at: 'responsible', needs: 'readResponsible', open: () => import('./screens/responsible.js'), inMenu: true},
  {at: 'responsible/lists/:nameList', needs: 'getNameList', open: () => import('./screens/namelist.js')},
  {at: 'responsible/lists/:nameList/:org', needs: 'reportNames', open: () => import('./screens/reporting.js')},
  {at: 'responsible/:org/:what', needs: 'readContact', open: () => import('./screens/naming.js')},
  {at: 'notices', needs: 'listNotices', open: () => import('./screens/notices.js'), inMenu: true},
  {at: 'notices/new', needs: 'draftNotice', open: () => import('./screens/noticeform.js')},
  {at: 'notices/schedules', needs: 'listNoticeSchedules', open: () => import('./screens/noticeschedules.js')},
  {at: 'notices/schedules/new', needs: 'orderNotices', open: () => import('./screens/noticeorder.js')},
  {at: 'notices/schedules/:schedule/end', needs: 'endNoticeSchedule', open: () => import('./screens/noticescheduleend.js')},
  {at: 'notices/:notice', needs: 'getNotice', open: () => import('./screens/notice.js')},
  {at: 'notices/:notice/:step', needs: 'takeNoticeStep', open: () => import('./screens/noticestep.js')},
  {at: 'progress/:org/milestones', needs: 'setMilestones', open: () => import('./screens/milestones.js')},
];

const PARTNERS = [
  {at: 'province', needs: 'readProvince', open: () => import('./screens/province.js'), inMenu: true},
  {at: 'partners', needs: 'listPartners', open: () => import('./screens/partners.js'), inMenu: true},
  {at: 'partners/new', needs: 'applyForPartner', open: () => import('./screens/partnernew.js')},
  {at: 'partners/:partner', needs: 'getPartner', open: () => import('./screens/partner.js')},
  {at: 'partners/:partner/steps/:step', needs: 'takePartnerStep', open: () => import('./screens/partnerstep.js')},
  {at: 'partners/:partner/terminal', needs: 'placePartnerTerminal', open: () => import('./screens/partnerterminal.js')},
];

const RECORDS = [
  {at: 'live', needs: 'readFeed', open: () => import('./screens/live.js'), inMenu: true},
  {at: 'audit', needs: 'readAudit', open: () => import('./screens/audit.js'), inMenu: true},
  {at: 'calendar', needs: 'readWorkingDays', open: () => import('./screens/calendar.js'), inMenu: true},
  {at: 'calendar/enter', needs: 'enterWorkingDays', open: () => import('./screens/year.js')},
];

export const SCREENS = [MERCHANTS, PROGRESS, SUPERVISION, CASES, CAMPAIGNS, VOUCHERS, MONEY, MEMBERS, PARTNERS, ACCOUNTS, RECORDS].flat();
