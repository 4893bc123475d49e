package cn.unionecard.gateway.ledger;

import cn.unionecard.gateway.rules.Allocation;
import cn.unionecard.gateway.rules.Allowance;
import cn.unionecard.gateway.rules.Answered;
import cn.unionecard.gateway.rules.Card;
import cn.unionecard.gateway.rules.CodeUse;
import cn.unionecard.gateway.rules.Deal;
import cn.unionecard.gateway.rules.Entitlement;
import cn.unionecard.gateway.rules.Entry;
import cn.unionecard.gateway.rules.Grants;
import cn.unionecard.gateway.rules.KeyRef;
import cn.unionecard.gateway.rules.Terminal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a simulated ledger has recorded, and what must hold of it. */
final class SimulatedTables {
  record DealRow(
      Deal.Terms terms,
      List<Allocation> allocations,
      long[] returned,
      Deal.@Nullable Back back,
      Deal.@Nullable Hold hold) {}

  record AllowanceRow(
      Allowance.Caps caps, long fen, long count, int day, long dayFen, long dayCount) {}

  /** A voucher, a lot of a quota or a pass, and what became of it. */
  record LotRow(
      SimulatedLedger.Given given,
      long fen,
      long count,
      long untilMs,
      @Nullable Long returnedMs,
      @Nullable Long lateFen,
      @Nullable Long lateCount) {

    Entitlement read() {
      return given.read(fen, count, untilMs, returnedMs).late(lateFen, lateCount);
    }

    boolean holds() {
      return given.holds(fen, count)
          && (lateFen == null
              || (lateFen >= 0 && lateFen <= Objects.requireNonNull(given.limitFen()) - fen))
          && (lateCount == null
              || (lateCount >= 0
                  && (given.limitCount() == null || lateCount <= given.limitCount() - count)));
    }
  }

  /** A row of those is locked by this. */
  record LotKey(long id) {}

  record CounterValues(long counter, long outageAtMs, int outageCount) {}

  final Map<String, Chain> chains = new HashMap<>();
  final Map<String, List<SimulatedLedger.BlockRow>> blocks = new LinkedHashMap<>();
  final Map<KeyRef, Answered> keys = new HashMap<>();
  final Map<Long, SimulatedLedger.Row> rows = new TreeMap<>();
  final Map<Long, DealRow> deals = new HashMap<>();
  final Map<Allowance.Key, AllowanceRow> allowances = new HashMap<>();
  final Map<Long, LotRow> lots = new TreeMap<>();
  final Map<Integer, CounterValues> counters = new HashMap<>();
  final Set<CodeUse> codeUses = new LinkedHashSet<>();
  final Map<Long, Card> cards = new HashMap<>();
  final Map<Integer, Terminal> terminals = new HashMap<>();

  /** What its effect uses or gives back: a completion spends what its hold has reserved. */
  static List<Allocation> recorded(Entry entry) {
    return entry.effect().allocates ? entry.allocations() : List.of();
  }

  /** What must hold of the tables whatever happened. */
  List<String> audit() {
    List<String> broken = new ArrayList<>();
    Map<Allowance.Key, Long> used = new HashMap<>();
    Set<CodeUse> paid = new HashSet<>();
    Map<Long, Long> paidWith = new HashMap<>();
    for (SimulatedLedger.Row row : rows.values()) {
      Entry entry = row.entry();
      for (Allocation part : recorded(entry)) {
        used.merge(Allowance.Key.budget(part.campaign()), part.fen(), Long::sum);
        DealRow deal = deals.get(entry.deal() == null ? entry.id() : entry.deal().terms.id());
        Long member = deal == null ? null : deal.terms.member();
        if (member != null) {
          used.merge(Allowance.Key.memberUse(member, part.campaign()), part.fen(), Long::sum);
        }
        if (part.lot() != 0) {
          paidWith.merge(part.lot(), part.fen(), Long::sum);
          SimulatedLedger.Given given = Objects.requireNonNull(lots.get(part.lot())).given;
          if (given.kind() == Grants.Kind.PASS) {
            int site = Objects.requireNonNull(deal).terms.merchant();
            used.merge(Allowance.Key.passSite(part.lot(), site), part.fen(), Long::sum);
          }
          if (member == null || member != given.member() || part.campaign() != given.campaign()) {
            broken.add("somebody else's " + given + " paid for " + entry.id());
          }
        } else if (part.campaign() > SimulatedLedger.LAST_NOT_GIVEN) {
          broken.add("nothing that was given paid for " + entry.id());
        }
      }
      if (entry.code() != null && entry.refusal() == null && !paid.add(entry.code())) {
        broken.add("code paid twice: " + entry.code());
      }
      Answered answer = keys.get(entry.key());
      if (answer == null || answer.id() != entry.id()) {
        broken.add("key without its answer: " + entry.key());
      }
    }
    allowances.forEach(
        (key, row) -> {
          if (row.fen != used.getOrDefault(key, 0L)) {
            broken.add(key + " used " + row.fen + ", allocated " + used.get(key));
          }
        });
    lots.forEach(
        (id, row) -> {
          if (row.fen != paidWith.getOrDefault(id, 0L)) {
            broken.add(row.given + " used " + row.fen + ", allocated " + paidWith.get(id));
          }
          if (!row.holds()) {
            broken.add(row.given + " used beyond what it holds");
          }
        });
    broken.addAll(counts());
    return broken;
  }

  /** Whatever is used is counted once for each deal of which it pays anything. */
  private List<String> counts() {
    Map<Object, Long> stands = new HashMap<>();
    for (DealRow deal : deals.values()) {
      Set<Object> parts = new HashSet<>();
      for (int i = 0; i < deal.returned.length; i++) {
        Allocation part = deal.allocations.get(i);
        if (part.fen() == deal.returned[i]) {
          continue;
        }
        parts.add(Allowance.Key.budget(part.campaign()));
        Long member = deal.terms.member();
        if (member != null) {
          parts.add(Allowance.Key.memberUse(member, part.campaign()));
        }
        LotRow lot = lots.get(part.lot());
        if (lot != null) {
          parts.add(new LotKey(part.lot()));
          if (lot.given.kind() == Grants.Kind.PASS) {
            parts.add(Allowance.Key.passSite(part.lot(), deal.terms.merchant()));
          }
        }
      }
      parts.forEach(part -> stands.merge(part, 1L, Long::sum));
    }
    List<String> broken = new ArrayList<>();
    allowances.forEach((key, row) -> compare(key, row.count, stands, broken));
    lots.forEach((id, row) -> compare(new LotKey(id), row.count, stands, broken));
    return broken;
  }

  private static void compare(
      Object what, long count, Map<Object, Long> stands, List<String> broken) {
    if (count != stands.getOrDefault(what, 0L)) {
      broken.add(what + " counted " + count + ", it pays for " + stands.get(what));
    }
  }

  static boolean isWithin(AllowanceRow row) {
    return isWithin(row.fen, row.caps.fen())
        && isWithin(row.count, row.caps.count())
        && isWithin(row.dayFen, row.caps.dayFen())
        && isWithin(row.dayCount, row.caps.dayCount());
  }

  private static boolean isWithin(long used, @Nullable Long cap) {
    return used >= 0 && (cap == null || used <= cap);
  }
}
