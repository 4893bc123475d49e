package cn.unionecard.gateway.line;

import cn.unionecard.gateway.ledger.LaneLedger;
import cn.unionecard.gateway.line.FlightTimes.Stage;
import cn.unionecard.gateway.model.TransactionType;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** What the lanes of one node count. */
final class LaneMetrics {
  private static final Duration[] BOUNDS = {
    Duration.ofNanos(50_000),
    Duration.ofNanos(100_000),
    Duration.ofNanos(250_000),
    Duration.ofNanos(500_000),
    Duration.ofMillis(1),
    Duration.ofNanos(2_500_000),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(100),
    Duration.ofMillis(1_000)
  };

  private final DistributionSummary requests;
  private final Counter recorded;
  private final Timer flight;
  private final Map<Stage, Timer> stages = new EnumMap<>(Stage.class);
  private final Counter full;
  private final Counter learns;
  private final Map<TransactionType, Counter> impossible = new EnumMap<>(TransactionType.class);
  private final Map<LaneLedger.Failure, Counter> failures = new EnumMap<>(LaneLedger.Failure.class);

  private final List<AtomicBoolean> lanes = new CopyOnWriteArrayList<>();

  LaneMetrics(MeterRegistry registry) {
    Gauge.builder("ecard.lanes", lanes, List::size)
        .description("lanes of this node")
        .register(registry);
    Gauge.builder("ecard.lanes.open", lanes, LaneMetrics::open)
        .description("lanes of this node that fly requests rather than answer BUSY")
        .register(registry);
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
    for (Stage stage : Stage.values()) {
      stages.put(
          stage,
          Timer.builder("ecard.block.stage")
              .description("what a block's time goes to, one stage after the other")
              .tag("stage", stage.word)
              .serviceLevelObjectives(BOUNDS)
              .register(registry));
    }
    full =
        Counter.builder("ecard.line.full")
            .description("requests answered BUSY because the line was full")
            .register(registry);
    learns =
        Counter.builder("ecard.definitions.reads")
            .description("statements that read definitions which a lane did not know")
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

  private static long open(List<AtomicBoolean> lanes) {
    return lanes.stream().filter(AtomicBoolean::get).count();
  }

  /** One more lane, to be told whether it is open. */
  AtomicBoolean lane() {
    AtomicBoolean open = new AtomicBoolean();
    lanes.add(open);
    return open;
  }

  void learns() {
    learns.increment();
  }

  void flown(int blockRequests, int entries, FlightTimes times) {
    requests.record(blockRequests);
    recorded.increment(entries);
    flight.record(times.flightNs() - times.ns(Stage.ANSWER), TimeUnit.NANOSECONDS);
    stages.forEach((stage, timer) -> timer.record(times.ns(stage), TimeUnit.NANOSECONDS));
  }

  /** How many blocks have landed. */
  long blocks() {
    return requests.count();
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
