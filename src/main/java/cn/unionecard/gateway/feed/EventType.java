package cn.unionecard.gateway.feed;

import cn.unionecard.gateway.model.Fault;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Every type of event there is, the only list of them: what a subscription and a stream may ask
 * for. The contract has the content of each under {@code webhooks}, and the documentation a table;
 * tests compare both with this list, and this list with what the sources write.
 */
public enum EventType {
  TRANSACTION_SALE("transaction.sale", "消费", "a sale was settled"),
  TRANSACTION_HOLD("transaction.hold", "预留", "a benefit was held for a sale to come"),
  TRANSACTION_COMPLETION("transaction.completion", "预留完成", "a hold was completed"),
  TRANSACTION_RELEASE("transaction.release", "预留解除或过期", "a hold was released, or expired"),
  TRANSACTION_VOID("transaction.void", "撤销", "a sale was undone whole, in its batch"),
  TRANSACTION_REFUND("transaction.refund", "退货", "a sale was given back, in part or whole"),
  TRANSACTION_ADVICE("transaction.advice", "离线消费", "an offline sale came in"),
  TRANSACTION_REVERSAL("transaction.reversal", "冲正", "what a till was in doubt of was undone"),
  TRANSACTION_REFUSED("transaction.refused", "交易拒绝", "a transaction was refused"),
  TERMINAL_COUNTER("terminal.counter", "离线计数跳变", "a terminal's offline counter jumped"),
  TERMINAL_BOUND("terminal.bound", "终端绑定", "a terminal was bound to a store"),
  TERMINAL_ACTIVATED("terminal.activated", "终端激活", "a terminal's device was activated"),
  TERMINAL_SUSPENDED("terminal.suspended", "终端停用", "a terminal was suspended"),
  TERMINAL_RESTORED("terminal.restored", "终端恢复", "a terminal was restored"),
  BATCH_CLOSED("batch.closed", "批结算", "a terminal closed its batch"),
  MERCHANT_RECOMMENDED("merchant.recommended", "推荐", "a merchant was recommended"),
  MERCHANT_NEGOTIATING("merchant.negotiating", "洽谈", "negotiations began"),
  MERCHANT_SIGNED("merchant.signed", "签约", "the contract was signed"),
  MERCHANT_APPLIED("merchant.applied", "申报", "it was put forward for approval"),
  MERCHANT_INVESTIGATED("merchant.investigated", "尽职调查", "it went into due diligence"),
  MERCHANT_APPROVED("merchant.approved", "审批通过", "it was approved"),
  MERCHANT_REJECTED("merchant.rejected", "不予通过", "it was rejected"),
  MERCHANT_RETURNED("merchant.returned", "退回尽职调查", "a veto sent it back to due diligence"),
  MERCHANT_LIVE("merchant.live", "上线", "it went live"),
  MERCHANT_RENEWED("merchant.renewed", "续约", "its approval was renewed"),
  MERCHANT_WARNED("merchant.warned", "警示", "supervision warned it"),
  MERCHANT_RECTIFYING("merchant.rectifying", "限期整改", "it was ordered to rectify"),
  MERCHANT_RECTIFIED("merchant.rectified", "整改完成", "it has rectified"),
  MERCHANT_SUSPENDED("merchant.suspended", "暂停", "it was suspended"),
  MERCHANT_REINSTATED("merchant.reinstated", "恢复", "it was reinstated"),
  MERCHANT_TERMINATED("merchant.terminated", "终止", "it was terminated"),
  MERCHANT_VETOED("merchant.vetoed", "一票否决", "it fell under a ground of the veto"),
  MERCHANT_VETO_LIFTED("merchant.veto.lifted", "否决解除", "no ground of the veto is left"),
  MERCHANT_UNION("merchant.union", "归属变更", "other unions answer for it"),
  MERCHANT_LEFT("merchant.left", "商户转出", "a union no longer has it"),
  REVIEW_POSTED("review.posted", "评价", "a purchase was reviewed"),
  REVIEW_EDITED("review.edited", "评价修改", "a review was edited"),
  REVIEW_REPLIED("review.replied", "评价回复", "a review was replied to"),
  REVIEW_HIDDEN("review.hidden", "评价屏蔽", "a review's words were hidden"),
  SUPERVISION_PROPOSED(
      "supervision.proposed", "监管建议", "supervision found grounds and proposes a stage"),
  SUPERVISION_APPEALED("supervision.appealed", "申诉", "a decision was appealed against"),
  SUPERVISION_ANSWERED("supervision.answered", "申诉答复", "an appeal was answered"),
  COMPLAINT_OPENED("complaint.opened", "投诉受理登记", "a complaint was opened"),
  COMPLAINT_STEP("complaint.step", "投诉进展", "a complaint took a step"),
  COMPLAINT_CLOSED("complaint.closed", "投诉办结", "a complaint was closed or withdrawn"),
  TICKET_OPENED("ticket.opened", "问题工单", "an issue ticket was opened"),
  TICKET_PASSED("ticket.passed", "工单上报", "a ticket was passed to the level above"),
  TICKET_ANSWERED("ticket.answered", "工单答复", "a ticket was answered"),
  NOTICE_PUBLISHED("notice.published", "通报发布", "a notice that names a union was published"),
  PARTNER_CHANGED("partner.changed", "伙伴变更", "a partner took a step"),
  STAFF_CHANGED("staff.changed", "账号变更", "an account of the union was changed"),
  STAFF_LOCKED("staff.locked", "账号锁定", "an account was locked after wrong passwords"),
  STAFF_SIGN_INS_REFUSED(
      "staff.sign-ins-refused", "登录被拒", "attempts to sign in to no account that may, counted"),
  PRIVACY_READS("privacy.reads", "查阅异常", "somebody of the staff looked at unusually many members"),
  AUDIT_SEALED("audit.sealed", "留痕封存", "the head of the staff's audit was signed"),
  SETTLEMENT_CLOSED("settlement.closed", "日结", "a day is closed and its statements stand"),
  SETTLEMENT_BATCH("settlement.batch", "付款批次", "a payment batch came into another state"),
  SETTLEMENT_DIFFERENCE("settlement.difference", "对账差错", "a difference became a case"),
  SETTLEMENT_HINT("settlement.hint", "异常提示", "a day's sales have an odd pattern"),
  VOUCHER_GRANTED("voucher.granted", "发放", "vouchers, lots or passes were given out"),
  VOUCHER_REISSUED("voucher.reissued", "补发", "what was void was given anew"),
  VOUCHER_USED("voucher.used", "使用", "a voucher, a lot or a pass was used"),
  VOUCHER_RETURNED("voucher.returned", "退回", "what was used of one came back"),
  VOUCHER_VOIDED("voucher.voided", "作废", "one was made void"),
  VOUCHER_EXPIRED("voucher.expired", "到期", "what was not used of a round is over"),
  FEED_RESET(
      "feed.reset", "数据流截断", "older events are kept no longer; comes to whoever misses them"),
  SUBSCRIPTION_TEST("subscription.test", "订阅测试", "a test, asked for; no place in the feed");

  private static final String PREFIX = "cn.unionecard.";
  private static final String VERSION = ".v1";
  private static final int TYPE_CHARS_MAX = 64;
  private static final Map<String, EventType> ALL =
      Arrays.stream(values()).collect(Collectors.toMap(EventType::type, Function.identity()));

  /** As rows of {@code outbox} have it, such as {@code transaction.sale}. */
  public final String kind;

  /** What happened, for people. */
  public final String chinese;

  public final String english;

  EventType(String kind, String chinese, String english) {
    this.kind = kind;
    this.chinese = chinese;
    this.english = english;
  }

  /** The {@code type} attribute: reversed domain, kind, version of the content. */
  public String type() {
    return typeOf(kind);
  }

  /** The {@code type} attribute of a kind, also of one that is no longer told. */
  public static String typeOf(String kind) {
    return PREFIX + kind + VERSION;
  }

  /** The one that a {@code type} attribute names; empty if it is none of ours. */
  public static Optional<EventType> of(String type) {
    return Optional.ofNullable(ALL.get(type));
  }

  /**
   * The one that a {@code type} attribute names.
   *
   * @param at where it stands in the request
   * @throws Fault.Malformed naming the place and the type that was perhaps meant
   */
  public static EventType require(String at, String type) {
    return of(type)
        .orElseThrow(
            () ->
                new Fault.Malformed(
                    at, at + " is no type of event; the nearest is " + nearest(type).type()));
  }

  /** The one whose type is reached with the fewest letters changed, put in or left out. */
  static EventType nearest(String type) {
    // longer ones are nobody's slip, and the work is bounded
    String given = type.substring(0, Math.min(type.length(), TYPE_CHARS_MAX));
    return Arrays.stream(values())
        .min(Comparator.comparingInt(each -> distance(given, each.type())))
        .orElseThrow();
  }

  /** After Levenshtein. */
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    Arrays.setAll(row, i -> i);
    for (int i = 1; i <= from.length(); i++) {
      int before = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int same = from.charAt(i - 1) == to.charAt(j - 1) ? before : before + 1;
        before = row[j];
        row[j] = Math.min(same, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }
}
