package cn.unionecard.gateway.line;

import cn.unionecard.gateway.model.Quote;
import cn.unionecard.gateway.model.Receipt;
import cn.unionecard.gateway.model.Refusal;

/** What the line answers. Faults are no replies: they fail the future. */
public sealed interface Reply {

  /**
   * A recorded transaction, approved or refused, with its signed receipt.
   *
   * @param receipt the stored answer, the same bytes at every repeat
   * @param replayed whether it was answered before
   */
  record Recorded(Receipt receipt, boolean replayed) implements Reply {}

  /** What a sale would give now; nothing was recorded. */
  record Quoted(Quote quote) implements Reply {}

  /**
   * Refused without leaving anything in the ledger: the terminal is not known, or the key already
   * has another answer.
   */
  record Declined(Refusal refusal) implements Reply {}
}
