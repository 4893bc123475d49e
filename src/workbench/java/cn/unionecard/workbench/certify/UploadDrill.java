package cn.unionecard.workbench.certify;

import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Details;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Entry;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Sums;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Totals;
import cn.unionecard.gateway.edge.iso8583.codec.FormatError;
import cn.unionecard.workbench.certify.CaseResult.State;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The terminal is told that its totals differ, and must list its batch. A list that belongs to
 * totals which the gateway shares must add up to them; no list may leave out what was approved.
 */
final class UploadDrill extends Drill {
  private static final int LIST = 0x0320;
  private static final Set<Integer> ENDS = Set.of(202, 207);

  private final Book book;
  private final Map<Integer, Entry> listed = new TreeMap<>();
  private @Nullable Seen struck;
  private boolean shared;

  UploadDrill(CaseResults results, Book book) {
    super(Case.UPLOAD, results);
    this.book = book;
  }

  @Override
  Fate answered(Seen request, Seen reply) {
    if (request.mti() != 0x0500 || !reply.approved()) {
      return Fate.AS_IT_IS;
    }
    if (struck == null) {
      struck = request;
      shared = Book.balances(reply);
    }
    return Fate.UNBALANCED;
  }

  @Override
  void next(Seen request) {
    Seen totals = struck;
    if (totals == null || request.repeats(totals)) {
      return;
    }
    if (request.mti() != LIST) {
      if (request.isMoney() || request.mti() == Seen.SIGN_ON || request.isSignOff()) {
        decide(false, Fate.UNBALANCED, totals, request);
      }
    } else if (ENDS.contains(request.f60().networkCode())) {
      ended(totals);
    } else {
      add(request);
    }
  }

  private void add(Seen list) {
    try {
      Details.read(list.message()).entries().forEach(each -> listed.put(each.trace(), each));
    } catch (FormatError e) {
      result(false, new Words("域48有误", String.valueOf(e.getMessage())));
    }
  }

  private void ended(Seen totals) {
    Collection<Entry> entries = listed.values();
    for (Entry each : book.entries(totals.f60().batch())) {
      Entry same = listed.get(each.trace());
      if (same == null || same.kind() != each.kind() || !same.amount().equals(each.amount())) {
        result(
            false,
            new Words("清单缺少或不符：" + each, "missing in the list, or with another amount: " + each));
        return;
      }
    }
    Sums till = Totals.read(totals.message()).home();
    Sums sums = Book.sums(entries);
    boolean addsUp = !shared || sums.equals(till.flagged(Sums.ASKED));
    result(
        addsUp,
        addsUp
            ? new Words("上送 " + entries.size() + " 笔", entries.size() + " entries listed")
            : new Words("清单合计与批总额不符", "the list says " + Book.said(sums) + ", the totals another"));
  }

  private void result(boolean good, Words saw) {
    results.decide(which, new CaseResult(good ? State.PASS : State.FAIL, Fate.UNBALANCED.did, saw));
  }
}
