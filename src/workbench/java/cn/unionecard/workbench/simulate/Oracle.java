package cn.unionecard.workbench.simulate;

import cn.unionecard.gateway.model.BenefitName;
import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.receipt.ReceiptReader;
import cn.unionecard.gateway.receipt.ReceiptVerifier;
import cn.unionecard.gateway.receipt.Verification;
import cn.unionecard.gateway.runtime.Sha256;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What every answer is checked against: an independent idea of what a gateway may say, made of
 * nothing but the requests that were sent. Notes each anomaly in the tally and each acknowledged
 * record in the journal.
 */
final class Oracle {
  /** A code is good for this long at least. */
  private static final long CODE_LIVES_NANOS = 30_000_000_000L;

  private static final String SALE = "SALE";
  private static final String HOLD = "HOLD";
  private static final String REVERSAL = "REVERSAL";

  private final Tally tally;
  private final ReceiptVerifier verifier;
  private final int verifyOneIn;
  private final @Nullable Journal journal;
  private int untilVerified;

  Oracle(Tally tally, ReceiptVerifier verifier, int verifyOneIn, @Nullable Journal journal) {
    this.tally = tally;
    this.verifier = verifier;
    this.verifyOneIn = verifyOneIn;
    this.journal = journal;
  }

  /** A sale that nothing speaks against; gives its receipt if it was approved. */
  @Nullable Slip approved(Sale sale, Answer answer) {
    Slip slip = recordedSale(sale, answer);
    if (slip == null || slip.approved()) {
      return slip;
    }
    if (!(answer.repeated() && slip.said().equals(Refusal.CODE_EXPIRED.name()))) {
      tally.anomaly(Anomaly.UNEXPECTED_OUTCOME, sale + " was refused: " + slip.said());
    }
    return null;
  }

  /** A sale that must be refused with one of these reasons. */
  void refused(Sale sale, Answer answer, Set<Refusal> reasons) {
    Slip slip = recordedSale(sale, answer);
    if (slip == null) {
      return;
    }
    if (slip.approved()) {
      tally.anomaly(
          reasons.contains(Refusal.CODE_ALREADY_USED)
              ? Anomaly.CODE_PAID_TWICE
              : Anomaly.UNEXPECTED_OUTCOME,
          sale + " was approved, should be " + reasons);
    } else if (!reasons.contains(Refusal.named(slip.said()))
        && !(answer.repeated() && slip.said().equals(Refusal.CODE_EXPIRED.name()))) {
      tally.anomaly(Anomaly.WRONG_REFUSAL, sale + " got " + slip.said() + ", not " + reasons);
    }
  }

  /** The same request once more: the same bytes, marked as replayed. */
  void repeated(Object what, Answer first, Answer second) {
    if (!answered(what, second)) {
      return;
    }
    if (second.status() != first.status() || !second.body().equals(first.body())) {
      tally.anomaly(
          Anomaly.REPEAT_DIFFERS, what + ": " + first.summary() + " and then " + second.summary());
    } else if (!second.replayed()) {
      tally.anomaly(Anomaly.REPEAT_NOT_MARKED, what.toString());
    }
  }

  /** The key of an earlier sale with other content. */
  void conflicting(Sale sale, Answer answer) {
    if (answered(sale, answer)
        && !(answer.status() == Answer.UNPROCESSABLE
            && answer.problem().equals(Refusal.CONFLICTS_WITH_EARLIER.name()))) {
      tally.anomaly(Anomaly.UNEXPECTED_OUTCOME, sale + " is a conflict, got " + answer.summary());
    }
  }

  /** The reversal of a sale that was approved. */
  void undone(Sale sale, Slip receipt, Answer answer) {
    Slip slip = reversal(sale, answer);
    if (slip == null) {
      return;
    }
    if (!receipt.id().equals(slip.original())
        || slip.orderFen() != -sale.orderFen()
        || slip.memberPaysFen() != -receipt.memberPaysFen()
        || slip.discountFen() != -receipt.discountFen()) {
      tally.anomaly(Anomaly.REVERSAL_DIFFERS, sale + " gave " + receipt + ", its reversal " + slip);
    }
    tally.undone(-slip.discountFen());
  }

  /**
   * A reversal whose original may or may not have arrived; gives its receipt unless something is
   * wrong with it.
   */
  @Nullable Slip reversal(Sale sale, Answer answer) {
    Slip slip = recorded(sale, REVERSAL, answer);
    if (slip != null && !slip.approved()) {
      tally.anomaly(Anomaly.UNEXPECTED_OUTCOME, "reversal of " + sale + ": " + slip.said());
      return null;
    }
    return slip;
  }

  /** A sale that arrived, or was sent again, after its reversal had been answered. */
  void afterReversal(Sale sale, Slip reversal, Answer answer) {
    Slip slip = recordedSale(sale, answer);
    if (slip == null) {
      return;
    }
    if (reversal.original() == null) {
      if (slip.approved()) {
        tally.anomaly(Anomaly.UNDONE_SALE_TOOK_EFFECT, sale + " after " + reversal);
      } else if (!slip.said().equals(Refusal.ORIGINAL_ALREADY_UNDONE.name())
          && !slip.said().equals(Refusal.CODE_EXPIRED.name())) {
        tally.anomaly(Anomaly.WRONG_REFUSAL, sale + " after its reversal: " + slip.said());
      }
    } else if (!reversal.original().equals(slip.id())) {
      tally.anomaly(Anomaly.REVERSAL_DIFFERS, sale + " is " + slip + ", undone " + reversal);
    } else {
      tally.undone(-reversal.discountFen());
    }
  }

  /** A hold that nothing speaks against; gives its receipt if it was approved. */
  @Nullable Slip held(Sale sale, Answer answer) {
    Slip slip = recordedSale(sale, HOLD, answer);
    if (slip == null || slip.approved()) {
      return slip;
    }
    if (!(answer.repeated() && slip.said().equals(Refusal.CODE_EXPIRED.name()))) {
      tally.anomaly(Anomaly.UNEXPECTED_OUTCOME, "hold " + sale + " was refused: " + slip.said());
    }
    return null;
  }

  /** A hold was made final: for what was reserved. */
  void completed(Sale sale, Slip hold, Answer answer) {
    Slip slip = following(sale, hold, answer);
    if (slip != null
        && (slip.orderFen() != hold.orderFen()
            || slip.memberPaysFen() != hold.memberPaysFen()
            || slip.discountFen() != hold.discountFen())) {
      tally.anomaly(Anomaly.FOLLOWING_DIFFERS, sale + " held " + hold + ", completed " + slip);
    }
  }

  /** One or more requests that together gave back the whole of a sale or hold. */
  void gaveBack(Sale sale, Slip receipt, Answer... answers) {
    long order = 0;
    long paid = 0;
    long discount = 0;
    for (Answer answer : answers) {
      Slip slip = following(sale, receipt, answer);
      if (slip == null) {
        return;
      }
      order += slip.orderFen();
      paid += slip.memberPaysFen();
      discount += slip.discountFen();
      tally.undone(-slip.discountFen());
    }
    if (order != -receipt.orderFen()
        || paid != -receipt.memberPaysFen()
        || discount != -receipt.discountFen()) {
      tally.anomaly(
          Anomaly.FOLLOWING_DIFFERS,
          sale + " gave " + receipt + ", back came " + order + ", " + paid + ", " + discount);
    }
  }

  /** What follows another transaction and must be refused. */
  void followingRefused(Sale sale, Answer answer, Refusal reason) {
    if (!answered(sale, answer)) {
      return;
    }
    Slip slip = answer.recorded() ? Slip.read(answer.body()) : null;
    if (slip == null || !slip.said().equals(reason.name())) {
      tally.anomaly(Anomaly.WRONG_REFUSAL, sale + " should be " + reason + ": " + answer.summary());
    }
  }

  /** The receipt of what followed a transaction and was approved; else null. */
  private @Nullable Slip following(Sale sale, Slip original, Answer answer) {
    if (!answered(sale, answer)) {
      return null;
    }
    Slip slip = answer.recorded() ? Slip.read(answer.body()) : null;
    if (slip == null || !slip.approved()) {
      tally.anomaly(Anomaly.UNEXPECTED_OUTCOME, "after " + sale + ": " + answer.summary());
      return null;
    }
    if (!original.id().equals(slip.original())) {
      tally.anomaly(Anomaly.ANOTHER_REQUEST, "after " + original + ": " + slip);
    }
    verify(sale, answer);
    journal(slip, answer);
    return slip;
  }

  /** A price without a sale. */
  void quoted(String code, long orderFen, Answer answer) {
    if (!answered("verify " + code, answer)) {
      return;
    }
    Quoted quoted = Quoted.read(answer.body());
    if (answer.status() != Answer.OK || quoted == null) {
      tally.anomaly(Anomaly.UNEXPECTED_OUTCOME, "verify: " + answer.summary());
    } else if (!quoted.eligible()) {
      if (!answer.repeated()) {
        tally.anomaly(Anomaly.UNEXPECTED_OUTCOME, "verify: " + answer.summary());
      }
    } else if (!quoted.addsUp(orderFen)) {
      tally.anomaly(Anomaly.AMOUNTS_DO_NOT_ADD_UP, "verify: " + answer.summary());
    }
  }

  /** What is recorded under a key: so many receipts. */
  void found(Sale sale, int receipts, Answer answer) {
    if (!answered("query of " + sale, answer)) {
      return;
    }
    int found =
        answer.status() == Answer.OK
            ? answer.body().toJsonObject().getJsonArray("transactions").size()
            : 0;
    if (found != receipts) {
      tally.anomaly(
          Anomaly.RECORD_LOST, sale + " should have " + receipts + ": " + answer.summary());
    }
  }

  /** A receipt read back by its id: the bytes of the answer. */
  void readBack(Answer first, Answer read) {
    if (answered("receipt", read)
        && (read.status() != Answer.OK || !read.body().equals(first.body()))) {
      tally.anomaly(Anomaly.RECORD_LOST, first.summary() + " is read back as " + read.summary());
    }
  }

  private @Nullable Slip recordedSale(Sale sale, Answer answer) {
    return recordedSale(sale, SALE, answer);
  }

  private @Nullable Slip recordedSale(Sale sale, String type, Answer answer) {
    Slip slip = recorded(sale, type, answer);
    if (slip == null) {
      return null;
    }
    if (!addsUp(slip, sale.orderFen())) {
      tally.anomaly(Anomaly.AMOUNTS_DO_NOT_ADD_UP, sale + ": " + slip);
    }
    if (slip.approved() && !Objects.equals(slip.card(), sale.tail())) {
      tally.anomaly(Anomaly.ANOTHER_REQUEST, sale + " of card …" + sale.tail() + ": " + slip);
    }
    if (slip.approved() && !answer.replayed()) {
      tally.saved(slip.discountFen());
    }
    return slip;
  }

  private @Nullable Slip recorded(Sale sale, String type, Answer answer) {
    if (!answered(sale, answer)) {
      return null;
    }
    Slip slip = answer.recorded() ? Slip.read(answer.body()) : null;
    if (slip == null) {
      tally.anomaly(Anomaly.UNEXPECTED_OUTCOME, type + " " + sale + ": " + answer.summary());
      return null;
    }
    if (!slip.type().equals(type)
        || !slip.terminal().equals(sale.till().id.value())
        || !slip.requestId().equals(sale.key())) {
      tally.anomaly(Anomaly.ANOTHER_REQUEST, type + " " + sale + ": " + slip);
    }
    verify(sale, answer);
    journal(slip, answer);
    return slip;
  }

  private void journal(Slip slip, Answer answer) {
    if (journal != null) {
      journal.write(
          new Journal.Entry(
              slip.terminal(),
              slip.requestId(),
              slip.type(),
              slip.id(),
              Sha256.hex(answer.body().getBytes()),
              Sha256.hex(ReceiptReader.read(answer.body().getBytes()).body())));
    }
  }

  private void verify(Sale sale, Answer answer) {
    if (--untilVerified > 0) {
      return;
    }
    untilVerified = verifyOneIn;
    Verification result = verifier.verify(answer.body().getBytes());
    if (result.isValid()) {
      tally.receiptVerified();
    } else {
      tally.anomaly(
          Anomaly.RECEIPT_INVALID, result.reason() + ": " + sale + ": " + answer.summary());
    }
  }

  private boolean answered(Object what, Answer answer) {
    if (answer.status() == 0) {
      tally.anomaly(Anomaly.UNANSWERED, what.toString());
      return false;
    }
    return true;
  }

  private static boolean addsUp(Slip slip, long orderFen) {
    return slip.orderFen() == orderFen
        && slip.memberPaysFen() >= 0
        && slip.discountFen() >= 0
        && slip.memberPaysFen() + slip.discountFen() == orderFen
        && (slip.discountFen() == 0 || !slip.benefitName().equals(BenefitName.NONE))
        && (slip.approved() || slip.discountFen() == 0);
  }

  /**
   * What a used code must be refused with: once its half minute is over, the gateway may not know
   * it any more.
   *
   * @param shownNanos when it was shown, as {@link System#nanoTime} counts
   */
  static Set<Refusal> usedCode(long shownNanos) {
    return System.nanoTime() - shownNanos < CODE_LIVES_NANOS
        ? just(Refusal.CODE_ALREADY_USED)
        : EnumSet.of(Refusal.CODE_ALREADY_USED, Refusal.CODE_EXPIRED);
  }

  static Set<Refusal> just(Refusal refusal) {
    return EnumSet.of(refusal);
  }
}
