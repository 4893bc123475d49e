package cn.unionecard.gateway.runtime.stores;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import org.jspecify.annotations.Nullable;

/**
 * A verticle around one {@link HeldConnection}, from its start to its stop. PostgreSQL need not be
 * there yet when it starts.
 */
public abstract class HeldConnectionVerticle extends VerticleBase {
  private final PgConnectOptions options;
  private final String name;
  private @Nullable HeldConnection held;

  /**
   * @param options a session of one's own: locks and notifications are lost behind a pooler
   * @param name what the connection is for, in logs
   */
  protected HeldConnectionVerticle(PgConnectOptions options, String name) {
    this.options = options;
    this.name = name;
  }

  /** Is given every new connection. */
  protected abstract void opened(PgConnection connection);

  @Override
  public Future<?> start() {
    HeldConnection connection = new HeldConnection(vertx, options, name, this::opened);
    held = connection;
    connection.open();
    return Future.succeededFuture();
  }

  /** Closes the connection, which frees what its session holds. */
  @Override
  public Future<?> stop() {
    held().stop();
    return Future.succeededFuture();
  }

  /** The connection, which is there from the start on. */
  protected final HeldConnection held() {
    HeldConnection connection = held;
    if (connection == null) {
      throw new IllegalStateException("not started");
    }
    return connection;
  }
}
