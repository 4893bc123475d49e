package cn.unionecard.workbench.demo;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Writes the rule of a campaign in the JSON form that column {@code campaign.rule} holds. */
final class Rule {
  private static final int WHOLE = 10_000;

  private final ObjectNode json = JsonNodeFactory.instance.objectNode();

  private Rule() {}

  /** A share of the order in basis points, at most {@code capFen}. */
  static Rule percent(int basisPoints, long capFen) {
    Rule rule = new Rule();
    rule.benefit("PERCENT").put("basisPoints", basisPoints).put("capFen", capFen);
    return rule;
  }

  /** {@code offFen} off an order of {@code thresholdFen} or more (满减). */
  static Rule threshold(long thresholdFen, long offFen) {
    Rule rule = new Rule();
    rule.benefit("THRESHOLD").put("thresholdFen", thresholdFen).put("offFen", offFen);
    return rule;
  }

  /** The same amount off every order. */
  static Rule fixed(long offFen) {
    Rule rule = new Rule();
    rule.benefit("FIXED").put("offFen", offFen);
    return rule;
  }

  /** The union pays {@code shareBp} of the discount, the merchant the rest. */
  Rule paidBy(int org, int shareBp) {
    ArrayNode funders = json.putArray("funders");
    if (shareBp > 0) {
      funders.addObject().put("funder", "UNION").put("org", org).put("shareBp", shareBp);
    }
    if (shareBp < WHOLE) {
      funders.addObject().put("funder", "MERCHANT").put("shareBp", WHOLE - shareBp);
    }
    return this;
  }

  /** For members of these unions and all below them. */
  Rule membersOf(int... orgs) {
    return list(json.withObject("/members").putArray("orgs"), orgs);
  }

  Rule membersWho(Member.Category category) {
    json.withObject("/members").putArray("categories").add(category.name());
    return this;
  }

  Rule at(Trade... trades) {
    ArrayNode categories = json.withObject("/merchants").putArray("categories");
    for (Trade trade : trades) {
      categories.add(trade.name());
    }
    return this;
  }

  /** At merchants authorised by these unions or any below them. */
  Rule atMerchantsOf(int... orgs) {
    return list(json.withObject("/merchants").putArray("orgs"), orgs);
  }

  Rule atMerchants(int... ids) {
    return list(json.withObject("/merchants").putArray("ids"), ids);
  }

  /** What one member may have of it in all: times, and fen of discount. */
  Rule perMember(int count, long fen) {
    json.withObject("/limits").put("memberCount", count).put("memberFen", fen);
    return this;
  }

  /** What one member may have of it in one day: times, and fen of discount. */
  Rule perDay(int count, long fen) {
    json.withObject("/limits").put("memberDayCount", count).put("memberDayFen", fen);
    return this;
  }

  Rule fromOrderOf(long fen) {
    json.put("orderFenMin", fen);
    return this;
  }

  /** Whether every member may use it. */
  boolean isForEverybody() {
    return !json.has("members");
  }

  String json() {
    return json.toString();
  }

  private ObjectNode benefit(String kind) {
    return json.putObject("benefit").put("kind", kind);
  }

  private Rule list(ArrayNode array, int... values) {
    for (int value : values) {
      array.add(value);
    }
    return this;
  }
}
