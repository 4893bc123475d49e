package cn.unionecard.gateway.feed;

import io.vertx.core.buffer.Buffer;

/**
 * A stretch of the feed as one subscriber sees it, ready to be sent.
 *
 * @param text events in the format of server-sent events; never changed once made, so that
 *     subscribers can share it
 * @param events how many
 * @param told the number of the last of them; 0 when there is none
 * @param last the number up to which the feed has been looked through
 */
record FeedPage(Buffer text, int events, long told, long last) {}
