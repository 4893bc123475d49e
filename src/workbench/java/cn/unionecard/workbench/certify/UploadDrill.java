package cn.unionecard.workbench.certify;

import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Details;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Entry;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Sums;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Totals;
import cn.unionecard.gateway.edge.iso8583.codec.FormatError;
import cn.unionecard.workbench.certify.CaseResult.State;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/**
 * The terminal is told that its totals differ, and must list its batch. A list that belongs to
 * totals which the gateway shares must add up to them; no list may leave out what was approved.
 */
final class UploadDrill extends Drill {
  private final Book book;
  private final Map<Integer, Entry> listed = new TreeMap<>();
  private boolean shared;

  UploadDrill(CaseResults results, Book book) {
    super(Case.UPLOAD, results);
    this.book = book;
  }

  @Override
  boolean wants(Seen request) {
    return request.is(Kind.TOTALS);
  }

  @Override
  Fate answered(Seen request, Seen reply) {
    boolean needed =
        results.isOpen(Case.UPLOAD)
            || results.isOpen(Case.LOST_LIST)
            || results.isOpen(Case.LOST_END);
    boolean empty = book.entries(request.batch()).isEmpty();
    if (!needed || empty || !wants(request) || !reply.approved()) {
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
    if (request.is(Kind.LIST)) {
      add(request);
    } else if (request.is(Kind.END)) {
      ended(totals);
    } else if (request.isMoney() || request.is(Kind.SIGN_ON) || request.is(Kind.SIGN_OFF)) {
      decide(false, Fate.UNBALANCED, totals, request);
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
    for (Entry each : book.entries(totals.batch())) {
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
    results.decide(
        which, new CaseResult(good ? State.PASS : State.FAIL, Fate.UNBALANCED.does, saw));
  }
}
