package cn.unionecard.gateway.feed;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of the feed as one subscriber sees it. Never changed once made, so that subscribers of
 * one event loop can share it, and with it the text they send.
 */
public final class FeedPage {
  private final List<CloudEvent> events;
  private final long last;
  private final FeedReset reset;
  private @Nullable Buffer text;

  /**
   * @param events what was found, in order
   * @param last the number up to which the feed has been looked through
   * @param reset how far the feed had been removed when this was read
   */
  FeedPage(List<CloudEvent> events, long last, FeedReset reset) {
    this.events = List.copyOf(events);
    this.last = last;
    this.reset = reset;
  }

  public List<CloudEvent> events() {
    return events;
  }

  /** The number up to which the feed has been looked through. */
  public long last() {
    return last;
  }

  /** The number of the last event; 0 when there is none. */
  long told() {
    return events.isEmpty() ? 0 : events.get(events.size() - 1).sequence();
  }

  /** How far the feed had been removed. */
  public FeedReset reset() {
    return reset;
  }

  /** The events in the format of server-sent events. */
  Buffer text() {
    Buffer made = text;
    if (made == null) {
      StringBuilder lines = new StringBuilder();
      for (CloudEvent event : events) {
        lines.append("id: ").append(event.sequence());
        lines.append("\nevent: ").append(event.type()).append("\ndata: ");
        event.writeTo(lines);
        lines.append("\n\n");
      }
      made = Buffer.buffer(lines.toString());
      text = made;
    }
    return made;
  }
}
