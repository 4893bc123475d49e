package cn.unionecard.gateway.union;

import cn.unionecard.gateway.desk.AuditLine;
import cn.unionecard.gateway.runtime.stores.StoreFailure;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What sign-ins leave behind: a line of the audit, of the log, a count, an event. What a stranger
 * can cause is bounded: so many lines a minute name an account, the rest is told in one line as a
 * number. What was given for a login that is none is written nowhere: it may be a password.
 *
 * <p>Shared by the event loops of a node.
 */
final class SignInTrail {
  /** Failed attempts of a minute that are named one by one. */
  static final int NAMED_MAX = 60;

  private static final Logger LOG = LoggerFactory.getLogger(SignInTrail.class);

  /** Told to the union of the account and all above. */
  private static final String TELL =
      """
      select merchant_event(-$1::integer, $2, $3, $4, jsonb_build_object('audit', $3::bigint))
      """;

  private static final String ROOTS = "select array_agg(id) as ids from org where parent is null";

  /** Attempts that belong to no union: told to those at the top. */
  private static final String TELL_ROOTS =
      """
      select merchant_event(-r, 'staff.sign-ins-refused', $2, $3,
        $4::jsonb || jsonb_build_object('audit', $2::bigint))
      from unnest($1::integer[]) r
      """;

  /** How an attempt ended. */
  enum Outcome {
    GOOD,
    /** The password was good, but somebody else made it: it has to be changed first. */
    ONE_TIME,
    /** The password was good, and the code of the second factor is missing. */
    WITHOUT_CODE,
    /** A wrong password or code for an account that may sign in. */
    WRONG,
    /** A wrong password, and the account is locked for it. */
    LOCKED,
    /** No such account, or suspended, or locked already. */
    NOBODY
  }

  /** An account somebody tried to sign in to. */
  record Tried(int id, String login, int org) {}

  private final Pool pool;
  private final Clock clock;
  private final Map<Outcome, Counter> counters = new EnumMap<>(Outcome.class);
  private final AtomicInteger named = new AtomicInteger();
  private final AtomicInteger nobody = new AtomicInteger();
  private final AtomicInteger unnamed = new AtomicInteger();

  SignInTrail(Pool pool, Clock clock, MeterRegistry registry) {
    this.pool = pool;
    this.clock = clock;
    for (Outcome outcome : Outcome.values()) {
      String tag = outcome.name().toLowerCase(Locale.ROOT);
      counters.put(
          outcome,
          Counter.builder("ecard.sign.ins")
              .description("attempts of staff to sign in")
              .tag("outcome", tag)
              .register(registry));
    }
  }

  /** Notes a good one in the transaction in which it is made good. */
  Future<Void> good(SqlConnection connection, Tried tried, String action) {
    count(Outcome.GOOD);
    LOG.info("{} {}", tried.login(), action);
    return line(tried.id(), tried.login(), tried, action, AuditLine.Outcome.DONE)
        .write(connection)
        .mapEmpty();
  }

  /** The password was good, and signs nobody in. */
  void oneTime(Tried tried) {
    count(Outcome.ONE_TIME);
    LOG.info("{} has a one-time password and must change it", tried.login());
  }

  /** The password was good, and signs nobody in without a code. */
  void withoutCode(Tried tried) {
    count(Outcome.WITHOUT_CODE);
    LOG.info("{} has a second factor and showed no code of it", tried.login());
  }

  /** Notes a failure, behind the answer: what is written must not tell by its time. */
  void wrong(Tried tried, boolean locked) {
    count(locked ? Outcome.LOCKED : Outcome.WRONG);
    if (named.incrementAndGet() > NAMED_MAX) {
      unnamed.incrementAndGet();
      return;
    }
    String action = locked ? "staff.locked" : "staff.sign-in-failed";
    LOG.warn("{} {}", tried.login(), action);
    AuditLine line = line(null, AuditLine.GATEWAY, tried, action, AuditLine.Outcome.REFUSED);
    write(locked ? writeAndTell(line, tried.org()) : line.write(pool));
  }

  private Future<?> writeAndTell(AuditLine line, int org) {
    return pool.withTransaction(
        connection ->
            line.write(connection)
                .compose(
                    seq ->
                        connection
                            .preparedQuery(TELL)
                            .execute(Tuple.of(org, line.action(), seq, line.at()))));
  }

  private AuditLine line(
      @Nullable Integer staff,
      String actor,
      Tried tried,
      String action,
      AuditLine.Outcome outcome) {
    return new AuditLine(
        now(),
        staff,
        actor,
        List.of(tried.org()),
        action,
        tried.login(),
        outcome,
        new JsonObject());
  }

  /** No account may be signed in to by that name. */
  void nobody() {
    count(Outcome.NOBODY);
    nobody.incrementAndGet();
  }

  /** Tells what was only counted since the last time; to be called once a minute. */
  Future<Void> sum() {
    named.set(0);
    int strangers = nobody.getAndSet(0);
    int more = unnamed.getAndSet(0);
    if (strangers + more == 0) {
      return Future.succeededFuture();
    }
    LOG.warn("sign-ins refused: {} for no account that may, {} more", strangers, more);
    JsonObject counts = new JsonObject().put("nobody", strangers).put("others", more);
    return StoreFailure.told(pool.withTransaction(connection -> sum(connection, counts)))
        .onFailure(
            failure -> {
              nobody.addAndGet(strangers);
              unnamed.addAndGet(more);
            });
  }

  private Future<Void> sum(SqlConnection connection, JsonObject counts) {
    return connection
        .query(ROOTS)
        .execute()
        .compose(
            rows -> {
              Integer[] roots = rows.iterator().next().getArrayOfIntegers("ids");
              return roots == null
                  ? Future.succeededFuture()
                  : sum(connection, roots, counts).mapEmpty();
            });
  }

  private Future<?> sum(SqlConnection connection, Integer[] roots, JsonObject counts) {
    OffsetDateTime at = now();
    return new AuditLine(
            at,
            null,
            AuditLine.GATEWAY,
            List.of(roots),
            "staff.sign-ins-refused",
            "sign-in",
            AuditLine.Outcome.REFUSED,
            counts)
        .write(connection)
        .compose(
            seq -> connection.preparedQuery(TELL_ROOTS).execute(Tuple.of(roots, seq, at, counts)));
  }

  private void write(Future<?> written) {
    Future<?> unused =
        written.onFailure(failure -> LOG.warn("a failed sign-in is not in the audit", failure));
  }

  private void count(Outcome outcome) {
    Objects.requireNonNull(counters.get(outcome)).increment();
  }

  private OffsetDateTime now() {
    return clock.instant().atOffset(ZoneOffset.UTC);
  }
}
