package cn.unionecard.gateway.feed;

import cn.unionecard.gateway.runtime.config.Limits;

/**
 * The limits and the pace of the feed, in one place.
 *
 * @param pageEventsMax events fetched for one subscriber at a time
 * @param subscribersMax open streams of one node
 * @param bufferBytesMax unsent bytes kept for one subscriber before its stream waits; a page is cut
 *     at the same size
 * @param scanEventsMax events one page may look through to find those of its subscriber
 * @param roundEventsMax events numbered in one database transaction
 * @param busyMs pause between two rounds while events come
 * @param idleMs longest pause between two rounds when none come
 * @param standbyMs how often a runner that stands by asks whether it may take over
 * @param roundTimeoutMs a round that takes longer is given up, with its connection
 * @param lagCheckMs how often the runner measures how far it is behind
 * @param headCheckMs how often the end of the feed is asked for, should a notification be lost
 * @param heartbeatMs a stream that has nothing to say sends a comment this often
 * @param stallMs a stream that cannot be written to for so long is closed
 * @param lifetimeMs a stream is closed after this, so that its reader proves again who it is
 * @param retryMs how long a reader should wait before it connects again
 */
public record FeedLimits(
    int pageEventsMax,
    int subscribersMax,
    int bufferBytesMax,
    int scanEventsMax,
    int roundEventsMax,
    int busyMs,
    int idleMs,
    int standbyMs,
    int roundTimeoutMs,
    int lagCheckMs,
    int headCheckMs,
    int heartbeatMs,
    int stallMs,
    int lifetimeMs,
    int retryMs) {

  /** The configured limits, with the usual pace. */
  public static FeedLimits of(Limits limits) {
    return new FeedLimits(
        limits.feedPageEventsMax(),
        limits.feedSubscribersMax(),
        limits.feedBufferBytesMax(),
        20_000,
        10_000,
        50,
        200,
        500,
        60_000,
        5_000,
        1_000,
        15_000,
        60_000,
        3_600_000,
        3_000);
  }
}
