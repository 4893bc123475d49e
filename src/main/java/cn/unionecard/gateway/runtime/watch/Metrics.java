package cn.unionecard.gateway.runtime.watch;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.transport.Transport;
import io.vertx.micrometer.Label;
import io.vertx.micrometer.MetricsDomain;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.util.EnumSet;

/**
 * What is counted and timed, in one Prometheus registry. Few labels, all with values of our own
 * ({@link Labels}): never a path, a terminal or a peer, whose number has no bound.
 */
public final class Metrics implements AutoCloseable {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics garbage = new JvmGcMetrics();

  /** A registry that already counts the process: memory, garbage, threads, files, processor. */
  public Metrics() {
    registry.config().meterFilter(MeterFilter.replaceTagValues("pool_name", Labels::pool));
    garbage.bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
  }

  /** Where the packages register their own meters. */
  public MeterRegistry registry() {
    return registry;
  }

  /** The text of {@code GET /metrics} (Prometheus text format 0.0.4). */
  public String scrape() {
    return registry.scrape();
  }

  /**
   * A Vert.x that is measured by this registry.
   *
   * @param eventLoops 0 = one per core
   * @param transport what it is built on
   */
  public Vertx vertx(int eventLoops, Transport transport) {
    VertxOptions options = new VertxOptions();
    if (eventLoops > 0) {
      options.setEventLoopPoolSize(eventLoops);
    } else {
      options.setEventLoopPoolSize(Runtime.getRuntime().availableProcessors());
    }
    MicrometerMetricsOptions metrics =
        new MicrometerMetricsOptions()
            .setEnabled(true)
            .setJvmMetricsEnabled(false)
            .setLabels(EnumSet.of(Label.HTTP_CODE, Label.POOL_TYPE, Label.POOL_NAME))
            .setServerRequestTagsProvider(request -> Labels.method(request.method()))
            .addDisabledMetricsCategory(MetricsDomain.EVENT_BUS)
            .addDisabledMetricsCategory(MetricsDomain.VERTICLES)
            .addDisabledMetricsCategory(MetricsDomain.NET_CLIENT)
            .addDisabledMetricsCategory(MetricsDomain.HTTP_CLIENT);
    return Vertx.builder()
        .with(options.setMetricsOptions(metrics))
        .withTransport(transport)
        .withMetrics(new MicrometerMetricsFactory(registry))
        .build();
  }

  @Override
  public void close() {
    garbage.close();
    registry.close();
  }
}
