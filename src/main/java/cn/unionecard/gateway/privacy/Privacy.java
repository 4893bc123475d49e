package cn.unionecard.gateway.privacy;

import cn.unionecard.gateway.desk.Desk;
import cn.unionecard.gateway.desk.Office;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.config.Limits;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import cn.unionecard.gateway.runtime.stores.Snapshots;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;

/** The room of what is a member's own, of one node: what its event loops share. */
public final class Privacy {
  /** Time for one analysis; then it was in vain, and the caller hears 503 or 504. */
  static final int ANALYSIS_MS_MAX = 30_000;

  private static final int CONNECTIONS_MAX = 1;
  private static final int WAITING_MAX = 8;
  private static final int STATEMENT_MS_MAX = 25_000;
  private static final long KEYS_MS = 60_000;
  private static final long RETENTION_MS = 3_600_000;

  private final Vertx vertx;
  private final Pool desks;
  private final Pool analysts;
  private final Supplier<MemberVault> vaults;
  private final Reads reads;
  private final Clock clock;

  /**
   * @param vaults makes a vault; none is used by two event loops
   */
  public Privacy(
      Vertx vertx,
      PostgresUrl postgres,
      Pool desks,
      Supplier<MemberVault> vaults,
      Config.Desk config,
      Limits limits,
      Clock clock,
      MeterRegistry registry) {
    this.vertx = vertx;
    this.desks = desks;
    this.vaults = vaults;
    this.clock = clock;
    reads = new Reads(config.readsAlarm(), config.readsMax(), registry);
    analysts =
        new Snapshots(
                "ecard-analysis", CONNECTIONS_MAX, WAITING_MAX, STATEMENT_MS_MAX, ANALYSIS_MS_MAX)
            .pool(vertx, postgres, limits);
  }

  /** Through which staff look at members; for any event loop. */
  public Reads reads() {
    return reads;
  }

  /** The routes for one event loop. */
  public List<Desk> desks() {
    MemberVault vault = vaults.get();
    RequestBook requests = new RequestBook(vault, reads);
    return List.of(
        new OwnPrivacyDesk(desks, vault, requests, clock),
        new PrivacyDesk(
            new Office(desks, clock),
            new Office(analysts, clock),
            new HolderBook(vault, reads),
            requests));
  }

  /** Who gives keys to those that were entered before there were any; for one event loop. */
  public KeyMove keys() {
    return new KeyMove(desks, vaults.get());
  }

  /** Who ends what was kept for long enough. */
  public Retention retention() {
    return new Retention(desks, clock);
  }

  /** Both again and again, until Vert.x ends. */
  public void start() {
    KeyMove keys = keys();
    Retention retention = retention();
    long first = vertx.setTimer(1, timer -> keys.run().onSuccess(moved -> {}));
    long again = vertx.setPeriodic(KEYS_MS, timer -> keys.run().onSuccess(moved -> {}));
    long hourly = vertx.setPeriodic(RETENTION_MS, timer -> retention.run().onComplete(over -> {}));
  }
}
