package cn.unionecard.workbench.demo;

/**
 * The counties, districts and the zone of Jiaozuo with their codes (GB/T 2260; the zone's is a
 * statistical one) and their shares of the members.
 */
enum Area {
  JIEFANG(410802, "解放区", Org.Kind.DISTRICT, 16),
  ZHONGZHAN(410803, "中站区", Org.Kind.DISTRICT, 7),
  MACUN(410804, "马村区", Org.Kind.DISTRICT, 7),
  SHANYANG(410811, "山阳区", Org.Kind.DISTRICT, 15),
  XIUWU(410821, "修武县", Org.Kind.COUNTY, 7),
  BOAI(410822, "博爱县", Org.Kind.COUNTY, 8),
  WUZHI(410823, "武陟县", Org.Kind.COUNTY, 11),
  WENXIAN(410825, "温县", Org.Kind.COUNTY, 8),
  ZONE(410871, "城乡一体化示范区", Org.Kind.ZONE, 6),
  QINYANG(410882, "沁阳市", Org.Kind.COUNTY, 9),
  MENGZHOU(410883, "孟州市", Org.Kind.COUNTY, 8);

  static final int PROVINCE_CODE = 410000;
  static final int CITY_CODE = 410800;

  /** The code, which is also the id of the area's federation. */
  final int code;

  final String chinese;
  final Org.Kind kind;

  /** How many members live and work here, as a weight. */
  final int weight;

  Area(int code, String chinese, Org.Kind kind, int weight) {
    this.code = code;
    this.chinese = chinese;
    this.kind = kind;
    this.weight = weight;
  }

  /** The code in addresses and resident numbers: the zone's towns lie in Shanyang. */
  int addressCode() {
    return this == ZONE ? SHANYANG.code : code;
  }

  /** The name of the area's federation of trade unions. */
  String federation() {
    return switch (kind) {
      case ZONE -> "焦作" + chinese + "工会";
      case DISTRICT -> "焦作市" + chinese + "总工会";
      default -> chinese + "总工会";
    };
  }
}
