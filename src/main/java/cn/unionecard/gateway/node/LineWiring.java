package cn.unionecard.gateway.node;

import cn.unionecard.gateway.line.CheckoutLine;
import cn.unionecard.gateway.model.Unreadable;
import cn.unionecard.gateway.runtime.watch.Readiness;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** The checkout line over its stores and keys. */
final class LineWiring {
  private LineWiring() {}

  static CheckoutLine wire(Machine machine, Stores stores, NodeKeys keys) {
    return new CheckoutLine(
        machine.vertx(),
        machine.config(),
        stores.archive,
        stores.line.connectOptions("ecard-lane", machine.config().limits()),
        new CheckoutLine.Keys(keys::signingKey, keys::codeKeys),
        machine.clock(),
        machine.metrics().registry());
  }

  /** What cannot be understood is switched off, it alone, and told. */
  static void tell(CheckoutLine line, NodeKeys keys, Readiness readiness, MeterRegistry registry) {
    readiness.require("line", line::health);
    readiness.watch("definitions", () -> Readiness.allReadable(line.unreadable()));
    readiness.watch("keys", () -> Readiness.allReadable(keys.unreadable()));
    Gauge.builder("ecard.definitions.unreadable", keys, each -> each.unreadable().size())
        .tag("kind", Unreadable.Kind.KEY.word())
        .register(registry);
  }
}
