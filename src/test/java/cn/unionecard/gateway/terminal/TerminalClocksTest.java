package cn.unionecard.gateway.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TerminalClocksTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  private TerminalClocks at(String now) {
    return new TerminalClocks(registry, Clock.fixed(Instant.parse(now), ZoneOffset.UTC));
  }

  private DistributionSummary drift(String direction) {
    return registry.get("ecard.terminal.clock.drift").tag("direction", direction).summary();
  }

  @Test
  void tellsAheadFromBehind() {
    TerminalClocks clocks = at("2026-11-23T01:00:00Z");
    int meters = registry.getMeters().size();
    clocks.seen(Instant.parse("2026-11-23T01:00:02.500Z"));
    clocks.seen(Instant.parse("2026-11-23T00:59:00Z"));
    clocks.seen(Instant.parse("2026-11-23T00:58:00Z"));
    assertEquals(1, drift("ahead").count());
    assertEquals(2.5, drift("ahead").totalAmount());
    assertEquals(2, drift("behind").count());
    assertEquals(180, drift("behind").totalAmount());
    assertEquals(meters, registry.getMeters().size(), "none for a terminal of its own");
  }

  /** The clock of a terminal is Chinese time and knows no year. */
  @ParameterizedTest
  @CsvSource({
    "2026-11-23T01:00:00Z, 11, 23, 09:00:10, ahead, 10",
    "2026-12-31T15:59:50Z, 1, 1, 00:00:10, ahead, 20",
    "2026-12-31T16:00:10Z, 12, 31, 23:59:50, behind, 20",
    "2028-02-28T16:00:00Z, 2, 29, 00:00:05, ahead, 5",
    "2027-12-31T16:00:00Z, 2, 29, 00:00:00, ahead, 5097600",
  })
  void findsTheYear(
      String now, int month, int day, LocalTime time, String direction, double seconds) {
    at(now).seen(month, day, time);
    assertEquals(1, drift(direction).count());
    assertEquals(seconds, drift(direction).totalAmount());
  }

  @Test
  void aDayThatDoesNotExistIsNotCounted() {
    at("2026-11-23T01:00:00Z").seen(11, 31, LocalTime.NOON);
    assertEquals(0, drift("ahead").count() + drift("behind").count());
  }
}
