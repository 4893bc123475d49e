package cn.unionecard.workbench.demo;

import static cn.unionecard.workbench.demo.Area.CITY_CODE;
import static cn.unionecard.workbench.demo.Trade.EAT;
import static cn.unionecard.workbench.demo.Trade.ENTERTAIN;
import static cn.unionecard.workbench.demo.Trade.SHOP;
import static cn.unionecard.workbench.demo.Trade.STAY;
import static cn.unionecard.workbench.demo.Trade.TOUR;
import static cn.unionecard.workbench.demo.Trade.TRANSPORT;

import cn.unionecard.gateway.model.BenefitName;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The campaigns of the demo, one for each kind of rule an inclusive-benefit campaign is seen to
 * have, and some to see what happens at their limits: windows are counted from a given day, so that
 * all run but one that is to come and one that is over.
 */
final class Campaigns {
  /** {@link #NEXT} has not started, {@link #PAST} has ended. */
  static final String NEXT = "NEXT-01";

  static final String PAST = "PAST-01";

  /** Its budget pays for exactly {@value #SMALL_COUNT} discounts. */
  static final String SMALL = "SMALL-01";

  static final int SMALL_COUNT = 100;

  /**
   * In each trade one that everybody may use has the public name of those that only some may, so
   * that the name tells nothing.
   */
  private static final Set<String> NEUTRAL =
      Set.of("EAT-01", "SHOP-02", "TRANS-02", "TOUR-01", "ENT-01");

  private static final int INDUSTRY_EDUCATION = CITY_CODE * 1000 + 101;
  private static final int WHOLE = 10_000;
  private static final long YUAN = 100;

  private final LocalDate today;
  private final List<Campaign> campaigns = new ArrayList<>();

  private Campaigns(LocalDate today) {
    this.today = today;
  }

  static List<Campaign> around(LocalDate today) {
    Campaigns all = new Campaigns(today);
    all.addForEverybody();
    all.addForGroups();
    all.addForUnions();
    all.addSpecial();
    all.addLimits();
    return all.campaigns;
  }

  private void addForEverybody() {
    run(
        "EAT-01",
        "吃在焦作 工会会员九折",
        300_000,
        city(7_000, Rule.percent(1_000, 20 * YUAN).at(EAT))
            .perMember(60, 600 * YUAN)
            .perDay(2, 40 * YUAN));
    run(
        "EAT-02",
        "餐饮满100减20",
        200_000,
        city(WHOLE, Rule.threshold(100 * YUAN, 20 * YUAN).at(EAT))
            .perMember(10, 200 * YUAN)
            .perDay(1, 20 * YUAN));
    run(
        "SHOP-01",
        "超市满158减20",
        300_000,
        city(5_000, Rule.threshold(158 * YUAN, 20 * YUAN).at(SHOP))
            .perMember(12, 240 * YUAN)
            .perDay(1, 20 * YUAN));
    run(
        "SHOP-02",
        "购物九五折 商户让利",
        500_000,
        city(0, Rule.percent(500, 10 * YUAN).at(SHOP)).perDay(5, 50 * YUAN));
    run(
        "STAY-01",
        "住宿八八折",
        150_000,
        city(4_000, Rule.percent(1_200, 50 * YUAN).at(STAY)).perMember(6, 300 * YUAN));
    run(
        "TRANS-01",
        "加油满200减20",
        200_000,
        city(6_000, Rule.threshold(200 * YUAN, 20 * YUAN).at(TRANSPORT))
            .perMember(12, 240 * YUAN)
            .perDay(1, 20 * YUAN));
    run(
        "TRANS-02",
        "绿色出行立减1元",
        50_000,
        city(WHOLE, Rule.fixed(YUAN).at(TRANSPORT)).perDay(2, 2 * YUAN).fromOrderOf(2 * YUAN));
    run(
        "TOUR-01",
        "职工游满100减30",
        200_000,
        city(7_000, Rule.threshold(100 * YUAN, 30 * YUAN).at(TOUR)).perMember(8, 240 * YUAN));
    run(
        "ENT-01",
        "观影健身立减15元",
        150_000,
        city(8_000, Rule.fixed(15 * YUAN).at(ENTERTAIN))
            .perMember(12, 180 * YUAN)
            .perDay(1, 15 * YUAN)
            .fromOrderOf(16 * YUAN));
  }

  private void addForGroups() {
    run(
        "NEF-01",
        "新就业形态劳动者爱心餐",
        200_000,
        city(WHOLE, Rule.fixed(8 * YUAN).at(EAT))
            .membersWho(Member.Category.NEW_EMPLOYMENT_FORM)
            .perDay(1, 8 * YUAN)
            .fromOrderOf(9 * YUAN));
    run(
        "NEF-02",
        "新就业形态劳动者八五折",
        200_000,
        city(WHOLE, Rule.percent(1_500, 15 * YUAN).at(SHOP, TRANSPORT))
            .membersWho(Member.Category.NEW_EMPLOYMENT_FORM)
            .perMember(24, 360 * YUAN));
    run(
        "HELP-01",
        "困难职工帮扶满50减25",
        100_000,
        city(WHOLE, Rule.threshold(50 * YUAN, 25 * YUAN).at(EAT, SHOP))
            .membersWho(Member.Category.HARDSHIP)
            .perMember(24, 600 * YUAN)
            .perDay(1, 25 * YUAN));
    run(
        "MODEL-01",
        "劳动模范游览八折",
        50_000,
        city(WHOLE, Rule.percent(2_000, 30 * YUAN).at(TOUR, ENTERTAIN))
            .membersWho(Member.Category.MODEL));
  }

  private void addForUnions() {
    runBy(
        Area.JIEFANG.code,
        "JIEFANG-01",
        "解放区职工满50减10",
        80_000,
        Rule.threshold(50 * YUAN, 10 * YUAN)
            .paidBy(Area.JIEFANG.code, WHOLE)
            .membersOf(Area.JIEFANG.code)
            .atMerchantsOf(Area.JIEFANG.code)
            .perDay(1, 10 * YUAN));
    runBy(
        Area.WUZHI.code,
        "WUZHI-01",
        "武陟县职工八折购",
        80_000,
        Rule.percent(2_000, 15 * YUAN)
            .paidBy(Area.WUZHI.code, 6_000)
            .membersOf(Area.WUZHI.code)
            .at(EAT, SHOP)
            .perMember(20, 300 * YUAN));
    runBy(
        Area.ZONE.code,
        "ZONE-01",
        "示范区商户满减",
        60_000,
        Rule.threshold(60 * YUAN, 12 * YUAN)
            .paidBy(Area.ZONE.code, 5_000)
            .atMerchantsOf(Area.ZONE.code)
            .perDay(1, 12 * YUAN));
    runBy(
        INDUSTRY_EDUCATION,
        "BOOKS-01",
        "教科文卫体职工立减10元",
        40_000,
        Rule.fixed(10 * YUAN)
            .paidBy(INDUSTRY_EDUCATION, WHOLE)
            .membersOf(INDUSTRY_EDUCATION)
            .at(SHOP, ENTERTAIN)
            .perMember(4, 40 * YUAN)
            .fromOrderOf(30 * YUAN));
  }

  private void addSpecial() {
    run(
        SMALL,
        "消费助农限量立减6元",
        SMALL_COUNT * 6,
        city(WHOLE, Rule.fixed(6 * YUAN))
            .atMerchants(1, 5, 7, 11, 13, 17, 19)
            .fromOrderOf(10 * YUAN));
    add(
        CITY_CODE,
        NEXT,
        "下期餐饮满100减40",
        200_000,
        today.plusDays(30),
        today.plusDays(90),
        city(WHOLE, Rule.threshold(100 * YUAN, 40 * YUAN).at(EAT)));
    add(
        CITY_CODE,
        PAST,
        "上期购物满100减30",
        200_000,
        today.minusDays(90),
        today.minusDays(1),
        city(WHOLE, Rule.threshold(100 * YUAN, 30 * YUAN).at(SHOP)));
  }

  /** At the shops of the first terminals alone, so that no other sale meets them. */
  private void addLimits() {
    run(
        "DRY-01",
        "经费已尽立减9元",
        1,
        city(WHOLE, Rule.fixed(9 * YUAN)).atMerchants(1, 2, 3, 4).fromOrderOf(10 * YUAN));
    run(
        "QUOTA-01",
        "每日6元立减6元",
        10_000,
        city(WHOLE, Rule.fixed(6 * YUAN))
            .atMerchants(1, 2, 3, 4)
            .perDay(2, 6 * YUAN)
            .fromOrderOf(10 * YUAN));
  }

  private static Rule city(int shareBp, Rule rule) {
    return rule.paidBy(CITY_CODE, shareBp);
  }

  private void run(String code, String name, long budgetYuan, Rule rule) {
    runBy(CITY_CODE, code, name, budgetYuan, rule);
  }

  private void runBy(int org, String code, String name, long budgetYuan, Rule rule) {
    add(org, code, name, budgetYuan, today.minusDays(30), today.plusYears(1), rule);
  }

  private void add(
      int org,
      String code,
      String name,
      long budgetYuan,
      LocalDate starts,
      LocalDate ends,
      Rule rule) {
    int id = campaigns.size() + 1;
    String documentNo = "焦工演〔" + today.getYear() + "〕" + id + "号";
    boolean neutral = !rule.isForEverybody() || NEUTRAL.contains(code);
    String publicName = neutral ? BenefitName.NEUTRAL : name;
    campaigns.add(
        new Campaign(
            id,
            code,
            name,
            publicName,
            org,
            documentNo,
            starts,
            ends,
            rule.json(),
            budgetYuan * YUAN));
  }
}
