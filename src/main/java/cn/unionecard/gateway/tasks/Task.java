package cn.unionecard.gateway.tasks;

import cn.unionecard.gateway.model.Caller.Role;

/** A kind of work that waits, and who does it; in the order in which it is told. */
enum Task {
  /** Complaints to take up, to put to the merchant, to answer. */
  COMPLAINT_TO_ANSWER(Role.CLERK),
  MERCHANT_TO_INVESTIGATE(Role.CLERK),
  /** A paper that counts ends within 30 days, or has ended. */
  PAPER_ENDING(Role.CLERK),
  /** A round by sheet is open, and no sheet has come. */
  ROUND_TO_FILL(Role.CLERK),
  /** A draft of his own that he has not handed in, or that came back. */
  CAMPAIGN_TO_SUBMIT(Role.CLERK),
  /** A difference that nobody has taken, or that he took himself. */
  CASE_TO_SETTLE(Role.CLERK),
  /** What a member asks for of his own data; to be forgotten is for an approver. */
  DATA_REQUEST_TO_ANSWER(Role.CLERK),
  /** By a clerk who has not applied for it. */
  PARTNER_TO_EXAMINE(Role.CLERK),
  /** An agreement with a partner ends within 30 days, or has ended. */
  PARTNER_ENDING(Role.CLERK),
  /** By somebody who has not taken it down. */
  MEMBER_TO_FORGET(Role.APPROVER),
  MERCHANT_TO_APPROVE(Role.APPROVER),
  APPEAL_TO_ANSWER(Role.APPROVER),
  CAMPAIGN_TO_APPROVE(Role.APPROVER),
  /** What a union below tightens of a campaign. */
  TIGHTENING_TO_APPROVE(Role.APPROVER),
  NOTICE_TO_APPROVE(Role.APPROVER),
  ROUND_TO_APPROVE(Role.APPROVER),
  /** No ticket of the lottery comes any more. */
  ROUND_TO_DRAW(Role.APPROVER),
  /** Of payments of his own union. */
  BATCH_TO_APPROVE(Role.APPROVER),
  /** By somebody who has neither applied nor examined. */
  PARTNER_TO_AGREE(Role.APPROVER),
  /** What somebody else has proposed. */
  PARTNER_TO_CONFIRM(Role.APPROVER),
  DECISION_TO_TAKE(Role.SUPERVISOR),
  /** The opener has said whether he is satisfied. */
  COMPLAINT_TO_CLOSE(Role.SUPERVISOR),
  TICKET_TO_ANSWER(Role.SUPERVISOR),
  STAFF_REQUEST_TO_CONFIRM(Role.SYSTEM);

  final Role role;

  Task(Role role) {
    this.role = role;
  }
}
