package cn.unionecard.gateway.edge.iso8583;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;

/** What is counted of the connections of POS terminals. */
final class IsoMetrics {
  private final Map<CloseReason, Counter> closed = new EnumMap<>(CloseReason.class);

  IsoMetrics(MeterRegistry registry) {
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
}
