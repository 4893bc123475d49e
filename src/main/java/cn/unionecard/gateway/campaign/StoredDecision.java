package cn.unionecard.gateway.campaign;

import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.model.Scene;
import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.rules.Allocation;
import cn.unionecard.gateway.rules.Campaign;
import cn.unionecard.gateway.rules.CampaignRule;
import cn.unionecard.gateway.rules.Funding;
import cn.unionecard.gateway.rules.Recount;
import cn.unionecard.gateway.runtime.Clocks;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A stored transaction, told benefit by benefit and made again from the facts that are stored of
 * it. It tells what the member is: for the member, and for staff with a reason.
 */
public final class StoredDecision {
  private static final String UNION = "UNION";

  private final TransactionId id;
  private final JsonObject facts;
  private final List<Recount.Said> trace;
  private final Map<Integer, JsonObject> campaigns = new HashMap<>();
  private final Map<String, JsonObject> byCode = new HashMap<>();
  private final List<Allocation> payers = new ArrayList<>();
  private final List<String> differences;

  private StoredDecision(TransactionId id, JsonObject facts) {
    this.id = id;
    this.facts = facts;
    trace = Recount.trace(facts.getString("trace"));
    Map<String, Campaign> rules = new HashMap<>();
    for (Object each : facts.getJsonArray("campaigns")) {
      JsonObject one = (JsonObject) each;
      campaigns.put(one.getInteger("id"), one);
      byCode.put(one.getString("code"), one);
      rules.put(one.getString("code"), campaign(one));
    }
    for (Object each : facts.getJsonArray("payers")) {
      JsonArray one = (JsonArray) each;
      int payer = one.getInteger(1);
      payers.add(
          new Allocation(
              one.getInteger(0),
              payer < 0 ? Funding.Funder.UNION : Funding.Funder.MERCHANT,
              Math.abs(payer),
              one.getLong(2),
              one.getLong(3)));
    }
    differences = isDecided() ? again(rules) : sums();
  }

  private static Campaign campaign(JsonObject one) {
    return CampaignRule.parse(
        one.getInteger("id"),
        one.getString("code"),
        one.getString("publicName"),
        false,
        one.getLong("startsMs"),
        one.getLong("endsMs"),
        one.getString("rule"));
  }

  /** Reads one; null if there is no such transaction. */
  public static @Nullable StoredDecision of(Connection database, TransactionId id)
      throws SQLException {
    try (PreparedStatement ask = database.prepareStatement("select decision_facts(?)::text")) {
      ask.setLong(1, id.value());
      try (ResultSet row = ask.executeQuery()) {
        String facts = row.next() ? row.getString(1) : null;
        return facts == null ? null : new StoredDecision(id, new JsonObject(facts));
      }
    }
  }

  /** The same at a desk. */
  static Future<@Nullable StoredDecision> of(DeskTransaction tx, TransactionId id) {
    return tx.first("select decision_facts($1) as facts", id.value())
        .map(
            row -> {
              JsonObject facts = row == null ? null : row.getJsonObject("facts");
              return facts == null ? null : new StoredDecision(id, facts);
            });
  }

  /** Whether the rules weighed benefits for it: what follows an earlier one gives its share. */
  private boolean isDecided() {
    return switch (facts.getString("type")) {
      case "SALE", "HOLD" -> true;
      default -> false;
    };
  }

  private List<String> again(Map<String, Campaign> rules) {
    return Recount.differences(
        new Recount.Stored(
            facts.getLong("orderFen"),
            facts.getLong("discountFen"),
            facts.getInteger("merchant"),
            scene(),
            trace,
            rules,
            payers));
  }

  private Scene scene() {
    return Scene.valueOf(facts.getString("scene"));
  }

  private List<String> sums() {
    long paid = Math.abs(payers.stream().mapToLong(Allocation::fen).sum());
    long stored = facts.getLong("discountFen");
    return paid == stored ? List.of() : List.of("paid are " + paid + " fen, stored " + stored);
  }

  /** Between what is stored and what follows from it; none if it is sound. */
  public List<String> differences() {
    return differences;
  }

  // ---- told

  /** For people at a terminal: what it was and what became of each benefit. */
  public List<String> lines(boolean english) {
    List<String> lines = new ArrayList<>();
    lines.add((english ? "decided at " : "交易时间 ") + at());
    lines.add((english ? "order, fen " : "订单金额（分） ") + facts.getLong("orderFen"));
    lines.add((english ? "discount, fen " : "优惠金额（分） ") + facts.getLong("discountFen"));
    if (!scene().isOrdinary()) {
      lines.add(english ? "sold " + scene().english() : "交易场景 " + scene().chinese());
    }
    if (facts.getString("refusal") != null) {
      lines.add((english ? "refused " : "已拒绝 ") + facts.getString("refusal"));
    }
    for (Recount.Said said : trace) {
      JsonObject campaign = byCode.get(said.benefit());
      lines.add(
          "  "
              + said.benefit()
              + (campaign == null ? "" : " " + campaign.getString("name"))
              + "  "
              + (english ? said.verdict() : VerdictWords.chinese(said.verdict()))
              + (said.fen() > 0 ? "  " + said.fen() : ""));
    }
    for (Allocation paid : payers) {
      if (paid.lot() != 0) {
        lines.add((english ? "  paid with voucher " : "  用券 ") + paid.lot() + "  " + paid.fen());
      }
    }
    return lines;
  }

  private String at() {
    return Clocks.RFC_3339.format(Instant.ofEpochMilli(id.epochMs()));
  }

  private JsonObject head() {
    JsonObject told =
        new JsonObject()
            .put("transaction", id.toString())
            .put("at", at())
            .put("type", facts.getString("type"))
            .put("orderFen", facts.getLong("orderFen"))
            .put("discountFen", facts.getLong("discountFen"))
            .put("memberPaysFen", facts.getLong("memberPaysFen"));
    if (!scene().isOrdinary()) {
      told.put("scene", scene().name());
    }
    for (String name : List.of("refusal", "original")) {
      if (facts.getString(name) != null) {
        told.put(name, facts.getString(name));
      }
    }
    return told;
  }

  /**
   * For staff: all of it. A campaign of another union is called by its public name.
   *
   * @param org whose staff it is
   */
  JsonObject forStaff(int org) {
    JsonArray benefits = new JsonArray();
    for (Recount.Said said : trace) {
      JsonObject campaign = byCode.get(said.benefit());
      JsonObject one = BenefitLines.line(said).put("benefit", said.benefit());
      if (campaign != null) {
        boolean isOwn = campaign.getJsonArray("path").contains(org);
        one.put("name", campaign.getString(isOwn ? "name" : "publicName"));
      }
      benefits.add(one);
    }
    JsonArray paid = new JsonArray();
    for (Allocation part : payers) {
      JsonObject campaign = campaigns.get(part.campaign());
      paid.add(BenefitLines.payer(part, campaign == null ? null : campaign.getString("code")));
    }
    return head()
        .put("benefits", benefits)
        .put("payers", paid)
        .put("same", differences.isEmpty())
        .put("differences", new JsonArray(differences));
  }

  /** For the member himself: benefits by their public names, and what unions and shops bore. */
  JsonObject forMember() {
    JsonArray benefits = new JsonArray();
    for (Recount.Said said : trace) {
      JsonObject campaign = byCode.get(said.benefit());
      if (campaign != null) {
        benefits.add(BenefitLines.line(said).put("name", campaign.getString("publicName")));
      }
    }
    long union = 0;
    long merchant = 0;
    for (Allocation part : payers) {
      union += part.funder().name().equals(UNION) ? part.fen() : 0;
      merchant += part.funder().name().equals(UNION) ? 0 : part.fen();
    }
    return head()
        .put("benefits", benefits)
        .put("unionFen", union)
        .put("merchantFen", merchant)
        .put("same", differences.isEmpty());
  }
}
