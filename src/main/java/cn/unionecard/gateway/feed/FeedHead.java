package cn.unionecard.gateway.feed;

import cn.unionecard.gateway.runtime.HeldConnection;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import org.jspecify.annotations.Nullable;

/**
 * The node's ear at the end of the feed: tells all event loops up to which number there are events.
 * Told by PostgreSQL's notification after every round, and asked for now and then besides.
 */
final class FeedHead extends VerticleBase {
  /** Event bus address, within this process; the message is the last number, a Long. */
  static final String ADDRESS = "feed.head";

  private static final String LISTEN = "listen feed";
  private static final String LAST = "select seq from feed_cursor";
  private static final DeliveryOptions HERE = new DeliveryOptions().setLocalOnly(true);

  private final PgConnectOptions options;
  private final FeedLimits limits;
  private @Nullable HeldConnection held;

  FeedHead(PgConnectOptions options, FeedLimits limits) {
    this.options = options;
    this.limits = limits;
  }

  @Override
  public Future<?> start() {
    HeldConnection connection = new HeldConnection(vertx, options, "feed head", this::listen);
    held = connection;
    connection.open();
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    held().stop();
    return Future.succeededFuture();
  }

  private void listen(PgConnection connection) {
    connection.notificationHandler(n -> tell(Long.parseLong(n.getPayload())));
    held()
        .await(
            connection,
            connection.query(LISTEN).execute(),
            limits.roundTimeoutMs(),
            rows -> check(connection));
  }

  private void check(PgConnection connection) {
    if (!held().holds(connection)) {
      return;
    }
    held()
        .await(
            connection,
            connection.query(LAST).execute(),
            limits.roundTimeoutMs(),
            rows -> {
              tell(rows.iterator().next().getLong(0));
              vertx.setTimer(limits.headCheckMs(), t -> check(connection));
            });
  }

  private void tell(long last) {
    vertx.eventBus().publish(ADDRESS, last, HERE);
  }

  private HeldConnection held() {
    HeldConnection connection = held;
    if (connection == null) {
      throw new IllegalStateException("not started");
    }
    return connection;
  }
}
