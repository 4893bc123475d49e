package cn.unionecard.gateway.campaign;

import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.Scene;
import cn.unionecard.gateway.rules.Benefit;
import cn.unionecard.gateway.rules.Campaign;
import cn.unionecard.gateway.rules.Grants;
import cn.unionecard.gateway.rules.Stacking;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What a rule says that can never come true, or only otherwise than it is written. */
final class Contradictions {
  private static final long DAY_MS = 86_400_000;

  /** As far as a window is looked through. */
  private static final int DAYS_LOOKED_AT = 3_660;

  /** What a customer may pay in a day by printed codes, by their class, fen. */
  private static final long STATIC_DAY_FEN = 50_000;

  private static final Set<Scene> ONLY_MALL = Set.of(Scene.ONLINE_MALL);

  private final Campaign campaign;
  private final Stacking stacking;
  private final List<JsonObject> found = new ArrayList<>();

  private Contradictions(Campaign campaign) {
    this.campaign = campaign;
    this.stacking = campaign.stacking();
  }

  static List<JsonObject> of(Campaign campaign) {
    Contradictions all = new Contradictions(campaign);
    all.times();
    all.thresholds();
    all.floors();
    all.stack();
    all.scenes();
    return all.found;
  }

  /** The most that one sale gets, fen; {@link Fen#MAX} where that depends on the order alone. */
  static long mostOfOne(Campaign campaign) {
    Benefit benefit = campaign.benefit();
    if (benefit instanceof Benefit.Price || benefit instanceof Benefit.Free) {
      return Math.min(Fen.MAX, campaign.stacking().discountFenMax());
    }
    long fen = Math.min(benefit.discountOn(Fen.MAX), campaign.stacking().discountFenMax());
    return Math.max(1, fen);
  }

  private void times() {
    long from = campaign.startsAtMs();
    long end = Math.min(campaign.endsAtMs(), from + DAYS_LOOKED_AT * DAY_MS);
    if (campaign.times().firstFrom(from, end) >= end) {
      add("活动期内没有任何适用的时刻", "within its window there is no moment at which it works");
    }
  }

  private void thresholds() {
    long least = campaign.lines() == null ? campaign.orderFenMin() : 0;
    Benefit benefit = campaign.benefit();
    if (benefit instanceof Benefit.Threshold threshold && threshold.thresholdFen() < least) {
      add("满减门槛低于起用金额，门槛不起作用", "the threshold is below the least order: it is always reached");
    }
    if (benefit instanceof Benefit.Tiered tiered) {
      steps(tiered.steps(), least);
    }
    if (benefit instanceof Benefit.Fixed fixed && fixed.offFen() > least && least > 0) {
      add(
          "立减金额大于起用金额，小额订单将全部减免",
          "it takes off more than the least order: small ones cost nothing");
    }
  }

  private void steps(List<Benefit.Threshold> steps, long least) {
    for (int i = 1; i < steps.size(); i++) {
      if (steps.get(i).thresholdFen() <= least) {
        add(
            "第" + i + "档永远用不到，起用金额已达下一档",
            "step " + i + " is never used: the least order reaches the next");
      }
    }
    long most = Math.min(stacking.discountFenMax(), campaign.limits().fen());
    most = Math.min(most, campaign.limits().dayFen());
    for (int i = 1; i < steps.size(); i++) {
      if (steps.get(i - 1).offFen() >= most) {
        add(
            "第" + (i + 1) + "档不会多优惠，限额已不足上一档",
            "step " + (i + 1) + " gives no more: limits cut the one before");
      }
    }
  }

  private void floors() {
    if (campaign.benefit() instanceof Benefit.Price price
        && campaign.lines() == null
        && stacking.payableFenMin() > price.priceFen()) {
      add("最低支付金额高于会员价，会员价达不到", "the member pays at least more than the member price");
    }
    if (campaign.benefit() instanceof Benefit.Free
        && campaign.lines() == null
        && stacking.payableFenMin() > 0) {
      add("免费与最低支付金额矛盾", "free of charge, and yet something has to be paid");
    }
    if (stacking.discountFenMax() < Fen.MAX
        && campaign.benefit() instanceof Benefit.Threshold threshold
        && threshold.offFen() > stacking.discountFenMax()) {
      add("每单合计上限低于满减金额", "an order gets less in all than the benefit takes off");
    }
  }

  private void stack() {
    if (stacking.sets().isEmpty()) {
      if (!stacking.groups().isEmpty()
          || stacking.onOrder()
          || stacking.benefitsMax() < Stacking.BENEFITS_MAX) {
        add("不与其他优惠同享，叠加设置不起作用", "it is given alone: what is said of combining never applies");
      }
    } else if (stacking.benefitsMax() == 1) {
      add("每单最多1项，实际不能同享", "at most one benefit an order: it never goes with others");
    }
  }

  private void scenes() {
    Set<Scene> scenes = campaign.scenes();
    if (scenes.size() == Scene.values().length) {
      add("列出了全部交易场景，等于没有限制", "every scene is named: that restricts nothing");
    }
    Grants grants = campaign.grants();
    if (grants != null && grants.kind() == Grants.Kind.PASS && scenes.equals(ONLY_MALL)) {
      add("年卡按到场次数计算，网上商城无人到场", "a pass counts visits to a site: nobody visits the online mall");
    }
    if (scenes.contains(Scene.QR_STATIC) && mostOfOne(campaign) > STATIC_DAY_FEN) {
      add(
          "静态码风险等级最低，每人每天以500元为限；单笔优惠可能超过",
          "printed codes are of the lowest class: 500 yuan a customer and day; one sale may take off more");
    }
  }

  private void add(String chinese, String english) {
    found.add(new JsonObject().put("zh", chinese).put("en", english));
  }
}
