package cn.unionecard.gateway.rules;

import cn.unionecard.gateway.model.Quote;
import cn.unionecard.gateway.model.Refusal;
import org.jspecify.annotations.Nullable;

/** What becomes of one request. */
public sealed interface Decision
    permits Decision.Replay, Decision.Declined, Decision.Quoted, Decision.Slowed, Entry {

  /** Answered before, or by an earlier request of the same block: the same answer again. */
  record Replay(long transaction) implements Decision {}

  /** Refused without leaving anything in the ledger. */
  record Declined(Refusal refusal) implements Decision {}

  /** A further code from a terminal that has shown too many wrong ones: not looked at. */
  record Slowed() implements Decision {}

  /**
   * What a sale would give; nothing is recorded.
   *
   * @param code the code read, to be kept for its terminal, or null
   */
  record Quoted(Quote quote, @Nullable CodeUse code) implements Decision {}
}
