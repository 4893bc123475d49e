package cn.unionecard.workbench.simulate;

import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.workbench.pos.PosRequest;
import cn.unionecard.workbench.pos.PosTerminal;
import cn.unionecard.workbench.simulate.PosTill.Heard;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * The plays of {@link Visits} at tills with POS terminals, and those that only such terminals play.
 * Every future succeeds; what went wrong stands in the tally.
 */
final class PosVisits {
  private static final int ORDER_FEN_MIN = 300;
  private static final int ORDER_FEN_MAX = 60_000;
  private static final int OFFLINE_FEN_MAX = 50_000;
  private static final long NEXT_STEP_MS = 500;
  private static final String NO_REPLY = "98";

  private final Vertx vertx;
  private final Clock clock;
  private final Phones phones;
  private final PosOracle oracle;
  private final Tally tally;
  private final List<PosTill> suspended;
  private final RandomGenerator chance;
  private final Map<PosTill, PosBatch> batches;

  PosVisits(
      Vertx vertx,
      Clock clock,
      Phones phones,
      PosOracle oracle,
      Tally tally,
      List<PosTill> suspended,
      RandomGenerator chance,
      Map<PosTill, PosBatch> batches) {
    this.vertx = vertx;
    this.clock = clock;
    this.phones = phones;
    this.oracle = oracle;
    this.tally = tally;
    this.suspended = suspended;
    this.chance = chance;
    this.batches = batches;
  }

  /** What the customer brings. */
  private record Purchase(PosTill till, String code, long fen, long dueNanos) {}

  /**
   * Plays one visit.
   *
   * @param dueNanos when the customer arrived; waiting since then counts
   */
  Future<Void> play(Kind kind, PosTill till, long dueNanos) {
    Phones.Shown shown = phones.fresh();
    if (shown == null) {
      tally.trouble("EVERY_CODE_SHOWN");
      return vertx
          .timer(NEXT_STEP_MS, TimeUnit.MILLISECONDS)
          .compose(later -> play(kind, till, dueNanos));
    }
    PosBatch batch = batch(till);
    Purchase purchase = new Purchase(till, shown.code(), orderFen(), dueNanos);
    return batch.enter().compose(entered -> visit(kind, purchase)).onComplete(end -> batch.leave());
  }

  private PosBatch batch(PosTill till) {
    return batches.computeIfAbsent(till, each -> new PosBatch(each, tally));
  }

  private Future<Void> visit(Kind kind, Purchase purchase) {
    PosTerminal terminal = purchase.till.terminal;
    String code = purchase.code;
    long fen = purchase.fen;
    return switch (kind) {
      case SALE -> pay(purchase).mapEmpty();
      case VERIFY -> verify(purchase);
      case VERIFY_THEN_SALE -> verify(purchase).compose(done -> pay(now(purchase))).mapEmpty();
      case REPEAT -> repeat(purchase);
      case CONFLICT -> conflict(purchase);
      case REVERSAL -> reversal(purchase);
      case REVERSAL_FIRST -> undoAndCome(purchase, terminal.sale(code, fen));
      case LOST_REPLY -> lostReply(purchase);
      case REPLAYED_CODE -> replayedCode(purchase);
      case SUSPENDED_MERCHANT -> suspendedMerchant(purchase);
      case WRONG_CODE -> wrongCode(purchase);
      case VOID -> voided(purchase);
      case REFUND -> refunded(purchase);
      case HOLD -> held(purchase);
      case OFFLINE -> offline(purchase);
    };
  }

  /** A sale and its reply. */
  private record Paid(PosRequest request, Heard heard, boolean approved) {}

  private Future<Paid> pay(Purchase purchase) {
    PosRequest sale = purchase.till.terminal.sale(purchase.code, purchase.fen);
    return ask(Ask.SALE, purchase, sale)
        .map(
            heard -> {
              boolean approved =
                  oracle.approved(purchase.till, sale, TransactionType.SALE, purchase.fen, heard);
              return new Paid(sale, heard, approved);
            });
  }

  private Future<Void> verify(Purchase purchase) {
    PosRequest verify = purchase.till.terminal.verify(purchase.code, purchase.fen);
    return ask(Ask.VERIFY, purchase, verify)
        .onSuccess(heard -> oracle.quoted(verify, purchase.fen, heard))
        .mapEmpty();
  }

  private Future<Void> repeat(Purchase purchase) {
    return ifPaid(
        purchase,
        paid ->
            ask(Ask.REPEAT, now(purchase), paid.request)
                .onSuccess(again -> oracle.repeated(paid.request, paid.heard, again))
                .mapEmpty());
  }

  private Future<Void> conflict(Purchase purchase) {
    return ifPaid(
        purchase,
        paid -> {
          PosRequest other =
              purchase.till.terminal.sameKey(paid.request, purchase.code, purchase.fen + 1);
          return ask(Ask.CONFLICT, now(purchase), other)
              .onSuccess(
                  heard ->
                      oracle.refused(other, heard, Oracle.just(Refusal.CONFLICTS_WITH_EARLIER)))
              .mapEmpty();
        });
  }

  private Future<Void> reversal(Purchase purchase) {
    PosTerminal terminal = purchase.till.terminal;
    return ifPaid(
        purchase,
        paid -> {
          PosRequest undo = terminal.reversal(paid.request, NO_REPLY);
          return ask(Ask.REVERSAL, now(purchase), undo)
              .compose(
                  undone -> {
                    oracle.undone(purchase.till, paid.request, undo, paid.heard, undone);
                    return ask(Ask.REPEAT, now(purchase), undo)
                        .onSuccess(again -> oracle.repeated(undo, undone, again));
                  })
              .mapEmpty();
        });
  }

  private Future<Void> lostReply(Purchase purchase) {
    PosRequest sale = purchase.till.terminal.sale(purchase.code, purchase.fen);
    return purchase.till.askAndHangUp(sale).compose(cut -> undoAndCome(purchase, sale));
  }

  /** A reversal whose original may not have come; then the original comes (again). */
  private Future<Void> undoAndCome(Purchase purchase, PosRequest sale) {
    PosRequest undo = purchase.till.terminal.reversal(sale, NO_REPLY);
    return ask(Ask.REVERSAL_FIRST, purchase, undo)
        .compose(
            undone -> {
              if (!oracle.reversal(purchase.till, undo, undone)) {
                return Future.succeededFuture();
              }
              return ask(Ask.LATE_SALE, now(purchase), sale)
                  .onSuccess(late -> oracle.afterReversal(sale, undone, late));
            })
        .mapEmpty();
  }

  private Future<Void> replayedCode(Purchase purchase) {
    return ifPaid(
        purchase,
        paid -> {
          PosRequest again = purchase.till.terminal.sale(purchase.code, purchase.fen);
          return ask(Ask.REPLAYED_CODE, now(purchase), again)
              .onSuccess(heard -> oracle.refused(again, heard, Oracle.usedCode(purchase.dueNanos)))
              .mapEmpty();
        });
  }

  private Future<Void> suspendedMerchant(Purchase purchase) {
    PosTill till = suspended.get(chance.nextInt(suspended.size()));
    Purchase there = new Purchase(till, purchase.code, purchase.fen, purchase.dueNanos);
    return refused(
        Ask.SUSPENDED_MERCHANT,
        there,
        till.terminal.sale(purchase.code, purchase.fen),
        Oracle.just(Refusal.MERCHANT_SUSPENDED));
  }

  private Future<Void> wrongCode(Purchase purchase) {
    if (!purchase.till.takesWrongCode(System.nanoTime())) {
      return pay(purchase).mapEmpty();
    }
    Phones.Wrong wrong = phones.wrong();
    PosRequest sale = purchase.till.terminal.sale(wrong.code(), purchase.fen);
    return refused(Ask.WRONG_CODE, purchase, sale, wrong.refusals());
  }

  private Future<Void> voided(Purchase purchase) {
    return ifPaid(
        purchase,
        paid -> {
          PosRequest undo = purchase.till.terminal.voidOf(paid.request, purchase.fen);
          return ask(Ask.VOID, now(purchase), undo)
              .onSuccess(
                  heard ->
                      oracle.gaveBack(purchase.till, TransactionType.VOID, undo, paid.heard, heard))
              .mapEmpty();
        });
  }

  private Future<Void> refunded(Purchase purchase) {
    return ifPaid(
        purchase,
        paid -> {
          String id = String.valueOf(paid.heard.id());
          PosTerminal terminal = purchase.till.terminal;
          PosRequest more = terminal.refund(id, purchase.fen + 1);
          return refused(
                  Ask.REFUND_TOO_MUCH,
                  now(purchase),
                  more,
                  Oracle.just(Refusal.REFUND_EXCEEDS_PAID))
              .compose(
                  no -> {
                    PosRequest all = terminal.refund(id, purchase.fen);
                    return ask(Ask.REFUND, now(purchase), all)
                        .onSuccess(
                            heard ->
                                oracle.gaveBack(
                                    purchase.till, TransactionType.REFUND, all, paid.heard, heard));
                  })
              .mapEmpty();
        });
  }

  private Future<Void> held(Purchase purchase) {
    PosTerminal terminal = purchase.till.terminal;
    PosRequest hold = terminal.hold(purchase.code, purchase.fen);
    return ask(Ask.HOLD, purchase, hold)
        .compose(
            heard ->
                oracle.approved(purchase.till, hold, TransactionType.HOLD, purchase.fen, heard)
                    ? ended(purchase, heard)
                    : Future.succeededFuture());
  }

  private Future<Void> ended(Purchase purchase, Heard hold) {
    boolean completes = chance.nextBoolean();
    PosTerminal terminal = purchase.till.terminal;
    String id = String.valueOf(hold.id());
    PosRequest last =
        completes ? terminal.completion(id, purchase.fen) : terminal.release(id, purchase.fen);
    PosRequest late =
        completes ? terminal.release(id, purchase.fen) : terminal.completion(id, purchase.fen);
    return ask(completes ? Ask.COMPLETION : Ask.RELEASE, now(purchase), last)
        .compose(
            heard -> {
              if (completes) {
                oracle.completed(purchase.till, last, hold, heard);
              } else {
                oracle.gaveBack(purchase.till, TransactionType.RELEASE, last, hold, heard);
              }
              return refused(
                  Ask.ENDED_HOLD,
                  now(purchase),
                  late,
                  Oracle.just(Refusal.ORIGINAL_ALREADY_UNDONE));
            });
  }

  private Future<Void> offline(Purchase purchase) {
    long fen = Math.min(purchase.fen, OFFLINE_FEN_MAX);
    PosRequest advice = purchase.till.terminal.advice(purchase.code, fen, clock.instant());
    return ask(Ask.OFFLINE, purchase, advice)
        .map(heard -> oracle.approved(purchase.till, advice, TransactionType.ADVICE, fen, heard))
        .mapEmpty();
  }

  private Future<Void> refused(
      Ask ask, Purchase purchase, PosRequest request, Set<Refusal> reasons) {
    return ask(ask, purchase, request)
        .onSuccess(heard -> oracle.refused(request, heard, reasons))
        .mapEmpty();
  }

  /** What follows a sale that was approved. */
  @FunctionalInterface
  private interface Next {
    Future<Void> after(Paid paid);
  }

  private Future<Void> ifPaid(Purchase purchase, Next next) {
    return pay(purchase)
        .compose(paid -> paid.approved ? next.after(paid) : Future.succeededFuture());
  }

  private Future<Heard> ask(Ask ask, Purchase purchase, PosRequest request) {
    return purchase
        .till
        .ask(request)
        .onSuccess(
            heard -> {
              tally.answered(ask, said(heard), System.nanoTime() - purchase.dueNanos);
              if (heard.reply() == null) {
                batch(purchase.till).lostCount();
                tally.anomaly(Anomaly.UNANSWERED, purchase.till + " " + request.requestId());
              }
            });
  }

  private static String said(Heard heard) {
    if (heard.reply() == null) {
      return "NO_ANSWER";
    }
    return heard.approved() ? "APPROVED" : "F39 " + heard.code();
  }

  /** The next request of the same customer is due now. */
  private static Purchase now(Purchase purchase) {
    return new Purchase(purchase.till, purchase.code, purchase.fen, System.nanoTime());
  }

  private long orderFen() {
    return ORDER_FEN_MIN + chance.nextInt(ORDER_FEN_MAX - ORDER_FEN_MIN);
  }
}
