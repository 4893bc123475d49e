package cn.unionecard.gateway.feed;

import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One PostgreSQL connection of one's own that comes back: lost, it is opened again with a growing
 * pause. Says once that it is gone and once that it is back. Belongs to one context.
 */
final class HeldConnection {
  private static final Logger LOG = LoggerFactory.getLogger(HeldConnection.class);
  private static final long PAUSE_MIN_MS = 100;
  private static final long PAUSE_MAX_MS = 2_000;

  private final Vertx vertx;
  private final PgConnectOptions options;
  private final String name;
  private final Consumer<PgConnection> opened;

  private @Nullable PgConnection current;
  private boolean stopped;
  private boolean troubled;
  private long pauseMs = PAUSE_MIN_MS;

  /**
   * @param name what the connection is for, in logs
   * @param opened is given every new connection
   */
  HeldConnection(
      Vertx vertx, PgConnectOptions options, String name, Consumer<PgConnection> opened) {
    this.vertx = vertx;
    this.options = options;
    this.name = name;
    this.opened = opened;
  }

  void open() {
    if (stopped) {
      return;
    }
    PgConnection.connect(vertx, options).onSuccess(this::accept).onFailure(this::again);
  }

  private void accept(PgConnection connection) {
    if (stopped) {
      connection.close();
      return;
    }
    current = connection;
    connection.exceptionHandler(e -> LOG.debug("{}: {}", name, e.getMessage()));
    connection.closeHandler(v -> lose(connection, new IllegalStateException("closed by peer")));
    opened.accept(connection);
  }

  /** Whether this is the connection in use; an answer on an older one is to be ignored. */
  boolean holds(PgConnection connection) {
    return current == connection;
  }

  /** To be told when the connection has done its work: the next trouble is a new one. */
  void proved() {
    pauseMs = PAUSE_MIN_MS;
    if (troubled) {
      troubled = false;
      LOG.info("{}: back", name);
    }
  }

  /** Gives the connection up and opens another one. */
  void lose(PgConnection connection, Throwable why) {
    if (!holds(connection)) {
      return;
    }
    current = null;
    connection.close();
    again(why);
  }

  private void again(Throwable why) {
    if (stopped) {
      return;
    }
    if (!troubled) {
      troubled = true;
      LOG.warn("{}: lost, will come back: {}", name, why.getMessage());
    }
    vertx.setTimer(pauseMs, t -> open());
    pauseMs = Math.min(PAUSE_MAX_MS, pauseMs * 2);
  }

  void stop() {
    stopped = true;
    PgConnection connection = current;
    current = null;
    if (connection != null) {
      connection.close();
    }
  }
}
