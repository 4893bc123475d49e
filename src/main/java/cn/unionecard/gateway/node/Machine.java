package cn.unionecard.gateway.node;

import cn.unionecard.gateway.runtime.Secrets;
import cn.unionecard.gateway.runtime.admission.Admission;
import cn.unionecard.gateway.runtime.admission.Budgets;
import cn.unionecard.gateway.runtime.admission.Descriptors;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.tls.Tls;
import cn.unionecard.gateway.runtime.watch.AccessLog;
import cn.unionecard.gateway.runtime.watch.Metrics;
import cn.unionecard.gateway.runtime.watch.Readiness;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node runs on, before it knows any store: configuration, time and chance, TLS, metrics, the
 * lines about requests, admission of connections, readiness, Vert.x.
 */
record Machine(
    Config config,
    Clock clock,
    SecureRandom random,
    Tls tls,
    Metrics metrics,
    AccessLog lines,
    Admission admission,
    Readiness readiness,
    Vertx vertx) {

  private static final Logger LOG = LoggerFactory.getLogger(Machine.class);

  static Machine of(Config config, Clock clock, SecureRandom random) {
    warnOfOpen("keys.kekFile", config.keys().kekFile());
    warnOfOpen("http.privateKey", config.http().privateKey());
    warnOfOpen("desk.terminalCaKey", config.desk().terminalCaKey());
    Tls tls = Tls.open(config.http(), random);
    Metrics metrics = new Metrics();
    AccessLog lines = AccessLog.open(config.log(), System.out, clock, metrics.registry());
    Admission admission = admission(config, metrics);
    Vertx vertx = metrics.vertx(config.node().eventLoops(), admission.transport(true));
    return new Machine(
        config, clock, random, tls, metrics, lines, admission, new Readiness(), vertx);
  }

  /**
   * Secrets of an orchestrator may be mounted so, and nobody else lives there: told, not refused.
   */
  private static void warnOfOpen(String key, @Nullable String file) {
    if (file != null && !file.isEmpty() && Secrets.isOpenToOthers(Path.of(file))) {
      LOG.warn("{} {} can be read by others than its owner: chmod 600", key, file);
    }
  }

  private static Admission admission(Config config, Metrics metrics) {
    int webhooks = config.stream().subscriptionsMax() * config.stream().underWayMax();
    Config.Admission fitting = Descriptors.fit(config.admission(), webhooks);
    Budgets budgets = new Budgets(config.limits(), fitting, System::nanoTime);
    return new Admission(fitting, budgets, metrics.registry());
  }

  Future<Void> close() {
    return vertx.close().onComplete(over -> lines.close()).onComplete(over -> metrics.close());
  }
}
