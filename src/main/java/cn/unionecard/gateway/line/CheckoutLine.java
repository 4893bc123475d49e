package cn.unionecard.gateway.line;

import cn.unionecard.gateway.archive.Archive;
import cn.unionecard.gateway.archive.Records;
import cn.unionecard.gateway.archive.StoredArchive;
import cn.unionecard.gateway.code.CodeKey;
import cn.unionecard.gateway.code.CurrentCodes;
import cn.unionecard.gateway.definitions.UnreadableDefinitions;
import cn.unionecard.gateway.ledger.Holds;
import cn.unionecard.gateway.ledger.PostgresLaneLedger;
import cn.unionecard.gateway.model.Unreadable;
import cn.unionecard.gateway.receipt.Sealer;
import cn.unionecard.gateway.receipt.SigningKey;
import cn.unionecard.gateway.runtime.config.Config;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkout line of one node: its lanes, each on an event loop of its own, and the archive they
 * share. Lane <i>i</i> writes the chain {@code <node>.<i>}.
 */
public final class CheckoutLine {
  private static final Logger LOG = LoggerFactory.getLogger(CheckoutLine.class);

  /** Each takes {@code limits.deadlineMs}, or a little longer. */
  private static final int OPENS_MORE = 29;

  /** How often it is looked whether a lane is open. */
  private static final long LOOK_MS = 1_000;

  private record Placed(Lane lane, HoldSweep sweep, Context home) {}

  private final Vertx vertx;
  private final Config config;
  private final PgConnectOptions ledger;
  private final Keys keys;
  private final Clock clock;
  private final UnreadableDefinitions unreadable;
  private final StoredArchive archive;
  private final LaneMetrics metrics;
  private final Holds holds;
  private final List<Placed> lanes = new ArrayList<>();

  /**
   * Keys of the lanes, asked for again and again: the same objects while nothing has changed.
   *
   * @param signing signs receipts
   * @param codes newest first
   */
  public record Keys(Supplier<SigningKey> signing, Supplier<List<CodeKey>> codes) {}

  /**
   * @param pool for reading the archive, and for looking whether definitions can be understood
   * @param ledger the lanes' own connections
   */
  public CheckoutLine(
      Vertx vertx,
      Config config,
      Pool pool,
      PgConnectOptions ledger,
      Keys keys,
      Clock clock,
      MeterRegistry registry) {
    this.vertx = vertx;
    this.config = config;
    this.ledger = ledger;
    this.keys = keys;
    this.clock = clock;
    this.unreadable = new UnreadableDefinitions(vertx, pool, registry);
    this.holds = new Holds(pool);
    this.archive = new StoredArchive(new Records(pool));
    this.metrics = new LaneMetrics(registry);
  }

  /**
   * Opens one more lane on the calling context's event loop.
   *
   * @return its door
   */
  public Future<Checkout> openLane() {
    Context home = vertx.getOrCreateContext();
    String chain = config.node().name() + "." + lanes.size();
    Timers timers = new VertxTimers(vertx);
    RedisOptions redis =
        new RedisOptions().setConnectionString(config.stores().redis()).setPoolName("ecard-lane");
    Lane lane =
        new Lane(
            new LaneParts(
                timers,
                new PostgresLaneLedger(vertx, ledger, chain),
                new CodeGuard(
                    timers, () -> Redis.createClient(vertx, redis), config.limits(), clock),
                unreadable::seen,
                new CurrentCodes(keys.codes),
                new Sealer(keys.signing, chain),
                archive::receipt,
                config.limits(),
                clock,
                metrics));
    HoldSweep sweep = new HoldSweep(timers, holds::due, lane, config.limits(), clock);
    boolean first = lanes.isEmpty();
    lanes.add(new Placed(lane, sweep, home));
    AtomicBoolean flies = metrics.lane();
    long unused = // ends with the event loop
        vertx.setPeriodic(LOOK_MS, due -> flies.set(lane.isOpen()));
    return open(lane, OPENS_MORE)
        .onSuccess(
            open -> {
              flies.set(true);
              if (first) { // one of a node's lanes is enough
                unreadable.seen(0);
                sweep.start();
              }
            })
        .map(open -> new LaneDoor(vertx, lane, home));
  }

  /** A store that is slow at the start is given time; one that refuses ends it. */
  private static Future<Void> open(Lane lane, int more) {
    return lane.open()
        .recover(
            failure -> {
              if (more == 0 || !(failure instanceof TimeoutException)) {
                return Future.failedFuture(failure);
              }
              LOG.warn("the ledger is slow, a lane is opened once more: {}", failure.getMessage());
              return open(lane, more - 1);
            });
  }

  /** What was recorded. */
  public Archive archive() {
    return archive;
  }

  /** How many blocks the lanes have flown so far. */
  public long blocks() {
    return metrics.blocks();
  }

  /** The definitions that cannot be understood, and so are switched off. */
  public List<Unreadable> unreadable() {
    return unreadable.all();
  }

  /** Succeeds if every lane can fly; asks each on its own event loop. */
  public Future<Void> health() {
    List<Future<Void>> answers = new ArrayList<>();
    for (Placed placed : lanes) {
      Promise<Void> promise = Promise.promise();
      placed
          .home()
          .runOnContext(
              there -> {
                if (placed.lane().isOpen()) {
                  promise.complete();
                } else {
                  promise.fail("a lane has no ledger");
                }
              });
      answers.add(promise.future());
    }
    return Future.all(answers).mapEmpty();
  }

  /** Takes no more requests; completes when all that were taken are answered. */
  public Future<Void> drain() {
    unreadable.end();
    List<Future<Void>> drained = new ArrayList<>();
    for (Placed placed : lanes) {
      Promise<Void> promise = Promise.promise();
      placed
          .home()
          .runOnContext(
              there -> {
                placed.sweep().stop();
                placed.lane().drain().onComplete(promise);
              });
      drained.add(promise.future());
    }
    return Future.all(drained).mapEmpty();
  }
}
