package cn.unionecard.gateway.rules;

import cn.unionecard.gateway.rules.Campaign.MemberLimits;
import cn.unionecard.gateway.rules.Campaign.Members;
import cn.unionecard.gateway.rules.Campaign.Merchants;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Reads the {@code rule} document of a campaign row. Strict: an unknown or misspelt member is an
 * error that names it, because a rule half understood spends money.
 */
public final class CampaignRule {
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private CampaignRule() {}

  /**
   * Builds the campaign.
   *
   * @param rule the JSON document
   * @throws IllegalArgumentException naming the member that is missing, unknown or out of range
   */
  public static Campaign parse(
      int id,
      String code,
      String name,
      boolean running,
      long startsAtMs,
      long endsAtMs,
      String rule) {
    JsonNode root = read(rule);
    allow(
        root,
        "rule",
        Set.of("benefit", "funders", "members", "merchants", "limits", "orderFenMin"));
    return new Campaign(
        id,
        code,
        name,
        running,
        startsAtMs,
        endsAtMs,
        benefit(root.path("benefit")),
        funding(root.path("funders")),
        members(root.path("members")),
        merchants(root.path("merchants")),
        limits(root.path("limits")),
        number(root, "orderFenMin", 0));
  }

  private static JsonNode read(String rule) {
    try {
      return JSON.readTree(rule);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("rule is no JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static Benefit benefit(JsonNode node) {
    String kind = node.path("kind").asText();
    return switch (kind) {
      case "PERCENT" -> {
        allow(node, "benefit", Set.of("kind", "basisPoints", "capFen"));
        yield new Benefit.Percent(
            Math.toIntExact(required(node, "basisPoints")), required(node, "capFen"));
      }
      case "THRESHOLD" -> {
        allow(node, "benefit", Set.of("kind", "thresholdFen", "offFen"));
        yield new Benefit.Threshold(required(node, "thresholdFen"), required(node, "offFen"));
      }
      case "FIXED" -> {
        allow(node, "benefit", Set.of("kind", "offFen"));
        yield new Benefit.Fixed(required(node, "offFen"));
      }
      default -> throw new IllegalArgumentException("benefit.kind \"" + kind + "\" is unknown");
    };
  }

  private static Funding funding(JsonNode node) {
    List<Funding.Share> shares = new ArrayList<>();
    for (JsonNode share : node) {
      allow(share, "funders", Set.of("funder", "org", "shareBp"));
      shares.add(
          new Funding.Share(
              Funding.Funder.valueOf(share.path("funder").asText()),
              Math.toIntExact(number(share, "org", 0)),
              Math.toIntExact(required(share, "shareBp"))));
    }
    return new Funding(shares);
  }

  private static Members members(JsonNode node) {
    allow(node, "members", Set.of("orgs", "categories"));
    return new Members(
        set(node.path("orgs"), JsonNode::asInt), set(node.path("categories"), JsonNode::asText));
  }

  private static Merchants merchants(JsonNode node) {
    allow(node, "merchants", Set.of("categories", "ids", "orgs"));
    return new Merchants(
        set(node.path("categories"), JsonNode::asText),
        set(node.path("ids"), JsonNode::asInt),
        set(node.path("orgs"), JsonNode::asInt));
  }

  private static MemberLimits limits(JsonNode node) {
    allow(node, "limits", Set.of("memberCount", "memberFen", "memberDayCount", "memberDayFen"));
    return new MemberLimits(
        number(node, "memberCount", MemberLimits.NONE),
        number(node, "memberFen", MemberLimits.NONE),
        number(node, "memberDayCount", MemberLimits.NONE),
        number(node, "memberDayFen", MemberLimits.NONE));
  }

  private static <T> Set<T> set(JsonNode array, Function<JsonNode, T> read) {
    Set<T> values = new HashSet<>();
    for (JsonNode value : array) {
      values.add(read.apply(value));
    }
    return values;
  }

  private static long required(JsonNode node, String name) {
    if (!node.has(name)) {
      throw new IllegalArgumentException("\"" + name + "\" is missing");
    }
    return number(node, name, 0);
  }

  private static long number(JsonNode node, String name, long absent) {
    JsonNode value = node.path(name);
    if (value.isMissingNode()) {
      return absent;
    }
    if (!value.canConvertToExactIntegral() || value.asLong() < 0) {
      throw new IllegalArgumentException("\"" + name + "\" is no whole number from 0");
    }
    return value.asLong();
  }

  private static void allow(JsonNode node, String path, Set<String> names) {
    for (Iterator<String> it = node.fieldNames(); it.hasNext(); ) {
      String name = it.next();
      if (!names.contains(name)) {
        throw new IllegalArgumentException(path + " has an unknown member \"" + name + "\"");
      }
    }
  }
}
