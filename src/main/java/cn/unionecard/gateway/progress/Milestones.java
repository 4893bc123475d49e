package cn.unionecard.gateway.progress;

import cn.unionecard.gateway.model.Fault;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * By when how much of a task, in the order of the days.
 *
 * @param documentNo 文号 that says so
 * @param org code of the union that set them; null: they hold for everybody
 * @param rounds campaigns (场次) in all, of the union that the document is about; null: it names none
 */
record Milestones(
    String documentNo, @Nullable String org, @Nullable Integer rounds, List<Milestone> entries) {
  static final int MOST = 24;
  private static final int WHOLE = 1_000;

  Milestones {
    entries = List.copyOf(entries);
  }

  /**
   * One of them.
   *
   * @param day the last one
   * @param permille thousandths of the task
   */
  record Milestone(LocalDate day, int permille) {
    /** So many cards, of which a part is one more. */
    long cards(long task) {
      return (task * permille + WHOLE - 1) / WHOLE;
    }
  }

  /**
   * Passes when they stand in order within a year.
   *
   * @throws Fault.Malformed naming the first that does not
   */
  static List<Milestone> ordered(int year, List<Milestone> entries) {
    Milestone before = null;
    for (int i = 0; i < entries.size(); i++) {
      Milestone one = entries.get(i);
      String at = "milestones[" + i + "]";
      if (one.day().getYear() != year) {
        throw new Fault.Malformed(at + ".day", one.day() + " is not in " + year);
      }
      if (before != null
          && !(one.day().isAfter(before.day()) && one.permille() > before.permille())) {
        throw new Fault.Malformed(at, "each milestone is later than the one before, and higher");
      }
      before = one;
    }
    return entries;
  }

  /** The first of those above that these would loosen, if any: a lower level may only tighten. */
  Optional<Milestone> loosened(List<Milestone> by) {
    return entries.stream()
        .filter(
            above ->
                by.stream()
                    .noneMatch(
                        own ->
                            !own.day().isAfter(above.day()) && own.permille() >= above.permille()))
        .findFirst();
  }

  /** The last one whose day is over, if any. */
  Optional<Milestone> passed(LocalDate today) {
    return entries.stream().filter(one -> one.day().isBefore(today)).reduce((a, b) -> b);
  }
}
