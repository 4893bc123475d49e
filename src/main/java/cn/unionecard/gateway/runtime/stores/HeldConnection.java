package cn.unionecard.gateway.runtime.stores;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Tuple;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One PostgreSQL connection of one's own that comes back: lost, it is opened again with a growing
 * pause. Says once that it is gone and once that it is back. Belongs to one context.
 */
public final class HeldConnection {
  private static final Logger LOG = LoggerFactory.getLogger(HeldConnection.class);
  private static final String TRY_LOCK = "select pg_try_advisory_lock($1)";
  private static final long PAUSE_MIN_MS = 100;
  private static final long PAUSE_MAX_MS = 2_000;
  private static final long CONNECT_MS_MAX = 3_000;

  /** It is back when it answers beyond the question at which it was lost, of the first few. */
  private static final int PROVING_ANSWERS_MAX = 2;

  private final Vertx vertx;
  private final PgConnectOptions options;
  private final String name;
  private final Consumer<PgConnection> opened;

  private volatile @Nullable PgConnection
      current; // others than its context may ask whether it holds
  private boolean stopped;
  private boolean troubled;
  private int answers;
  private int answersBefore;
  private @Nullable MessageConsumer<String> renewal;
  private long pauseMs = PAUSE_MIN_MS;

  /**
   * @param name what the connection is for, in logs
   * @param opened is given every new connection
   */
  public HeldConnection(
      Vertx vertx, PgConnectOptions options, String name, Consumer<PgConnection> opened) {
    this.vertx = vertx;
    this.options = options;
    this.name = name;
    this.opened = opened;
  }

  /** Connects, now and again until it succeeds. */
  public void open() {
    if (stopped) {
      return;
    }
    if (renewal == null) {
      renewal = Renewal.hear(vertx, this::renew);
    }
    Future<PgConnection> connecting = PgConnection.connect(vertx, options);
    connecting
        .timeout(CONNECT_MS_MAX, TimeUnit.MILLISECONDS)
        .onSuccess(this::accept)
        .onFailure(
            failure -> {
              connecting.onSuccess(late -> late.close());
              again(failure);
            });
  }

  private void accept(PgConnection connection) {
    if (stopped) {
      connection.close();
      return;
    }
    current = connection;
    answers = 0;
    connection.exceptionHandler(e -> LOG.debug("{}: {}", name, e.getMessage()));
    connection.closeHandler(v -> lose(connection, new IllegalStateException("closed by peer")));
    opened.accept(connection);
  }

  /**
   * Waits for the answer to a question asked on the connection. No answer in time, or an error,
   * costs the connection; an answer that comes after its connection was lost is ignored.
   */
  public <T> void await(
      PgConnection connection, Future<T> answer, long timeoutMs, Consumer<? super T> next) {
    answer
        .timeout(timeoutMs, TimeUnit.MILLISECONDS)
        .onFailure(e -> lose(connection, e))
        .onSuccess(
            value -> {
              if (holds(connection)) {
                proved();
                next.accept(value);
              }
            });
  }

  /**
   * Asks for an advisory lock, again and again, until the connection's session has it. Lock and
   * connection are lost together, so whoever lost the one cannot go on with the other.
   *
   * @param timeoutMs an answer that takes longer costs the connection
   * @param pauseMs how long to stand by before asking again
   * @param won is given the connection that has the lock
   */
  public void compete(
      PgConnection connection,
      long lock,
      long timeoutMs,
      long pauseMs,
      Consumer<PgConnection> won) {
    await(
        connection,
        connection.preparedQuery(TRY_LOCK).execute(Tuple.of(lock)),
        timeoutMs,
        rows -> {
          if (rows.iterator().next().getBoolean(0)) {
            won.accept(connection);
          } else {
            vertx.setTimer(
                pauseMs,
                t -> {
                  if (holds(connection)) {
                    compete(connection, lock, timeoutMs, pauseMs, won);
                  }
                });
          }
        });
  }

  /** Whether this is still the connection in use. */
  public boolean holds(PgConnection connection) {
    return current == connection;
  }

  /** A server that cannot write answers the first questions as if all were well. */
  private void proved() {
    answers = Math.min(answers + 1, PROVING_ANSWERS_MAX + 1);
    if (answers <= answersBefore) {
      return;
    }
    answersBefore = 0;
    pauseMs = PAUSE_MIN_MS;
    if (troubled) {
      troubled = false;
      LOG.info("{}: back", name);
    }
  }

  private void lose(PgConnection connection, Throwable why) {
    if (!holds(connection)) {
      return;
    }
    current = null;
    answersBefore = Math.max(answersBefore, Math.min(answers, PROVING_ANSWERS_MAX));
    connection.close();
    if (StoreFailure.of(why) == StoreFailure.UNWRITABLE) {
      Renewal.ask(vertx);
    }
    again(why);
  }

  /** Quietly: nothing is lost, but another server may stand behind the name by now. */
  private void renew() {
    PgConnection connection = current;
    if (connection != null) {
      current = null;
      connection.close();
      open();
    }
  }

  private void again(Throwable why) {
    if (stopped) {
      return;
    }
    if (!troubled) {
      troubled = true;
      LOG.warn("{}: lost, will come back: {}", name, why.toString());
    }
    vertx.setTimer(pauseMs, t -> open());
    pauseMs = Math.min(PAUSE_MAX_MS, pauseMs * 2);
  }

  /** Closes it for good. */
  public void stop() {
    stopped = true;
    MessageConsumer<String> hearing = renewal;
    if (hearing != null) {
      hearing.unregister();
    }
    PgConnection connection = current;
    current = null;
    if (connection != null) {
      connection.close();
    }
  }
}
