package cn.unionecard.workbench.simulate;

import cn.unionecard.gateway.model.Refusal;
import io.vertx.core.Future;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The plays: what a customer and a cashier do, step by step, for each {@link Kind}. Every future
 * succeeds; what went wrong stands in the tally.
 */
final class Visits {
  private static final int ORDER_FEN_MIN = 300;
  private static final int ORDER_FEN_MAX = 60_000;

  /** When every card has shown its codes, customers wait for the next ones. */
  private static final long NEXT_STEP_MS = 500;

  private final Wire wire;
  private final Phones phones;
  private final Oracle oracle;
  private final Tally tally;
  private final List<Till> suspended;
  private final RandomGenerator chance;

  Visits(
      Wire wire,
      Phones phones,
      Oracle oracle,
      Tally tally,
      List<Till> suspended,
      RandomGenerator chance) {
    this.wire = wire;
    this.phones = phones;
    this.oracle = oracle;
    this.tally = tally;
    this.suspended = suspended;
    this.chance = chance;
  }

  /**
   * Plays one visit.
   *
   * @param dueNanos when the customer arrived; waiting since then counts
   */
  Future<Void> play(Kind kind, Till till, long dueNanos) {
    Phones.Shown shown = phones.fresh();
    if (shown == null) {
      tally.trouble("EVERY_CODE_SHOWN");
      return wire.pause(NEXT_STEP_MS).compose(later -> play(kind, till, dueNanos));
    }
    Sale sale = Sale.of(till, shown, orderFen());
    return switch (kind) {
      case SALE -> pay(Ask.SALE, sale, dueNanos).mapEmpty();
      case VERIFY -> verify(sale, dueNanos);
      case VERIFY_THEN_SALE ->
          verify(sale, dueNanos).compose(done -> pay(Ask.SALE, sale, now())).mapEmpty();
      case REPEAT -> repeat(sale, dueNanos);
      case CONFLICT -> conflict(sale, dueNanos);
      case REVERSAL -> reversal(sale, dueNanos);
      case REVERSAL_FIRST -> reversalFirst(sale, dueNanos);
      case LOST_REPLY -> lostReply(sale, dueNanos);
      case REPLAYED_CODE -> replayedCode(sale, dueNanos);
      case SUSPENDED_MERCHANT -> suspendedMerchant(shown, dueNanos);
      case WRONG_CODE -> wrongCode(sale, dueNanos);
      case VOID -> voided(sale, dueNanos);
      case REFUND -> refunded(sale, dueNanos);
      case HOLD -> held(sale, dueNanos);
      case OFFLINE -> throw new IllegalArgumentException("this till keeps no count of them");
    };
  }

  /** A sale's answer, with its receipt if it was approved as it should. */
  private record Paid(Answer answer, @Nullable Slip receipt) {}

  private Future<Paid> pay(Ask ask, Sale sale, long dueNanos) {
    return ask(ask, sale.till(), sale.question(), dueNanos)
        .map(answer -> new Paid(answer, oracle.approved(sale, answer)));
  }

  private Future<Void> verify(Sale sale, long dueNanos) {
    return ask(
            Ask.VERIFY, sale.till(), Question.verification(sale.code(), sale.orderFen()), dueNanos)
        .onSuccess(answer -> oracle.quoted(sale.code(), sale.orderFen(), answer))
        .mapEmpty();
  }

  private Future<Void> repeat(Sale sale, long dueNanos) {
    return ifPaid(
        sale,
        dueNanos,
        (first, receipt) ->
            ask(Ask.REPEAT, sale.till(), sale.question(), now())
                .onSuccess(second -> oracle.repeated(sale, first, second))
                .compose(
                    second -> ask(Ask.QUERY, sale.till(), Question.receipt(receipt.id()), now()))
                .onSuccess(read -> oracle.readBack(first, read))
                .mapEmpty());
  }

  private Future<Void> conflict(Sale sale, long dueNanos) {
    Sale other = sale.withOrder(sale.orderFen() + 1);
    return ifPaid(
        sale,
        dueNanos,
        (first, receipt) ->
            ask(Ask.CONFLICT, sale.till(), other.question(), now())
                .onSuccess(second -> oracle.conflicting(other, second))
                .mapEmpty());
  }

  private Future<Void> reversal(Sale sale, long dueNanos) {
    Till till = sale.till();
    return ifPaid(
        sale,
        dueNanos,
        (first, receipt) ->
            ask(Ask.REVERSAL, till, Question.reversal(sale.key()), now())
                .onSuccess(undone -> oracle.undone(sale, receipt, undone))
                .compose(
                    undone ->
                        ask(Ask.REPEAT, till, Question.reversalById(receipt.id()), now())
                            .onSuccess(again -> oracle.repeated("undo " + sale, undone, again)))
                .compose(again -> ask(Ask.QUERY, till, Question.byKey(sale.key()), now()))
                .onSuccess(found -> oracle.found(sale, 2, found))
                .mapEmpty());
  }

  private Future<Void> reversalFirst(Sale sale, long dueNanos) {
    return ask(Ask.REVERSAL_FIRST, sale.till(), Question.reversal(sale.key()), dueNanos)
        .compose(answer -> late(sale, oracle.reversal(sale, answer)));
  }

  private Future<Void> lostReply(Sale sale, long dueNanos) {
    return wire.cut(sale.till(), sale.question())
        .compose(cut -> ask(Ask.REVERSAL, sale.till(), Question.reversal(sale.key()), dueNanos))
        .compose(answer -> late(sale, oracle.reversal(sale, answer)));
  }

  /** The original comes (again) after its reversal. */
  private Future<Void> late(Sale sale, @Nullable Slip reversal) {
    if (reversal == null) {
      return Future.succeededFuture();
    }
    return ask(Ask.LATE_SALE, sale.till(), sale.question(), now())
        .onSuccess(answer -> oracle.afterReversal(sale, reversal, answer))
        .mapEmpty();
  }

  private Future<Void> replayedCode(Sale sale, long dueNanos) {
    Sale again = sale.again();
    return ifPaid(
        sale,
        dueNanos,
        (first, receipt) ->
            ask(Ask.REPLAYED_CODE, again.till(), again.question(), now())
                .onSuccess(answer -> oracle.refused(again, answer, Oracle.usedCode(dueNanos)))
                .mapEmpty());
  }

  private Future<Void> suspendedMerchant(Phones.Shown shown, long dueNanos) {
    Till till = suspended.get(chance.nextInt(suspended.size()));
    return refused(
        Ask.SUSPENDED_MERCHANT,
        Sale.of(till, shown, orderFen()),
        dueNanos,
        Oracle.just(Refusal.MERCHANT_SUSPENDED));
  }

  private Future<Void> wrongCode(Sale sale, long dueNanos) {
    if (!sale.till().takesWrongCode(now())) {
      return pay(Ask.SALE, sale, dueNanos).mapEmpty();
    }
    Phones.Wrong wrong = phones.wrong();
    Sale bad = new Sale(sale.till(), sale.key(), wrong.code(), "", sale.orderFen());
    return refused(Ask.WRONG_CODE, bad, dueNanos, wrong.refusals());
  }

  private Future<Void> voided(Sale sale, long dueNanos) {
    return ifPaid(
        sale,
        dueNanos,
        (first, receipt) ->
            follow(Ask.VOID, Sale.Step.VOID, sale, receipt.id(), 0)
                .onSuccess(undone -> oracle.gaveBack(sale, receipt, undone))
                .mapEmpty());
  }

  /** A part, then more than is left, then the rest. */
  private Future<Void> refunded(Sale sale, long dueNanos) {
    long part = 1 + chance.nextLong(sale.orderFen() - 1);
    long rest = sale.orderFen() - part;
    return ifPaid(
        sale,
        dueNanos,
        (first, receipt) ->
            follow(Ask.REFUND, Sale.Step.REFUND, sale, receipt.id(), part)
                .compose(
                    back ->
                        follow(Ask.REFUND_TOO_MUCH, Sale.Step.REFUND, sale, receipt.id(), rest + 1)
                            .onSuccess(
                                more ->
                                    oracle.followingRefused(
                                        sale, more, Refusal.REFUND_EXCEEDS_PAID))
                            .compose(
                                more ->
                                    follow(Ask.REFUND, Sale.Step.REFUND, sale, receipt.id(), rest))
                            .onSuccess(last -> oracle.gaveBack(sale, receipt, back, last)))
                .mapEmpty());
  }

  /** Reserved, then completed or given back; what comes after the end is refused. */
  private Future<Void> held(Sale sale, long dueNanos) {
    boolean completes = chance.nextBoolean();
    return ask(Ask.HOLD, sale.till(), sale.hold(), dueNanos)
        .compose(
            answer -> {
              Slip hold = oracle.held(sale, answer);
              return hold == null ? Future.succeededFuture() : endHold(sale, hold, completes);
            });
  }

  private Future<Void> endHold(Sale sale, Slip hold, boolean completes) {
    Sale.Step last = completes ? Sale.Step.COMPLETION : Sale.Step.RELEASE;
    Sale.Step late = completes ? Sale.Step.RELEASE : Sale.Step.COMPLETION;
    return follow(completes ? Ask.COMPLETION : Ask.RELEASE, last, sale, hold.id(), 0)
        .onSuccess(
            answer -> {
              if (completes) {
                oracle.completed(sale, hold, answer);
              } else {
                oracle.gaveBack(sale, hold, answer);
              }
            })
        .compose(answer -> follow(Ask.ENDED_HOLD, late, sale, hold.id(), 0))
        .onSuccess(answer -> oracle.followingRefused(sale, answer, Refusal.ORIGINAL_ALREADY_UNDONE))
        .mapEmpty();
  }

  /**
   * @param fen how much, or 0 for all
   */
  private Future<Answer> follow(Ask ask, Sale.Step step, Sale sale, String original, long fen) {
    Till till = sale.till();
    return ask(ask, till, Question.following(till.newKey(), step, original, fen), now());
  }

  private Future<Void> refused(Ask ask, Sale sale, long dueNanos, Set<Refusal> reasons) {
    return ask(ask, sale.till(), sale.question(), dueNanos)
        .onSuccess(answer -> oracle.refused(sale, answer, reasons))
        .mapEmpty();
  }

  /** What follows a sale that was approved. */
  @FunctionalInterface
  private interface Next {
    Future<Void> after(Answer first, Slip receipt);
  }

  private Future<Void> ifPaid(Sale sale, long dueNanos, Next next) {
    return pay(Ask.SALE, sale, dueNanos)
        .compose(
            paid ->
                paid.receipt == null
                    ? Future.succeededFuture()
                    : next.after(paid.answer, paid.receipt));
  }

  private Future<Answer> ask(Ask ask, Till till, Question question, long dueNanos) {
    return wire.ask(till, question)
        .onSuccess(answer -> tally.answered(ask, outcome(answer), now() - dueNanos));
  }

  private static String outcome(Answer answer) {
    if (answer.recorded()) {
      Slip slip = Slip.read(answer.body());
      return slip == null ? "UNREADABLE" : slip.said();
    }
    if (answer.status() == Answer.OK) {
      return "OK";
    }
    return answer.status() == 0 ? "NO_ANSWER" : answer.problem();
  }

  private long orderFen() {
    return ORDER_FEN_MIN + chance.nextInt(ORDER_FEN_MAX - ORDER_FEN_MIN);
  }

  private static long now() {
    return System.nanoTime();
  }
}
