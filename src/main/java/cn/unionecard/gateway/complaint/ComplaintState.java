package cn.unionecard.gateway.complaint;

/** Where a complaint stands; NONE before it is opened. The last two are ends. */
enum ComplaintState {
  NONE,
  OPENED,
  ACCEPTED,
  ANSWERING,
  ANSWERED,
  SATISFIED,
  UNSATISFIED,
  ESCALATED,
  CLOSED,
  WITHDRAWN;

  boolean isEnd() {
    return this == CLOSED || this == WITHDRAWN;
  }
}
