package cn.unionecard.gateway.runtime.watch;

import java.time.Clock;
import java.util.function.LongConsumer;

/**
 * A line of the log for what may come in floods: written at once, and then once a minute, with how
 * many there were since. Belongs to one event loop.
 */
public final class SeldomLine {
  private static final long EVERY_MS = 60_000;

  private final Clock clock;
  private long nextMs = Long.MIN_VALUE;
  private long unsaid;

  public SeldomLine(Clock clock) {
    this.clock = clock;
  }

  /**
   * It happened once more.
   *
   * @param line writes it, given how many times it happened without being written
   */
  public void tell(LongConsumer line) {
    long now = clock.millis();
    if (now < nextMs && now >= nextMs - EVERY_MS) { // a clock set back must not silence it
      unsaid++;
      return;
    }
    nextMs = now + EVERY_MS;
    long before = unsaid;
    unsaid = 0;
    line.accept(before);
  }
}
