package cn.unionecard.gateway.province;

import cn.unionecard.gateway.desk.Desk;
import cn.unionecard.gateway.desk.FileSigner;
import cn.unionecard.gateway.desk.Office;
import cn.unionecard.gateway.desk.Spelling;
import cn.unionecard.gateway.member.Roster;
import cn.unionecard.gateway.province.Trouble.Unanswered;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.stores.StoreFailure;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The room of the province's platform of one node. Its rounds belong to one event loop. */
public final class Province {
  private static final Logger LOG = LoggerFactory.getLogger(Province.class);

  /** A way that fails is tried again after two, four … rounds, at most so many. */
  private static final int PAUSE_MAX = 16;

  private final Vertx vertx;
  private final Pool pool;
  private final Config.Province config;
  private final Clock clock;
  private final Link link;
  private final ProvinceMeters meters;
  private final Supplier<Roster> rosters;
  private final Supplier<FileSigner> signers;
  private @Nullable Ways ways;
  private boolean running;

  private record Ways(Counterpart counterpart, ReadingIn in, SendingOut out, Pause[] pauses) {}

  /** Of one way. */
  private static final class Pause {
    private int failures;
    private int rounds;

    boolean isOver() {
      return rounds-- <= 0;
    }

    void ended(boolean well) {
      failures = well ? 0 : failures + 1;
      rounds = failures < 2 ? 0 : Math.min(PAUSE_MAX, 1 << Math.min(failures - 1, 10));
    }
  }

  /**
   * @param rosters makes who enters members; none is used by two event loops
   * @param signers who signs files now
   */
  public Province(
      Vertx vertx,
      Pool pool,
      Supplier<Roster> rosters,
      Supplier<FileSigner> signers,
      Config.Province config,
      Clock clock,
      SecureRandom random,
      MeterRegistry registry) {
    this.signers = signers;
    this.vertx = vertx;
    this.pool = pool;
    this.rosters = rosters;
    this.config = config;
    this.clock = clock;
    this.link = new Link(pool, Spelling.no(random), clock);
    this.meters = new ProvinceMeters(registry);
  }

  /** The routes; for any event loop. */
  public Desk desk() {
    return new ProvinceDesk(new Office(pool, clock), signers);
  }

  /** Goes round again and again until Vert.x ends, if there is such a platform. */
  public void start() {
    if (config.isLinked()) {
      long unused = vertx.setPeriodic(config.everyMs(), timer -> run().onSuccess(done -> {}));
    }
  }

  /** What is under way ends with its connection, and comes again. */
  public Future<Void> stop() {
    if (ways != null) {
      ways.counterpart.close();
    }
    return config.isLinked() ? link.letGo().otherwiseEmpty() : Future.succeededFuture();
  }

  /** One round, both ways. Nothing while the one before still runs. Fails never. */
  public Future<Void> run() {
    if (running) {
      return Future.succeededFuture();
    }
    running = true;
    return round()
        .recover(
            failure -> {
              LOG.warn("province: no round: {}", failure.toString());
              return Future.succeededFuture();
            })
        .onComplete(over -> running = false);
  }

  private Future<Void> round() {
    return link.hold()
        .compose(standing -> standing == null ? Future.succeededFuture() : round(standing));
  }

  private Future<Void> round(Link.Standing standing) {
    return link.account(config.account())
        .compose(
            account -> {
              if (account == null) {
                return link.inFails(Trouble.NO_ACCOUNT)
                    .compose(noted -> link.outFails(Trouble.NO_ACCOUNT));
              }
              if (!config.isThere()) {
                return link.begin(account.org()); // files go out, when somebody makes them
              }
              Ways now = ways();
              return link.begin(account.org())
                  .compose(
                      begun ->
                          way(now.pauses[0], () -> now.in.run(account, standing), link::inFails))
                  .compose(
                      in ->
                          way(
                              now.pauses[1],
                              () -> now.out.run(account.org(), standing),
                              link::outFails));
            });
  }

  private Ways ways() {
    if (ways == null) {
      Counterpart counterpart = new Counterpart(vertx, config);
      ways =
          new Ways(
              counterpart,
              new ReadingIn(
                  pool,
                  new Office(pool, clock),
                  counterpart,
                  new Inbound(rosters.get()),
                  link,
                  config,
                  meters),
              new SendingOut(pool, counterpart, link, config, meters),
              new Pause[] {new Pause(), new Pause()});
    }
    return ways;
  }

  /** One way; what it fails by is written down, and stands in no other's way. */
  private Future<Void> way(
      Pause pause, Supplier<Future<Void>> work, Function<Trouble, Future<Void>> fails) {
    if (!pause.isOver()) {
      return Future.succeededFuture();
    }
    return Future.<Void>succeededFuture()
        .compose(begun -> work.get())
        .map(
            done -> {
              pause.ended(true);
              meters.way(true);
              return done;
            })
        .recover(
            failure -> {
              pause.ended(false);
              meters.way(false);
              return fails.apply(trouble(failure));
            });
  }

  private static Trouble trouble(Throwable failure) {
    if (failure instanceof Unanswered unanswered) {
      return unanswered.trouble;
    }
    if (StoreFailure.of(failure) == StoreFailure.BUG) {
      LOG.error("province: a way has failed", failure);
      return Trouble.FAULT;
    }
    LOG.warn("province: the store: {}", failure.toString());
    return Trouble.STORE;
  }
}
