package cn.unionecard.gateway.model;

/** What is said of a benefit where a till can see it: a campaign's public name, or one of these. */
public final class BenefitName {
  /** Nothing was given. */
  public static final String NONE = "无优惠";

  /** Nothing was given, and the till had named a benefit. */
  public static final String NAMED_NOT_GIVEN = "指定优惠不可用";

  /** Of a campaign without a public name of its own; the same word as in the database. */
  public static final String NEUTRAL = "工会会员优惠";

  /** The one line about two benefits of one order: their name, if they share it. */
  public static String together(String one, String other) {
    return one.equals(other) ? one : NEUTRAL;
  }

  private BenefitName() {}
}
