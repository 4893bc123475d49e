package cn.unionecard.gateway.ledger;

import cn.unionecard.gateway.definitions.Changes;
import cn.unionecard.gateway.definitions.Learned;
import cn.unionecard.gateway.definitions.Wanted;
import cn.unionecard.gateway.rules.Facts;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A lane's connection, with the network between it and its session. */
final class SimulatedConnection implements LaneConnection {
  private final SimulatedServer server;
  private final SimulatedLedger.Way way;
  private final Runnable onLoss;
  private final Set<Promise<?>> waiting = new LinkedHashSet<>();
  private @Nullable SimulatedSession session;
  private boolean open;
  private boolean dropped;
  private boolean gone;
  private boolean silent;
  private long toServerUs;
  private long toClientUs;

  SimulatedConnection(SimulatedServer server, SimulatedLedger.Way way, Runnable onLoss) {
    this.server = server;
    this.way = way;
    this.onLoss = onLoss;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  /** Whether its lane could ask, and has nothing asked. */
  boolean isIdle() {
    return open && !silent && !way.dead && waiting.isEmpty();
  }

  // ---- the network

  private <T> Future<T> ask(SimulatedSession.Work work, Supplier<T> value) {
    Promise<T> promise = Promise.promise();
    if (gone) {
      return Future.failedFuture(SimulatedNetwork.lost());
    }
    waiting.add(promise);
    SimulatedNetwork.Fate fate =
        silent ? SimulatedNetwork.Fate.SILENT_BEFORE : server.network.fate();
    if (fate == SimulatedNetwork.Fate.SILENT_BEFORE) {
      silence();
      return promise.future();
    }
    if (fate == SimulatedNetwork.Fate.CUT_BEFORE) {
      server.time.after(server.network.latencyUs(), this::cut);
      return promise.future();
    }
    toServerUs = Math.max(toServerUs, server.time.nowUs()) + server.network.latencyUs();
    toServerUs += fate == SimulatedNetwork.Fate.LATE_REQUEST ? server.network.lateUs() : 0;
    SimulatedSession backend = Objects.requireNonNull(session);
    server.time.after(
        toServerUs - server.time.nowUs(),
        () -> backend.arrives(() -> work(backend, work, fate, promise, value)));
    return promise.future();
  }

  private <T> void work(
      SimulatedSession backend,
      SimulatedSession.Work work,
      SimulatedNetwork.Fate fate,
      Promise<T> promise,
      Supplier<T> value) {
    if (fate == SimulatedNetwork.Fate.KILLED) {
      backend.working = false;
      backend.kill();
      return;
    }
    SimulatedSession.Done done =
        new SimulatedSession.Done() {
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
              backend.worked();
            }
          }

          @Override
          public void fail(Throwable failure) {
            if (!once) {
              once = true;
              SimulatedSession.Transaction open = backend.transaction;
              if (open != null) {
                open.failed = true;
              }
              answered(fate, promise, () -> promise.fail(failure));
              backend.worked();
            }
          }
        };
    if (fate == SimulatedNetwork.Fate.REFUSED && backend.transaction != null) {
      if (work instanceof SimulatedSession.Last) {
        backend.endTransaction();
      }
      done.fail(server.network.refused());
      return;
    }
    work.run(backend, done);
  }

  private void answered(SimulatedNetwork.Fate fate, Promise<?> promise, Runnable deliver) {
    if (fate == SimulatedNetwork.Fate.CUT_AFTER) {
      server.time.after(server.network.latencyUs(), this::cut);
      return;
    }
    if (fate == SimulatedNetwork.Fate.SILENT_AFTER) {
      silence();
      return;
    }
    toClientUs = Math.max(toClientUs, server.time.nowUs()) + server.network.latencyUs();
    toClientUs += fate == SimulatedNetwork.Fate.LATE_REPLY ? server.network.lateUs() : 0;
    server.time.after(
        toClientUs - server.time.nowUs(),
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
      eof(SimulatedNetwork.KEEPALIVE_US);
      if (!way.dead) {
        server.time.after(SimulatedNetwork.KEEPALIVE_US, this::serverGone);
      }
    }
  }

  void eof(long us) {
    SimulatedSession backend = session;
    if (backend != null) {
      server.time.after(
          us,
          () ->
              backend.arrives(
                  () -> {
                    backend.working = false;
                    backend.end();
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
      cut.forEach(promise -> promise.tryFail(SimulatedNetwork.lost()));
      if (wasOpen) {
        onLoss.run();
      }
    }
  }

  // ---- open

  @Override
  public Future<Chain> open() {
    Promise<Void> connected = Promise.promise();
    boolean fails = server.down || server.network.fails();
    server.time.after(
        server.network.latencyUs(),
        () -> {
          if (way.dead) {
            return;
          }
          if (fails) {
            connected.fail(SimulatedNetwork.lost());
            return;
          }
          session = server.session(this);
          connected.complete();
        });
    return connected
        .future()
        .compose(
            done -> {
              if (dropped) {
                close().onComplete(over -> {});
                return Future.failedFuture(SimulatedNetwork.lost());
              }
              Integer[] former = way.former.toArray(Integer[]::new);
              way.former.addLast(Objects.requireNonNull(session).pid);
              return take(former);
            })
        .compose(
            chain -> {
              if (dropped) {
                return Future.failedFuture(SimulatedNetwork.lost());
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
        (backend, done) -> {
          SimulatedSession holder = server.names.get(way.chainName);
          locked[0] = holder == null || holder == backend;
          if (locked[0]) {
            server.names.put(way.chainName, backend);
          }
          done.ok(() -> {});
        },
        () -> locked[0]);
  }

  private Future<Void> endFormer(Integer[] former) {
    return ask(
        (backend, done) -> {
          SimulatedSession holder = server.names.get(way.chainName);
          if (holder != null && List.of(former).contains(holder.pid)) {
            holder.kill();
          }
          server.time.after(300, () -> done.ok(() -> {}));
        },
        SimulatedLedger::nothing);
  }

  private Future<Chain> takeChain() {
    Chain[] taken = new Chain[1];
    return ask(
        (backend, done) ->
            server.locks.take(
                backend,
                List.of("chain " + way.chainName),
                done,
                () -> {
                  Chain row = server.tables.chains.get(way.chainName);
                  Chain next =
                      row == null
                          ? new Chain(
                              server.tables.chains.size() + 1,
                              way.chainName,
                              server.tables.chains.size(),
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
                  server.tables.chains.put(way.chainName, next);
                  taken[0] = next;
                  server.locks.release(backend);
                  done.ok(() -> {});
                }),
        () -> taken[0]);
  }

  // ---- prefetch

  @Override
  public Future<Learned> learn(Wanted wanted) {
    if (!open) {
      return Future.failedFuture(SimulatedNetwork.lost());
    }
    server.learns++;
    Learned[] learned = new Learned[1];
    return ask(
        (backend, done) -> {
          if (backend.transaction != null) {
            server.violations.add("definitions are asked for in an open transaction");
          }
          learned[0] = server.definitions.learn(wanted);
          done.ok(() -> {});
        },
        () -> learned[0]);
  }

  @Override
  public Future<Changes> prefetch(Need need, Facts facts) {
    if (!open) {
      return Future.failedFuture(SimulatedNetwork.lost());
    }
    SimulatedPrefetch prefetch = new SimulatedPrefetch(server, need, facts);
    if (!need.follows()) {
      return ask(prefetch::all, prefetch::changes);
    }
    return ask(prefetch::begin, SimulatedLedger::nothing)
        .compose(
            begun -> {
              prefetch.wantFollowed();
              return ask(prefetch::followed, prefetch::changes);
            });
  }

  // ---- commit

  @Override
  public Future<Void> commit(Chain chain, SealedLeaves block, Facts facts) {
    if (!open) {
      throw SimulatedNetwork.lost();
    }
    SimulatedWrite written =
        new SimulatedWrite(server.tables, server.violations, chain, block, facts);
    SimulatedSession.Last last = (backend, done) -> write(backend, written, done);
    return ask(last, SimulatedLedger::nothing);
  }

  private void write(
      SimulatedSession backend, SimulatedWrite written, SimulatedSession.Done given) {
    if (backend.transaction == null) {
      server.violations.add("a block is committed outside a transaction");
    }
    SimulatedSession.Done done =
        new SimulatedSession.Done() {
          @Override
          public void ok(Runnable deliver) {
            given.ok(deliver);
          }

          @Override
          public void fail(Throwable failure) {
            backend.endTransaction(); // COMMIT of a failed transaction rolls back
            given.fail(failure);
          }
        };
    SimulatedSession.Transaction open = backend.transaction;
    if (open == null || open.failed) {
      done.fail(SimulatedNetwork.state("25P02"));
      return;
    }
    written.compare(Objects.requireNonNull(open.definitions));
    List<Object> wanted = new ArrayList<>();
    wanted.add("chain " + written.chain.name());
    wanted.addAll(written.uniques());
    server.locks.take(
        backend,
        wanted,
        done,
        () -> {
          String refused = written.refusal(server.refusedByCheck);
          if (refused != null) {
            done.fail(SimulatedNetwork.state(refused));
            return;
          }
          backend.flushing = true;
          server.time.after(
              server.chance.nextInt(50) == 0 ? 400_000 : 300 + server.chance.nextInt(1_500),
              () -> {
                backend.flushing = false;
                written.apply();
                backend.endTransaction();
                done.ok(() -> {});
              });
        });
  }

  // ---- end

  @Override
  public Future<Void> rollback() {
    if (!open) {
      return Future.failedFuture(SimulatedNetwork.lost());
    }
    SimulatedSession.Last last =
        (backend, done) -> {
          backend.endTransaction();
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
      toServerUs = Math.max(toServerUs, server.time.nowUs()) + server.network.latencyUs();
      eof(toServerUs - server.time.nowUs());
    }
    return silent ? Promise.<Void>promise().future() : Future.succeededFuture();
  }
}
