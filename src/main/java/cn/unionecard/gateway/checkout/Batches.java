package cn.unionecard.gateway.checkout;

import cn.unionecard.gateway.model.BatchDetail;
import cn.unionecard.gateway.model.BatchNo;
import cn.unionecard.gateway.model.BatchTotals;
import cn.unionecard.gateway.model.TerminalId;
import io.vertx.core.Future;
import java.util.List;

/**
 * The closing of a terminal's batches (批结算): the same for every protocol. Each step may be repeated
 * and then answers the same. Fails with {@link cn.unionecard.gateway.model.Fault}: {@code InFlight}
 * while what was in the air when the batch was closed has not landed.
 */
public interface Batches {

  /** Closes the terminal's current batch and compares the totals. Sales go on meanwhile. */
  Future<BatchReply> close(TerminalId terminal, BatchNo batch, BatchTotals till);

  /**
   * Takes some of the transactions the terminal has in a closed batch; nothing if it balances, or
   * after its {@link #end}.
   */
  Future<BatchReply> upload(TerminalId terminal, BatchNo batch, List<BatchDetail> details);

  /** The terminal has listed all; every difference is now named. */
  Future<BatchReply> end(TerminalId terminal, BatchNo batch);
}
