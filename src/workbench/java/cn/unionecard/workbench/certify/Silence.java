package cn.unionecard.workbench.certify;

import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.Map;

/** Notices a line on which the terminal says nothing for so long that a gateway would hang up. */
final class Silence {
  private static final long SECOND_MS = 1_000;

  private final Vertx vertx;
  private final long idleMs;
  private final CaseResults results;
  private final Map<BenchLine, Long> timers = new HashMap<>();

  Silence(Vertx vertx, long idleMs, CaseResults results) {
    this.vertx = vertx;
    this.idleMs = idleMs;
    this.results = results;
  }

  /** The terminal has opened the line, or said something. */
  void heard(BenchLine line) {
    ended(line);
    timers.put(line, vertx.setTimer(idleMs, late -> idle(line)));
  }

  void ended(BenchLine line) {
    Long timer = timers.remove(line);
    boolean unused = timer != null && vertx.cancelTimer(timer);
  }

  private void idle(BenchLine line) {
    if (results.current() == Case.ECHO) {
      long seconds = idleMs / SECOND_MS;
      results.decide(
          Case.ECHO,
          false,
          new Words(
              "线路空闲 " + seconds + " 秒，没有回响测试",
              "the line was idle for " + seconds + " s, and no echo came"));
    }
    heard(line);
  }
}
