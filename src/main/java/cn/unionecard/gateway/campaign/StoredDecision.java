package cn.unionecard.gateway.campaign;

import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.rules.Allocation;
import cn.unionecard.gateway.rules.Campaign;
import cn.unionecard.gateway.rules.CampaignRule;
import cn.unionecard.gateway.rules.Funding;
import cn.unionecard.gateway.rules.Recount;
import cn.unionecard.gateway.runtime.Clocks;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A stored sale or hold, told benefit by benefit and made again. For staff and auditors: it tells
 * what the member is. Reads only.
 *
 * @param lines what it was and what became of each benefit
 * @param differences between what is stored and what follows from it; none if it is sound
 */
public record StoredDecision(List<String> lines, List<String> differences) {
  private static final String TRANSACTION =
      """
      select type, order_fen, discount_fen, merchant, trace, coalesce(refusal, '') as refusal
      from transaction where id = ? and type in (2, 4)
      """;

  private static final String CAMPAIGNS =
      """
      select id, code, name, public_name, starts_at, ends_at, rule::text as rule
      from campaign where code = any (?)
      """;

  private static final String PAYERS =
      "select campaign, funder, party, fen from allocation where transaction = ? order by line";

  public StoredDecision {
    lines = List.copyOf(lines);
    differences = List.copyOf(differences);
  }

  /**
   * Tells one.
   *
   * @return null if there is no such sale or hold
   */
  public static @Nullable StoredDecision of(Connection database, TransactionId id, boolean english)
      throws SQLException {
    try (PreparedStatement ask = database.prepareStatement(TRANSACTION)) {
      ask.setLong(1, id.value());
      try (ResultSet row = ask.executeQuery()) {
        return row.next() ? of(database, id, row, english) : null;
      }
    }
  }

  private static StoredDecision of(
      Connection database, TransactionId id, ResultSet row, boolean english) throws SQLException {
    List<Recount.Said> trace = Recount.trace(row.getString("trace"));
    Map<String, String> names = new HashMap<>();
    Map<String, Campaign> campaigns = campaigns(database, trace, names);
    Recount.Stored stored =
        new Recount.Stored(
            row.getLong("order_fen"),
            row.getLong("discount_fen"),
            row.getInt("merchant"),
            trace,
            campaigns,
            payers(database, id));
    List<String> lines = new ArrayList<>();
    lines.add(
        (english ? "decided at " : "交易时间 ")
            + Clocks.RFC_3339.format(Instant.ofEpochMilli(id.epochMs())));
    lines.add((english ? "order, fen " : "订单金额（分） ") + stored.orderFen());
    lines.add((english ? "discount, fen " : "优惠金额（分） ") + stored.discountFen());
    if (!row.getString("refusal").isEmpty()) {
      lines.add((english ? "refused " : "已拒绝 ") + row.getString("refusal"));
    }
    for (Recount.Said said : trace) {
      String name = names.getOrDefault(said.benefit(), "");
      lines.add(
          "  "
              + said.benefit()
              + (name.isEmpty() ? "" : " " + name)
              + "  "
              + word(said.verdict(), english)
              + (said.fen() > 0 ? "  " + said.fen() : ""));
    }
    return new StoredDecision(lines, Recount.differences(stored));
  }

  private static Map<String, Campaign> campaigns(
      Connection database, List<Recount.Said> trace, Map<String, String> names)
      throws SQLException {
    Map<String, Campaign> campaigns = new HashMap<>();
    String[] codes = trace.stream().map(Recount.Said::benefit).toArray(String[]::new);
    try (PreparedStatement ask = database.prepareStatement(CAMPAIGNS)) {
      ask.setArray(1, database.createArrayOf("text", codes));
      try (ResultSet row = ask.executeQuery()) {
        while (row.next()) {
          String code = row.getString("code");
          names.put(code, row.getString("name"));
          campaigns.put(
              code,
              CampaignRule.parse(
                  row.getInt("id"),
                  code,
                  row.getString("public_name"),
                  false,
                  ms(row, "starts_at"),
                  ms(row, "ends_at"),
                  row.getString("rule")));
        }
      }
    }
    return campaigns;
  }

  private static long ms(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant().toEpochMilli();
  }

  private static List<Allocation> payers(Connection database, TransactionId id)
      throws SQLException {
    List<Allocation> payers = new ArrayList<>();
    try (PreparedStatement ask = database.prepareStatement(PAYERS)) {
      ask.setLong(1, id.value());
      try (ResultSet row = ask.executeQuery()) {
        while (row.next()) {
          payers.add(
              new Allocation(
                  row.getInt("campaign"),
                  Funding.Funder.valueOf(row.getString("funder")),
                  row.getInt("party"),
                  row.getLong("fen")));
        }
      }
    }
    return payers;
  }

  private static String word(String verdict, boolean english) {
    if (english) {
      return verdict;
    }
    return switch (verdict) {
      case "CHOSEN" -> "已享受";
      case "LESS" -> "优惠较少";
      case "NOT_STACKABLE" -> "不能与已享受的同享";
      case "GROUP_TAKEN" -> "同组只给一项";
      case "ORDER_FULL" -> "每单项数已满";
      case "RUNNER_UP" -> "次优组合";
      case "NOT_NAMED" -> "收银台指定了其他优惠";
      case "NOT_STARTED" -> "尚未开始";
      case "ENDED" -> "已结束";
      case "NOT_NOW" -> "不在适用时段";
      case "NOT_FOR_MEMBER" -> "不适用该会员";
      case "NOT_AT_MERCHANT" -> "不适用该商户";
      case "NOT_OPEN" -> "不可指定";
      case "BELOW_THRESHOLD" -> "未达门槛";
      case "MEMBER_COUNT_USED" -> "会员次数已用完";
      case "MEMBER_AMOUNT_USED" -> "会员额度已用完";
      case "DAY_COUNT_USED" -> "当日次数已用完";
      case "DAY_AMOUNT_USED" -> "当日额度已用完";
      case "BUDGET_EXHAUSTED" -> "活动预算不足";
      case "NOTHING_TO_GIVE" -> "无可优惠金额";
      default -> verdict;
    };
  }
}
