package cn.unionecard.gateway.ledger;

import cn.unionecard.gateway.VirtualTime;
import cn.unionecard.gateway.rules.Allowance;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Row locks, unique keys and chains that sessions wait for, in the order they came. */
final class SimulatedLocks {
  private static final long STATEMENT_US_MAX = 1_500_000;
  private static final long DEADLOCK_US = 1_000_000;

  private final VirtualTime time;
  private final Map<Object, Lock> locks = new HashMap<>();

  SimulatedLocks(VirtualTime time) {
    this.time = time;
  }

  private static final class Lock {
    @Nullable SimulatedSession owner;
    final Deque<Waiter> waiting = new ArrayDeque<>();
  }

  private record Waiter(SimulatedSession session, Runnable granted) {}

  boolean isHeld(Object what) {
    return locks.containsKey(what);
  }

  /** Takes the locks one after the other, as a statement does. */
  void take(SimulatedSession session, List<?> wanted, SimulatedSession.Done done, Runnable then) {
    take(session, wanted, 0, done, then);
  }

  private void take(
      SimulatedSession session,
      List<?> wanted,
      int from,
      SimulatedSession.Done done,
      Runnable then) {
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
                  take(session, wanted, next, done, then);
                });
        lock.waiting.add(waiter);
        boolean isKey = !(what instanceof Allowance.Key || what instanceof SimulatedTables.LotKey);
        long us = isKey ? DEADLOCK_US : STATEMENT_US_MAX;
        time.after(
            us,
            () -> {
              if (lock.waiting.remove(waiter)) {
                done.fail(SimulatedNetwork.state(isKey ? "40P01" : "57014"));
              }
            });
        session.cancelWait =
            () -> {
              if (lock.waiting.remove(waiter)) {
                done.fail(SimulatedNetwork.state("57P01"));
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

  void release(SimulatedSession session) {
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
}
