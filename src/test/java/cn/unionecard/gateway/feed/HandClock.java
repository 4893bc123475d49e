package cn.unionecard.gateway.feed;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that is moved by hand. */
public final class HandClock extends Clock {
  private final AtomicLong nowMs;

  public HandClock(Instant start) {
    nowMs = new AtomicLong(start.toEpochMilli());
  }

  public void forward(Duration by) {
    long unused = nowMs.addAndGet(by.toMillis());
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(nowMs.get());
  }

  @Override
  public ZoneId getZone() {
    return ZoneId.of("Asia/Shanghai");
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException();
  }
}
