package cn.unionecard.gateway.runtime.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RateLimitTest {
  private final AtomicLong nanos = new AtomicLong();

  private RateLimit limit(int perSecond, int burst, int namesMax) {
    return new RateLimit(perSecond, burst, namesMax, nanos::get);
  }

  private void pass(long ms) {
    long unused = nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(ms));
  }

  @Test
  void aBurstAndThenTheRate() {
    RateLimit limit = limit(2, 3, 100);
    for (int i = 0; i < 3; i++) {
      assertEquals(0, limit.take("a"));
    }
    assertEquals(1, limit.take("a"));
    assertEquals(0, limit.take("b"), "another's");
    pass(500);
    assertEquals(0, limit.take("a"));
    assertEquals(1, limit.take("a"));
    pass(60_000);
    for (int i = 0; i < 3; i++) {
      assertEquals(0, limit.look("a"), "looking takes none");
      assertEquals(0, limit.take("a"));
    }
    assertEquals(1, limit.look("a"));
  }

  @Test
  void soManyAMinuteAndAsManyAtOnce() {
    RateLimit limit = RateLimit.perMinute(3, 100, nanos::get);
    for (int i = 0; i < 3; i++) {
      assertEquals(0, limit.take("a"));
    }
    assertEquals(20, limit.take("a"), "a third of a minute until the next");
    assertEquals(0, limit.take("b"), "another's");
    pass(20_000);
    assertEquals(0, limit.take("a"));
    assertEquals(20, limit.take("a"));
    assertEquals(60, limit.fullAfterSeconds());
  }

  @Test
  void nothingThatIsRefusedDelaysWhatComesNext() {
    RateLimit limit = limit(1, 1, 100);
    assertEquals(0, limit.take("a"));
    for (int i = 0; i < 1_000; i++) {
      assertEquals(1, limit.take("a"));
    }
    pass(1_000);
    assertEquals(0, limit.take("a"));
  }

  @Test
  void namesAreForgottenNotHeaped() {
    RateLimit limit = limit(1, 1, 64);
    for (int i = 0; i < 100_000; i++) {
      assertEquals(0, limit.take("stranger " + i));
    }
    assertEquals(0, limit.take("stranger 0"), "unseen for longest");
    assertEquals(1, limit.take("stranger 99999"));
  }
}
