package cn.unionecard.gateway.checkout;

import cn.unionecard.gateway.ledger.LaneLedger;
import cn.unionecard.gateway.model.Fault;
import io.vertx.core.Future;

/** What the caller of a terminal's services hears when the ledger does not answer them. */
final class LedgerFaults {
  private LedgerFaults() {}

  /** Everything these services do may be asked for again, with the same effect. */
  static <T> Future<T> told(Future<T> answer) {
    return told(answer, new Fault.Unknown("the ledger does not answer, ask again"));
  }

  /** Of what comes before anything else is done: without it, nothing was. */
  static <T> Future<T> toldFirst(Future<T> answer) {
    return told(answer, new Fault.Busy("the ledger does not answer, nothing happened"));
  }

  private static <T> Future<T> told(Future<T> answer, Fault lost) {
    return answer.recover(
        failure -> {
          if (failure instanceof Fault) {
            return Future.failedFuture(failure);
          }
          return Future.failedFuture(
              switch (LaneLedger.failure(failure)) {
                case OVERLOADED, CONFLICT -> new Fault.Busy("the ledger is busy, ask again");
                case LOST -> lost;
                case DEFINITIONS_CHANGED, FENCED, BUG -> failure;
              });
        });
  }
}
