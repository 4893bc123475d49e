package cn.unionecard.workbench.simulate;

import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Sums;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Totals;
import cn.unionecard.workbench.pos.PosRequest;
import cn.unionecard.workbench.pos.PosTerminal;
import io.vertx.core.Future;

/**
 * The batch of one till: what it has sold is counted by the till, and must be what the gateway
 * counted when the batch is closed. A batch holds at most 999 entries, so it is closed in time.
 */
final class PosBatch {
  private static final int ENTRIES_ENOUGH = 900;
  private static final int END_UNBALANCED = 202;

  private final PosTill till;
  private final Tally tally;
  private Future<Void> gate = Future.succeededFuture();
  private int underWay;
  private boolean known = true;

  PosBatch(PosTill till, Tally tally) {
    this.till = till;
    this.tally = tally;
  }

  /** Waits for a batch that has room; every visit that entered must leave. */
  Future<Void> enter() {
    if (underWay == 0 && till.terminal.entries() >= ENTRIES_ENOUGH) {
      gate = close();
    }
    return gate.onComplete(open -> underWay++);
  }

  void leave() {
    underWay--;
  }

  /** A request was never answered: nobody knows what the batch holds. */
  void lostCount() {
    known = false;
  }

  /** What an earlier run left open is closed, whatever it holds. */
  Future<Void> begin() {
    return till.renew()
        .compose(up -> totals(Sums.NONE))
        .compose(balanced -> balanced ? Future.succeededFuture() : end())
        .compose(closed -> till.renew())
        .mapEmpty();
  }

  /** Closes the batch; both must have counted the same. */
  Future<Void> close() {
    long dueNanos = System.nanoTime();
    Sums counted = till.terminal.counted();
    boolean sure = known;
    return totals(counted)
        .compose(
            balanced -> {
              tally.answered(
                  Ask.BATCH_CLOSE,
                  balanced ? "BALANCED" : "UNBALANCED",
                  System.nanoTime() - dueNanos);
              if (!balanced && sure) {
                tally.anomaly(
                    Anomaly.BATCH_DIFFERS,
                    till + " batch " + till.terminal.batch() + " counted " + counted);
              }
              return balanced ? Future.succeededFuture() : end();
            })
        .compose(closed -> till.renew())
        .onSuccess(renewed -> known = true)
        .mapEmpty();
  }

  private Future<Boolean> totals(Sums counted) {
    PosTerminal terminal = till.terminal;
    PosRequest totals = terminal.totals(counted);
    return till.ask(totals)
        .map(
            heard -> {
              boolean answered = heard.reply() != null && heard.approved();
              if (!answered) {
                tally.anomaly(Anomaly.UNEXPECTED_OUTCOME, till + " totals: F39 " + heard.code());
              }
              return answered
                  && heard.reply() != null
                  && Totals.read(heard.reply().message()).home().flag() == Sums.BALANCED;
            });
  }

  private Future<Void> end() {
    return till.ask(till.terminal.endOfList(END_UNBALANCED)).mapEmpty();
  }
}
