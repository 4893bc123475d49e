package cn.unionecard.workbench.certify;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a terminal is certified for, in the order in which the cases are asked for. Most say what is
 * done to which message and what must follow, and {@link Strike} does it; the others have a rule or
 * a drill of their own.
 */
public enum Case {
  SIGN_ON(
      Part.SIGNING_ON,
      "签到",
      Kind.SALE,
      "签到，再做一笔消费",
      "sign on, then make a sale",
      "签到后每个请求的MAC（域64）都正确",
      "every request after the sign-on (0800) has a right MAC (F64)"),
  KEY_KIND(
      Part.SIGNING_ON,
      "密钥种类",
      Kind.SALE,
      "签到，再做一笔消费",
      "sign on, then make a sale",
      "域60.3为001（仅3DES单倍长）、003或004，按其长度（24、40、60字节）取密钥",
      "F60.3 is 001 (single-length 3DES only), 003 or 004; the keys (24, 40, 60 bytes) are used"),
  SALE(
      Part.REPLIES,
      "消费",
      Kind.SALE,
      "做一笔消费",
      "make a sale",
      "各域与规范一致，并获批准",
      "every field is as the profile says, and it is approved"),
  CARD_DATA(
      Part.REPLIES,
      "无卡数据",
      Kind.SALE,
      "做一笔消费",
      "make a sale",
      "任何请求的域2、35、36、45、52、55都没有内容",
      "no request has anything in F2, F35, F36, F45, F52, F55"),

  // ---- replies
  LOST_REPLY(Part.REPLIES, "应答丢失", Kind.SALE, Fate.LOST, Must.SETTLE),
  REVERSAL(
      Part.REVERSALS,
      "冲正",
      Kind.REVERSAL,
      "做一笔消费，其应答将被吞掉",
      "make a sale: its reply will be swallowed",
      "域3、4、11、25、49、60.1、60.2同原交易；域39无应答为98，MAC错为A0，其余为06",
      "F3, 4, 11, 25, 49, 60.1, 60.2 of the original; F39 98: no reply, A0: wrong MAC, 06: else"),
  LOST_REVERSAL(
      Part.REVERSALS,
      "冲正应答丢失",
      Kind.REVERSAL,
      "做一笔消费，使其冲正；冲正的应答先被吞掉，再被改错MAC",
      "make a sale that is reversed: the reply is swallowed, the next one has a wrong MAC",
      "原样重发同一冲正，直到收到MAC正确的应答",
      "send the same reversal again until a proved reply comes"),
  REVERSAL_ENDED(
      Part.REVERSALS,
      "冲正应答12",
      Kind.REVERSAL,
      "做一笔消费，使其冲正；冲正的应答将被改为12",
      "make a sale that is reversed: the reply is made 12",
      "原交易已了结：不再冲正",
      "the original was ended already: no more reversals of it"),
  LATE_REPLY(
      Part.REPLIES,
      "应答迟到",
      Kind.SALE,
      "做两笔消费：第一笔的应答到第二笔时才送达，第二笔无应答",
      "make two sales: the first reply comes during the second sale, which gets none",
      "忽略迟到的应答，第二笔仍按无应答处理",
      "ignore the late reply; the second sale is still unanswered: reverse or repeat it"),
  WRONG_MAC(Part.REPLIES, "应答MAC错", Kind.SALE, Fate.WRONG_MAC, Must.SETTLE),
  NO_MAC(Part.REPLIES, "应答无MAC", Kind.SALE, Fate.NO_MAC, Must.SETTLE),
  OTHER_TRACE(Part.REPLIES, "他笔应答", Kind.SALE, Fate.FOREIGN, Must.SETTLE),
  OTHER_TYPE(Part.REPLIES, "他类应答", Kind.SALE, Fate.OTHER_TYPE, Must.SETTLE),
  SPLIT_REPLY(
      Part.REPLIES,
      "应答分片",
      Kind.SALE,
      Fate.SPLIT,
      Must.ACCEPT,
      "按两字节长度拼成一帧并接受：不冲正，不重发",
      "put the frame together by its length and accept it: no reversal, no repeat"),
  JOINED_REPLIES(
      Part.REPLIES,
      "应答粘包",
      Kind.SALE,
      Fate.JOINED,
      Must.ACCEPT,
      "拆成两帧，忽略第一帧，接受第二帧",
      "cut the packet into two frames, ignore the first, accept the second"),
  REPLY_TWICE(
      Part.REPLIES,
      "应答重复",
      Kind.SALE,
      Fate.TWICE,
      Must.ACCEPT,
      "接受第一次，忽略第二次",
      "accept the first and ignore the second"),
  PATIENCE(
      Part.REPLIES,
      "应答慢",
      Kind.SALE,
      Fate.LATE,
      Must.ACCEPT,
      "至少等10秒，接受该应答：不冲正，不重发",
      "wait 10 s, and accept the reply: no reversal, no repeat"),
  BUSY(Part.REPLIES, "应答91", Kind.SALE, Fate.BUSY, Must.REPEAT_OR_DROP),
  UNKNOWN(Part.REPLIES, "应答96", Kind.SALE, Fate.UNKNOWN, Must.SETTLE),
  IN_FLIGHT(Part.REPLIES, "应答09", Kind.SALE, Fate.IN_FLIGHT, Must.REPEAT),
  DECLINED(
      Part.REPLIES,
      "消费被拒",
      Kind.SALE,
      Fate.REFUSED,
      Must.ACCEPT,
      "显示提示：不冲正，不重发",
      "show the sentence: no reversal, no repeat"),
  LOST_VERIFY(Part.VERIFYING, "验证应答丢失", Kind.VERIFY, Fate.LOST, Must.REPEAT_OR_DROP),

  // ---- what follows a sale
  VOID(
      Part.UNDOING,
      "撤销",
      Kind.VOID,
      "撤销本批一笔消费",
      "void a sale of this batch",
      "各域与规范一致，用域61、域37或域59 A4指明原交易",
      "fields as the profile says; the original named by F61, F37 or F59 A4"),
  LOST_VOID(Part.UNDOING, "撤销应答丢失", Kind.VOID, Fate.LOST, Must.SETTLE),
  REFUND(
      Part.UNDOING,
      "部分退货",
      Kind.REFUND,
      "退一笔消费的一部分",
      "refund a part of a sale",
      "各域与规范一致，用域37或域59 A4指明原交易",
      "fields as the profile says; the original named by F37 or F59 A4"),
  LOST_REFUND(Part.UNDOING, "退货应答丢失", Kind.REFUND, Fate.LOST, Must.SETTLE),
  HOLD(
      Part.HOLDS,
      "预授权",
      Kind.HOLD,
      "做一笔预授权",
      "make a hold",
      "各域与规范一致，并获批准",
      "every field is as the profile says, and it is approved"),
  LOST_HOLD(Part.HOLDS, "预授权应答丢失", Kind.HOLD, Fate.LOST, Must.SETTLE),
  COMPLETION(
      Part.HOLDS,
      "预授权完成",
      Kind.COMPLETION,
      "做一笔预授权并完成",
      "make a hold and complete it",
      "指明预授权，域59没有A5、A9",
      "name the hold; no A5 and no A9 in F59"),
  LOST_COMPLETION(Part.HOLDS, "完成应答丢失", Kind.COMPLETION, Fate.LOST, Must.SETTLE),
  RELEASE(
      Part.HOLDS,
      "预授权撤销",
      Kind.RELEASE,
      "做一笔预授权并撤销",
      "make a hold and release it",
      "各域与规范一致，指明预授权",
      "fields as the profile says; the hold is named"),
  LOST_RELEASE(Part.HOLDS, "释放应答丢失", Kind.RELEASE, Fate.LOST, Must.SETTLE),
  RATING(
      Part.RATING_KEYS,
      "评价",
      Kind.RATING,
      "做一笔消费，会员按评价器",
      "make a sale; the member presses the rating keys",
      "域59 A8为四位数字，各为1至5；指明本机的消费",
      "F59 A8 is four digits, each 1 to 5; a purchase of this terminal is named"),
  LOST_RATING(Part.RATING_KEYS, "评价应答丢失", Kind.RATING, Fate.LOST, Must.REPEAT_OR_DROP),

  // ---- offline
  PENDING_FIRST(
      Part.OFFLINE_SALES,
      "先冲正后补报",
      Kind.SALE,
      "做一笔消费：无应答，线路中断；断网期间隔几秒做三笔离线消费，恢复后补报",
      "make a sale: no reply, and the line goes down; make three sales offline, some seconds apart",
      "恢复后先了结未决的消费，再补报",
      "when the line is back, reverse (or repeat) what is pending first, then report"),
  RECONNECT(Part.OFFLINE_SALES, "重连退避", Kind.SALE, Fate.OUTAGE, Must.DIAL),
  ADVICE_REPEATED(Part.OFFLINE_SALES, "补报重发", Kind.ADVICE, Fate.LOST, Must.REPEAT),
  ADVICE_REFUSED(Part.OFFLINE_SALES, "补报被拒", Kind.ADVICE, Fate.REFUSED, Must.ACCEPT),
  OFFLINE(
      Part.OFFLINE_SALES,
      "离线补报",
      Kind.ADVICE,
      "补报其余离线消费，再做一笔消费",
      "report the others, then make a sale",
      "按发生顺序补报，计数器（域59 A7）逐笔加一，全价，不超限额",
      "in the order they were made, counter (F59 A7) rising by one, full price, within the limits"),
  OFFLINE_TIME(
      Part.OFFLINE_SALES,
      "离线时间",
      Kind.ADVICE,
      "补报断网期间的离线消费",
      "report the sales made while the line was down",
      "域12、13为消费发生的时间，不是补报的时间",
      "F12 and F13 say when the sale was made, not when it is reported"),
  CLOCK(
      Part.OFFLINE_SALES,
      "时钟",
      Kind.ADVICE,
      "补报一笔离线消费；本台的时钟有意慢七分钟",
      "report a sale made offline; the bench's clock is seven minutes slow on purpose",
      "以应答的域12、13校时，离线消费的时间用该时钟",
      "set the clock by F12 and F13 of replies; offline sales carry that time"),
  STORE_FIRST(
      Part.OFFLINE_SALES,
      "先补报后交易",
      Kind.ADVICE,
      "补报完毕后再做一笔消费",
      "make a sale when all are reported",
      "离线消费全部补报之后，才做新交易或批结算",
      "report every sale made offline before a new purchase, and before the batch is closed"),

  // ---- sessions
  SIGN_ON_AGAIN(Part.SIGNING_ON, "要求重新签到", Kind.SALE, Fate.SIGN_ON_AGAIN, Must.SIGN_ON),
  LOST_SIGN_ON(Part.SIGNING_ON, "签到应答丢失", Kind.SIGN_ON, Fate.LOST, Must.SIGN_ON),
  CHECK_VALUE(
      Part.SIGNING_ON,
      "密钥校验值",
      Kind.SIGN_ON,
      "签到；其应答中先后有两把密钥的校验值被改错",
      "sign on: the check value of one key is wrong in the reply, then that of another",
      "任一校验值不符，则一把也不用，重新签到",
      "when one check value differs, keep no key and sign on again"),
  KNOWN_BATCH(
      Part.SIGNING_ON,
      "签到批次号",
      Kind.SIGN_ON,
      "再次签到",
      "sign on once more",
      "域60.2为终端所知的批次号",
      "F60.2 is the last batch known"),
  NOT_SIGNED_ON(Part.SIGNING_ON, "应答99", Kind.SALE, Fate.NOT_SIGNED_ON, Must.SIGN_ON_REPEAT),
  MAC_REFUSED(Part.SIGNING_ON, "应答A0", Kind.SALE, Fate.MAC_REFUSED, Must.SIGN_ON_REPEAT),
  NEW_KEYS(
      Part.SIGNING_ON,
      "新密钥",
      Kind.SALE,
      "重新签到后再做一笔消费",
      "make a sale after another sign-on",
      "签到后每个请求都用新MAK，新旧不混用",
      "every request after a sign-on has a MAC under the new MAK; old and new are not mixed"),
  OTHER_BATCH(Part.SIGNING_ON, "应答77", Kind.SALE, Fate.OTHER_BATCH, Must.SIGN_ON_ANEW),
  SUSPENDED(Part.SIGNING_ON, "终端停用", Kind.SALE, Fate.SUSPENDED, Must.STOP),
  ECHO(
      Part.STANDING_LINE,
      "回响测试",
      Kind.ECHO,
      "让终端空闲",
      "leave the terminal alone",
      "线路空闲时发0820（域60.3为301），以免被网关挂断",
      "send 0820 with F60.3 301 on an idle line, before the gateway hangs up"),
  STATUS(Part.STANDING_LINE, "要求查询状态", Kind.ECHO, Fate.BARRED, Must.STATUS),

  // ---- the batch
  TRACES(
      Part.CLOSING,
      "流水号不重",
      Kind.TOTALS,
      "批结算",
      "close the batch",
      "同一批次内一个流水号（1至999999）只用于一笔交易",
      "one trace number (1 to 999999) is used for one request only within a batch"),
  TOTALS(
      Part.CLOSING,
      "批总额",
      Kind.TOTALS,
      "批结算",
      "close the batch",
      "借贷金额与笔数与网关一致",
      "sums and counts of debits and credits are those of the gateway"),
  LOST_TOTALS(Part.CLOSING, "批总额应答丢失", Kind.TOTALS, Fate.LOST, Must.REPEAT),
  LOST_LIST(Part.CLOSING, "明细应答丢失", Kind.LIST, Fate.LOST, Must.REPEAT),
  LOST_END(Part.CLOSING, "结束应答丢失", Kind.END, Fate.LOST, Must.REPEAT),
  UPLOAD(
      Part.CLOSING,
      "明细上送",
      Kind.TOTALS,
      "批结算的应答将被改为不平",
      "the reply to the totals will say that they differ",
      "上送全部明细（0320），再发结束报文",
      "upload every entry (0320 201), then the end (0320 202 or 207)"),

  // ---- the next batch
  AFTER_CLOSE(
      Part.NEXT_BATCH,
      "结算后签到",
      Kind.SALE,
      "批结算后，再做一笔消费",
      "make a sale after the batch was closed",
      "结算后先签到，再做交易",
      "sign on after a batch was closed, before the next purchase"),
  NEW_BATCH(
      Part.NEXT_BATCH,
      "新批流水号",
      Kind.SALE,
      "在新批次中做一笔消费",
      "make a sale in the new batch",
      "用签到应答给出的批次号，流水号从1开始",
      "use the batch that the sign-on gave; trace numbers begin again at 1"),
  COUNTER(
      Part.NEXT_BATCH,
      "计数器不归零",
      Kind.ADVICE,
      "在新批次中断开网络，做一笔离线消费，再接通",
      "in the new batch unplug the network, make a sale offline, plug in again",
      "计数器（域59 A7）接着上一批继续，不归零",
      "the counter (F59 A7) goes on from the batch before"),
  NEXT_TOTALS(
      Part.NEXT_BATCH,
      "新批总额",
      Kind.TOTALS,
      "新批次结算",
      "close the new batch",
      "总额从零累计，只含新批次",
      "totals began at zero: they are those of the new batch alone"),
  SIGN_OFF(
      Part.SIGNING_ON,
      "签退",
      Kind.SIGN_OFF,
      "签退",
      "sign off",
      "0820（域60.3为002）带正确的MAC",
      "0820 with F60.3 002 and a right MAC");

  /** What it belongs to. */
  public final Part part;

  /** Its name for the cashier. */
  public final String title;

  /** What it is about; what the cashier has the terminal send. */
  public final Kind kind;

  /** What is done to the first message of that kind, or to its reply; null with its own drill. */
  final @Nullable Fate fate;

  /** What must follow then. */
  final @Nullable Must next;

  /** What the cashier does for it, and what the bench will do. */
  public final Words todo;

  /** What the terminal must do. */
  public final Words must;

  Case(Part part, String title, Kind kind, Fate fate, Must must) {
    this(part, title, kind, fate, must, must.words.chinese(), must.words.english());
  }

  Case(Part part, String title, Kind kind, Fate fate, Must next, String must, String mustEnglish) {
    this.part = part;
    this.title = title;
    this.kind = kind;
    this.fate = fate;
    this.next = next;
    this.todo =
        new Words(
            kind.todo.chinese() + "；本台将" + fate.does.chinese(),
            kind.todo.english() + "; the bench will " + fate.does.english());
    this.must = new Words(must, mustEnglish);
  }

  Case(
      Part part,
      String title,
      Kind kind,
      String todo,
      String todoEnglish,
      String must,
      String mustEnglish) {
    this.part = part;
    this.title = title;
    this.kind = kind;
    this.fate = null;
    this.next = null;
    this.todo = new Words(todo, todoEnglish);
    this.must = new Words(must, mustEnglish);
  }

  /** Its name on the command line: {@code lost-reply}. */
  public String argument() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Some lines for a list of the cases. */
  public String told() {
    return String.format(
        Locale.ROOT,
        "%-16s %s%n%17s做 do    %s%n%17s须 must  %s",
        argument(),
        title,
        "",
        todo,
        "",
        must);
  }
}
