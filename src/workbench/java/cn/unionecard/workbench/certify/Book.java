package cn.unionecard.workbench.certify;

import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Entry;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Sums;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Totals;
import cn.unionecard.gateway.model.Fen;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the gateway approved on this bench and did not reverse; decides whether the terminal's
 * totals are the gateway's.
 */
final class Book implements Rule {
  /** Field 60.1 of sale, completion, offline sale; of void, refund. */
  private static final Set<Integer> DEBITS = Set.of(Seen.SALE, 20, Seen.ADVICE);

  private static final Set<Integer> CREDITS = Set.of(Seen.VOID, Seen.REFUND);

  private final CaseResults results;
  private final Map<String, Seen> approved = new TreeMap<>();

  Book(CaseResults results) {
    this.results = results;
  }

  @Override
  public void answered(Seen request, Seen reply) {
    if (!reply.approved()) {
      return;
    }
    if (request.mti() == Seen.REVERSAL) {
      approved.remove(request.key());
    } else if (request.isPurchase()
        && (DEBITS.contains(request.kind()) || CREDITS.contains(request.kind()))) {
      approved.put(request.key(), request);
    } else if (request.mti() == 0x0500) {
      totals(request, balances(reply));
    }
  }

  /** Whether the gateway counted the same. */
  static boolean balances(Seen reply) {
    return Totals.read(reply.message()).home().flag() == Sums.BALANCED;
  }

  private void totals(Seen request, boolean balanced) {
    String said = said(Totals.read(request.message()).home());
    String here = said(sums(entries(request.f60().batch())));
    results.decide(
        Case.TOTALS,
        balanced,
        balanced
            ? new Words("相符", said)
            : new Words(
                "终端 " + said + "；本台所见 " + here,
                "the terminal's and what was approved on this bench differ"));
  }

  /** The entries of a batch. */
  List<Entry> entries(int batch) {
    List<Entry> entries = new ArrayList<>();
    for (Seen each : approved.values()) {
      if (each.f60().batch() == batch) {
        entries.add(new Entry(each.kind(), each.trace(), "0".repeat(20), Fen.of(each.fen())));
      }
    }
    return entries;
  }

  static Sums sums(Iterable<Entry> entries) {
    long debit = 0;
    long credit = 0;
    int debits = 0;
    int credits = 0;
    for (Entry each : entries) {
      if (DEBITS.contains(each.kind())) {
        debit += each.amount().value();
        debits++;
      } else {
        credit += each.amount().value();
        credits++;
      }
    }
    return new Sums(Fen.of(debit), debits, Fen.of(credit), credits, Sums.ASKED);
  }

  static String said(Sums sums) {
    return String.format(
        Locale.ROOT,
        "debit %s / %d, credit %s / %d",
        sums.debit().yuan(),
        sums.debitCount(),
        sums.credit().yuan(),
        sums.creditCount());
  }
}
