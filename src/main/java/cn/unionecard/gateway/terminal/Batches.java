package cn.unionecard.gateway.terminal;

import cn.unionecard.gateway.model.BatchDetail;
import cn.unionecard.gateway.model.BatchNo;
import cn.unionecard.gateway.model.BatchTotals;
import cn.unionecard.gateway.model.TerminalId;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

  /**
   * The terminal goes on in that batch. Where it is the one after the current one, it begins now;
   * else nothing happens. The terminal does not know what it did in the one before, so that is
   * closed as one of which it has counted nothing.
   */
  Future<Void> enter(TerminalId terminal, BatchNo batch);

  /** Where a terminal stands, or null if it is unknown. */
  Future<@Nullable Current> current(TerminalId terminal);

  /**
   * Where a terminal stands.
   *
   * @param traceMax the highest trace number in a key of this batch ({@code b000123-000045}), or 0
   */
  record Current(BatchNo batch, int traceMax) {}
}
