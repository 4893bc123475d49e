package cn.unionecard.workbench.simulate;

import cn.unionecard.gateway.edge.iso8583.codec.Field54Amounts;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.workbench.pos.PosReply;
import cn.unionecard.workbench.pos.PosRequest;
import cn.unionecard.workbench.simulate.PosTill.Heard;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What every reply to a POS terminal is checked against, made of nothing but the requests that were
 * sent; keeps the terminals' drawers, notes anomalies in the tally and every acknowledged record in
 * the journal.
 */
final class PosOracle {
  private final Tally tally;
  private final @Nullable Journal journal;

  PosOracle(Tally tally, @Nullable Journal journal) {
    this.tally = tally;
    this.journal = journal;
  }

  /** A request that nothing speaks against; whether it was approved. */
  boolean approved(PosTill till, PosRequest request, TransactionType type, long fen, Heard heard) {
    PosReply reply = heard.reply();
    if (reply == null) {
      return false;
    }
    if (!reply.approved()) {
      if (!expiredMeanwhile(heard)) {
        unexpected(request, heard, "approval");
      }
      return false;
    }
    Field54Amounts amounts = amounts(request, reply);
    if (amounts.discount().value() < 0
        || amounts.payable().value() < 0
        || amounts.discount().value() + amounts.payable().value() != fen
        || (type == TransactionType.ADVICE && amounts.discount().value() != 0)) {
      tally.anomaly(Anomaly.AMOUNTS_DO_NOT_ADD_UP, request.requestId() + ": " + amounts);
    }
    if (type != TransactionType.HOLD) {
      tally.saved(amounts.discount().value());
    }
    till.terminal.count(request);
    journal(till, request, type, reply);
    return true;
  }

  /** A price without a sale. */
  void quoted(PosRequest request, long fen, Heard heard) {
    PosReply reply = heard.reply();
    if (reply == null || expiredMeanwhile(heard)) {
      return;
    }
    if (!reply.approved()) {
      unexpected(request, heard, "a price");
      return;
    }
    Field54Amounts amounts = amounts(request, reply);
    if (amounts.discount().value() + amounts.payable().value() != fen) {
      tally.anomaly(Anomaly.AMOUNTS_DO_NOT_ADD_UP, request.requestId() + ": " + amounts);
    }
  }

  /** Must be refused with one of these. */
  void refused(PosRequest request, Heard heard, Set<Refusal> reasons) {
    PosReply reply = heard.reply();
    if (reply == null || expiredMeanwhile(heard)) {
      return;
    }
    if (reply.approved()) {
      tally.anomaly(
          reasons.contains(Refusal.CODE_ALREADY_USED)
              ? Anomaly.CODE_PAID_TWICE
              : Anomaly.UNEXPECTED_OUTCOME,
          request.requestId() + " was approved, should be " + reasons);
    } else if (reasons.stream().noneMatch(each -> each.responseCode.equals(reply.code()))) {
      tally.anomaly(
          Anomaly.WRONG_REFUSAL,
          request.requestId() + " got F39 " + reply.code() + ", not " + reasons);
    }
  }

  /** The same request once more: the same fields. */
  void repeated(PosRequest request, Heard first, Heard second) {
    if (first.reply() == null || second.reply() == null) {
      return;
    }
    if (!first.code().equals(second.code())
        || !Objects.equals(first.id(), second.id())
        || !Objects.equals(first.reply().amounts(), second.reply().amounts())
        || !first.reply().text().equals(second.reply().text())) {
      tally.anomaly(
          Anomaly.REPEAT_DIFFERS,
          request.requestId()
              + ": "
              + first.code()
              + " "
              + first.id()
              + ", then "
              + second.code()
              + " "
              + second.id());
    }
  }

  /** The reversal of a sale that was approved: it gives all of it back. */
  void undone(PosTill till, PosRequest sale, PosRequest undo, Heard sold, Heard undone) {
    if (reversal(till, undo, undone) && sold.reply() != null && undone.reply() != null) {
      till.terminal.forget(sale);
      backIsOpposite(Anomaly.REVERSAL_DIFFERS, undo, sold.reply(), undone.reply());
    }
  }

  /** A reversal is approved, whether its original came or not. */
  boolean reversal(PosTill till, PosRequest undo, Heard heard) {
    if (heard.reply() == null) {
      return false;
    }
    if (!heard.approved()) {
      unexpected(undo, heard, "approval of a reversal");
      return false;
    }
    journal(till, undo, TransactionType.REVERSAL, heard.reply());
    return true;
  }

  /** A sale that arrived, or was sent again, after its reversal had been answered. */
  void afterReversal(PosRequest sale, Heard reversal, Heard late) {
    if (reversal.reply() == null || late.reply() == null) {
      return;
    }
    Field54Amounts undone = reversal.reply().amounts();
    boolean hadCome =
        undone != null && (undone.discount().value() != 0 || undone.payable().value() != 0);
    if (hadCome) {
      if (!late.approved()) {
        unexpected(sale, late, "the approval that was undone");
        return;
      }
      backIsOpposite(Anomaly.REVERSAL_DIFFERS, sale, late.reply(), reversal.reply());
    } else if (late.approved()) {
      tally.anomaly(Anomaly.UNDONE_SALE_TOOK_EFFECT, sale.requestId());
    } else if (!late.code().equals(Refusal.ORIGINAL_ALREADY_UNDONE.responseCode)
        && !late.code().equals(Refusal.CODE_EXPIRED.responseCode)) {
      tally.anomaly(Anomaly.WRONG_REFUSAL, sale.requestId() + " late: F39 " + late.code());
    }
  }

  /** A void, a release, or the refund of everything. */
  void gaveBack(
      PosTill till, TransactionType type, PosRequest request, Heard original, Heard heard) {
    PosReply reply = heard.reply();
    if (reply == null || original.reply() == null) {
      return;
    }
    if (!reply.approved()) {
      unexpected(request, heard, "approval");
      return;
    }
    till.terminal.count(request);
    backIsOpposite(Anomaly.FOLLOWING_DIFFERS, request, original.reply(), reply);
    journal(till, request, type, reply);
  }

  /** A hold was made final: for what was reserved. */
  void completed(PosTill till, PosRequest request, Heard hold, Heard heard) {
    PosReply reply = heard.reply();
    if (reply == null || hold.reply() == null) {
      return;
    }
    if (!reply.approved()) {
      unexpected(request, heard, "approval");
      return;
    }
    till.terminal.count(request);
    if (!Objects.equals(hold.reply().amounts(), reply.amounts())) {
      tally.anomaly(
          Anomaly.FOLLOWING_DIFFERS,
          request.requestId() + ": " + hold.reply().amounts() + ", then " + reply.amounts());
    }
    tally.saved(amounts(request, reply).discount().value());
    journal(till, request, TransactionType.COMPLETION, reply);
  }

  private void backIsOpposite(Anomaly anomaly, PosRequest what, PosReply given, PosReply back) {
    Field54Amounts there = given.amounts();
    Field54Amounts here = back.amounts();
    if (there == null
        || here == null
        || there.discount().value() != -here.discount().value()
        || there.payable().value() != -here.payable().value()) {
      tally.anomaly(anomaly, what.requestId() + ": " + there + ", back " + here);
      return;
    }
    tally.undone(there.discount().value());
  }

  /** A code may run out while a request is being repeated. */
  private static boolean expiredMeanwhile(Heard heard) {
    return heard.repeated() && heard.code().equals(Refusal.CODE_EXPIRED.responseCode);
  }

  private void unexpected(PosRequest request, Heard heard, String wanted) {
    tally.anomaly(
        Anomaly.UNEXPECTED_OUTCOME,
        request.requestId() + " got F39 " + heard.code() + " instead of " + wanted);
  }

  private Field54Amounts amounts(PosRequest request, PosReply reply) {
    Field54Amounts amounts = reply.amounts();
    if (amounts == null) {
      tally.anomaly(Anomaly.AMOUNTS_DO_NOT_ADD_UP, request.requestId() + " has no F54");
      return new Field54Amounts(Fen.ZERO, Fen.ZERO);
    }
    return amounts;
  }

  private void journal(PosTill till, PosRequest request, TransactionType type, PosReply reply) {
    String id = reply.id();
    String shortCode = reply.shortCode();
    if (id == null || shortCode == null) {
      tally.anomaly(Anomaly.RECORD_LOST, request.requestId() + " has no F37 or no F59.A6");
    } else if (journal != null) {
      journal.write(
          new Journal.Entry(
              till.terminal.id().value(),
              request.requestId(),
              type.name(),
              id,
              "",
              shortCode.toLowerCase(Locale.ROOT)));
    }
  }
}
