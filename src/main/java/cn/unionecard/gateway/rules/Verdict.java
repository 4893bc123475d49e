package cn.unionecard.gateway.rules;

/**
 * What became of one benefit when an order was decided. It tells what a member is, so no till ever
 * sees it. The name is the stored form.
 */
enum Verdict {
  CHOSEN,
  LESS,
  NOT_NAMED,
  NOT_STARTED,
  ENDED,
  NOT_FOR_MEMBER,
  NOT_AT_MERCHANT,
  /** Named by a till, which may only name what is open to every member. */
  NOT_OPEN,
  BELOW_THRESHOLD,
  MEMBER_COUNT_USED,
  MEMBER_AMOUNT_USED,
  DAY_COUNT_USED,
  DAY_AMOUNT_USED,
  BUDGET_EXHAUSTED,
  NOTHING_TO_GIVE
}
