package cn.unionecard.gateway.ledger;

import cn.unionecard.gateway.VirtualTime;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import java.util.Random;
import java.util.function.Supplier;

/** The network before the server: what passes is late, lost or cut as chance wants. */
final class SimulatedNetwork {
  static final long KEEPALIVE_US = 11_000_000;

  /** What becomes of one command on its way. */
  enum Fate {
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

  private final VirtualTime time;
  private final Random chance;
  private int faultsPerMille;

  SimulatedNetwork(VirtualTime time, Random chance) {
    this.time = time;
    this.chance = chance;
  }

  /** How often something goes wrong on the way of a command. */
  void faults(int perMille) {
    faultsPerMille = perMille;
  }

  /** Whether this one goes wrong. */
  boolean fails() {
    return chance.nextInt(1_000) < faultsPerMille;
  }

  Fate fate() {
    return fails() ? FATES[1 + chance.nextInt(FATES.length - 1)] : Fate.ARRIVES;
  }

  long latencyUs() {
    return 80 + chance.nextInt(300);
  }

  /** Some are just late, some beyond every limit. */
  long lateUs() {
    return chance.nextInt(3) == 0 ? chance.nextInt(200_000) : chance.nextInt(7_000_000);
  }

  static VertxException lost() {
    return new VertxException("connection lost", true);
  }

  static PgException state(String state) {
    return new PgException("simulated", "ERROR", state, "");
  }

  /** An error that the server may answer anything with. */
  PgException refused() {
    return state(STATES[chance.nextInt(STATES.length)]);
  }

  /** A statement of its own, over a connection of a pool. */
  <T> Future<T> pooled(boolean down, Supplier<T> read) {
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
}
