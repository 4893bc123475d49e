package cn.unionecard.workbench.certify;

import cn.unionecard.workbench.certify.CaseResult.State;
import java.io.PrintWriter;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * Which cases are decided, and how; each is printed as soon as it is. Decided on an event loop,
 * read by whoever waits.
 */
public final class CaseResults {
  private final PrintWriter out;
  private final Set<Case> wanted;
  private final Map<Case, CaseResult> decided = new ConcurrentSkipListMap<>();

  /**
   * @param wanted the cases that count, not empty; the others are as if they were not there
   */
  public CaseResults(PrintWriter out, Set<Case> wanted) {
    this.out = out;
    this.wanted = Collections.unmodifiableSet(EnumSet.copyOf(wanted));
  }

  void decide(Case which, boolean good, Words saw) {
    decide(which, CaseResult.watched(good ? State.PASS : State.FAIL, saw));
  }

  /** A failure stands; so does a pass, until a failure comes. */
  void decide(Case which, CaseResult result) {
    CaseResult before = decided.get(which);
    boolean stands =
        before != null && (before.state() == State.FAIL || result.state() == State.PASS);
    if (!wanted.contains(which) || stands) {
      return;
    }
    decided.put(which, result);
    new Report(this).line(out, which);
    next();
  }

  /** Tells the cashier what happened. */
  void note(Words text) {
    out.println("      " + text);
    out.flush();
  }

  boolean isWanted(Case which) {
    return wanted.contains(which);
  }

  boolean isOpen(Case which) {
    return wanted.contains(which) && !decided.containsKey(which);
  }

  /** The first case that is not decided, or null. */
  public @Nullable Case current() {
    for (Case each : wanted) {
      if (isOpen(each)) {
        return each;
      }
    }
    return null;
  }

  /** Tells the cashier what to do now. */
  public void next() {
    Case current = current();
    if (current != null) {
      String place = (decided.size() + 1) + "/" + wanted.size() + " " + current.argument();
      note(new Words("下一步 next " + place + ": " + current.todo.chinese(), current.todo.english()));
    }
  }

  // ---- what came of it

  /** In the order of the cases. */
  Set<Case> wanted() {
    return wanted;
  }

  /** Those that do not count: of a terminal that passed the others, nobody knows these. */
  Set<Case> leftOut() {
    return EnumSet.complementOf(EnumSet.copyOf(wanted));
  }

  public CaseResult of(Case which) {
    return decided.getOrDefault(which, CaseResult.NONE);
  }

  /** The wanted cases that stand so. */
  public Set<Case> all(State state) {
    Set<Case> all = EnumSet.noneOf(Case.class);
    for (Case each : wanted) {
      if (of(each).state() == state) {
        all.add(each);
      }
    }
    return all;
  }

  public boolean allPassed() {
    return all(State.PASS).equals(wanted);
  }
}
