package cn.unionecard.gateway.union;

import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.runtime.config.Limits;
import cn.unionecard.gateway.runtime.stores.HeldConnectionVerticle;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Which epoch each account is in, as far as this node has heard: kept up to date by PostgreSQL's
 * notifications, and read anew whenever the connection had been lost. So whoever only shows a token
 * needs no look into the database, and no token outlives its account. The same for sessions that
 * somebody has signed out of. May be asked from any thread.
 */
public final class StaffEpochs extends HeldConnectionVerticle {
  private static final String LISTEN = "listen staff_epoch; listen session_ended";
  private static final String ALL = "select login, epoch from staff";
  private static final String ENDED = "select id from session_ended";
  private static final String SESSIONS = "session_ended";

  /** Longer than any token of a session lives after it. */
  private static final long ENDED_NS = TimeUnit.MINUTES.toNanos(20);

  /** What was notified before an answer has been heard before it. */
  private static final String PROBE = "select 1";

  private static final long PROBE_MS = 2_000;

  /** After so long without a word nobody is believed any more. */
  private static final long SILENT_NS_MAX = TimeUnit.SECONDS.toNanos(10);

  private final long timeoutMs;
  private final LongSupplier nanos;
  private final Promise<Void> known = Promise.promise();
  private final Map<String, Long> epochs = new ConcurrentHashMap<>();

  /** By their ids, when they may be forgotten. */
  private final Map<String, Long> ended = new ConcurrentHashMap<>();

  private volatile long heardAt;

  /**
   * @param postgres a session of one's own is needed, so no pooler that hands them out by
   *     transaction
   * @param nanos a clock that only goes on, nanoseconds
   */
  public StaffEpochs(PostgresUrl postgres, Limits limits, LongSupplier nanos) {
    super(postgres.connectOptions("ecard-staff", limits), "epochs of staff");
    this.timeoutMs = limits.statementTimeoutMs();
    this.nanos = nanos;
    this.heardAt = nanos.getAsLong() - SILENT_NS_MAX;
  }

  /** Starts; succeeds when the accounts have been read, or when PostgreSQL does not answer. */
  public Future<Void> open(Vertx vertx) {
    return vertx
        .deployVerticle(this)
        .compose(
            id -> known.future().timeout(timeoutMs, TimeUnit.MILLISECONDS).otherwise(late -> null));
  }

  /**
   * Whether the account is still as it was when the token was given out.
   *
   * @throws Fault.Busy if nothing has been heard of it or, for long, of any
   */
  public boolean isCurrent(Caller.Staff staff) {
    Long epoch = epochs.get(staff.subject());
    if (epoch == null || nanos.getAsLong() - heardAt > SILENT_NS_MAX) {
      throw new Fault.Busy("the account cannot be looked up, ask again");
    }
    // a later one was given out after the last word from the database
    return staff.epoch() >= epoch;
  }

  /** Whether somebody has signed out of that session, as far as this node has heard. */
  public boolean hasEnded(String session) {
    return ended.containsKey(session);
  }

  /** First the ear, then the look: what changes in between is heard. */
  @Override
  protected void opened(PgConnection connection) {
    connection.notificationHandler(
        heard -> {
          if (heard.getChannel().equals(SESSIONS)) {
            end(heard.getPayload());
          } else {
            hear(heard.getPayload());
          }
        });
    held()
        .await(
            connection,
            connection.query(LISTEN).execute(),
            timeoutMs,
            listening ->
                held()
                    .await(
                        connection,
                        connection.query(ALL).execute(),
                        timeoutMs,
                        rows -> readEnded(connection, rows)));
  }

  private void readEnded(PgConnection connection, RowSet<Row> accounts) {
    held()
        .await(
            connection,
            connection.query(ENDED).execute(),
            timeoutMs,
            rows -> {
              rows.forEach(row -> end(row.getString("id")));
              readAll(connection, accounts);
            });
  }

  private void end(String session) {
    ended.put(session, nanos.getAsLong() + ENDED_NS);
  }

  private void readAll(PgConnection connection, RowSet<Row> rows) {
    Map<String, Long> read = new HashMap<>();
    rows.forEach(row -> read.put(row.getString("login"), row.getLong("epoch")));
    epochs.keySet().retainAll(read.keySet());
    read.forEach((login, epoch) -> epochs.merge(login, epoch, Math::max));
    heard(connection);
    known.tryComplete();
  }

  private void heard(PgConnection connection) {
    heardAt = nanos.getAsLong();
    ended.values().removeIf(until -> heardAt - until > 0);
    vertx.setTimer(PROBE_MS, due -> probe(connection));
  }

  private void probe(PgConnection connection) {
    if (held().holds(connection)) {
      held()
          .await(
              connection,
              connection.query(PROBE).execute(),
              timeoutMs,
              answered -> heard(connection));
    }
  }

  /**
   * @param payload login and epoch
   */
  private void hear(String payload) {
    int blank = payload.indexOf(' ');
    epochs.merge(
        payload.substring(0, blank), Long.valueOf(payload.substring(blank + 1)), Math::max);
  }
}
