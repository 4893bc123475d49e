package cn.unionecard.gateway.model;

import static cn.unionecard.gateway.model.Retry.NEVER;
import static cn.unionecard.gateway.model.Retry.NEW_KEY;

/**
 * Why a request was processed and declined. The order is the precedence: the first that applies is
 * the answer. A refusal is a value and a stored answer, never an exception.
 *
 * <p>Each has the ISO 8583 response code (DE 39) a till prints, what may be tried next, and one
 * Chinese and one English sentence for the cashier that end with the next step.
 */
public enum Refusal {
  TERMINAL_UNKNOWN(
      "97",
      NEVER,
      "终端未登记，请联系商户管理员登记本机",
      "Terminal not registered; call the merchant's administrator"),
  TERMINAL_SUSPENDED(
      "58", NEVER, "终端已停用，请换一台终端或联系工会", "Terminal suspended; use another or call the union"),
  TERMINAL_NOT_SIGNED_ON(
      "99", NEW_KEY, "终端未签到，请先签到再试", "Terminal not signed on; sign on and try again"),
  BATCH_NUMBER_DIFFERS("77", NEW_KEY, "批次号不符，请重新签到", "Batch number differs; sign on again"),
  MAC_WRONG("A0", NEW_KEY, "报文校验错，请重新签到", "Message check failed; sign on again"),

  MERCHANT_NOT_APPROVED("03", NEVER, "商户尚未通过审批，不能受理工会E卡", "Merchant not approved yet"),
  MERCHANT_SUSPENDED("03", NEVER, "商户已被中止合作，请按原价收款", "Merchant suspended; charge the full price"),
  MERCHANT_TERMINATED("03", NEVER, "商户已终止合作，请按原价收款", "Merchant terminated; charge the full price"),

  AMOUNT_NOT_ALLOWED("13", NEW_KEY, "金额无效，请核对金额后重试", "Amount not allowed; check it and try again"),
  TYPE_NOT_SUPPORTED("40", NEVER, "本终端不支持该交易", "Transaction type not supported here"),
  CONFLICTS_WITH_EARLIER(
      "12",
      NEW_KEY,
      "流水号已用于另一笔不同的交易，请换新流水号",
      "Key already used for a different request; use a new one"),

  CODE_OF_ANOTHER_WALLET(
      "14", NEW_KEY, "这是其他钱包的付款码，请会员打开工会E卡", "Another wallet's code; ask for the union e-card"),
  CODE_MALFORMED("14", NEW_KEY, "读码有误，请重新扫码", "Code not readable; scan again"),
  CODE_UNKNOWN("14", NEW_KEY, "无法识别的会员码，请会员刷新后重扫", "Unknown code; refresh it and scan again"),
  CODE_ALREADY_USED(
      "14", NEW_KEY, "会员码已使用，请会员刷新后重扫", "Code already used; refresh it and scan again"),
  CODE_EXPIRED("54", NEW_KEY, "会员码已过期，请会员刷新后重扫", "Code expired; refresh it and scan again"),
  CODE_LOCKED("75", NEW_KEY, "错误次数过多，请五分钟后再试", "Too many wrong codes; try again in five minutes"),
  CARD_LOST("41", NEVER, "该卡已挂失，请按原价收款", "Card reported lost; charge the full price"),
  CARD_NOT_ACTIVE(
      "62",
      NEVER,
      "该卡未激活或已停用，请会员在工会E卡中办理",
      "Card not active; the member can activate it in the app"),

  AMOUNT_OVER_LIMIT("61", NEW_KEY, "超过单笔限额，请分开结算或按原价收款", "Amount over the limit"),
  COUNT_OVER_LIMIT("65", NEVER, "超过使用次数，请按原价收款", "Used too often; charge the full price"),

  BENEFIT_NOT_FOR_THIS_MERCHANT(
      "57", NEW_KEY, "该优惠不适用于本店，请换一种优惠", "Benefit not valid at this shop; choose another"),
  /** Stands in older receipts only: it told a till what a member is. */
  BENEFIT_NOT_FOR_THIS_MEMBER(
      "57", NEW_KEY, "该会员不能使用此优惠，请换一种优惠", "Benefit not for this member; choose another"),
  BENEFIT_NOT_OFFLINE(
      "57",
      NEVER,
      "离线消费不享受优惠，本笔不予补贴，请保留小票",
      "No benefit is given offline: nothing is paid for this sale; keep the slip"),
  VOUCHER_ALREADY_USED("51", NEW_KEY, "券已使用，请换一张", "Voucher already used; choose another"),
  QUOTA_TOO_SMALL("51", NEW_KEY, "剩余额度不足，请减少金额或换一种优惠", "Quota too small; choose another benefit"),
  BUDGET_EXHAUSTED(
      "51", NEW_KEY, "活动经费已用完，请换一种优惠或按原价收款", "Campaign budget exhausted; choose another benefit"),
  BENEFIT_EXPIRED("54", NEW_KEY, "优惠不在有效期内，请换一种优惠", "Benefit not valid now; choose another"),

  ORIGINAL_NOT_FOUND("25", NEVER, "找不到原交易，请核对原流水号", "Original not found; check its number"),
  ORIGINAL_ALREADY_UNDONE(
      "12", NEVER, "原交易已了结（已冲正、撤销、退货、完成或过期），请查询原交易", "Original already ended; look it up"),
  ORIGINAL_AMOUNT_DIFFERS(
      "64", NEW_KEY, "金额与原交易不符，请核对金额", "Amount differs from the original; check it"),
  REFUND_EXCEEDS_PAID(
      "61", NEW_KEY, "退款超过已付金额，请核对金额", "Refund exceeds what was paid; check the amount"),
  VOID_OUTSIDE_BATCH("12", NEVER, "不在同一批次，请改做退货", "Not of this batch; make a refund instead"),

  /** The gateway fails over this very request, and would again: an error of ours, told aloud. */
  CANNOT_PROCESS(
      "06",
      NEVER,
      "系统无法处理该交易，交易没有发生，请按原价收款并报告工会",
      "Cannot be processed, nothing happened; charge the full price and report it");

  private static final Refusal[] ALL = values();

  /** ISO 8583 data element 39, two characters. */
  public final String responseCode;

  public final Retry retry;

  /** What the cashier reads, with the next step. */
  public final String chinese;

  public final String english;

  Refusal(String responseCode, Retry retry, String chinese, String english) {
    this.responseCode = responseCode;
    this.retry = retry;
    this.chinese = chinese;
    this.english = english;
  }

  /** The earlier of two in precedence. */
  public static Refusal first(Refusal a, Refusal b) {
    return a.ordinal() <= b.ordinal() ? a : b;
  }

  /**
   * The refusal of that name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Refusal named(String name) {
    for (Refusal refusal : ALL) {
      if (refusal.name().equals(name)) {
        return refusal;
      }
    }
    throw new IllegalArgumentException("no refusal " + name);
  }
}
