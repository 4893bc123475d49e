package cn.unionecard.gateway.feed;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * How far events have been removed from the feed, and the word for it that a subscriber gets who
 * comes from before: a gap that is told, never a silent one.
 *
 * @param removed the last number removed; 0 when none is
 * @param at when it was
 */
public record FeedReset(long removed, OffsetDateTime at) {
  public static final String TYPE = EventType.FEED_RESET.type();

  /** Of a feed from which nothing was ever removed. */
  static final FeedReset NONE =
      new FeedReset(0, OffsetDateTime.ofInstant(Instant.EPOCH, ZoneOffset.UTC));

  public static FeedReset of(long removed, @Nullable OffsetDateTime at) {
    return at == null ? NONE : new FeedReset(removed, at);
  }

  /** Whether a reader that has all up to a number misses something. */
  public boolean concerns(long after) {
    return after < removed;
  }

  /** The message's id: the same whoever hears it. */
  public String id() {
    return "reset-" + removed;
  }

  /** The word, a CloudEvent of no merchant, on one line. */
  public String json() {
    StringBuilder json = new StringBuilder();
    json.append("{\"specversion\":\"1.0\",\"id\":\"").append(id());
    json.append("\",\"source\":\"").append(CloudEvent.SOURCE);
    json.append("\",\"type\":\"").append(TYPE).append("\",\"time\":\"");
    CloudEvent.time(json, at);
    json.append("\",\"datacontenttype\":\"application/json\",\"sequence\":\"");
    CloudEvent.padded(json, removed);
    json.append("\",\"data\":{\"removed\":").append(removed);
    return json.append(",\"oldest\":").append(removed + 1).append("}}").toString();
  }
}
