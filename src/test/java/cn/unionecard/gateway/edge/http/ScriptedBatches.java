package cn.unionecard.gateway.edge.http;

import cn.unionecard.gateway.model.BatchDetail;
import cn.unionecard.gateway.model.BatchNo;
import cn.unionecard.gateway.model.BatchSide;
import cn.unionecard.gateway.model.BatchTotals;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.model.RequestId;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.terminal.BatchReply;
import cn.unionecard.gateway.terminal.Batches;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Batches that answer by their number. In all of them two sales of 100 fen each were recorded,
 * "s-1" and "s-2".
 */
final class ScriptedBatches implements Batches {
  static final int SUSPENDED = 2;
  static final int STRANGE = 3;
  static final int CONFLICT = 4;
  static final int SLOW = 5;
  static final int SILENT = 6;

  private static final BatchTotals HERE = new BatchTotals(Fen.of(200), 2, Fen.ZERO, 0);

  @Override
  public Future<BatchReply> close(TerminalId terminal, BatchNo batch, BatchTotals till) {
    return switch (batch.value()) {
      case SUSPENDED -> refused(Refusal.TERMINAL_SUSPENDED);
      case STRANGE -> refused(Refusal.BATCH_NUMBER_DIFFERS);
      case CONFLICT -> refused(Refusal.CONFLICTS_WITH_EARLIER);
      case SLOW -> Future.failedFuture(new Fault.InFlight("the batch is closing, ask again"));
      case SILENT -> Promise.<BatchReply>promise().future();
      default -> Future.succeededFuture(closed(batch, till, till.equals(HERE), List.of()));
    };
  }

  private static Future<BatchReply> refused(Refusal refusal) {
    return Future.succeededFuture(new BatchReply.Refused(refusal));
  }

  private static BatchReply closed(
      BatchNo batch, BatchTotals till, boolean balanced, List<BatchReply.Difference> differences) {
    return new BatchReply.Closed(batch, batch.next(), balanced, HERE, till, differences);
  }

  @Override
  public Future<BatchReply> upload(TerminalId terminal, BatchNo batch, List<BatchDetail> details) {
    return Future.succeededFuture(closed(batch, HERE, false, List.of()));
  }

  @Override
  public Future<BatchReply> end(TerminalId terminal, BatchNo batch) {
    return Future.succeededFuture(
        closed(
            batch,
            HERE,
            false,
            List.of(
                new BatchReply.Difference(
                    BatchReply.Finding.MISSING_AT_TILL,
                    BatchSide.DEBIT,
                    new RequestId("s-2"),
                    Fen.of(100),
                    null),
                new BatchReply.Difference(
                    BatchReply.Finding.MISSING_HERE,
                    BatchSide.CREDIT,
                    new RequestId("s-3"),
                    null,
                    Fen.of(7)))));
  }

  @Override
  public Future<Void> enter(TerminalId terminal, BatchNo batch) {
    return Future.failedFuture(new Fault.Busy("only ISO 8583 enters a batch"));
  }

  @Override
  public Future<@Nullable Current> current(TerminalId terminal) {
    return Future.succeededFuture(new Current(new BatchNo(7), 45));
  }
}
