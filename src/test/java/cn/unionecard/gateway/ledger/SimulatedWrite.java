package cn.unionecard.gateway.ledger;

import cn.unionecard.gateway.model.Scene;
import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.rules.Allocation;
import cn.unionecard.gateway.rules.Allowance;
import cn.unionecard.gateway.rules.Answered;
import cn.unionecard.gateway.rules.Campaign;
import cn.unionecard.gateway.rules.Card;
import cn.unionecard.gateway.rules.Catalog;
import cn.unionecard.gateway.rules.CounterRow;
import cn.unionecard.gateway.rules.Deal;
import cn.unionecard.gateway.rules.Effect;
import cn.unionecard.gateway.rules.Entitlement;
import cn.unionecard.gateway.rules.Entry;
import cn.unionecard.gateway.rules.Facts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What one block writes into a simulated ledger, all or nothing. */
final class SimulatedWrite {
  private final SimulatedTables tables;
  private final List<String> violations;
  final Chain chain;
  private final SealedLeaves block;
  private final List<Entry> entries;
  private final Map<Allowance.Key, SimulatedTables.AllowanceRow> freshAllowances =
      new LinkedHashMap<>();
  private final Map<Allowance.Key, SimulatedTables.AllowanceRow> storedAllowances =
      new LinkedHashMap<>();
  private final Map<Long, SimulatedTables.LotRow> changedLots = new LinkedHashMap<>();
  private final List<Deal> changed;
  private final List<CounterRow> moved;
  private final List<List<Object>> used = new ArrayList<>();

  SimulatedWrite(
      SimulatedTables tables,
      List<String> violations,
      Chain chain,
      SealedLeaves block,
      Facts facts) {
    this.tables = tables;
    this.violations = violations;
    this.chain = chain;
    this.block = block;
    this.entries = block.leaves().stream().map(SealedLeaves.Leaf::entry).toList();
    for (Allowance a : facts.changedAllowances()) {
      (a.stored ? storedAllowances : freshAllowances)
          .put(
              a.key,
              new SimulatedTables.AllowanceRow(
                  a.caps(), a.usedFen(), a.usedCount(), a.day(), a.dayFen(), a.dayCount()));
    }
    for (Entitlement one : facts.changedEntitlements()) {
      changedLots.put(
          one.id,
          new SimulatedTables.LotRow(
              Objects.requireNonNull(tables.lots.get(one.id)).given(),
              one.usedFen(),
              one.usedCount(),
              one.untilMs(),
              one.returnedMs(),
              one.lateFen(),
              one.lateCount()));
    }
    this.changed = facts.changedDeals();
    this.moved = facts.changedCounters();
    entries.forEach(entry -> used.add(used(entry, facts.catalog)));
    EventOracle oracle = new EventOracle(facts.catalog, TransactionId.epochMsOf(block.tick()));
    for (SealedLeaves.Leaf leaf : block.leaves()) {
      if (!oracle.event(leaf.entry()).equals(EventOracle.told(leaf))) {
        violations.add("an event is told otherwise: " + EventOracle.told(leaf));
      }
    }
  }

  /** What the decision depends on of the definitions. */
  private List<Object> used(Entry entry, Catalog definitions) {
    List<Object> used = new ArrayList<>();
    used.add(definitions.merchant(entry.merchant()));
    Scene scene = definitions.sceneOf(entry.key().terminal());
    used.add(scene);
    used.add(definitions.at(entry.merchant(), scene).campaigns());
    used.add(Objects.requireNonNull(definitions.terminal(entry.request().terminal().value())));
    if (entry.request().benefit() != null) {
      used.add(String.valueOf(definitions.campaign(entry.request().benefit())));
    }
    for (Allocation part : entry.allocations()) {
      used.add(String.valueOf(definitions.campaign(part.campaign())));
    }
    if (entry.card() != null && restricts(definitions.at(entry.merchant(), scene).campaigns())) {
      used.add(definitions.orgPath(entry.card().org()));
    }
    return used;
  }

  private static boolean restricts(List<Campaign> campaigns) {
    return campaigns.stream().anyMatch(campaign -> !campaign.members().orgs().isEmpty());
  }

  /** A block is decided by what its own transaction sees, nothing older. */
  void compare(Catalog seen) {
    for (int i = 0; i < entries.size(); i++) {
      List<Object> right = used(entries.get(i), seen);
      if (!right.equals(used.get(i))) {
        violations.add("decided by " + used.get(i) + ", its transaction sees " + right);
      }
    }
  }

  Set<Object> uniques() {
    Set<Object> uniques = new LinkedHashSet<>();
    for (Entry entry : entries) {
      uniques.add(entry.key());
      if (entry.code() != null) {
        uniques.add(entry.code());
      }
    }
    freshAllowances.keySet().forEach(key -> uniques.add("fresh " + key));
    changed.forEach(deal -> uniques.add("undo " + deal.terms.id()));
    moved.forEach(row -> uniques.add("counter " + row.terminal));
    return uniques;
  }

  /** Why the server says no, or null. */
  @Nullable String refusal(Predicate<Entry> refusedByCheck) {
    Chain row = Objects.requireNonNull(tables.chains.get(chain.name()));
    if (row.epoch() != chain.epoch() || row.seq() != chain.seq() || row.tick() >= block.tick()) {
      return FlightSql.FENCED;
    }
    if (entries.stream().anyMatch(refusedByCheck)) {
      return "23514";
    }
    boolean taken =
        entries.stream()
            .anyMatch(
                entry ->
                    tables.keys.containsKey(entry.key())
                        || (entry.code() != null && tables.codeUses.contains(entry.code())));
    taken |= freshAllowances.keySet().stream().anyMatch(tables.allowances::containsKey);
    for (Deal deal : changed) {
      SimulatedTables.DealRow stored = tables.deals.get(deal.terms.id());
      taken |=
          deal.isBackDirty() && !deal.isBackStored() && stored != null && stored.back() != null;
      taken |=
          deal.isHoldDirty() && !deal.isHoldStored() && stored != null && stored.hold() != null;
    }
    for (CounterRow counter : moved) {
      taken |= !counter.stored && tables.counters.containsKey(counter.terminal);
    }
    if (taken) {
      return "23505";
    }
    return storedAllowances.values().stream().allMatch(SimulatedTables::isWithin)
            && freshAllowances.values().stream().allMatch(SimulatedTables::isWithin)
            && changedLots.values().stream().allMatch(SimulatedTables.LotRow::holds)
        ? null
        : "23514";
  }

  void apply() {
    tables.chains.computeIfPresent(
        chain.name(), (name, row) -> row.advancedTo(block.hash(), block.tick()));
    tables
        .blocks
        .computeIfAbsent(chain.name(), name -> new ArrayList<>())
        .add(new SimulatedLedger.BlockRow(block, chain.seq() + 1, chain.head()));
    for (SealedLeaves.Leaf leaf : block.leaves()) {
      Entry entry = leaf.entry();
      tables.keys.put(
          entry.key(), new Answered(entry.id(), entry.request().type(), entry.fingerprint()));
      if (tables.rows.put(
              entry.id(),
              new SimulatedLedger.Row(entry, leaf.body(), chain.name(), chain.seq() + 1))
          != null) {
        violations.add("an id was given twice");
      }
      if (entry.code() != null) {
        tables.codeUses.add(entry.code());
      }
      if (entry.deal() == null && entry.effect() != Effect.NONE) {
        Card card = entry.card();
        tables.deals.put(
            entry.id(),
            new SimulatedTables.DealRow(
                new Deal.Terms(
                    entry.id(),
                    entry.request().type(),
                    entry.merchant(),
                    card == null ? null : card.serial(),
                    card == null ? null : card.member(),
                    entry.orderFen(),
                    entry.memberPaysFen()),
                entry.allocations(),
                new long[entry.allocations().size()],
                null,
                null));
      }
    }
    tables.allowances.putAll(freshAllowances);
    tables.allowances.putAll(storedAllowances);
    tables.lots.putAll(changedLots);
    changed.forEach(this::change);
    for (CounterRow row : moved) {
      tables.counters.put(
          row.terminal,
          new SimulatedTables.CounterValues(row.counter(), row.outageAtMs(), row.outageCount()));
    }
  }

  private void change(Deal deal) {
    SimulatedTables.DealRow row = Objects.requireNonNull(tables.deals.get(deal.terms.id()));
    tables.deals.put(
        deal.terms.id(),
        new SimulatedTables.DealRow(
            row.terms(),
            row.allocations(),
            deal.returned(),
            deal.isBackDirty() ? deal.back() : row.back(),
            deal.isHoldDirty() ? deal.hold() : row.hold()));
  }
}
