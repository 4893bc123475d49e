package cn.unionecard.workbench.demo;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;

/** Tells a newcomer what the demo is doing, one line for each step, with the time it took. */
public final class Steps {
  private static final int COLUMNS = 68;
  private static final double NANOS_PER_SECOND = 1e9;

  /** From here on characters are two columns wide: CJK and its punctuation. */
  private static final char FIRST_WIDE = '\u2e80';

  private final PrintWriter out;

  public Steps(PrintWriter out) {
    this.out = out;
  }

  /** Prints a line as it is. */
  public void say(String line) {
    out.println(line);
    out.flush();
  }

  /**
   * Does one step: prints its name first, so that one sees what takes its time, and the time after.
   *
   * @throws Exception what the step throws
   */
  public <T> T step(String chinese, String english, Callable<T> work) throws Exception {
    long start = begin(chinese, english);
    T result = work.call();
    end(chinese, english, start);
    return result;
  }

  /** Does one step that gives nothing back, as {@link #step}. */
  public void act(String chinese, String english, Action action) throws Exception {
    long start = begin(chinese, english);
    action.act();
    end(chinese, english, start);
  }

  /** Work without a result. */
  public interface Action {
    void act() throws Exception;
  }

  private long begin(String chinese, String english) {
    out.print(name(chinese, english));
    out.flush();
    return System.nanoTime();
  }

  private void end(String chinese, String english, long start) {
    double seconds = (System.nanoTime() - start) / NANOS_PER_SECOND;
    out.print(".".repeat(Math.max(3, COLUMNS - width(name(chinese, english)))));
    out.println(String.format(Locale.ROOT, " %5.1f s", seconds));
    out.flush();
  }

  private static String name(String chinese, String english) {
    return "  " + chinese + "  " + english + " ";
  }

  private static int width(String text) {
    return text.chars().map(c -> c >= FIRST_WIDE ? 2 : 1).sum();
  }

  /** Where all of it is printed. */
  public PrintWriter out() {
    return out;
  }
}
