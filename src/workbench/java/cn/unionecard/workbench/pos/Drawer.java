package cn.unionecard.workbench.pos;

import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Details;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Entry;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Sums;
import cn.unionecard.gateway.edge.iso8583.codec.Field60Batch;
import cn.unionecard.gateway.model.Fen;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a terminal has counted in its batch: debits it was approved, credits it gave back. */
final class Drawer {
  private static final String NO_CARD = "0".repeat(20);

  /** Field 60.1 of sale, completion, offline sale. */
  private static final List<Integer> DEBITS = List.of(22, 20, 30);

  /** Field 60.1 of void, refund. */
  private static final List<Integer> CREDITS = List.of(23, 25);

  private final Map<Integer, Entry> entries = new TreeMap<>();

  /** An approved request of that kind; one that moves no money leaves no entry. */
  void add(int kind, int trace, long fen) {
    if (DEBITS.contains(kind) || CREDITS.contains(kind)) {
      entries.put(trace, new Entry(kind, trace, NO_CARD, Fen.of(fen)));
    }
  }

  void add(PosRequest request) {
    add(
        Field60Batch.read(request.message()).type(),
        request.trace(),
        request.message().has(4) ? request.message().number(4) : 0);
  }

  /** As if that request had never been: it was reversed. */
  void remove(int trace) {
    entries.remove(trace);
  }

  void clear() {
    entries.clear();
  }

  int size() {
    return entries.size();
  }

  Sums sums() {
    long debit = 0;
    long credit = 0;
    int debits = 0;
    for (Entry entry : entries.values()) {
      if (DEBITS.contains(entry.kind())) {
        debit += entry.amount().value();
        debits++;
      } else {
        credit += entry.amount().value();
      }
    }
    return new Sums(Fen.of(debit), debits, Fen.of(credit), entries.size() - debits, Sums.ASKED);
  }

  /** The entries in lists that fit into one message each. */
  List<Details> lists() {
    List<Entry> all = new ArrayList<>(entries.values());
    List<Details> lists = new ArrayList<>();
    for (int at = 0; at < all.size(); at += Details.ENTRIES_MAX) {
      lists.add(new Details(all.subList(at, Math.min(all.size(), at + Details.ENTRIES_MAX))));
    }
    return lists;
  }
}
