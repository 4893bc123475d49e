package cn.unionecard.gateway.definitions;

import cn.unionecard.gateway.model.Unreadable;
import cn.unionecard.gateway.rules.Catalog;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the definitions for the lanes of one node, and says aloud which of them cannot be
 * understood: in the log when that changes, in a metric and for readiness all the time. May be used
 * from any thread.
 */
public final class Definitions {
  private static final Logger LOG = LoggerFactory.getLogger(Definitions.class);

  private record Known(long version, List<Unreadable> unreadable) {}

  private final CatalogReader reader;
  private final AtomicReference<Known> newest = new AtomicReference<>(new Known(-1, List.of()));

  public Definitions(CatalogReader reader, MeterRegistry registry) {
    this.reader = reader;
    for (Unreadable.Kind kind : Unreadable.Kind.values()) {
      if (kind != Unreadable.Kind.KEY) {
        Gauge.builder("ecard.definitions.unreadable", () -> count(kind))
            .description("definitions that cannot be understood and are switched off")
            .tag("kind", kind.word())
            .register(registry);
      }
    }
  }

  public Future<Catalog> read() {
    return reader.read().onSuccess(this::tell);
  }

  /** What of the newest version is switched off. */
  public List<Unreadable> unreadable() {
    return Objects.requireNonNull(newest.get()).unreadable();
  }

  private long count(Unreadable.Kind kind) {
    return unreadable().stream().filter(one -> one.kind() == kind).count();
  }

  /** Every lane reads every version; whoever is first with it tells. */
  private void tell(Catalog read) {
    Known now = new Known(read.version, read.unreadable);
    Known before = newest.getAndUpdate(known -> known.version() < now.version() ? now : known);
    if (before.version() >= now.version()) {
      return;
    }
    Set<Unreadable> known = new HashSet<>(before.unreadable());
    Set<Unreadable> still = new HashSet<>(now.unreadable());
    for (Unreadable one : now.unreadable()) {
      if (!known.contains(one)) {
        LOG.error("{} cannot be understood and is switched off: {}", one, one.why());
      }
    }
    for (Unreadable one : before.unreadable()) {
      if (!still.contains(one)) {
        LOG.info("{} is no longer what could not be understood", one);
      }
    }
  }
}
