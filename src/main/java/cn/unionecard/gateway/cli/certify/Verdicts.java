package cn.unionecard.gateway.cli.certify;

import java.io.PrintWriter;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Which cases are decided, and how; each is printed as soon as it is. Decided on an event loop,
 * read by whoever waits.
 */
public final class Verdicts {
  private static final int TITLE_COLUMNS = 16;

  private final PrintWriter out;
  private final Map<Case, Boolean> decided = new ConcurrentSkipListMap<>();
  private final Map<Case, String> why = new ConcurrentSkipListMap<>();

  public Verdicts(PrintWriter out) {
    this.out = out;
  }

  void pass(Case which, String because) {
    decide(which, true, because);
  }

  void fail(Case which, String because) {
    decide(which, false, because);
  }

  private void decide(Case which, boolean good, String because) {
    Boolean before = decided.get(which);
    if (before != null && (!before || good)) {
      return; // a failure stands
    }
    why.put(which, because);
    decided.put(which, good);
    line(which);
    next();
  }

  /** What the bench did to a reply. */
  void note(String text) {
    out.println("      " + text);
    out.flush();
  }

  boolean isOpen(Case which) {
    return !decided.containsKey(which);
  }

  /** What the cashier should do now. */
  void next() {
    for (Case each : Case.values()) {
      if (isOpen(each) && each != Case.TRACES) {
        out.println("      下一步 next: " + each.todo + "  " + each.english);
        out.flush();
        return;
      }
    }
  }

  /** Cases that were neither passed nor failed. */
  public Set<Case> open() {
    Set<Case> open = EnumSet.allOf(Case.class);
    open.removeAll(decided.keySet());
    return open;
  }

  public Set<Case> failed() {
    Set<Case> failed = EnumSet.noneOf(Case.class);
    decided.forEach(
        (which, good) -> {
          if (!good) {
            failed.add(which);
          }
        });
    return failed;
  }

  public boolean allPassed() {
    return open().isEmpty() && failed().isEmpty();
  }

  /** The table at the end. */
  public void table() {
    out.println();
    for (Case each : Case.values()) {
      line(each);
    }
    out.flush();
  }

  private void line(Case which) {
    Boolean good = decided.get(which);
    String verdict = good == null ? "OPEN" : good ? "PASS" : "FAIL";
    String pad = " ".repeat(Math.max(1, TITLE_COLUMNS - 2 * which.chinese.length()));
    out.printf(
        Locale.ROOT,
        "%s  %s%s%s%n",
        verdict,
        which.chinese,
        pad,
        why.getOrDefault(which, which.english));
    out.flush();
  }
}
