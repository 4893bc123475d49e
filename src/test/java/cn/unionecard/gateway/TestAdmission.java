package cn.unionecard.gateway;

import cn.unionecard.gateway.runtime.admission.Admission;
import cn.unionecard.gateway.runtime.admission.Budgets;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.config.Limits;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;

/** Houses that let in what a test wants to be let in. */
public final class TestAdmission {
  /** More than any test asks. */
  public static final Config.Admission OPEN =
      new Config.Admission(
          10_000,
          10_000,
          262_144,
          16_777_216,
          30_000,
          100_000,
          100_000,
          100_000,
          100_000,
          100_000,
          100_000);

  private TestAdmission() {}

  /** So many connections, all of which may be of one address. */
  public static Config.Admission connections(int max, int perAddressMax) {
    return new Config.Admission(
        max,
        perAddressMax,
        262_144,
        16_777_216,
        30_000,
        100_000,
        100_000,
        100_000,
        100_000,
        100_000,
        100_000);
  }

  /** So many unproved requests, and failures, of one address a second and at once. */
  public static Config.Admission requests(int perSecond, int burst) {
    return new Config.Admission(
        10_000,
        10_000,
        262_144,
        16_777_216,
        30_000,
        perSecond,
        burst,
        100_000,
        100_000,
        100_000,
        100_000);
  }

  public static Admission of(Limits limits) {
    return of(OPEN, limits, new SimpleMeterRegistry());
  }

  public static Admission of(Config.Admission admission, Limits limits, MeterRegistry registry) {
    return new Admission(admission, new Budgets(limits, admission, System::nanoTime), registry);
  }

  /** A Vert.x whose listeners ask that admission. */
  public static Vertx vertx(Admission admission) {
    return Loops.watched(Vertx.builder().withTransport(admission.transport(true)).build());
  }
}
