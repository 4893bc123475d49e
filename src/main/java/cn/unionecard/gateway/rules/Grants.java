package cn.unionecard.gateway.rules;

import cn.unionecard.gateway.runtime.json.StrictJson;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a campaign gives out, and what that is worth at a till: of such a campaign a member uses
 * what he was given and nothing else.
 *
 * @param kind what is given
 * @param returnDays for how many days more what comes back after its time is good; 0: it is lost
 * @param siteCount PASS: entries at each site; {@link #NONE} where there is no limit
 * @param siteDayCount PASS: entries at each site on one day
 * @param closed PASS: days on which it is good nowhere, days since 1970-01-01
 */
public record Grants(
    Kind kind, int returnDays, long siteCount, long siteDayCount, Set<Integer> closed) {
  /** No limit. */
  static final long NONE = Long.MAX_VALUE;

  private static final int COUNT_MAX = 9_999;
  private static final StrictJson JSON = new StrictJson(StreamReadConstraints.defaults());

  /** What is given; {@link #number} is the stored form. */
  public enum Kind {
    /** Once the campaign's benefit. */
    VOUCHER(1),
    /** So many fen of it, in as many parts as one likes. */
    QUOTA(2),
    /** So often the campaign's benefit. */
    PASS(3);

    public final int number;

    Kind(int number) {
      this.number = number;
    }

    /** The kind stored under that number. */
    public static Kind of(int number) {
      return switch (number) {
        case 1 -> VOUCHER;
        case 2 -> QUOTA;
        case 3 -> PASS;
        default -> throw new IllegalArgumentException("no kind " + number + " of what is given");
      };
    }
  }

  public Grants {
    closed = Set.copyOf(closed);
  }

  /**
   * Reads what is kept with a campaign; strict, as {@link CampaignRule} is.
   *
   * @param json null: it gives nothing out
   * @throws IllegalArgumentException naming what cannot be understood
   */
  public static @Nullable Grants parse(@Nullable String json) {
    if (json == null) {
      return null;
    }
    JsonNode root = read(json);
    String unknown =
        StrictJson.unknownName(
            root,
            Set.of(
                "kind", "perMember", "pool", "returnDays", "siteCount", "siteDayCount", "closed"));
    if (unknown != null) {
      throw new IllegalArgumentException("grants has an unknown member");
    }
    return new Grants(
        kind(root.path("kind")),
        (int) number(root, "returnDays", 0, 0),
        number(root, "siteCount", 1, NONE),
        number(root, "siteDayCount", 1, NONE),
        days(root.path("closed")));
  }

  private static JsonNode read(String json) {
    try {
      JsonNode root = JSON.tree(json);
      if (!root.isObject()) {
        throw new IllegalArgumentException("grants is no object");
      }
      return root;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("grants is no JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static Kind kind(JsonNode node) {
    for (Kind kind : Kind.values()) {
      if (node.isTextual() && node.textValue().equals(kind.name())) {
        return kind;
      }
    }
    throw new IllegalArgumentException("grants.kind is unknown");
  }

  private static long number(JsonNode root, String name, int least, long absent) {
    JsonNode value = root.path(name);
    if (value.isMissingNode()) {
      return absent;
    }
    if (!value.canConvertToExactIntegral()
        || value.asLong() < least
        || value.asLong() > COUNT_MAX) {
      throw new IllegalArgumentException("grants." + name + " is out of range");
    }
    return value.longValue();
  }

  private static Set<Integer> days(JsonNode node) {
    Set<Integer> days = new HashSet<>();
    for (JsonNode day : node) {
      try {
        days.add((int) LocalDate.parse(day.asText()).toEpochDay());
      } catch (DateTimeException e) {
        throw new IllegalArgumentException("grants.closed holds what is no day", e);
      }
    }
    return days;
  }
}
