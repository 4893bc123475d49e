package cn.unionecard.gateway.rules;

/**
 * What became of one benefit when an order was decided. It tells what a member is, so no till ever
 * sees it. The name is the stored form.
 */
enum Verdict {
  CHOSEN,
  LESS,
  /** It cannot be combined with all that was chosen. */
  NOT_STACKABLE,
  /** One of those chosen is of a group of its own, and only one of these is given. */
  GROUP_TAKEN,
  /** One more benefit would be more than it, or one of those chosen, allows for an order. */
  ORDER_FULL,
  /** Not a benefit's own: the best combination but for the chosen one and its parts. */
  RUNNER_UP,
  NOT_NAMED,
  NOT_STARTED,
  ENDED,
  /** Not on this weekday, at this hour or on this date. */
  NOT_NOW,
  NOT_FOR_MEMBER,
  /** It is given out, and the member has none that is good here and now. */
  NOTHING_GRANTED,
  NOT_AT_MERCHANT,
  /** Named by a till that sells in another scene than those it works in. */
  NOT_IN_SCENE,
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
