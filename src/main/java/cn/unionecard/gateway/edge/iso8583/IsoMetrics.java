package cn.unionecard.gateway.edge.iso8583;

import cn.unionecard.gateway.runtime.watch.AccessLog;
import cn.unionecard.gateway.runtime.watch.Labels;
import cn.unionecard.gateway.runtime.watch.RequestMeters;
import cn.unionecard.gateway.runtime.watch.RequestMeters.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What is counted of POS terminals, their connections and messages. One for each node. */
public final class IsoMetrics {
  private final Map<CloseReason, Counter> closed = new EnumMap<>(CloseReason.class);
  private final Counter answersLost;
  private final Counter wrongMacs;
  private final AtomicInteger open = new AtomicInteger();
  private final Map<Outcome, Counter> signOns = new EnumMap<>(Outcome.class);
  private final Map<Service, Map<Outcome, Counter>> asked = new EnumMap<>(Service.class);
  private final Map<Outcome, Counter> other = new EnumMap<>(Outcome.class);
  private final RequestMeters requests;

  public IsoMetrics(MeterRegistry registry, AccessLog lines) {
    requests = new RequestMeters(registry, RequestMeters.Edge.ISO8583, lines);
    Gauge.builder("ecard.iso8583.connections", open, AtomicInteger::get)
        .description("connections of POS terminals that are open")
        .register(registry);
    wrongMacs =
        Counter.builder("ecard.iso8583.mac.failures")
            .description("messages of POS terminals with a wrong MAC")
            .register(registry);
    for (Outcome outcome : Outcome.values()) {
      signOns.put(
          outcome,
          Counter.builder("ecard.iso8583.sign.ons")
              .description("sign-ons of POS terminals")
              .tag("outcome", outcome.word())
              .register(registry));
      other.put(outcome, messages(registry, Labels.OTHER, outcome));
      for (Service service : Service.values()) {
        asked
            .computeIfAbsent(service, s -> new EnumMap<>(Outcome.class))
            .put(outcome, messages(registry, Labels.mti(service.mti), outcome));
      }
    }
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

  private static Counter messages(MeterRegistry registry, String mti, Outcome outcome) {
    return Counter.builder("ecard.iso8583.messages")
        .description("messages of POS terminals that were answered")
        .tag("mti", mti)
        .tag("outcome", outcome.word())
        .register(registry);
  }

  /**
   * A message was answered.
   *
   * @param service what it asked for; null: nothing that is known
   * @param beganNs when it had come, by {@link System#nanoTime()}
   */
  void answered(@Nullable Service service, Outcome outcome, long beganNs) {
    requests.answered(service == null ? null : service.type, outcome, beganNs);
    count(service == null ? other : asked.getOrDefault(service, other), outcome);
    if (service == Service.SIGN_ON) {
      count(signOns, outcome);
    }
  }

  /** Where a message may have a line of its own. */
  AccessLog lines() {
    return requests.lines();
  }

  private static void count(Map<Outcome, Counter> counters, Outcome outcome) {
    Counter counter = counters.get(outcome);
    if (counter != null) {
      counter.increment();
    }
  }

  void wrongMac() {
    wrongMacs.increment();
  }

  void opened() {
    open.incrementAndGet();
  }

  void ended() {
    open.decrementAndGet();
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
