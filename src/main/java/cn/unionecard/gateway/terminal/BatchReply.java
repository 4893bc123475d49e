package cn.unionecard.gateway.terminal;

import cn.unionecard.gateway.model.BatchNo;
import cn.unionecard.gateway.model.BatchSide;
import cn.unionecard.gateway.model.BatchTotals;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.model.RequestId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a terminal is told about a batch it closes. */
public sealed interface BatchReply {

  /**
   * The batch is closed, and this is how it stands.
   *
   * @param next the terminal's batch after this one
   * @param balanced whether the totals agree, or the list of the terminal agreed line by line;
   *     never what the terminal thinks
   * @param here as recorded
   * @param till as the terminal counted
   * @param differences named once the terminal has listed its transactions; at most {@value
   *     StoredBatches#DIFFERENCES_MAX}
   */
  record Closed(
      BatchNo batch,
      BatchNo next,
      boolean balanced,
      BatchTotals here,
      BatchTotals till,
      List<Difference> differences)
      implements BatchReply {
    public Closed {
      differences = List.copyOf(differences);
    }
  }

  /**
   * TERMINAL_UNKNOWN, TERMINAL_SUSPENDED, BATCH_NUMBER_DIFFERS (neither the current batch nor one
   * that was closed), CONFLICTS_WITH_EARLIER (closed before with other totals).
   */
  record Refused(Refusal refusal) implements BatchReply {}

  /** How till and gateway can differ. */
  enum Finding {
    /** The terminal lists it, it was not recorded here. */
    MISSING_HERE,
    /** It was recorded here, the terminal does not list it. */
    MISSING_AT_TILL,
    AMOUNT_DIFFERS
  }

  /**
   * A transaction on which they differ.
   *
   * @param here the order as recorded; null if {@code MISSING_HERE}
   * @param till the order as listed; null if {@code MISSING_AT_TILL}
   */
  record Difference(
      Finding finding,
      BatchSide side,
      RequestId requestId,
      @Nullable Fen here,
      @Nullable Fen till) {}
}
