package cn.unionecard.gateway.rules;

import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.rules.Campaign.MemberLimits;
import cn.unionecard.gateway.rules.Campaign.Members;
import cn.unionecard.gateway.rules.Campaign.Merchants;
import cn.unionecard.gateway.runtime.json.StrictJson;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads the {@code rule} document of a campaign row. Strict: an unknown or misspelt member, word or
 * kind of value is an error that names it, because a rule half understood spends money. The SQL
 * function {@code campaign_rule_fault} refuses the same.
 */
public final class CampaignRule {
  /** Parties that may share a discount: as many as are read of a transaction. */
  static final int FUNDERS_MAX = 64;

  private static final Set<String> MEMBER_CATEGORIES =
      Set.of("ORDINARY", "NEW_EMPLOYMENT_FORM", "HARDSHIP", "MODEL");
  private static final Set<String> MERCHANT_CATEGORIES =
      Set.of("EAT", "STAY", "TRANSPORT", "TOUR", "SHOP", "ENTERTAIN");
  private static final int WHOLE = 10_000;

  private static final StrictJson JSON = new StrictJson(StreamReadConstraints.defaults());

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
      String publicName,
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
        publicName,
        running,
        startsAtMs,
        endsAtMs,
        benefit(root.path("benefit")),
        funding(root.path("funders")),
        members(optional(root, "members")),
        merchants(optional(root, "merchants")),
        limits(optional(root, "limits")),
        number(root, "orderFenMin", 0, Fen.MAX));
  }

  private static JsonNode read(String rule) {
    try {
      return JSON.tree(rule);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("rule is no JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static JsonNode optional(JsonNode root, String name) {
    return root.has(name) ? root.path(name) : JsonNodeFactory.instance.objectNode();
  }

  private static Benefit benefit(JsonNode node) {
    String kind = node.path("kind").isTextual() ? node.path("kind").textValue() : "";
    return switch (kind) {
      case "PERCENT" -> {
        allow(node, "benefit", Set.of("kind", "basisPoints", "capFen"));
        yield new Benefit.Percent(
            (int) required(node, "basisPoints", WHOLE), required(node, "capFen", Fen.MAX));
      }
      case "THRESHOLD" -> {
        allow(node, "benefit", Set.of("kind", "thresholdFen", "offFen"));
        yield new Benefit.Threshold(
            required(node, "thresholdFen", Fen.MAX), required(node, "offFen", Fen.MAX));
      }
      case "FIXED" -> {
        allow(node, "benefit", Set.of("kind", "offFen"));
        yield new Benefit.Fixed(required(node, "offFen", Fen.MAX));
      }
      default ->
          throw new IllegalArgumentException("benefit.kind \"" + cut(kind) + "\" is unknown");
    };
  }

  private static Funding funding(JsonNode node) {
    require(node.isArray() || node.isMissingNode(), "funders is no array");
    require(node.size() <= FUNDERS_MAX, "funders are more than " + FUNDERS_MAX);
    List<Funding.Share> shares = new ArrayList<>();
    for (JsonNode share : node) {
      allow(share, "funders", Set.of("funder", "org", "shareBp"));
      shares.add(
          new Funding.Share(
              funder(share.path("funder")),
              (int) number(share, "org", 0, Integer.MAX_VALUE),
              (int) required(share, "shareBp", WHOLE)));
    }
    return new Funding(shares);
  }

  private static Funding.Funder funder(JsonNode node) {
    for (Funding.Funder funder : Funding.Funder.values()) {
      if (node.isTextual() && node.textValue().equals(funder.name())) {
        return funder;
      }
    }
    throw new IllegalArgumentException("funders.funder \"" + cut(node.asText()) + "\" is unknown");
  }

  private static Members members(JsonNode node) {
    allow(node, "members", Set.of("orgs", "categories"));
    return new Members(
        rows(node, "members.", "orgs"), words(node, "members.", "categories", MEMBER_CATEGORIES));
  }

  private static Merchants merchants(JsonNode node) {
    allow(node, "merchants", Set.of("categories", "ids", "orgs"));
    return new Merchants(
        words(node, "merchants.", "categories", MERCHANT_CATEGORIES),
        rows(node, "merchants.", "ids"),
        rows(node, "merchants.", "orgs"));
  }

  private static MemberLimits limits(JsonNode node) {
    allow(node, "limits", Set.of("memberCount", "memberFen", "memberDayCount", "memberDayFen"));
    return new MemberLimits(
        limit(node, "memberCount"),
        limit(node, "memberFen"),
        limit(node, "memberDayCount"),
        limit(node, "memberDayFen"));
  }

  private static long limit(JsonNode node, String name) {
    return node.has(name) ? number(node, name, 0, Fen.MAX) : MemberLimits.NONE;
  }

  private static Set<Integer> rows(JsonNode node, String path, String name) {
    Set<Integer> values = new HashSet<>();
    for (JsonNode value : list(node, path, name)) {
      if (!isWhole(value, Integer.MAX_VALUE)) {
        throw new IllegalArgumentException(path + name + " holds what is no row's number");
      }
      values.add(value.intValue());
    }
    return values;
  }

  private static Set<String> words(JsonNode node, String path, String name, Set<String> known) {
    Set<String> values = new HashSet<>();
    for (JsonNode value : list(node, path, name)) {
      if (!value.isTextual() || !known.contains(value.textValue())) {
        throw new IllegalArgumentException(
            path + name + " holds an unknown \"" + cut(value.asText()) + "\"");
      }
      values.add(value.textValue());
    }
    return values;
  }

  private static JsonNode list(JsonNode node, String path, String name) {
    JsonNode list = node.path(name);
    require(list.isArray() || list.isMissingNode(), path + name + " is no array");
    return list;
  }

  private static long required(JsonNode node, String name, long most) {
    require(node.has(name), "\"" + name + "\" is missing");
    return number(node, name, 0, most);
  }

  private static long number(JsonNode node, String name, long absent, long most) {
    JsonNode value = node.path(name);
    if (value.isMissingNode()) {
      return absent;
    }
    require(isWhole(value, most), "\"" + name + "\" is no whole number from 0 to " + most);
    return value.longValue();
  }

  private static boolean isWhole(JsonNode value, long most) {
    return value.isNumber()
        && value.canConvertToExactIntegral()
        && value.canConvertToLong()
        && value.longValue() >= 0
        && value.longValue() <= most;
  }

  private static void allow(JsonNode node, String path, Set<String> names) {
    require(node.isObject(), path + " is no object");
    String unknown = StrictJson.unknownName(node, names);
    if (unknown != null) {
      throw new IllegalArgumentException(path + " has an unknown member \"" + cut(unknown) + "\"");
    }
  }

  private static void require(boolean holds, String fault) {
    if (!holds) {
      throw new IllegalArgumentException(fault);
    }
  }

  /** What is said of a rule goes into logs. */
  private static String cut(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }
}
