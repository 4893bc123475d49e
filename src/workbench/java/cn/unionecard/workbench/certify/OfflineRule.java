package cn.unionecard.workbench.certify;

import cn.unionecard.gateway.edge.iso8583.codec.Field59Tags;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Sales made offline are reported in order and before anything new, each with the next number of
 * the counter, the time when it was made, and no benefit.
 */
final class OfflineRule implements Rule {
  private static final int ENOUGH = 2;
  private static final String DIGITS = "[0-9]{1,12}";

  /** How near two clocks are that were set by one another. */
  private static final Duration NEAR = Duration.ofMinutes(2);

  /** A terminal's clock says no more than seconds. */
  private static final Duration TICK = Duration.ofSeconds(1);

  private final CaseResults results;
  private final Outage outage;

  /** When the bench began, by its clock: no offline sale it is told of can be older. */
  private final Instant begun;

  private @Nullable Seen last;
  private long counter;
  private int reported;

  /** When something was sold, or the batch closed, after the outage; null if nothing was. */
  private @Nullable Instant resumed;

  /**
   * @param counter the last number that the gateway has of this terminal
   */
  OfflineRule(CaseResults results, Outage outage, Instant begun, long counter) {
    this.results = results;
    this.outage = outage;
    this.begun = begun;
    this.counter = counter;
  }

  @Override
  public void asked(Seen request) {
    if (request.is(Kind.ADVICE)) {
      Seen before = last;
      if (before == null || !request.repeats(before)) {
        report(request);
      }
    } else if (request.isMoney() && !request.is(Kind.REVERSAL)) {
      resumed(request);
    }
  }

  private void resumed(Seen request) {
    Instant back = outage.reconnected();
    boolean anew = !request.again() || request.isOfBatch();
    if (resumed == null && back != null && request.at().isAfter(back) && anew) {
      resumed = request.at();
    }
    if (reported >= ENOUGH) {
      Words saw =
          new Words(
              reported + " 笔依序，计数器至 " + counter, reported + " in order, the counter at " + counter);
      results.decide(Case.OFFLINE, true, saw);
      results.decide(Case.STORE_FIRST, true, saw);
    }
  }

  private void report(Seen advice) {
    Instant says = advice.says();
    String count = advice.tag(Field59Tags.COUNTER);
    if (says == null || count == null || !count.matches(DIGITS)) {
      fail(advice, "没有发生时间或计数器", "does not say when (F12, F13), or has no counter (F59 A7)");
      return;
    }
    if (advice.tag(Field59Tags.BENEFIT) != null
        && !Field59Tags.APPROVE.equals(advice.tag(Field59Tags.WITHOUT))) {
      fail(advice, "指定了优惠", "names a benefit (F59 A5)");
    }
    number(advice, Long.parseLong(count));
    times(advice, says);
    last = advice;
    reported++;
  }

  private void number(Seen advice, long now) {
    Seen before = last;
    Words saw =
        new Words(
            advice + " 的计数器为 " + now + "，前一笔为 " + counter,
            advice + " has counter " + now + " after " + counter);
    if (before != null && before.batch() != advice.batch()) {
      results.decide(Case.COUNTER, now == counter + 1, saw);
    } else if (before == null && now <= counter) {
      results.decide(Case.COUNTER, false, saw);
    } else if (before != null && now != counter + 1) {
      results.decide(Case.OFFLINE, false, saw);
    }
    counter = now;
  }

  private void times(Seen advice, Instant says) {
    String what =
        String.format(Locale.ROOT, "%s F13 %s F12 %s", advice, advice.text(13), advice.text(12));
    boolean near = !says.isBefore(begun.minus(NEAR)) && !says.isAfter(advice.at().plus(NEAR));
    results.decide(
        Case.CLOCK,
        near,
        new Words("终端时钟 " + what, "by its clock, ours is seven minutes slow: " + what));
    Instant back = outage.reconnected();
    Seen before = last;
    Instant earlier = before == null ? null : before.says();
    if (back == null || !near) {
      return;
    }
    if (earlier != null && says.isBefore(earlier)) {
      fail(advice, "早于前一笔", "was made before the one reported before it");
    }
    Instant since = resumed;
    if (since == null) {
      results.decide(
          Case.OFFLINE_TIME,
          !says.isAfter(back.plus(TICK)),
          new Words(what + "，线路恢复于 " + back, what + ", the line was back at " + back));
    } else if (!says.isAfter(back)) {
      results.decide(
          Case.STORE_FIRST,
          false,
          new Words(what + " 之前已有新交易", "something new was asked for before " + what));
    }
  }

  private void fail(Seen advice, String chinese, String english) {
    results.decide(Case.OFFLINE, false, new Words(advice + " " + chinese, advice + " " + english));
  }
}
