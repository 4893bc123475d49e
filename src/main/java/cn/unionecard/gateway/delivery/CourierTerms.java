package cn.unionecard.gateway.delivery;

import cn.unionecard.gateway.feed.FeedLimits;
import io.vertx.core.net.TrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import org.jspecify.annotations.Nullable;

/**
 * How couriers work.
 *
 * @param session each one's own connection
 * @param limits their pace, which is the feed's
 * @param removePauseMs how often events that are too old are looked for
 * @param trust whose certificates webhooks may have; null = those of the Java installation
 */
record CourierTerms(
    PgConnectOptions session,
    FeedLimits limits,
    long removePauseMs,
    @Nullable TrustOptions trust) {}
