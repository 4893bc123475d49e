package cn.unionecard.gateway.campaign;

/** What became of a benefit, in words. */
final class VerdictWords {
  private VerdictWords() {}

  static String chinese(String verdict) {
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
      case "NOT_IN_SCENE" -> "不适用该交易场景";
      case "NOT_OPEN" -> "不可指定";
      case "BELOW_THRESHOLD" -> "未达门槛";
      case "NOTHING_GRANTED" -> "未发放、未生效、已用完或已过期";
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
