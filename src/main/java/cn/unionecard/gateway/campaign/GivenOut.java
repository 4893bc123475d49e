package cn.unionecard.gateway.campaign;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a campaign gives out, in sentences that whoever approves it can answer for. */
final class GivenOut {
  private static final Map<String, String> POOLS =
      Map.of(
          "WELFARE", "职工福利",
          "AGRI_AID", "消费助农",
          "XINJIANG_AID", "消费援疆",
          "TRAVEL", "职工旅游");

  private GivenOut() {}

  /**
   * In their order.
   *
   * @param grants understood before; null: it gives nothing out
   */
  static List<RuleFile.Sentence> told(@Nullable JsonObject grants) {
    List<RuleFile.Sentence> told = new ArrayList<>();
    if (grants == null) {
      return told;
    }
    switch (grants.getString("kind")) {
      case "VOUCHER" ->
          say(told, "先发券，持券方可享受，每张用一次", "vouchers are given out, each good for one sale");
      case "QUOTA" ->
          say(told, "先发额度，可分多次用完", "a quota is given out, used in as many parts as one likes");
      default -> say(told, "先发年卡，持卡方可享受", "passes are given out, each used entry by entry");
    }
    String pool = grants.getString("pool");
    if (pool != null) {
      say(told, "资金来源：" + POOLS.get(pool), "paid out of the pool " + pool);
    }
    counted(told, grants, "perMember", "每人各批次合计最多%s份", "%s for one person over all rounds");
    counted(told, grants, "siteCount", "每个景点最多%s次", "%s entries at each site");
    counted(told, grants, "siteDayCount", "每个景点每天最多%s次", "%s entries at each site on a day");
    if (grants.containsKey("closed")) {
      String days = String.valueOf(grants.getJsonArray("closed").size());
      say(told, "停用" + days + "天", "closed on " + days + " days");
    }
    Integer more = grants.getInteger("returnDays");
    if (more == null || more == 0) {
      say(told, "过期后退回的不再恢复", "what comes back after its time is lost");
    } else {
      say(
          told,
          "过期后退回的再延" + more + "天",
          "what comes back after its time is good for " + more + " days more");
    }
    return told;
  }

  private static void counted(
      List<RuleFile.Sentence> told, JsonObject grants, String name, String zh, String en) {
    if (grants.containsKey(name)) {
      String count = String.valueOf(grants.getValue(name));
      say(told, zh.replace("%s", count), en.replace("%s", count));
    }
  }

  private static void say(List<RuleFile.Sentence> told, String zh, String en) {
    told.add(new RuleFile.Sentence(zh, en));
  }
}
