package cn.unionecard.workbench.certify;

import cn.unionecard.gateway.terminal.TerminalClocks;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A right MAC after the sign-on, the clock, the echo, the sign-off. */
final class SessionRule implements Rule {
  private static final Duration NEAR = Duration.ofMinutes(2);

  /** The one message about money that may come without. */
  private static final int LIST = 0x0320;

  private final CaseResults results;

  /** When the bench began, by its clock: no offline sale it is told of can be older. */
  private final Instant begun;

  private boolean signedOn;

  SessionRule(CaseResults results, Instant begun) {
    this.results = results;
    this.begun = begun;
  }

  @Override
  public void asked(Seen request) {
    if (!signedOn) {
      return;
    }
    if (request.isMoney()) {
      mac(request);
    }
    if (request.isAdvice()) {
      clock(request);
    }
  }

  private void mac(Seen request) {
    boolean needs = request.mti() != LIST;
    if (request.proved()) {
      results.decide(
          Case.SIGN_ON,
          true,
          new Words(request + " 的MAC正确", "the MAC of " + request + " is right"));
    } else if (needs) {
      results.decide(
          Case.SIGN_ON,
          false,
          new Words(request + " 的MAC错误或缺失", "the MAC of " + request + " is wrong or missing"));
    }
  }

  private void clock(Seen advice) {
    if (!advice.message().has(12) || !advice.message().has(13)) {
      return;
    }
    Instant says = says(advice);
    boolean good =
        says != null && !says.isBefore(begun.minus(NEAR)) && !says.isAfter(advice.at().plus(NEAR));
    String what =
        String.format(
            Locale.ROOT,
            "%s F13 %04d F12 %06d",
            advice,
            advice.message().number(13),
            advice.message().number(12));
    results.decide(
        Case.CLOCK,
        good,
        new Words("终端时钟 " + what, "by the terminal's clock, ours is seven minutes slow"));
  }

  /** The time that fields 12 and 13 say, or null. */
  static @Nullable Instant says(Seen request) {
    if (!request.message().has(12) || !request.message().has(13)) {
      return null;
    }
    int time = (int) request.message().number(12);
    int date = (int) request.message().number(13);
    try {
      return TerminalClocks.nearest(
          date / 100,
          date % 100,
          LocalTime.of(time / 10_000, time / 100 % 100, time % 100),
          request.at());
    } catch (DateTimeException none) {
      return null;
    }
  }

  @Override
  public void answered(Seen request, Seen reply) {
    if (!reply.approved()) {
      return;
    }
    if (request.mti() == Seen.SIGN_ON) {
      signedOn = true;
    } else if (request.isEcho()) {
      results.decide(Case.ECHO, true, new Words("收到回响测试", "an echo came"));
    } else if (request.isSignOff() && signedOn) {
      results.decide(
          Case.SIGN_OFF,
          request.proved(),
          request.proved()
              ? new Words("已应答", "answered")
              : new Words("没有正确的MAC，会话未结束", "without a right MAC it ends nothing"));
    }
  }
}
