package cn.unionecard.gateway.feed;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Proves from a recorded stream alone that nothing of a merchant is missing, doubled or out of
 * order: its own numbers go on without a gap, and the feed's numbers rise with them. Takes
 * CloudEvents in JSON, one a line, or the text of server-sent events. Keeps a few numbers for each
 * merchant, whatever the length of the stream.
 */
public final class StreamCheck {
  /** What is wrong. */
  public enum Kind {
    /** Never came. */
    MISSING("缺失", "missing"),
    /** Came more than once. */
    DOUBLED("重复", "doubled"),
    /** Came behind one that should come after it. */
    REORDERED("乱序", "out of order"),
    /** The feed's number does not rise with the merchant's own. */
    CONTRADICTS("编号矛盾", "contradicts itself"),
    /** Not an event. */
    UNREADABLE("无法读取", "not an event");

    public final String chinese;
    public final String english;

    Kind(String chinese, String english) {
      this.chinese = chinese;
      this.english = english;
    }
  }

  /**
   * One finding.
   *
   * @param merchant its number, or empty
   * @param from the first of the merchant's own numbers it is about
   * @param upto the last
   * @param announced whether a reset had told of it
   * @param line where it was seen; for what is missing, where the gap was
   */
  public record Finding(
      Kind kind, String merchant, long from, long upto, boolean announced, long line) {}

  private static final int FINDINGS_MAX = 1_000;

  /** A stretch of a merchant's numbers that has not come. */
  private record Hole(long from, long upto, boolean announced, long line) {}

  /** What has come of a merchant. */
  private static final class Line {
    private long last;
    private long sequence;
    private long resets;
    private final List<Hole> holes = new ArrayList<>();
  }

  private final boolean fromStart;
  private final Map<String, Line> merchants = new TreeMap<>();
  private final List<Finding> findings = new ArrayList<>();
  private long lines;
  private long events;
  private long resets;
  private long doubled;

  /**
   * @param fromStart whether each merchant's numbers must begin with 1
   */
  public StreamCheck(boolean fromStart) {
    this.fromStart = fromStart;
  }

  /** The next line of the record. */
  public void line(String text) {
    lines++;
    String json =
        text.startsWith("data:") ? text.substring("data:".length()).strip() : text.strip();
    if (!text.startsWith("data:") && !json.startsWith("{")) {
      if (!isSse(json)) {
        find(Kind.UNREADABLE, "", 0, 0, false);
      }
      return;
    }
    try {
      event(new JsonObject(json));
    } catch (DecodeException | ClassCastException | NumberFormatException e) {
      find(Kind.UNREADABLE, "", 0, 0, false);
    }
  }

  private static boolean isSse(String text) {
    return text.isEmpty()
        || text.startsWith(":")
        || text.startsWith("id:")
        || text.startsWith("event:")
        || text.startsWith("retry:");
  }

  private void event(JsonObject event) {
    String type = event.getString("type");
    if (FeedReset.TYPE.equals(type)) {
      resets++;
      return;
    }
    if (EventType.SUBSCRIPTION_TEST.type().equals(type)) {
      return;
    }
    String merchant = event.getString("subject", "");
    long number = event.getLong("merchantseq", 0L);
    long sequence = Long.parseLong(event.getString("sequence", ""));
    if (merchant.isEmpty() || number < 1 || sequence < 1) {
      find(Kind.UNREADABLE, merchant, 0, 0, false);
      return;
    }
    events++;
    Line line = merchants.get(merchant);
    if (line == null) {
      line = new Line();
      line.last = fromStart ? 0 : number - 1;
      merchants.put(merchant, line);
    }
    place(merchant, line, number, sequence);
    line.resets = resets;
  }

  private void place(String merchant, Line line, long number, long sequence) {
    if (number <= line.last) {
      earlier(merchant, line, number);
      return;
    }
    if (number > line.last + 1) {
      line.holes.add(new Hole(line.last + 1, number - 1, resets > line.resets, lines));
    }
    if (sequence <= line.sequence) {
      find(Kind.CONTRADICTS, merchant, number, number, false);
    }
    line.last = number;
    line.sequence = sequence;
  }

  /** One that fills a hole was late; any other has come before. */
  private void earlier(String merchant, Line line, long number) {
    for (int i = 0; i < line.holes.size(); i++) {
      Hole hole = line.holes.get(i);
      if (hole.from <= number && number <= hole.upto) {
        line.holes.remove(i);
        if (number < hole.upto) {
          line.holes.add(i, new Hole(number + 1, hole.upto, hole.announced, hole.line));
        }
        if (hole.from < number) {
          line.holes.add(i, new Hole(hole.from, number - 1, hole.announced, hole.line));
        }
        find(Kind.REORDERED, merchant, number, number, false);
        return;
      }
    }
    doubled++;
    find(Kind.DOUBLED, merchant, number, number, false);
  }

  private void find(Kind kind, String merchant, long from, long upto, boolean announced) {
    if (findings.size() < FINDINGS_MAX) {
      findings.add(new Finding(kind, merchant, from, upto, announced, lines));
    }
  }

  /** What was found, what is missing at the end; a thousand and all that is missing at most. */
  public List<Finding> findings() {
    List<Finding> all = new ArrayList<>(findings);
    merchants.forEach(
        (merchant, line) ->
            line.holes.forEach(
                hole ->
                    all.add(
                        new Finding(
                            Kind.MISSING,
                            merchant,
                            hole.from,
                            hole.upto,
                            hole.announced,
                            hole.line))));
    return all;
  }

  /** Events read. */
  public long events() {
    return events;
  }

  /** Those of them that had come before. */
  public long doubled() {
    return doubled;
  }

  /** Merchants they are of. */
  public int merchants() {
    return merchants.size();
  }
}
