package cn.unionecard.gateway.settlement;

import cn.unionecard.gateway.desk.Desk;
import cn.unionecard.gateway.desk.FileSigner;
import cn.unionecard.gateway.desk.Office;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.config.Limits;
import cn.unionecard.gateway.runtime.keys.Kek;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The money's desk of one node: what its event loops share. Closing a day takes long, so it has
 * connections of its own with times of their own, and nobody else waits for them.
 */
public final class Settlement {
  /** Time for one answer; then it was in vain, and the caller hears 503 or 504. */
  static final int DEADLINE_MS = 30_000;

  private static final Logger LOG = LoggerFactory.getLogger(Settlement.class);
  private static final int CONNECTIONS_MAX = 2;
  private static final int WAITING_MAX = 64;
  private static final String CLOSE_MS_MAX = "1800000";

  private final Vertx vertx;
  private final Pool desks;
  private final Pool closing;
  private final Config.Settlement terms;
  private final Clock clock;
  private final Supplier<FileSigner> signers;
  private final Kek kek;
  private final SecureRandom random;
  private boolean running;

  /**
   * What a node is made of.
   *
   * @param signers who signs files now
   */
  public record Means(Clock clock, SecureRandom random, Supplier<FileSigner> signers, Kek kek) {}

  public Settlement(
      Vertx vertx,
      PostgresUrl postgres,
      Pool desks,
      Config.Settlement terms,
      Limits limits,
      Means means) {
    this.vertx = vertx;
    this.desks = desks;
    this.terms = terms;
    this.clock = means.clock();
    this.signers = means.signers();
    this.kek = means.kek();
    this.random = means.random();
    closing = closing(vertx, postgres, limits);
  }

  /** Connections for closing days, which may take long. */
  public static Pool closing(Vertx vertx, PostgresUrl postgres, Limits limits) {
    return postgres.pool(
        vertx,
        "ecard-settlement",
        CONNECTIONS_MAX,
        WAITING_MAX,
        limits,
        Map.of(
            "statement_timeout", CLOSE_MS_MAX,
            "idle_in_transaction_session_timeout", CLOSE_MS_MAX));
  }

  /** The routes for one event loop. */
  public List<Desk> desks() {
    Office office = new Office(desks, clock);
    return List.of(
        new SettlementDesk(office, signers, clock),
        new PaymentDesk(office, new Payees(kek, random, terms), terms),
        new CaseDesk(office, terms));
  }

  /** Closes days. */
  public DayClose dayClose() {
    return new DayClose(closing, clock, Duration.ofMillis(terms.closeAfterMs()), new Hints(terms));
  }

  /** Closes whatever day is over, again and again until Vert.x ends. */
  public void start() {
    DayClose close = dayClose();
    long unused = vertx.setPeriodic(terms.sweepMs(), timer -> sweep(close));
  }

  private void sweep(DayClose close) {
    if (running) {
      return;
    }
    running = true;
    close
        .run(
            step -> {
              if (step.kind() == DayClose.Kind.CLOSED) {
                LOG.info("{} is closed", step.day());
              }
            })
        .onFailure(failure -> LOG.warn("a day is closed by the next sweep: {}", failure.toString()))
        .onComplete(over -> running = false);
  }
}
