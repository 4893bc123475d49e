package cn.unionecard.gateway.union;

import cn.unionecard.gateway.runtime.Config;
import cn.unionecard.gateway.runtime.desk.Desk;
import cn.unionecard.gateway.runtime.desk.Office;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.sqlclient.Pool;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicInteger;

/** The union desk's first room of one node: what its event loops share. */
public final class Union {
  private static final int THREADS = 2;

  private final Pool pool;
  private final StaffTokens tokens;
  private final Config.Desk limits;
  private final Clock clock;
  private final WorkerExecutor workers;
  private final Passwords passwords;
  private final AtomicInteger signingIn = new AtomicInteger();

  public Union(
      Vertx vertx,
      Pool pool,
      StaffTokens tokens,
      Config.Desk limits,
      Clock clock,
      SecureRandom random) {
    this.pool = pool;
    this.tokens = tokens;
    this.limits = limits;
    this.clock = clock;
    this.workers = vertx.createSharedWorkerExecutor("passwords", THREADS);
    this.passwords = new Passwords(random);
  }

  /** The routes for one event loop. */
  public Desk desk() {
    return new UnionDesk(
        new Office(pool, clock),
        new SignIn(pool, workers, passwords, tokens, limits, clock, signingIn),
        workers,
        passwords,
        limits.staffTokenLifetimeMs() / 1000);
  }
}
