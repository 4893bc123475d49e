package cn.unionecard.workbench.certify;

import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Entry;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Sums;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Totals;
import cn.unionecard.gateway.model.Fen;
import java.util.ArrayList;
import java.util.HashMap;
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
  private static final Set<Kind> MONEY =
      Set.of(Kind.SALE, Kind.COMPLETION, Kind.ADVICE, Kind.VOID, Kind.REFUND);

  /** Field 60.1 of sale, completion, offline sale. */
  private static final Set<Integer> DEBITS = Set.of(22, 20, 30);

  private final CaseResults results;
  private final Map<String, Seen> approved = new TreeMap<>();

  /** What was rung up, by key and by id. */
  private final Map<String, Long> fen = new HashMap<>();

  /** The first batch that was closed here. */
  private int first;

  Book(CaseResults results) {
    this.results = results;
  }

  @Override
  public void answered(Seen request, Seen reply) {
    if (!reply.approved()) {
      return;
    }
    if (request.isPurchase()) {
      fen.put(request.key(), fen(request));
      fen.put(reply.text(37), fen(request));
    }
    if (request.is(Kind.REVERSAL)) {
      approved.remove(request.key());
    } else if (MONEY.contains(request.kind())) {
      approved.put(request.key(), request);
    } else if (request.is(Kind.TOTALS)) {
      totals(request, balances(reply));
    }
  }

  /** What follows a sale or a hold may leave its amount out: it is that of the original. */
  private long fen(Seen request) {
    return request.message().has(4) ? request.fen() : fen.getOrDefault(request.original(), 0L);
  }

  /** Whether the gateway counted the same. */
  static boolean balances(Seen reply) {
    return Totals.read(reply.message()).home().flag() == Sums.BALANCED;
  }

  private void totals(Seen request, boolean balanced) {
    String said = said(Totals.read(request.message()).home());
    String here = said(sums(entries(request.batch())));
    if (balanced && entries(request.batch()).isEmpty()) {
      results.note(new Words("本批在本台没有交易，不计", "nothing was sold in this batch here: not judged"));
      return;
    }
    first = first == 0 ? request.batch() : first;
    results.decide(
        first == request.batch() ? Case.TOTALS : Case.NEXT_TOTALS,
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
      if (each.batch() == batch) {
        entries.add(new Entry(each.f60().type(), each.trace(), "0".repeat(20), Fen.of(fen(each))));
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
