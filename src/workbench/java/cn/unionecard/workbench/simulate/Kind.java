package cn.unionecard.workbench.simulate;

/** What one customer's visit to a till is, with its usual share in a mixed run. */
public enum Kind {
  /** Scan and pay. */
  SALE(37),
  /** Check the card and price the benefits, nothing more. */
  VERIFY(10),
  /** Look first, then pay with the same code. */
  VERIFY_THEN_SALE(10),
  /** Pay, then send the very same request again. */
  REPEAT(8),
  /** Pay, then send other content under the same key. */
  CONFLICT(4),
  /** Pay, undo by key, undo again by id, ask what became of it. */
  REVERSAL(5),
  /** Undo a sale that has not arrived yet; it arrives afterwards. */
  REVERSAL_FIRST(3),
  /** The connection is cut before the answer comes; undo. */
  LOST_REPLY(3),
  /** Pay, then pay again with the same code under a new key. */
  REPLAYED_CODE(3),
  /** Pay at a merchant that has been suspended. */
  SUSPENDED_MERCHANT(3),
  /** Present something that is no valid code. */
  WRONG_CODE(4),
  /** Pay, then undo the whole sale. */
  VOID(3),
  /** Pay, give back a part, then more than is left, then the rest. */
  REFUND(3),
  /** Reserve; then complete it or give it back, and try the other as well. */
  HOLD(2),
  /** Pay while the till has no network; the sale is reported later. POS terminals only. */
  OFFLINE(2);

  /** Parts of the usual mix; all together 100. */
  public final int usualShare;

  Kind(int usualShare) {
    this.usualShare = usualShare;
  }
}
