package cn.unionecard.gateway.ledger;

import cn.unionecard.gateway.VirtualTime;
import cn.unionecard.gateway.definitions.Changes;
import cn.unionecard.gateway.definitions.Learned;
import cn.unionecard.gateway.definitions.SimulatedDefinitions;
import cn.unionecard.gateway.definitions.Wanted;
import cn.unionecard.gateway.model.Request;
import cn.unionecard.gateway.model.RequestId;
import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.gateway.rules.Allocation;
import cn.unionecard.gateway.rules.Allowance;
import cn.unionecard.gateway.rules.Answered;
import cn.unionecard.gateway.rules.Card;
import cn.unionecard.gateway.rules.Catalog;
import cn.unionecard.gateway.rules.CodeUse;
import cn.unionecard.gateway.rules.CounterRow;
import cn.unionecard.gateway.rules.Deal;
import cn.unionecard.gateway.rules.Effect;
import cn.unionecard.gateway.rules.Entitlement;
import cn.unionecard.gateway.rules.Entry;
import cn.unionecard.gateway.rules.Facts;
import cn.unionecard.gateway.rules.Grants;
import cn.unionecard.gateway.rules.KeyRef;
import cn.unionecard.gateway.rules.Original;
import cn.unionecard.gateway.rules.Terminal;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
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

  private static final int LAST_CAMPAIGN = 5;
  private static final long STATEMENT_US_MAX = 1_500_000;
  private static final long DEADLOCK_US = 1_000_000;
  private static final long IDLE_IN_TRANSACTION_US = 2_000_000;
  private static final long KEEPALIVE_US = 11_000_000;

  /** What becomes of one command on its way. */
  private enum Fate {
    ARRIVES,
    LATE_REQUEST,
    LATE_REPLY,
    CUT_BEFORE,
    CUT_AFTER,
    SILENT_BEFORE,
    SILENT_AFTER,
    KILLED,
    REFUSED
  }

  private static final Fate[] FATES = Fate.values();
  private static final String[] STATES = {"57014", "40001", "40P01", "25006", "0A000", "55P03"};

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

  private final SimulatedTables tables = new SimulatedTables();
  private final SimulatedDefinitions definitions;

  // ---- server

  private final VirtualTime time;
  private final Random chance;
  private final List<String> violations = new ArrayList<>();
  private final Map<Integer, Session> sessions = new HashMap<>();
  private final Map<String, Session> names = new HashMap<>();
  private final Map<Object, Lock> locks = new HashMap<>();
  private int pids = 100;
  private boolean down;
  private int faultsPerMille;
  private int learns;

  /** What a CHECK of some table refuses. */
  private final Predicate<Entry> refusedByCheck;

  public SimulatedLedger(
      VirtualTime time,
      Random chance,
      SimulatedDefinitions definitions,
      Predicate<Entry> refusedByCheck) {
    this.time = time;
    this.chance = chance;
    this.definitions = definitions;
    this.refusedByCheck = refusedByCheck;
  }

  // ---- what the world does to it

  public void add(Card card) {
    tables.cards.put(card.serial(), card);
  }

  public void put(Terminal terminal) {
    tables.terminals.put(terminal.id(), terminal);
  }

  public void budget(int campaign, long fen) {
    tables.allowances.put(
        Allowance.Key.budget(campaign),
        new SimulatedTables.AllowanceRow(new Allowance.Caps(fen, null, null, null), 0, 0, 0, 0, 0));
  }

  /** Gives somebody a voucher, a lot or a pass. */
  public void give(Given given) {
    tables.lots.put(
        given.id(), new SimulatedTables.LotRow(given, 0, 0, given.untilMs(), null, null, null));
  }

  /** Somebody at a desk makes one of them void, unless a block has it just then. */
  public void makeVoid(long id) {
    SimulatedTables.LotRow row = tables.lots.get(id);
    if (row != null && !locks.containsKey(new SimulatedTables.LotKey(id))) {
      Given was = row.given();
      tables.lots.put(
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
        tables.lots.values().stream()
            .filter(row -> row.given().kind() == kind && row.fen() > 0)
            .count();
  }

  /** How often something goes wrong on the way of a command. */
  public void faults(int perMille) {
    faultsPerMille = perMille;
  }

  /** The server is gone, with all sessions, or back. */
  public void down(boolean isDown) {
    down = isDown;
    if (isDown) {
      List.copyOf(sessions.values()).forEach(session -> session.connection.cut());
    }
  }

  /** The network falls silent for all that are connected now. */
  public void silence() {
    List.copyOf(sessions.values()).forEach(session -> session.connection.silence());
  }

  // ---- what is asked of it in the end

  public List<String> violations() {
    return violations;
  }

  /** How often lanes asked for definitions. */
  public int learns() {
    return learns;
  }

  public Map<Long, Row> rows() {
    return tables.rows;
  }

  public Map<String, List<BlockRow>> blocks() {
    return tables.blocks;
  }

  /** Holds that are due, as a sweep finds them. */
  public Future<List<Holds.Due>> holdsDue(long nowMs, int most, Holds.@Nullable Due behind) {
    return pooled(
        () ->
            tables.deals.values().stream()
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
    Entry entry = Objects.requireNonNull(tables.rows.get(origin)).entry;
    RequestId key = new RequestId(entry.key().requestId());
    return new Holds.Due(Request.expiry(entry.request().terminal(), key), dueMs, origin);
  }

  /** What must hold of the tables whatever happened. */
  public List<String> audit() {
    List<String> broken = new ArrayList<>(violations);
    broken.addAll(tables.audit());
    for (Session session : sessions.values()) {
      if (session.transaction != null) {
        broken.add("session " + session.pid + " is left in a transaction");
      }
    }
    return broken;
  }

  // ---- pool

  /** A statement of its own, over a connection of a pool. */
  public <T> Future<T> pooled(Supplier<T> read) {
    Promise<T> promise = Promise.promise();
    Fate fate = down ? Fate.CUT_BEFORE : fate();
    long us = latencyUs() + (fate == Fate.LATE_REPLY || fate == Fate.LATE_REQUEST ? lateUs() : 0);
    switch (fate) {
      case ARRIVES, LATE_REPLY, LATE_REQUEST ->
          time.after(
              latencyUs(),
              () -> {
                T found = read.get();
                time.after(us, () -> promise.complete(found));
              });
      case CUT_BEFORE, CUT_AFTER, KILLED, REFUSED -> time.after(us, () -> promise.fail(lost()));
      case SILENT_BEFORE, SILENT_AFTER -> time.after(KEEPALIVE_US, () -> promise.tryFail(lost()));
    }
    return promise.future();
  }

  private Fate fate() {
    return chance.nextInt(1_000) < faultsPerMille
        ? FATES[1 + chance.nextInt(FATES.length - 1)]
        : Fate.ARRIVES;
  }

  private long latencyUs() {
    return 80 + chance.nextInt(300);
  }

  /** Some are just late, some beyond every limit. */
  private long lateUs() {
    return chance.nextInt(3) == 0 ? chance.nextInt(200_000) : chance.nextInt(7_000_000);
  }

  private static VertxException lost() {
    return new VertxException("connection lost", true);
  }

  private static PgException state(String state) {
    return new PgException("simulated", "ERROR", state, "");
  }

  // ---- locks

  private static final class Lock {
    @Nullable Session owner;
    final Deque<Waiter> waiting = new ArrayDeque<>();
  }

  private record Waiter(Session session, Runnable granted) {}

  /** Takes the locks one after the other, as a statement does. */
  private void lockAll(Session session, List<?> wanted, int from, Done done, Runnable then) {
    for (int i = from; i < wanted.size(); i++) {
      Object what = wanted.get(i);
      Lock lock = locks.computeIfAbsent(what, none -> new Lock());
      if (lock.owner != null && lock.owner != session) {
        int next = i + 1;
        Waiter waiter =
            new Waiter(
                session,
                () -> {
                  lock.owner = session;
                  session.held.add(what);
                  lockAll(session, wanted, next, done, then);
                });
        lock.waiting.add(waiter);
        boolean isKey = !(what instanceof Allowance.Key || what instanceof SimulatedTables.LotKey);
        long us = isKey ? DEADLOCK_US : STATEMENT_US_MAX;
        time.after(
            us,
            () -> {
              if (lock.waiting.remove(waiter)) {
                done.fail(state(isKey ? "40P01" : "57014"));
              }
            });
        session.cancelWait =
            () -> {
              if (lock.waiting.remove(waiter)) {
                done.fail(state("57P01"));
              }
            };
        return;
      }
      lock.owner = session;
      session.held.add(what);
    }
    session.cancelWait = () -> {};
    then.run();
  }

  private void release(Session session) {
    List<Object> held = List.copyOf(session.held);
    session.held.clear();
    held.forEach(this::free);
  }

  private void free(Object what) {
    Lock lock = Objects.requireNonNull(locks.get(what));
    Waiter next = lock.waiting.poll();
    if (next == null) {
      locks.remove(what);
      return;
    }
    lock.owner = next.session;
    time.after(
        0,
        () -> {
          if (next.session.ended) {
            free(what);
          } else {
            next.granted.run();
          }
        });
  }

  // ---- sessions

  private interface Done {
    void ok(Runnable deliver);

    void fail(Throwable failure);
  }

  private interface Work {
    void run(Session session, Done done);
  }

  /** It ends the transaction, however it ends. */
  private interface Last extends Work {}

  private static final class Transaction {
    boolean failed;

    /** The definitions as it saw them. */
    @Nullable Catalog definitions;
  }

  private final class Session {
    final int pid = ++pids;
    final Connection connection;
    final Deque<Runnable> inbox = new ArrayDeque<>();
    final Set<Object> held = new LinkedHashSet<>();
    @Nullable Transaction transaction;
    boolean working;
    boolean flushing;
    boolean ended;
    long idleTimer;
    Runnable cancelWait = () -> {};

    Session(Connection connection) {
      this.connection = connection;
      sessions.put(pid, this);
    }

    void arrives(Runnable command) {
      if (!ended) {
        inbox.add(command);
        next();
      }
    }

    private void next() {
      if (!working && !ended && !inbox.isEmpty()) {
        working = true;
        time.cancel(idleTimer);
        inbox.remove().run();
      }
    }

    void worked() {
      working = false;
      if (ended) {
        return;
      }
      if (transaction != null && inbox.isEmpty()) {
        idleTimer =
            time.after(
                IDLE_IN_TRANSACTION_US,
                () -> {
                  if (transaction != null && !ended) {
                    if (connection.isUsable() && connection.waiting.isEmpty()) {
                      violations.add("session " + pid + " was left idle in a transaction");
                    }
                    kill();
                  }
                });
      }
      next();
    }

    void endTransaction() {
      transaction = null;
      release(this);
    }

    /** Ends as a backend does: a commit that is being flushed stands. */
    void kill() {
      if (ended) {
        return;
      }
      if (flushing) {
        time.after(100, this::kill);
        return;
      }
      inbox.clear();
      cancelWait.run();
      end();
      connection.serverGone();
    }

    void end() {
      ended = true;
      inbox.clear();
      time.cancel(idleTimer);
      endTransaction();
      sessions.remove(pid);
      names.values().removeIf(holder -> holder == this);
    }
  }

  // ---- the client's side

  /** A process's way to the ledger; what it holds dies with it. */
  public final class Way implements LaneLedger {
    private final String chainName;
    private final Deque<Integer> former = new ArrayDeque<>();
    private final List<Connection> connections = new ArrayList<>();
    private boolean dead;

    Way(String chainName) {
      this.chainName = chainName;
    }

    @Override
    public LaneConnection connect(Runnable onLoss) {
      Connection connection = new Connection(this, onLoss);
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
      for (Connection connection : connections) {
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

  private final class Connection implements LaneConnection {
    private final Way way;
    private final Runnable onLoss;
    private final Set<Promise<?>> waiting = new LinkedHashSet<>();
    private @Nullable Session session;
    private boolean open;
    private boolean dropped;
    private boolean gone;
    private boolean silent;
    private long toServerUs;
    private long toClientUs;

    Connection(Way way, Runnable onLoss) {
      this.way = way;
      this.onLoss = onLoss;
    }

    @Override
    public boolean isOpen() {
      return open;
    }

    boolean isUsable() {
      return open && !silent && !way.dead;
    }

    // ---- the network

    private <T> Future<T> ask(Work work, Supplier<T> value) {
      Promise<T> promise = Promise.promise();
      if (gone) {
        return Future.failedFuture(lost());
      }
      waiting.add(promise);
      Fate fate = silent ? Fate.SILENT_BEFORE : fate();
      if (fate == Fate.SILENT_BEFORE) {
        silence();
        return promise.future();
      }
      if (fate == Fate.CUT_BEFORE) {
        time.after(latencyUs(), this::cut);
        return promise.future();
      }
      toServerUs = Math.max(toServerUs, time.nowUs()) + latencyUs();
      toServerUs += fate == Fate.LATE_REQUEST ? lateUs() : 0;
      Session server = Objects.requireNonNull(session);
      time.after(
          toServerUs - time.nowUs(),
          () -> server.arrives(() -> work(server, work, fate, promise, value)));
      return promise.future();
    }

    private <T> void work(
        Session server, Work work, Fate fate, Promise<T> promise, Supplier<T> value) {
      if (fate == Fate.KILLED) {
        server.working = false;
        server.kill();
        return;
      }
      Done done =
          new Done() {
            private boolean once;

            @Override
            public void ok(Runnable deliver) {
              if (!once) {
                once = true;
                answered(
                    fate,
                    promise,
                    () -> {
                      try {
                        deliver.run();
                      } catch (Prefetch.Overtaken e) {
                        promise.fail(e);
                        return;
                      }
                      promise.complete(value.get());
                    });
                server.worked();
              }
            }

            @Override
            public void fail(Throwable failure) {
              if (!once) {
                once = true;
                Transaction open = server.transaction;
                if (open != null) {
                  open.failed = true;
                }
                answered(fate, promise, () -> promise.fail(failure));
                server.worked();
              }
            }
          };
      if (fate == Fate.REFUSED && server.transaction != null) {
        if (work instanceof Last) {
          server.endTransaction();
        }
        done.fail(state(STATES[chance.nextInt(STATES.length)]));
        return;
      }
      work.run(server, done);
    }

    private void answered(Fate fate, Promise<?> promise, Runnable deliver) {
      if (fate == Fate.CUT_AFTER) {
        time.after(latencyUs(), this::cut);
        return;
      }
      if (fate == Fate.SILENT_AFTER) {
        silence();
        return;
      }
      toClientUs = Math.max(toClientUs, time.nowUs()) + latencyUs();
      toClientUs += fate == Fate.LATE_REPLY ? lateUs() : 0;
      time.after(
          toClientUs - time.nowUs(),
          () -> {
            if (!silent && waiting.remove(promise) && !way.dead) {
              deliver.run();
            }
          });
    }

    /** Both sides see the end; the server only behind what has arrived. */
    void cut() {
      eof(0);
      serverGone();
    }

    /** Nothing passes any more, and nobody is told; the server's keep-alive finds out. */
    void silence() {
      if (!silent) {
        silent = true;
        eof(KEEPALIVE_US);
        if (!way.dead) {
          time.after(KEEPALIVE_US, this::serverGone);
        }
      }
    }

    void eof(long us) {
      Session server = session;
      if (server != null) {
        time.after(
            us,
            () ->
                server.arrives(
                    () -> {
                      server.working = false;
                      server.end();
                    }));
      }
    }

    void serverGone() {
      if (gone) {
        return;
      }
      gone = true;
      boolean wasOpen = open;
      open = false;
      List<Promise<?>> cut = List.copyOf(waiting);
      waiting.clear();
      if (!way.dead) {
        cut.forEach(promise -> promise.tryFail(lost()));
        if (wasOpen) {
          onLoss.run();
        }
      }
    }

    // ---- open

    @Override
    public Future<Chain> open() {
      Promise<Void> connected = Promise.promise();
      boolean fails = down || chance.nextInt(1_000) < faultsPerMille;
      time.after(
          latencyUs(),
          () -> {
            if (way.dead) {
              return;
            }
            if (fails) {
              connected.fail(lost());
              return;
            }
            session = new Session(this);
            connected.complete();
          });
      return connected
          .future()
          .compose(
              done -> {
                if (dropped) {
                  close().onComplete(over -> {});
                  return Future.failedFuture(lost());
                }
                Integer[] former = way.former.toArray(Integer[]::new);
                way.former.addLast(Objects.requireNonNull(session).pid);
                return take(former);
              })
          .compose(
              chain -> {
                if (dropped) {
                  return Future.failedFuture(lost());
                }
                open = !gone;
                return Future.succeededFuture(chain);
              });
    }

    private Future<Chain> take(Integer[] former) {
      return lockName()
          .compose(
              locked ->
                  locked
                      ? Future.succeededFuture(true)
                      : endFormer(former).compose(ended -> lockName()))
          .compose(
              locked ->
                  locked
                      ? takeChain()
                      : Future.failedFuture(new IllegalStateException("held by another")));
    }

    private Future<Boolean> lockName() {
      boolean[] locked = new boolean[1];
      return ask(
          (server, done) -> {
            Session holder = names.get(way.chainName);
            locked[0] = holder == null || holder == server;
            if (locked[0]) {
              names.put(way.chainName, server);
            }
            done.ok(() -> {});
          },
          () -> locked[0]);
    }

    private Future<Void> endFormer(Integer[] former) {
      return ask(
          (server, done) -> {
            Session holder = names.get(way.chainName);
            if (holder != null && List.of(former).contains(holder.pid)) {
              holder.kill();
            }
            time.after(300, () -> done.ok(() -> {}));
          },
          SimulatedLedger::nothing);
    }

    private Future<Chain> takeChain() {
      Chain[] taken = new Chain[1];
      return ask(
          (server, done) ->
              lockAll(
                  server,
                  List.of("chain " + way.chainName),
                  0,
                  done,
                  () -> {
                    Chain row = tables.chains.get(way.chainName);
                    Chain next =
                        row == null
                            ? new Chain(
                                tables.chains.size() + 1,
                                way.chainName,
                                tables.chains.size(),
                                1,
                                0,
                                new byte[32],
                                0)
                            : new Chain(
                                row.id(),
                                row.name(),
                                row.slot(),
                                row.epoch() + 1,
                                row.seq(),
                                row.head(),
                                row.tick());
                    tables.chains.put(way.chainName, next);
                    taken[0] = next;
                    release(server);
                    done.ok(() -> {});
                  }),
          () -> taken[0]);
    }

    // ---- prefetch

    @Override
    public Future<Learned> learn(Wanted wanted) {
      if (!open) {
        return Future.failedFuture(lost());
      }
      learns++;
      Learned[] learned = new Learned[1];
      return ask(
          (server, done) -> {
            if (server.transaction != null) {
              violations.add("definitions are asked for in an open transaction");
            }
            learned[0] = definitions.learn(wanted);
            done.ok(() -> {});
          },
          () -> learned[0]);
    }

    @Override
    public Future<Changes> prefetch(Need need, Facts facts) {
      if (!open) {
        return Future.failedFuture(lost());
      }
      Changes[] changes = new Changes[1];
      if (!need.follows()) {
        return ask(
            (server, done) -> {
              begin(server);
              facts(server, need, facts, List.of(), new ArrayList<>(), changes, done);
            },
            () -> changes[0]);
      }
      List<Original> named = new ArrayList<>();
      return ask(
              (server, done) -> {
                begin(server);
                named.addAll(named(need));
                done.ok(() -> {});
              },
              SimulatedLedger::nothing)
          .compose(
              found -> {
                named.forEach(original -> need(need, original));
                return ask(
                    (server, done) -> followed(server, need, facts, named, changes, done),
                    () -> changes[0]);
              });
    }

    private void begin(Session server) {
      if (server.transaction != null) {
        violations.add("a block begins in an open transaction");
      }
      server.transaction = new Transaction();
    }

    private void need(Need need, Original original) {
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

    private void followed(
        Session server,
        Need need,
        Facts facts,
        List<Original> named,
        Changes[] changes,
        Done done) {
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
      lockAll(
          server,
          wanted,
          0,
          done,
          () -> {
            List<Runnable> fills = new ArrayList<>();
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
                                terminal,
                                true,
                                row.counter(),
                                row.outageAtMs(),
                                row.outageCount())));
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
            facts(server, need, facts, named, fills, changes, done);
          });
    }

    /** The snapshot is older than the locks: what is locked is read anew, the rest is not. */
    private void facts(
        Session server,
        Need need,
        Facts facts,
        List<Original> named,
        List<Runnable> fills,
        Changes[] changes,
        Done done) {
      changes[0] = definitions.changes(need.definitions);
      Objects.requireNonNull(server.transaction).definitions = definitions.everything();
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
      lockAll(
          server,
          wanted,
          0,
          done,
          () -> {
            wanted.forEach(key -> fill((Allowance.Key) key, facts, fills));
            lots(server, need, facts, members, fills, done);
          });
    }

    /** Behind all other locks: what is not over, and what paid for what is followed. */
    private void lots(
        Session server,
        Need need,
        Facts facts,
        Set<Long> members,
        List<Runnable> fills,
        Done done) {
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
      lockAll(
          server,
          all,
          0,
          done,
          () -> {
            for (SimulatedTables.LotKey key : wanted) {
              SimulatedTables.LotRow row = Objects.requireNonNull(tables.lots.get(key.id()));
              fills.add(() -> facts.add(row.read()));
            }
            sites.forEach(key -> fill(key, facts, fills));
            done.ok(
                () -> {
                  fills.forEach(Runnable::run);
                  overtaken(need, facts);
                });
          });
    }

    private void fill(Allowance.Key key, Facts facts, List<Runnable> fills) {
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

    private void overtaken(Need need, Facts facts) {
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

    private List<Original> named(Need need) {
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
      List<Original> named = new ArrayList<>();
      for (long id : ids) {
        Row row = tables.rows.get(id);
        if (row != null) {
          Entry entry = row.entry;
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
      return named;
    }

    // ---- commit

    @Override
    public Future<Void> commit(Chain chain, SealedLeaves block, Facts facts) {
      if (!open) {
        throw lost();
      }
      SimulatedWrite written = new SimulatedWrite(tables, violations, chain, block, facts);
      Last last = (server, done) -> write(server, written, done);
      return ask(last, SimulatedLedger::nothing);
    }

    private void write(Session server, SimulatedWrite written, Done given) {
      if (server.transaction == null) {
        violations.add("a block is committed outside a transaction");
      }
      Done done =
          new Done() {
            @Override
            public void ok(Runnable deliver) {
              given.ok(deliver);
            }

            @Override
            public void fail(Throwable failure) {
              server.endTransaction(); // COMMIT of a failed transaction rolls back
              given.fail(failure);
            }
          };
      Transaction open = server.transaction;
      if (open == null || open.failed) {
        done.fail(state("25P02"));
        return;
      }
      written.compare(Objects.requireNonNull(open.definitions));
      List<Object> wanted = new ArrayList<>();
      wanted.add("chain " + written.chain.name());
      wanted.addAll(written.uniques());
      lockAll(
          server,
          wanted,
          0,
          done,
          () -> {
            String refused = written.refusal(refusedByCheck);
            if (refused != null) {
              done.fail(state(refused));
              return;
            }
            server.flushing = true;
            time.after(
                chance.nextInt(50) == 0 ? 400_000 : 300 + chance.nextInt(1_500),
                () -> {
                  server.flushing = false;
                  written.apply();
                  server.endTransaction();
                  done.ok(() -> {});
                });
          });
    }

    // ---- end

    @Override
    public Future<Void> rollback() {
      if (!open) {
        return Future.failedFuture(lost());
      }
      Last last =
          (server, done) -> {
            server.endTransaction();
            done.ok(() -> {});
          };
      return ask(last, SimulatedLedger::nothing);
    }

    /** The end goes behind what was asked, whose answers still come. */
    @Override
    public Future<Void> close() {
      dropped = true;
      open = false;
      if (!silent && !gone) {
        toServerUs = Math.max(toServerUs, time.nowUs()) + latencyUs();
        eof(toServerUs - time.nowUs());
      }
      return silent ? Promise.<Void>promise().future() : Future.succeededFuture();
    }
  }

  @SuppressWarnings("NullAway") // a Void has no other value
  private static Void nothing() {
    return null;
  }
}
