package cn.unionecard.gateway.twin;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** One clock for all gateways, which stands until the test moves it. */
final class TwinClock extends Clock {
  private volatile Instant now;

  TwinClock(Instant now) {
    this.now = now;
  }

  void forward(long seconds) {
    now = now.plusSeconds(seconds);
  }

  /** To any time, an earlier one too. */
  void set(Instant time) {
    now = time;
  }

  long second() {
    return now.getEpochSecond();
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }

  @Override
  public Instant instant() {
    return now;
  }
}
