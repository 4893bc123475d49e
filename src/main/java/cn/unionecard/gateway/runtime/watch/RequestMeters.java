package cn.unionecard.gateway.runtime.watch;

import cn.unionecard.gateway.model.TransactionType;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * What an edge was asked, what became of it and how long it took: {@code ecard_requests_seconds}.
 * Recorded once for each answer, from the request's first line or byte that was read to the moment
 * its answer was made; whether anybody still listened does not matter.
 *
 * <p>May be used from any thread.
 */
public final class RequestMeters {
  /** Microseconds. */
  private static final int[] BUCKETS_US = {
    1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000
  };

  private static final Duration[] BUCKETS =
      Arrays.stream(BUCKETS_US)
          .mapToObj(us -> Duration.ofNanos(1_000L * us))
          .toArray(Duration[]::new);
  private static final Outcome[] OUTCOMES = Outcome.values();
  private static final TransactionType[] TYPES = TransactionType.values();

  /** What became of a request. */
  public enum Outcome {
    /** It was done, or told what was asked. */
    APPROVED,
    /** A rule says no; the answer is a good one. */
    REFUSED,
    /** Nothing happened, for want of a store, time or room. */
    BUSY,
    /** Nothing happened, for its caller asks too much. */
    LIMITED,
    /** It may have happened. */
    UNKNOWN,
    /** It cannot be read, or there is no such thing. */
    MALFORMED,
    /** Who asks is not proved: certificate, token, sign-on or MAC. */
    UNAUTHENTICATED,
    /** Who asks may not do that. */
    FORBIDDEN,
    /** An error of ours. */
    FAULT;

    /** As a label says it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A protocol. */
  public enum Edge {
    HTTPS,
    PAGES,
    ISO8583;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final MeterRegistry registry;
  private final Edge edge;
  private final AccessLog lines;
  private final AtomicReferenceArray<@Nullable Timer> timers =
      new AtomicReferenceArray<>((TYPES.length + 1) * OUTCOMES.length);

  /** What is rare and must not be missed is there before it happens the first time. */
  public RequestMeters(MeterRegistry registry, Edge edge, AccessLog lines) {
    this.registry = registry;
    this.edge = edge;
    this.lines = lines;
    Timer unused = timer(null, Outcome.APPROVED);
    for (Outcome rare : List.of(Outcome.UNKNOWN, Outcome.FAULT)) {
      unused = timer(null, rare);
      for (TransactionType type : TYPES) {
        if (type != TransactionType.EXPIRY) { // nobody asks for that
          unused = timer(type, rare);
        }
      }
    }
    unused = timer(TransactionType.SALE, Outcome.APPROVED);
  }

  /**
   * Counts an answer.
   *
   * @param type what was asked of the line; null: something else
   * @param beganNs when, by {@link System#nanoTime()}
   */
  public void answered(@Nullable TransactionType type, Outcome outcome, long beganNs) {
    timer(type, outcome).record(System.nanoTime() - beganNs, TimeUnit.NANOSECONDS);
  }

  /** Whose they are. */
  public Edge edge() {
    return edge;
  }

  /** Where a request may have a line of its own. */
  public AccessLog lines() {
    return lines;
  }

  /** Looked up by its place; made by its name when it is needed first. */
  private Timer timer(@Nullable TransactionType type, Outcome outcome) {
    int place = (type == null ? TYPES.length : type.ordinal()) * OUTCOMES.length;
    Timer known = timers.get(place + outcome.ordinal());
    if (known != null) {
      return known;
    }
    Timer made =
        Timer.builder("ecard.requests")
            .description("answers of an edge and how long they took")
            .tag("edge", edge.word())
            .tag("type", type == null ? Labels.OTHER : type.name())
            .tag("outcome", outcome.word())
            .serviceLevelObjectives(BUCKETS)
            .register(registry);
    timers.set(place + outcome.ordinal(), made);
    return made;
  }
}
