package cn.unionecard.gateway.merchant;

import cn.unionecard.gateway.desk.Desk;
import cn.unionecard.gateway.desk.Office;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.keys.Kek;
import cn.unionecard.gateway.runtime.tls.Certificates;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The merchants' room of one node. */
public final class Merchants {
  private final Vertx vertx;
  private final Pool pool;
  private final Kek kek;
  private final Certificates.@Nullable Identity authority;
  private final Config.Desk limits;
  private final Clock clock;
  private final SecureRandom random;

  /**
   * @param kek wraps settlement accounts
   * @param authority signs terminal certificates, or null if this node gives none
   */
  public Merchants(
      Vertx vertx,
      Pool pool,
      Kek kek,
      Certificates.@Nullable Identity authority,
      Config.Desk limits,
      Clock clock,
      SecureRandom random) {
    this.vertx = vertx;
    this.pool = pool;
    this.kek = kek;
    this.authority = authority;
    this.limits = limits;
    this.clock = clock;
    this.random = random;
  }

  /** The routes for one event loop. */
  public List<Desk> desks() {
    Office office = new Office(pool, clock);
    Certificates certificates = new Certificates(clock, random);
    Activation activation =
        new Activation(vertx, pool, certificates, authority, limits, clock, random);
    return List.of(new MerchantDesk(office), new TerminalDesk(office, activation, kek, random));
  }

  /** Looks at the veto by itself. */
  public VetoSweep sweep() {
    return new VetoSweep(pool, clock);
  }

  /** Sweeps again and again until Vert.x ends. */
  public void start() {
    VetoSweep sweep = sweep();
    long unused =
        vertx.setPeriodic(limits.vetoSweepMs(), timer -> sweep.run().onSuccess(due -> {}));
  }
}
