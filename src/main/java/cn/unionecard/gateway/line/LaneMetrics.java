package cn.unionecard.gateway.line;

import cn.unionecard.gateway.ledger.LaneLedger;
import cn.unionecard.gateway.model.TransactionType;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What the lanes of one node count. */
final class LaneMetrics {
  private final DistributionSummary requests;
  private final Counter recorded;
  private final Timer flight;
  private final Counter full;
  private final Map<TransactionType, Counter> impossible = new EnumMap<>(TransactionType.class);
  private final Map<LaneLedger.Failure, Counter> failures = new EnumMap<>(LaneLedger.Failure.class);

  LaneMetrics(MeterRegistry registry) {
    requests =
        DistributionSummary.builder("ecard.block.requests")
            .description("requests in one block")
            .register(registry);
    recorded =
        Counter.builder("ecard.transactions")
            .description("transactions recorded")
            .register(registry);
    flight =
        Timer.builder("ecard.block.flight")
            .description("prefetch to commit of one block")
            .register(registry);
    full =
        Counter.builder("ecard.line.full")
            .description("requests answered BUSY because the line was full")
            .register(registry);
    for (TransactionType type : TransactionType.values()) {
      impossible.put(
          type,
          Counter.builder("ecard.requests.impossible")
              .description("requests over which the gateway fails alone: answered CANNOT_PROCESS")
              .tag("type", type.name())
              .register(registry));
    }
    for (LaneLedger.Failure failure : LaneLedger.Failure.values()) {
      failures.put(
          failure,
          Counter.builder("ecard.block.failures")
              .description("flights that did not land")
              .tag("failure", failure.name())
              .register(registry));
    }
  }

  void flown(int blockRequests, int entries, long startNs) {
    requests.record(blockRequests);
    recorded.increment(entries);
    flight.record(System.nanoTime() - startNs, TimeUnit.NANOSECONDS);
  }

  void failed(LaneLedger.Failure failure) {
    Counter counter = failures.get(failure);
    if (counter != null) {
      counter.increment();
    }
  }

  void impossible(TransactionType type) {
    Counter counter = impossible.get(type);
    if (counter != null) {
      counter.increment();
    }
  }

  void full() {
    full.increment();
  }
}
