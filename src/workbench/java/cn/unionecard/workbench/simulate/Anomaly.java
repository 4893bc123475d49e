package cn.unionecard.workbench.simulate;

/** What must never be seen at a till. One occurrence makes a run fail. */
public enum Anomaly {
  /** The request got no final answer within the plan's patience. */
  UNANSWERED,
  /** The gateway said that it has a bug (HTTP 500). */
  INTERNAL_ERROR,
  /** The status or outcome is not one the request may have. */
  UNEXPECTED_OUTCOME,
  /** The refusal is not the first that applies. */
  WRONG_REFUSAL,
  /** Order, member's part and discount do not agree. */
  AMOUNTS_DO_NOT_ADD_UP,
  /** The receipt speaks of another request than the one sent. */
  ANOTHER_REQUEST,
  /** The receipt's seal does not verify. */
  RECEIPT_INVALID,
  /** The answer to a repeat is not the same bytes. */
  REPEAT_DIFFERS,
  /** The answer to a repeat does not say that it is one. */
  REPEAT_NOT_MARKED,
  /** A reversal gave back other than what was taken. */
  REVERSAL_DIFFERS,
  /** A void, refund, completion or release moved other than it must. */
  FOLLOWING_DIFFERS,
  /** A till and the gateway counted its batch differently. */
  BATCH_DIFFERS,
  /** A code paid twice. */
  CODE_PAID_TWICE,
  /** A sale whose reversal had been answered took effect. */
  UNDONE_SALE_TOOK_EFFECT,
  /** A record could not be read back, or reads differently. */
  RECORD_LOST,
  /** The simulator could not start visits as fast as the plan asked. */
  LOAD_NOT_REACHED
}
