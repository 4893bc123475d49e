package cn.unionecard.gateway.voucher;

import cn.unionecard.gateway.desk.Desk;
import cn.unionecard.gateway.desk.Office;
import cn.unionecard.gateway.runtime.config.Limits;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import io.vertx.sqlclient.Pool;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/** The room of vouchers, quotas and passes of one node: what its event loops share. */
public final class Vouchers {
  private static final int CLAIM_CONNECTIONS = 1;
  private static final long STEP_MS = 1_000;
  private static final long EXPIRY_MS = 60_000;

  private final Vertx vertx;
  private final Pool desks;
  private final Clock clock;
  private final SecureRandom random;
  private final ClaimLine claims;
  private final RoundSteps steps;
  private final Expiries expiries;

  /**
   * @param own a Vert.x for claims alone, with one event loop
   * @param desks for the work of staff and phones
   */
  public Vouchers(
      Vertx vertx,
      Vertx own,
      Pool desks,
      PostgresUrl postgres,
      String redis,
      Limits limits,
      Clock clock,
      SecureRandom random) {
    this.vertx = vertx;
    this.desks = desks;
    this.clock = clock;
    this.random = random;
    RedisOptions options = new RedisOptions().setConnectionString(redis).setPoolName("ecard-claim");
    claims =
        new ClaimLine(
            own,
            postgres.pool(
                own, "ecard-claim", CLAIM_CONNECTIONS, limits.queueRequestsMax(), limits, Map.of()),
            new ClaimGate(
                own, () -> Redis.createClient(own, options), limits.redisTimeoutMs(), clock),
            clock);
    steps = new RoundSteps(desks, clock);
    expiries = new Expiries(desks, clock);
  }

  /** The routes for one event loop; those of phones lie below those of cards and come first. */
  public List<Desk> desks() {
    return List.of(
        new OwnDesk(desks, claims, clock),
        new VoucherDesk(new Office(desks, clock), desks, clock, new RoundBook(random)));
  }

  /** Gives by queries as far as they are opened: one sweep of them. */
  public Future<Integer> sweep() {
    return steps.run();
  }

  /** Tells of what is over by now; of how many rounds. */
  public Future<Integer> tellExpiries() {
    return expiries.run();
  }

  /** Begins to hear claims; before anybody is let in. */
  public void open() {
    claims.start();
  }

  /** Gives by queries and tells of what is over again and again until Vert.x ends. */
  public void start() {
    long unused = vertx.setPeriodic(STEP_MS, timer -> steps.run().onSuccess(done -> {}));
    long too = vertx.setPeriodic(EXPIRY_MS, timer -> expiries.run().onSuccess(told -> {}));
  }

  /** Ends what claims hold. */
  public Future<Void> stop() {
    return claims.stop();
  }
}
