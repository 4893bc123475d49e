package cn.unionecard.gateway.terminal;

import cn.unionecard.gateway.model.BatchDetail;
import cn.unionecard.gateway.model.BatchNo;
import cn.unionecard.gateway.model.BatchTotals;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.runtime.config.Limits;
import cn.unionecard.gateway.runtime.stores.StoreFailure;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The batches over the ledger's rows. */
public final class StoredBatches implements Batches {
  static final int DIFFERENCES_MAX = 500;
  private static final Logger LOG = LoggerFactory.getLogger(StoredBatches.class);
  private static final BatchTotals NOTHING = new BatchTotals(Fen.ZERO, 0, Fen.ZERO, 0);
  private static final long WAIT_MS_MIN = 5;
  private static final long WAIT_MS_MAX = 200;

  private final Vertx vertx;
  private final BatchRecords records;
  private final Limits limits;
  private final Clock clock;
  private final Counter balanced;
  private final Counter unbalanced;

  public StoredBatches(
      Vertx vertx, BatchRecords records, Limits limits, Clock clock, MeterRegistry registry) {
    this.vertx = vertx;
    this.records = records;
    this.limits = limits;
    this.clock = clock;
    this.balanced = counter(registry, "balanced");
    this.unbalanced = counter(registry, "unbalanced");
  }

  private static Counter counter(MeterRegistry registry, String outcome) {
    return Counter.builder("ecard.batches.closed")
        .description("batches of terminals that were closed and compared")
        .tag("outcome", outcome)
        .register(registry);
  }

  @Override
  public Future<BatchReply> close(TerminalId terminal, BatchNo batch, BatchTotals till) {
    return forTerminal(
        terminal,
        id ->
            records
                .begin(id, batch, till, clock.instant())
                .compose(begun -> counted(id, batch))
                .compose(
                    closed ->
                        closed != null && !closed.till().equals(till)
                            ? refused(Refusal.CONFLICTS_WITH_EARLIER)
                            : reply(id, batch, closed)));
  }

  @Override
  public Future<BatchReply> upload(TerminalId terminal, BatchNo batch, List<BatchDetail> details) {
    return forTerminal(
        terminal,
        id ->
            counted(id, batch)
                .compose(
                    closed ->
                        closed == null
                            ? reply(id, batch, null)
                            : records
                                .add(id, batch, details)
                                .compose(added -> reply(id, batch, closed))));
  }

  @Override
  public Future<BatchReply> end(TerminalId terminal, BatchNo batch) {
    return forTerminal(
        terminal,
        id ->
            counted(id, batch)
                .compose(counted -> records.end(id, batch, clock.instant()))
                .compose(ended -> records.find(id, batch))
                .compose(closed -> reply(id, batch, closed)));
  }

  @Override
  public Future<Void> enter(TerminalId terminal, BatchNo batch) {
    return StoreFailure.told(
        records
            .terminal(terminal.value())
            .compose(
                found ->
                    found == null || !found.active()
                        ? Future.succeededFuture()
                        : enter(found.id(), batch)));
  }

  private Future<Void> enter(int terminal, BatchNo batch) {
    return records
        .current(terminal)
        .compose(
            current -> {
              if (!current.batch().next().equals(batch)) {
                return Future.succeededFuture();
              }
              return records
                  .begin(terminal, current.batch(), NOTHING, clock.instant())
                  .onSuccess(begun -> count(terminal, current.batch()));
            });
  }

  /** Nobody waits for it: the terminal will never ask about that batch. */
  private void count(int terminal, BatchNo batch) {
    counted(terminal, batch)
        .compose(counted -> records.end(terminal, batch, clock.instant()))
        .onFailure(
            failure ->
                LOG.warn(
                    "batch {} of terminal row {} is not counted yet: {}",
                    batch,
                    terminal,
                    failure.getMessage()));
  }

  @Override
  public Future<@Nullable Current> current(TerminalId terminal) {
    return StoreFailure.told(
        records
            .terminal(terminal.value())
            .compose(
                found ->
                    found == null
                        ? Future.succeededFuture(null)
                        : records
                            .current(found.id())
                            .map(at -> new Current(at.batch(), at.traceMax()))));
  }

  private Future<BatchReply> forTerminal(
      TerminalId terminal, Function<Integer, Future<BatchReply>> then) {
    return StoreFailure.told(
        records
            .terminal(terminal.value())
            .compose(
                found -> {
                  if (found == null) {
                    return refused(Refusal.TERMINAL_UNKNOWN);
                  }
                  return found.active()
                      ? then.apply(found.id())
                      : refused(Refusal.TERMINAL_SUSPENDED);
                }));
  }

  // ---- count

  /** The batch with its totals, or null if it was never closed. Takes up where a crash left off. */
  private Future<BatchRecords.@Nullable Closed> counted(int terminal, BatchNo batch) {
    long untilMs = clock.millis() + limits.statementTimeoutMs();
    return records
        .find(terminal, batch)
        .compose(
            closed ->
                closed == null || closed.here() != null
                    ? Future.succeededFuture(closed)
                    : records
                        .fence(terminal, batch)
                        .compose(fenced -> settled(terminal, batch, WAIT_MS_MIN, untilMs)));
  }

  /** What is in the air lands within milliseconds; looks again until it has. */
  private Future<BatchRecords.@Nullable Closed> settled(
      int terminal, BatchNo batch, long waitMs, long untilMs) {
    return records
        .settle(terminal, batch, clock.instant())
        .compose(settled -> records.find(terminal, batch))
        .compose(
            closed -> {
              if (closed != null && closed.here() != null) {
                (closed.balanced() ? balanced : unbalanced).increment();
              }
              if (closed == null || closed.here() != null) {
                return Future.succeededFuture(closed);
              }
              if (clock.millis() + waitMs > untilMs) {
                return Future.failedFuture(new Fault.InFlight("the batch is closing, ask again"));
              }
              return vertx
                  .timer(waitMs, TimeUnit.MILLISECONDS)
                  .compose(
                      over -> settled(terminal, batch, Math.min(2 * waitMs, WAIT_MS_MAX), untilMs));
            });
  }

  // ---- answer

  private Future<BatchReply> reply(
      int terminal, BatchNo batch, BatchRecords.@Nullable Closed closed) {
    if (closed == null || closed.here() == null) {
      return refused(Refusal.BATCH_NUMBER_DIFFERS);
    }
    BatchTotals here = closed.here();
    Future<List<BatchRecords.Difference>> differences =
        closed.ended() && !closed.balanced()
            ? records.differences(terminal, batch, DIFFERENCES_MAX)
            : Future.succeededFuture(List.of());
    return differences.map(
        found ->
            new BatchReply.Closed(
                batch,
                batch.next(),
                closed.balanced(),
                here,
                closed.till(),
                found.stream().map(StoredBatches::named).toList()));
  }

  private static BatchReply.Difference named(BatchRecords.Difference found) {
    BatchReply.Finding finding =
        found.here() == null
            ? BatchReply.Finding.MISSING_HERE
            : found.till() == null
                ? BatchReply.Finding.MISSING_AT_TILL
                : BatchReply.Finding.AMOUNT_DIFFERS;
    return new BatchReply.Difference(
        finding, found.side(), found.requestId(), found.here(), found.till());
  }

  private static Future<BatchReply> refused(Refusal refusal) {
    return Future.succeededFuture(new BatchReply.Refused(refusal));
  }
}
