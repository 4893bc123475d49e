package cn.unionecard.gateway.union;

import cn.unionecard.gateway.desk.Desk;
import cn.unionecard.gateway.desk.Office;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.keys.Kek;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.security.SecureRandom;
import java.time.Clock;

/** The union desk's first room of one node: what its event loops share. */
public final class Union {
  /** A password takes a thread for tens of milliseconds: the tills keep the other cores. */
  private static final int THREADS = Math.max(1, Runtime.getRuntime().availableProcessors() / 4);

  private static final long SUM_MS = 60_000;

  private final Pool pool;
  private final Kek kek;
  private final StaffTokens tokens;
  private final Config.Desk limits;
  private final Clock clock;
  private final SecureRandom random;
  private final PasswordWork passwords;
  private final SignInTrail trail;
  private final SignInQueue signingIn;

  public Union(
      Vertx vertx,
      Pool pool,
      Kek kek,
      StaffTokens tokens,
      Config.Desk limits,
      Clock clock,
      SecureRandom random,
      MeterRegistry registry) {
    this.pool = pool;
    this.kek = kek;
    this.random = random;
    this.tokens = tokens;
    this.limits = limits;
    this.clock = clock;
    this.passwords = new PasswordWork(vertx, random, THREADS);
    this.signingIn = new SignInQueue(THREADS, limits.signInsMax());
    this.trail = new SignInTrail(pool, clock, registry);
    // what it fails with has been counted again
    long summing = vertx.setPeriodic(SUM_MS, due -> sumSignIns().onFailure(failed -> {}));
  }

  /** The routes for one event loop. */
  public Desk desk() {
    return new UnionDesk(
        new Office(pool, clock),
        new SignIn(
            pool,
            passwords,
            new SecondFactors(kek, random, clock),
            tokens,
            limits,
            clock,
            trail,
            signingIn),
        passwords);
  }

  /** A session before the pages is in use. */
  public void used(String session) {
    OwnSessions.used(pool, clock, session);
  }

  /** Tells of the failed sign-ins that were only counted so far. */
  public Future<Void> sumSignIns() {
    return trail.sum();
  }
}
