package cn.unionecard.workbench.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/**
 * Grows the union tree: province, city, the federations of counties, districts and the zone,
 * industrial unions, city-direct unions, and the primary unions below them.
 *
 * <p>Ids: a federation's is its area code. Below the city, {@code 410800}·1000 + 101 … for
 * industrial unions, + 201 … for city-direct unions, + 301 … for primary unions of the industrial
 * ones; below an area, area code·1000 + 1 ….
 */
final class UnionTree {
  private static final int PRIMARIES_PER_WEIGHT = 4;
  private static final int PRIMARIES_PER_INDUSTRY = 12;
  private static final int CITY_BASE = Area.CITY_CODE * 1000;

  private static final List<String> INDUSTRIES =
      List.of("教科文卫体", "机械冶金建材", "财贸轻纺烟草", "建设", "交通运输", "能源化学地质", "农林水利气象", "国防邮电");

  private static final List<String> CITY_DIRECT =
      List.of(
          "中心医院", "第一热力公司", "公共交通公司", "自来水公司", "图书馆", "植物园", "广播电视台", "城市投资公司", "粮食储备库", "档案馆",
          "职工大学", "污水处理厂", "体育中心", "博物馆", "规划设计院", "测绘院", "公路事务中心", "疾控中心", "妇幼保健院", "职业技术学校",
          "园林中心", "市政工程公司", "殡葬服务中心", "会展中心");

  private static final List<String> TRADES =
      List.of(
          "机械有限公司", "食品有限公司", "建材有限公司", "化工有限公司", "物流有限公司", "制衣厂", "纸业有限公司", "汽车配件公司", "商贸公司",
          "电子科技公司", "卫生院", "实验学校", "幼儿园", "街道社区", "乡村农场", "中药材公司", "皮革制品厂", "轮胎厂", "铝业公司",
          "酒店管理公司");

  /** Unions of workers in new forms of employment: couriers, riders, drivers. */
  private static final List<String> NEW_FORMS = List.of("快递员", "网约送餐员", "网约车司机", "货车司机");

  private final RandomGenerator random;
  private final List<Org> orgs = new ArrayList<>();

  private UnionTree(RandomGenerator random) {
    this.random = random;
  }

  /** All organisations, each after its parent. */
  static List<Org> grow(RandomGenerator random) {
    return new UnionTree(random).grow();
  }

  /** Whether a primary union is one of workers in new forms of employment. */
  static boolean isNewForm(Org org) {
    return NEW_FORMS.stream().anyMatch(form -> org.name().contains(form));
  }

  private List<Org> grow() {
    Org province = add(Org.root(Area.PROVINCE_CODE, "41", Org.Kind.PROVINCE, "河南省总工会"));
    Org city = add(province.child(Area.CITY_CODE, "08", Org.Kind.CITY, "焦作市总工会", Area.CITY_CODE));
    for (Area area : Area.values()) {
      growArea(city, area);
    }
    growIndustries(city);
    growCityDirect(city);
    return orgs;
  }

  private void growArea(Org city, Area area) {
    String suffix = String.format(Locale.ROOT, "%02d", area.code % 100);
    Org federation = add(city.child(area.code, suffix, area.kind, area.federation(), area.code));
    int number = 0;
    for (String form : NEW_FORMS) {
      number++;
      addPrimary(federation, area.code * 1000, number, area.chinese + form + "联合工会");
    }
    while (number < area.weight * PRIMARIES_PER_WEIGHT) {
      number++;
      addPrimary(federation, area.code * 1000, number, company(area.chinese, number));
    }
  }

  private void growIndustries(Org city) {
    int primaries = 0;
    for (int i = 0; i < INDUSTRIES.size(); i++) {
      String suffix = String.format(Locale.ROOT, "C%02d", i + 1);
      String name = "焦作市" + INDUSTRIES.get(i) + "工会";
      Org industry =
          add(city.child(CITY_BASE + 101 + i, suffix, Org.Kind.INDUSTRY, name, Area.CITY_CODE));
      for (int number = 1; number <= PRIMARIES_PER_INDUSTRY; number++) {
        primaries++;
        String primary = company("焦作" + INDUSTRIES.get(i).substring(0, 2), number);
        addPrimary(industry, CITY_BASE + 300, primaries, primary);
      }
    }
  }

  private void growCityDirect(Org city) {
    for (int i = 0; i < CITY_DIRECT.size(); i++) {
      String suffix = String.format(Locale.ROOT, "Z%02d", i + 1);
      String name = "焦作市" + Words.tradeName(random) + CITY_DIRECT.get(i) + "工会";
      int id = CITY_BASE + 201 + i;
      orgs.add(city.child(id, suffix, Org.Kind.CITY_DIRECT, name, Area.CITY_CODE));
    }
  }

  private void addPrimary(Org above, int base, int number, String name) {
    String suffix = String.format(Locale.ROOT, "%04d", number);
    orgs.add(above.child(base + number, suffix, Org.Kind.PRIMARY, name, above.areaCode()));
  }

  private String company(String place, int number) {
    return place + Words.tradeName(random) + TRADES.get(number % TRADES.size()) + "工会";
  }

  private Org add(Org org) {
    orgs.add(org);
    return org;
  }
}
