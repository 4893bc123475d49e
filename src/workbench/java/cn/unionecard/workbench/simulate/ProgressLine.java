package cn.unionecard.workbench.simulate;

import java.io.PrintStream;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * A progress line: rewritten in place on a terminal; elsewhere one plain line each time that says
 * when, so that it can be held against the gateway's log and metrics.
 */
public final class ProgressLine implements Progress {
  private static final int BAR = 24;
  private static final String CLEAR_LINE = "\r\u001b[K";

  private final Clock clock;
  private final PrintStream out;
  private final boolean rewritten;

  /**
   * @param rewritten whether {@code out} is a terminal that understands carriage return
   */
  public ProgressLine(Clock clock, PrintStream out, boolean rewritten) {
    this.clock = clock;
    this.out = out;
    this.rewritten = rewritten;
  }

  @Override
  public void show(State state) {
    String line =
        String.format(
            Locale.ROOT,
            "%s %d visits, %.0f/s, %.0f s, p50 %.2f ms, p99 %.2f ms%s",
            bar(done(state)),
            state.visits(),
            state.perSecond(),
            state.seconds(),
            state.p50Ms(),
            state.p99Ms(),
            state.anomalies() == 0 ? "" : ", ANOMALIES " + state.anomalies());
    if (rewritten) {
      out.print(CLEAR_LINE + line);
      out.flush();
    } else {
      out.println(clock.instant().truncatedTo(ChronoUnit.SECONDS) + " " + line);
    }
  }

  /** Leaves the line, so that what is printed next begins on its own. */
  public void end() {
    if (rewritten) {
      out.print(CLEAR_LINE);
      out.flush();
    }
  }

  private static double done(State state) {
    double byVisits = state.visitsGoal() == 0 ? 0 : (double) state.visits() / state.visitsGoal();
    double byTime = state.secondsGoal() == 0 ? 0 : state.seconds() / state.secondsGoal();
    return Math.min(1, Math.max(byVisits, byTime));
  }

  private static String bar(double done) {
    int full = (int) Math.round(done * BAR);
    return "[" + "#".repeat(full) + "-".repeat(BAR - full) + "]";
  }
}
