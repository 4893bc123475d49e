package cn.unionecard.gateway.model;

/**
 * One benefit as it was weighed for one order.
 *
 * @param benefit the campaign's code
 * @param name the campaign's name, Chinese
 * @param verdict what became of it
 * @param discount what it gives on this order, fen; zero when it does not apply
 */
public record Offer(String benefit, String name, Verdict verdict, Fen discount) {

  /** What became of a benefit, with the sentence a till shows for it. */
  public enum Verdict {
    CHOSEN("已选用"),
    LESS("可用，但优惠较少"),
    NOT_NAMED("可用，但收银指定了其他优惠"),
    NOT_STARTED("活动未开始"),
    ENDED("活动已结束"),
    NOT_FOR_MEMBER("会员不在活动范围"),
    NOT_AT_MERCHANT("本店不参加"),
    BELOW_THRESHOLD("未达到使用门槛"),
    MEMBER_COUNT_USED("会员使用次数已满"),
    MEMBER_AMOUNT_USED("会员优惠额度已用完"),
    DAY_COUNT_USED("会员今日次数已满"),
    DAY_AMOUNT_USED("会员今日额度已用完"),
    BUDGET_EXHAUSTED("活动经费已用完"),
    NOTHING_TO_GIVE("折算后优惠为零");

    public final String chinese;

    Verdict(String chinese) {
      this.chinese = chinese;
    }
  }
}
