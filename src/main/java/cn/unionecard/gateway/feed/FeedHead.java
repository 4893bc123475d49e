package cn.unionecard.gateway.feed;

import cn.unionecard.gateway.runtime.stores.HeldConnectionVerticle;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;

/**
 * The node's ear at the end of the feed: tells all event loops up to which number there are events.
 * Told by PostgreSQL's notification after every round, and asked for now and then besides.
 */
public final class FeedHead extends HeldConnectionVerticle {
  /** Event bus address, within this process; the message is the last number, a Long. */
  public static final String ADDRESS = "feed.head";

  private static final String LISTEN = "listen feed";
  private static final String LAST = "select seq from feed_cursor";
  private static final DeliveryOptions HERE = new DeliveryOptions().setLocalOnly(true);

  private final FeedLimits limits;

  FeedHead(PgConnectOptions options, FeedLimits limits) {
    super(options, "feed head");
    this.limits = limits;
  }

  @Override
  protected void opened(PgConnection connection) {
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
}
