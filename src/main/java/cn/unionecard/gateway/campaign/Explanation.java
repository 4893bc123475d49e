package cn.unionecard.gateway.campaign;

import cn.unionecard.gateway.model.BenefitName;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.Scene;
import cn.unionecard.gateway.rules.Benefit;
import cn.unionecard.gateway.rules.Campaign;
import cn.unionecard.gateway.rules.Campaign.MemberLimits;
import cn.unionecard.gateway.rules.Funding.Share;
import cn.unionecard.gateway.rules.Funding.Source;
import cn.unionecard.gateway.rules.Stacking;
import cn.unionecard.gateway.rules.Times;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a rule says, in sentences that whoever approves it can answer for, and what looks like a
 * mistake although it could be run. Both made from the rule as the checkout line reads it.
 */
final class Explanation {
  private final Campaign campaign;
  private final JsonObject rule;
  private final @Nullable Budget budget;
  private final JsonArray sentences = new JsonArray();
  private final JsonArray warnings = new JsonArray();

  /**
   * @param campaign as the line reads it
   * @param rule the same as people read it
   */
  private Explanation(Campaign campaign, JsonObject rule, @Nullable Budget budget) {
    this.campaign = campaign;
    this.rule = rule;
    this.budget = budget;
  }

  /** Puts {@code explanation} and {@code warnings} into a document. */
  static JsonObject into(
      JsonObject document,
      Campaign campaign,
      JsonObject rule,
      @Nullable Budget budget,
      Instant now) {
    Explanation explanation = new Explanation(campaign, rule, budget);
    explanation.explain();
    explanation.warn(now.toEpochMilli());
    return document.put("explanation", explanation.sentences).put("warnings", explanation.warnings);
  }

  /** For unions below: what it gives, where, when and how often; not to whom, nor at whose cost. */
  static JsonArray ofReach(Campaign campaign) {
    Explanation explanation = new Explanation(campaign, new JsonObject(), null);
    explanation.benefit(campaign.benefit());
    explanation.order();
    explanation.trades(campaign.merchants());
    explanation.scenes();
    explanation.limits(campaign.limits());
    explanation.times(campaign.times());
    return explanation.sentences;
  }

  private void trades(Campaign.Merchants where) {
    if (!where.categories().isEmpty()) {
      List<String> categories = where.categories().stream().sorted().toList();
      say("适用商户：" + among(categories, "类别"), "at merchants" + within(categories, "of category"));
    }
    if (!where.ids().isEmpty()) {
      say("仅限指定的" + where.ids().size() + "家商户", "at " + where.ids().size() + " merchants, named");
    }
  }

  /** Puts into a document that the line makes nothing of its rule. */
  static JsonObject ofUnreadable(JsonObject document) {
    JsonObject warning =
        new JsonObject()
            .put("zh", "规则不完整或无法识别，不会产生优惠")
            .put("en", "its rule cannot be read: it gives nothing");
    return document.put("warnings", new JsonArray().add(warning));
  }

  private void explain() {
    benefit(campaign.benefit());
    order();
    funders();
    members();
    merchants();
    scenes();
    limits(campaign.limits());
    times(campaign.times());
    stacking(campaign.stacking());
    if (budget == null) {
      say("未设预算上限", "no limit to what it spends");
    } else {
      budget(budget);
    }
  }

  private void order() {
    if (campaign.lines() != null) {
      say(
          "仅对标记为" + campaign.lines() + "的商品行",
          "on lines of the order marked " + campaign.lines() + " alone");
    }
    if (campaign.orderFenMin() > 0) {
      say(
          "订单满" + yuan(campaign.orderFenMin()) + "元方可享受",
          "for orders of at least " + yuan(campaign.orderFenMin()) + " yuan");
    }
  }

  private void budget(Budget budget) {
    long each = mostOfOne();
    if (each == Fen.MAX) {
      say("预算共" + yuan(budget.fen()) + "元", "a budget of " + yuan(budget.fen()) + " yuan");
    } else {
      eachOf(budget, each);
    }
    if (budget.dayFen() != null) {
      say("每日预算" + yuan(budget.dayFen()) + "元", yuan(budget.dayFen()) + " yuan a day");
    }
    if (budget.count() != null) {
      say("共" + budget.count() + "笔", budget.count() + " sales in all");
    }
    if (budget.dayCount() != null) {
      say("每日" + budget.dayCount() + "笔", budget.dayCount() + " sales a day");
    }
  }

  private void eachOf(Budget budget, long each) {
    String atLeast = String.valueOf(budget.fen() / each);
    say(
        "预算共" + yuan(budget.fen()) + "元，单笔最多优惠" + yuan(each) + "元，至少可用" + atLeast + "笔",
        "a budget of "
            + yuan(budget.fen())
            + " yuan, at most "
            + yuan(each)
            + " yuan for one sale: enough for "
            + atLeast
            + " sales or more");
  }

  private void benefit(Benefit benefit) {
    if (benefit instanceof Benefit.Percent percent) {
      String part = percent(percent.basisPoints());
      String cap = yuan(percent.capFen());
      say(
          "优惠订单金额的" + part + "，单笔最多" + cap + "元",
          part + " off, at most " + cap + " yuan for one sale");
    } else if (benefit instanceof Benefit.Threshold threshold) {
      String from = yuan(threshold.thresholdFen());
      String off = yuan(threshold.offFen());
      say("满" + from + "元减" + off + "元", off + " yuan off orders of at least " + from + " yuan");
    } else if (benefit instanceof Benefit.Fixed fixed) {
      say("立减" + yuan(fixed.offFen()) + "元", yuan(fixed.offFen()) + " yuan off");
    } else if (benefit instanceof Benefit.Tiered tiered) {
      for (Benefit.Threshold step : tiered.steps()) {
        benefit(step);
      }
    } else if (benefit instanceof Benefit.Price price) {
      say(
          "会员价" + yuan(price.priceFen()) + "元",
          "a member price of " + yuan(price.priceFen()) + " yuan");
    } else if (benefit instanceof Benefit.Free) {
      say("免费", "free of charge");
    }
  }

  private void funders() {
    List<String> chinese = new ArrayList<>();
    List<String> english = new ArrayList<>();
    JsonArray named = rule.getJsonArray("funders", new JsonArray());
    int at = 0;
    for (Share share : campaign.funding().shares()) {
      String part = percent(share.basisPoints());
      String org = named.getJsonObject(at++).getString("org", "");
      chinese.add(payer(share.source()) + org + "承担" + part);
      english.add(
          payerInEnglish(share.source()) + (org.isEmpty() ? "" : " " + org) + " bears " + part);
    }
    say(String.join("，", chinese), String.join(", ", english));
  }

  private static String payer(Source source) {
    return switch (source) {
      case UNION -> "工会";
      case EMPLOYER -> "用人单位";
      case GOVERNMENT -> "政府";
      case BANK -> "银行";
      case MERCHANT -> "商户";
    };
  }

  private static String payerInEnglish(Source source) {
    return switch (source) {
      case UNION -> "union";
      case EMPLOYER -> "employer";
      case GOVERNMENT -> "government";
      case BANK -> "bank";
      case MERCHANT -> "the merchant";
    };
  }

  private void members() {
    List<String> orgs = texts("members", "orgs");
    List<String> categories = texts("members", "categories");
    if (orgs.isEmpty() && categories.isEmpty()) {
      say("面向全体会员", "for every member");
    } else {
      say(
          "仅限" + among(orgs, "组织及其下级") + among(categories, "类别") + "会员",
          "only for members" + within(orgs, "of") + within(categories, "of category"));
    }
  }

  private void merchants() {
    List<String> orgs = texts("merchants", "orgs");
    List<String> nos = texts("merchants", "merchantNos");
    List<String> categories = texts("merchants", "categories");
    if (orgs.isEmpty() && nos.isEmpty() && categories.isEmpty()) {
      say("适用于各级工会的全部商户", "at every merchant of every union");
      return;
    }
    say(
        "适用商户：" + among(orgs, "所授权") + among(nos, "指定") + among(categories, "类别"),
        "at merchants"
            + within(orgs, "authorised by")
            + within(nos, "named")
            + within(categories, "of category"));
  }

  private void scenes() {
    List<Scene> scenes = campaign.scenes().stream().sorted().toList();
    if (!scenes.isEmpty()) {
      say(
          "仅限" + String.join("、", scenes.stream().map(Scene::chinese).toList()) + "交易",
          "sold " + String.join(" or ", scenes.stream().map(Scene::english).toList()) + " alone");
    }
  }

  private void limits(MemberLimits limits) {
    limit("每位会员在活动期内最多", "each member in all at most", limits.count(), limits.fen());
    limit("每位会员每天最多", "each member a day at most", limits.dayCount(), limits.dayFen());
  }

  private void limit(String chinese, String english, long count, long fen) {
    if (count != MemberLimits.NONE) {
      say(chinese + count + "次", english + " " + count + " times");
    }
    if (fen != MemberLimits.NONE) {
      say(chinese + "优惠" + yuan(fen) + "元", english + " " + yuan(fen) + " yuan");
    }
  }

  private void times(Times times) {
    if (times.weekdays() != 0) {
      List<String> chinese = new ArrayList<>();
      List<String> english = new ArrayList<>();
      for (DayOfWeek day : DayOfWeek.values()) {
        if ((times.weekdays() >> (day.getValue() - 1) & 1) == 1) {
          chinese.add(day.getDisplayName(TextStyle.SHORT, Locale.CHINA));
          english.add(day.getDisplayName(TextStyle.FULL, Locale.ENGLISH));
        }
      }
      say("仅限" + String.join("、", chinese), "on " + String.join(", ", english) + " alone");
    }
    for (Times.Span hours : times.hours()) {
      say(
          "每日" + hour(hours.from()) + "起至" + hour(hours.to()) + "前",
          "from " + hour(hours.from()) + " until before " + hour(hours.to()));
    }
    for (Times.Span days : times.blackouts()) {
      String from = LocalDate.ofEpochDay(days.from()).toString();
      String last = LocalDate.ofEpochDay(days.to() - 1L).toString();
      say(from + "至" + last + "不适用", "not from " + from + " to " + last);
    }
  }

  private static String hour(int second) {
    return String.format(
        Locale.ROOT, "%02d:%02d:%02d", second / 3_600, second / 60 % 60, second % 60);
  }

  private void stacking(Stacking stacking) {
    if (stacking.sets().isEmpty()) {
      say("不与其他优惠同享", "given alone");
    } else {
      say(
          "可与同属" + String.join("、", stacking.sets()) + "的优惠同享，每单最多" + stacking.benefitsMax() + "项",
          "goes with those of "
              + String.join(", ", stacking.sets())
              + ", at most "
              + stacking.benefitsMax()
              + " an order");
      say(
          (stacking.onOrder() ? "按订单原价计算" : "按其他优惠后的余额计算") + "，顺序" + stacking.priority(),
          (stacking.onOrder() ? "works on the whole order" : "works on what the others leave")
              + ", priority "
              + stacking.priority());
    }
    if (!stacking.groups().isEmpty()) {
      say(
          "同属" + String.join("、", stacking.groups()) + "的优惠每单只给一项",
          "one an order of those of " + String.join(", ", stacking.groups()));
    }
    if (stacking.payableFenMin() > 0) {
      say(
          "会员至少支付" + yuan(stacking.payableFenMin()) + "元",
          "the member pays at least " + yuan(stacking.payableFenMin()) + " yuan");
    }
    if (stacking.discountFenMax() != Long.MAX_VALUE) {
      say(
          "每单合计最多优惠" + yuan(stacking.discountFenMax()) + "元",
          "an order gets at most " + yuan(stacking.discountFenMax()) + " yuan in all");
    }
  }

  /** What can be written and never comes true. */
  private void contradictions() {
    Contradictions.of(campaign).forEach(warnings::add);
  }

  private void warn(long nowMs) {
    contradictions();
    MemberLimits limits = campaign.limits();
    if (campaign.endsAtMs() <= nowMs) {
      warning("活动期已过，运行后不会产生优惠", "its time is over: it would give nothing");
    }
    if (budget != null && budget.fen() < mostOfOne() && mostOfOne() < Fen.MAX) {
      warning("预算不足一笔最高优惠", "the budget is less than the most one sale gets");
    }
    if (budget != null
        && budget.dayFen() != null
        && budget.dayFen() < mostOfOne()
        && mostOfOne() < Fen.MAX) {
      warning("每日预算不足一笔最高优惠", "a day's budget is less than the most one sale gets");
    }
    if (budget != null && budget.dayFen() != null && budget.dayFen() > budget.fen()) {
      warning("每日预算大于总预算", "more for a day than in all");
    }
    if (limits.count() == 0
        || limits.dayCount() == 0
        || limits.fen() == 0
        || limits.dayFen() == 0) {
      warning("会员限额为零，任何人都不能享受", "a limit of nothing: nobody gets anything");
    }
    if (limits.dayCount() > limits.count() && limits.dayCount() != MemberLimits.NONE) {
      warning("每日次数大于活动期内次数", "more often in a day than in all");
    }
    if (Math.min(limits.fen(), limits.dayFen()) < mostOfOne() && mostOfOne() < Fen.MAX) {
      warning("会员限额小于单笔最高优惠，超出部分不优惠", "a member's limit cuts what one sale gets");
    }
    if (restricted() && !campaign.publicName().equals(BenefitName.NEUTRAL)) {
      warning(
          "本活动仅限部分会员，公开名称请与面向全体会员的活动共用，以免暴露会员情况",
          "for some members only: share its public name with a campaign for every member");
    }
  }

  private boolean restricted() {
    return !campaign.members().orgs().isEmpty() || !campaign.members().categories().isEmpty();
  }

  /** The most that one sale gets, fen. */
  private long mostOfOne() {
    return Contradictions.mostOfOne(campaign);
  }

  private List<String> texts(String part, String name) {
    JsonObject within = rule.getJsonObject(part, new JsonObject());
    return within.getJsonArray(name, new JsonArray()).stream().map(String::valueOf).toList();
  }

  private static String among(List<String> all, String what) {
    return all.isEmpty() ? "" : "【" + String.join("、", all) + "】" + what;
  }

  private static String within(List<String> all, String what) {
    return all.isEmpty() ? "" : " " + what + " " + String.join(", ", all);
  }

  private static String yuan(long fen) {
    return Fen.of(fen).yuan();
  }

  private static String percent(int basisPoints) {
    String text = new BigDecimal(basisPoints).movePointLeft(2).stripTrailingZeros().toPlainString();
    return text + "%";
  }

  private void say(String chinese, String english) {
    sentences.add(new JsonObject().put("zh", chinese).put("en", english));
  }

  private void warning(String chinese, String english) {
    warnings.add(new JsonObject().put("zh", chinese).put("en", english));
  }
}
