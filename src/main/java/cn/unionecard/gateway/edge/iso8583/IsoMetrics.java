package cn.unionecard.gateway.edge.iso8583;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;

/** What is counted of the connections of POS terminals. */
final class IsoMetrics {
  private final Map<CloseReason, Counter> closed = new EnumMap<>(CloseReason.class);
  private final Counter answersLost;

  IsoMetrics(MeterRegistry registry) {
    answersLost =
        Counter.builder("ecard.iso8583.answers.lost")
            .description("answers that were made and could not be delivered: the line was gone")
            .register(registry);
    for (CloseReason reason : CloseReason.values()) {
      closed.put(
          reason,
          Counter.builder("ecard.iso8583.connections.closed")
              .description("connections of POS terminals that ended, by why")
              .tag("reason", reason.name())
              .register(registry));
    }
  }

  void closed(CloseReason reason) {
    Counter counter = closed.get(reason);
    if (counter != null) {
      counter.increment();
    }
  }

  void answerLost() {
    answersLost.increment();
  }
}
