package cn.unionecard.gateway.runtime.watch;

import cn.unionecard.gateway.TestConfig;
import cn.unionecard.gateway.runtime.config.Config;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;

/** A process that keeps more and more memory on an event loop, as a node with a leak would. */
final class LeakyProcess {
  private static final int PIECE = 64 * 1024;

  private LeakyProcess() {}

  public static void main(String[] how) {
    OutOfMemory.endsTheProcess();
    Logs.json(TestConfig.log(Config.Log.Access.NONE, ""));
    List<Object> kept = new ArrayList<>();
    Vertx vertx = Vertx.vertx();
    long unused =
        vertx.setPeriodic(
            1,
            tick -> {
              if (how[0].equals("swallows")) {
                swallow(kept);
              } else {
                keep(kept);
              }
            });
  }

  private static void keep(List<Object> kept) {
    for (int i = 0; i < 10; i++) {
      kept.add(new byte[PIECE]);
    }
  }

  /** The error is seen by nobody, and what was kept stays. */
  private static void swallow(List<Object> kept) {
    try {
      keep(kept);
    } catch (OutOfMemoryError e) {
      fillUp(kept);
    }
  }

  private static void fillUp(List<Object> kept) {
    try {
      for (int i = 0; i < 1_000; i++) {
        kept.add(new byte[64]);
      }
    } catch (OutOfMemoryError e) {
      Thread.onSpinWait(); // seen by nobody
    }
  }
}
