package cn.unionecard.gateway.ledger;

import cn.unionecard.gateway.definitions.Changes;
import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.gateway.rules.Allocation;
import cn.unionecard.gateway.rules.Allowance;
import cn.unionecard.gateway.rules.Answered;
import cn.unionecard.gateway.rules.Card;
import cn.unionecard.gateway.rules.CodeUse;
import cn.unionecard.gateway.rules.CounterRow;
import cn.unionecard.gateway.rules.Deal;
import cn.unionecard.gateway.rules.Effect;
import cn.unionecard.gateway.rules.Entry;
import cn.unionecard.gateway.rules.Facts;
import cn.unionecard.gateway.rules.Grants;
import cn.unionecard.gateway.rules.KeyRef;
import cn.unionecard.gateway.rules.Original;
import cn.unionecard.gateway.rules.Terminal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What one block asks of the server before it is decided, and the locks it takes for that. */
final class SimulatedPrefetch {
  private static final int LAST_CAMPAIGN = 5;

  private final SimulatedServer server;
  private final SimulatedTables tables;
  private final Need need;
  private final Facts facts;
  private final List<Original> named = new ArrayList<>();

  /** What the lane is told when the answer arrives. */
  private final List<Runnable> fills = new ArrayList<>();

  private @Nullable Changes changes;

  SimulatedPrefetch(SimulatedServer server, Need need, Facts facts) {
    this.server = server;
    this.tables = server.tables;
    this.need = need;
    this.facts = facts;
  }

  Changes changes() {
    return Objects.requireNonNull(changes);
  }

  /** The only statement of a block that follows nothing. */
  void all(SimulatedSession backend, SimulatedSession.Done done) {
    open(backend);
    read(backend, done);
  }

  /** The first of two statements: what the block follows. */
  void begin(SimulatedSession backend, SimulatedSession.Done done) {
    open(backend);
    named.addAll(named());
    done.ok(() -> {});
  }

  private void open(SimulatedSession backend) {
    if (backend.transaction != null) {
      server.violations.add("a block begins in an open transaction");
    }
    backend.transaction = new SimulatedSession.Transaction();
  }

  /** Adds what the second statement has to lock and read for them. */
  void wantFollowed() {
    named.forEach(this::want);
  }

  private void want(Original original) {
    if (original.effect() != Effect.NONE) {
      SimulatedTables.DealRow deal = Objects.requireNonNull(tables.deals.get(original.deal()));
      if (deal.terms().card() != null) {
        need.card(deal.terms().card());
      }
      for (Allocation part : deal.allocations()) {
        need.budget(part.campaign());
        need.lot(part.lot(), deal.terms().merchant());
      }
    }
  }

  /** The second statement: the locks of what is followed, and behind them all others. */
  void followed(SimulatedSession backend, SimulatedSession.Done done) {
    Set<Long> roots = new TreeSet<>();
    named.forEach(
        original -> {
          if (original.effect() != Effect.NONE) {
            roots.add(original.deal());
          }
        });
    List<Object> wanted = new ArrayList<>();
    roots.forEach(root -> wanted.add("root " + root));
    need.counters.forEach(
        terminal -> {
          if (tables.counters.containsKey(terminal)) {
            wanted.add("counter " + terminal);
          }
        });
    server.locks.take(
        backend,
        wanted,
        done,
        () -> {
          for (long root : roots) {
            SimulatedTables.DealRow row = Objects.requireNonNull(tables.deals.get(root));
            fills.add(
                () ->
                    facts.add(
                        new Deal(
                            row.terms(),
                            row.allocations(),
                            row.returned(),
                            row.back(),
                            row.hold())));
          }
          named.forEach(original -> fills.add(() -> facts.add(original)));
          for (int terminal : need.counters) {
            SimulatedTables.CounterValues row = tables.counters.get(terminal);
            if (row != null) {
              fills.add(
                  () ->
                      facts.add(
                          new CounterRow(
                              terminal, true, row.counter(), row.outageAtMs(), row.outageCount())));
            }
          }
          for (CodeUse old : need.oldCodes) {
            for (long step = old.step() - 1; step <= old.step() + 1; step++) {
              CodeUse one = new CodeUse(old.card(), step);
              if (tables.codeUses.contains(one)) {
                fills.add(() -> facts.add(one));
              }
            }
          }
          read(backend, done);
        });
  }

  /** The snapshot is older than the locks: what is locked is read anew, the rest is not. */
  private void read(SimulatedSession backend, SimulatedSession.Done done) {
    changes = server.definitions.changes(need.definitions);
    Objects.requireNonNull(backend.transaction).definitions = server.definitions.everything();
    Set<Long> members = new TreeSet<>();
    for (Need.Key key : need.requests) {
      Terminal terminal = tables.terminals.get(key.terminal());
      if (terminal != null) {
        fills.add(() -> facts.add(terminal));
      }
      for (KeyRef.Kind kind : KeyRef.Kind.values()) {
        if (key.requestId() != null) {
          KeyRef ref = new KeyRef(key.terminal(), key.requestId(), kind);
          Answered answer = tables.keys.get(ref);
          if (answer != null) {
            fills.add(() -> facts.add(ref, answer));
          }
        }
      }
    }
    for (long serial : need.serials) {
      Card card = tables.cards.get(serial);
      if (card != null) {
        members.add(card.member());
        fills.add(() -> facts.add(card));
        tables.codeUses.stream()
            .filter(
                use ->
                    use.card() == serial
                        && use.step() >= need.firstStep
                        && use.step() <= need.lastStep)
            .toList()
            .forEach(use -> fills.add(() -> facts.add(use)));
      }
    }
    List<Object> wanted = new ArrayList<>();
    for (int campaign : need.budgets) {
      wanted.add(Allowance.Key.budget(campaign));
    }
    for (long member : members) {
      for (int campaign = 1; campaign <= LAST_CAMPAIGN; campaign++) {
        wanted.add(Allowance.Key.memberUse(member, campaign));
      }
    }
    wanted.removeIf(key -> !tables.allowances.containsKey(key));
    server.locks.take(
        backend,
        wanted,
        done,
        () -> {
          wanted.forEach(key -> fill((Allowance.Key) key));
          lots(backend, members, done);
        });
  }

  /** Behind all other locks: what is not over, and what paid for what is followed. */
  private void lots(SimulatedSession backend, Set<Long> members, SimulatedSession.Done done) {
    List<SimulatedTables.LotKey> wanted =
        tables.lots.values().stream()
            .filter(
                row ->
                    need.lots.contains(row.given().id())
                        || (members.contains(row.given().member())
                            && need.granted.contains(row.given().campaign())
                            && row.untilMs() > facts.nowMs()))
            .map(row -> new SimulatedTables.LotKey(row.given().id()))
            .toList();
    List<Object> all = new ArrayList<>(wanted);
    List<Allowance.Key> sites = new ArrayList<>();
    for (SimulatedTables.LotKey key : wanted) {
      if (Objects.requireNonNull(tables.lots.get(key.id())).given().kind() == Grants.Kind.PASS) {
        need.sites.forEach(site -> sites.add(Allowance.Key.passSite(key.id(), site)));
      }
    }
    sites.removeIf(key -> !tables.allowances.containsKey(key));
    all.addAll(sites);
    server.locks.take(
        backend,
        all,
        done,
        () -> {
          for (SimulatedTables.LotKey key : wanted) {
            SimulatedTables.LotRow row = Objects.requireNonNull(tables.lots.get(key.id()));
            fills.add(() -> facts.add(row.read()));
          }
          sites.forEach(this::fill);
          done.ok(
              () -> {
                fills.forEach(Runnable::run);
                overtaken();
              });
        });
  }

  private void fill(Allowance.Key key) {
    SimulatedTables.AllowanceRow row = Objects.requireNonNull(tables.allowances.get(key));
    fills.add(
        () ->
            facts.add(
                new Allowance(
                    key,
                    true,
                    row.caps(),
                    row.fen(),
                    row.count(),
                    row.day(),
                    row.dayFen(),
                    row.dayCount())));
  }

  private void overtaken() {
    for (Need.Key key : need.originals) {
      Answered asked =
          facts.answer(
              new KeyRef(
                  key.terminal(), Objects.requireNonNull(key.requestId()), KeyRef.Kind.REQUEST));
      if (asked != null
          && asked.type() != TransactionType.REVERSAL
          && facts.originalOrNull(asked.id()) == null) {
        throw new Prefetch.Overtaken();
      }
    }
  }

  private List<Original> named() {
    Set<Long> ids = new LinkedHashSet<>(need.ids);
    for (Need.Key key : need.originals) {
      Answered answer =
          tables.keys.get(
              new KeyRef(
                  key.terminal(), Objects.requireNonNull(key.requestId()), KeyRef.Kind.REQUEST));
      if (answer != null) {
        ids.add(answer.id());
      }
    }
    List<Original> found = new ArrayList<>();
    for (long id : ids) {
      SimulatedLedger.Row row = tables.rows.get(id);
      if (row != null) {
        Entry entry = row.entry();
        named.add(
            new Original(
                id,
                entry.request().type(),
                entry.effect(),
                entry.key().terminal(),
                entry.batch(),
                entry.merchant(),
                entry.orderFen(),
                entry.memberPaysFen(),
                entry.deal() == null ? id : entry.deal().terms.id(),
                SimulatedTables.recorded(entry)));
      }
    }
    return found;
  }
}
