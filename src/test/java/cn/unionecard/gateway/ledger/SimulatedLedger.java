package cn.unionecard.gateway.ledger;

import cn.unionecard.gateway.VirtualTime;
import cn.unionecard.gateway.definitions.SimulatedDefinitions;
import cn.unionecard.gateway.model.Request;
import cn.unionecard.gateway.model.RequestId;
import cn.unionecard.gateway.rules.Allowance;
import cn.unionecard.gateway.rules.Card;
import cn.unionecard.gateway.rules.Deal;
import cn.unionecard.gateway.rules.Entitlement;
import cn.unionecard.gateway.rules.Entry;
import cn.unionecard.gateway.rules.Grants;
import cn.unionecard.gateway.rules.Terminal;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A ledger in memory that behaves as PostgreSQL does towards a lane: sessions that work their
 * commands in order, row locks that are waited for, unique keys, the chain's lock and epoch,
 * transactions that roll back with their session, a COMMIT that stands whether or not its reply
 * arrives. The network before it delays, loses and cuts as chance wants.
 */
public final class SimulatedLedger {
  /** Campaigns behind this one give out what is used. */
  public static final int LAST_NOT_GIVEN = 2;

  /** A recorded transaction. */
  public record Row(Entry entry, byte[] body, String chain, long seq) {}

  /** A committed block. */
  public record BlockRow(SealedLeaves block, long seq, byte[] prev) {}

  /** What somebody is given; a copy is read by each block. */
  public record Given(
      long id,
      long member,
      int campaign,
      Grants.Kind kind,
      long untilMs,
      @Nullable Long limitFen,
      @Nullable Long limitCount,
      boolean isVoid) {

    Entitlement read(long fen, long count, long until, @Nullable Long back) {
      return new Entitlement(
          id, member, campaign, kind, 0, until, limitFen, limitCount, fen, count, isVoid, back);
    }

    boolean holds(long fen, long count) {
      return fen >= 0
          && count >= 0
          && (limitFen == null || fen <= limitFen)
          && (limitCount == null || count <= limitCount);
    }
  }

  private final SimulatedServer server;

  public SimulatedLedger(
      VirtualTime time,
      Random chance,
      SimulatedDefinitions definitions,
      Predicate<Entry> refusedByCheck) {
    server = new SimulatedServer(time, chance, definitions, refusedByCheck);
  }

  // ---- what the world does to it

  public void add(Card card) {
    server.tables.cards.put(card.serial(), card);
  }

  public void put(Terminal terminal) {
    server.tables.terminals.put(terminal.id(), terminal);
  }

  public void budget(int campaign, long fen) {
    server.tables.allowances.put(
        Allowance.Key.budget(campaign),
        new SimulatedTables.AllowanceRow(new Allowance.Caps(fen, null, null, null), 0, 0, 0, 0, 0));
  }

  /** Gives somebody a voucher, a lot or a pass. */
  public void give(Given given) {
    server.tables.lots.put(
        given.id(), new SimulatedTables.LotRow(given, 0, 0, given.untilMs(), null, null, null));
  }

  /** Somebody at a desk makes one of them void, unless a block has it just then. */
  public void makeVoid(long id) {
    SimulatedTables.LotRow row = server.tables.lots.get(id);
    if (row != null && !server.locks.isHeld(new SimulatedTables.LotKey(id))) {
      Given was = row.given();
      server.tables.lots.put(
          id,
          new SimulatedTables.LotRow(
              new Given(
                  id,
                  was.member(),
                  was.campaign(),
                  was.kind(),
                  was.untilMs(),
                  was.limitFen(),
                  was.limitCount(),
                  true),
              row.fen(),
              row.count(),
              row.untilMs(),
              row.returnedMs(),
              row.lateFen(),
              row.lateCount()));
    }
  }

  /** How many of that kind are used. */
  public int used(Grants.Kind kind) {
    return (int)
        server.tables.lots.values().stream()
            .filter(row -> row.given().kind() == kind && row.fen() > 0)
            .count();
  }

  /** How often something goes wrong on the way of a command. */
  public void faults(int perMille) {
    server.network.faults(perMille);
  }

  /** The server is gone, with all sessions, or back. */
  public void down(boolean isDown) {
    server.down = isDown;
    if (isDown) {
      List.copyOf(server.sessions.values()).forEach(session -> session.connection.cut());
    }
  }

  /** The network falls silent for all that are connected now. */
  public void silence() {
    List.copyOf(server.sessions.values()).forEach(session -> session.connection.silence());
  }

  // ---- what is asked of it in the end

  public List<String> violations() {
    return server.violations;
  }

  /** How often lanes asked for definitions. */
  public int learns() {
    return server.learns;
  }

  public Map<Long, Row> rows() {
    return server.tables.rows;
  }

  public Map<String, List<BlockRow>> blocks() {
    return server.tables.blocks;
  }

  /** Holds that are due, as a sweep finds them. */
  public Future<List<Holds.Due>> holdsDue(long nowMs, int most, Holds.@Nullable Due behind) {
    return pooled(
        () ->
            server.tables.deals.values().stream()
                .filter(deal -> deal.hold() != null && deal.hold().state() == Deal.HoldState.OPEN)
                .map(deal -> due(deal.terms().id(), Objects.requireNonNull(deal.hold()).dueMs()))
                .filter(due -> due.dueMs() <= nowMs)
                .sorted(Comparator.comparingLong(Holds.Due::dueMs).thenComparing(Holds.Due::origin))
                .filter(
                    due ->
                        behind == null
                            || due.dueMs() > behind.dueMs()
                            || (due.dueMs() == behind.dueMs() && due.origin() > behind.origin()))
                .limit(most)
                .toList());
  }

  private Holds.Due due(long origin, long dueMs) {
    Entry entry = Objects.requireNonNull(server.tables.rows.get(origin)).entry;
    RequestId key = new RequestId(entry.key().requestId());
    return new Holds.Due(Request.expiry(entry.request().terminal(), key), dueMs, origin);
  }

  /** What must hold of the tables whatever happened. */
  public List<String> audit() {
    List<String> broken = new ArrayList<>(server.violations);
    broken.addAll(server.tables.audit());
    for (SimulatedSession session : server.sessions.values()) {
      if (session.transaction != null) {
        broken.add("session " + session.pid + " is left in a transaction");
      }
    }
    return broken;
  }

  /** A statement of its own, over a connection of a pool. */
  public <T> Future<T> pooled(Supplier<T> read) {
    return server.network.pooled(server.down, read);
  }

  // ---- the client's side

  /** A process's way to the ledger; what it holds dies with it. */
  public final class Way implements LaneLedger {
    final String chainName;
    final Deque<Integer> former = new ArrayDeque<>();
    private final List<SimulatedConnection> connections = new ArrayList<>();
    boolean dead;

    Way(String chainName) {
      this.chainName = chainName;
    }

    @Override
    public LaneConnection connect(Runnable onLoss) {
      SimulatedConnection connection = new SimulatedConnection(server, this, onLoss);
      connections.add(connection);
      return connection;
    }

    /**
     * The process ends.
     *
     * @param isNoticed whether the server learns of it at once
     */
    public void die(boolean isNoticed) {
      dead = true;
      for (SimulatedConnection connection : connections) {
        if (isNoticed) {
          connection.cut();
        } else {
          connection.silence();
        }
      }
    }

    /** The server notices what it had not noticed of a process that is dead. */
    public void bury() {
      connections.forEach(connection -> connection.eof(0));
    }
  }

  public Way way(String chainName) {
    return new Way(chainName);
  }

  @SuppressWarnings("NullAway") // a Void has no other value
  static Void nothing() {
    return null;
  }
}
