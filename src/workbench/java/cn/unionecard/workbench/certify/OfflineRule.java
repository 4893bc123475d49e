package cn.unionecard.workbench.certify;

import cn.unionecard.gateway.edge.iso8583.codec.Field59Tags;
import org.jspecify.annotations.Nullable;

/** Sales made offline are reported in order, each with the next number of the counter. */
final class OfflineRule implements Rule {
  private static final int ENOUGH = 2;
  private static final String DIGITS = "[0-9]{1,12}";

  private final CaseResults results;
  private @Nullable Seen last;
  private long counter;
  private int reported;

  OfflineRule(CaseResults results) {
    this.results = results;
  }

  @Override
  public void asked(Seen request) {
    if (request.isAdvice()) {
      Seen before = last;
      if (before == null || !request.repeats(before)) {
        report(request);
      }
    } else if (request.isMoney() && request.mti() != Seen.REVERSAL && reported >= ENOUGH) {
      results.decide(
          Case.OFFLINE,
          true,
          new Words(
              reported + " 笔依序，计数器至 " + counter,
              reported + " in order, the counter at " + counter));
    }
  }

  private void report(Seen advice) {
    String says = advice.tag(Field59Tags.COUNTER);
    if (says == null || !says.matches(DIGITS)) {
      fail(new Words(advice + " 没有计数器（域59 A7）", advice + " has no counter (F59 A7)"));
      return;
    }
    if (!advice.message().has(12) || !advice.message().has(13)) {
      fail(new Words(advice + " 没有发生时间（域12、13）", advice + " does not say when (F12, F13)"));
    }
    long now = Long.parseLong(says);
    if (last != null && now != counter + 1) {
      fail(
          new Words(
              advice + " 的计数器为 " + now + "，前一笔为 " + counter,
              advice + " has counter " + now + " after " + counter));
    }
    last = advice;
    counter = now;
    reported++;
  }

  private void fail(Words saw) {
    results.decide(Case.OFFLINE, false, saw);
  }
}
