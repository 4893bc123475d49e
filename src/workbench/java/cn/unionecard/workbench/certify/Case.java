package cn.unionecard.workbench.certify;

import java.util.Locale;

/**
 * What a terminal is certified for, in the order in which the cases are asked for. Those for which
 * the bench does something are struck one at a time, in this order.
 */
public enum Case {
  SIGN_ON(
      "签到",
      "签到，再做一笔消费",
      "sign on, then make a sale",
      "签到后每个请求的MAC（域64）都正确",
      "every request after the sign-on (0800) has a right MAC (F64)"),
  SALE(
      "消费",
      "做一笔消费",
      "make a sale",
      "各域与规范一致，并获批准",
      "every field is as the profile says, and it is approved"),
  LOST_REPLY(
      "应答丢失",
      "再做一笔消费，其应答将被吞掉",
      "make a sale: its reply will be swallowed",
      "先冲正或原样重发，其后才可做别的",
      "reverse it, or send it again unchanged, before anything else"),
  LOST_REVERSAL(
      "冲正应答丢失",
      "冲正的应答将被吞掉两次（未冲正则再做一笔消费）",
      "the reply to the reversal will be swallowed twice (make a sale if there was none)",
      "原样重发同一冲正，直到收到应答",
      "send the same reversal again until it is answered"),
  LATE_REPLY(
      "应答迟到",
      "再做两笔消费：第一笔的应答到第二笔时才送达，第二笔无应答",
      "make two sales: the first reply comes during the second sale, which gets none",
      "忽略迟到的应答，第二笔仍按无应答处理",
      "ignore the late reply; the second sale is still unanswered: reverse or repeat it"),
  WRONG_MAC(
      "应答MAC错",
      "再做一笔消费，其应答的MAC将被改错一位",
      "make a sale: one bit of its reply's MAC will be changed",
      "不得接受该应答，应冲正或重发",
      "do not accept the reply: reverse or repeat"),
  OTHER_TRACE(
      "他笔应答",
      "再做一笔消费，只送达另一流水号的应答",
      "make a sale: what comes is a reply to another trace number",
      "忽略它，本笔仍按无应答处理",
      "ignore it; the sale is still unanswered: reverse or repeat"),
  SPLIT_REPLY(
      "应答分片",
      "再做一笔消费，其应答将逐字节送达；随后再做一笔",
      "make a sale: its reply comes byte by byte; then make another",
      "按两字节长度拼成一帧并接受，不冲正不重发",
      "put the frame together by its length and accept it: no reversal, no repeat"),
  JOINED_REPLIES(
      "应答粘包",
      "再做一笔消费，他笔应答与本笔应答在同一包中送达；随后再做一笔",
      "make a sale: a foreign reply and the right one come in one packet; then make another",
      "拆成两帧，忽略第一帧，接受第二帧",
      "cut the packet into two frames, ignore the first, accept the second"),
  BUSY(
      "应答91",
      "再做一笔消费，将应答91；随后重发或再做一笔",
      "make a sale: it is answered 91; then send it again, or make another",
      "什么都没发生：可原样重发或放弃，不冲正",
      "nothing happened: send it again or drop it, and do not reverse"),
  UNKNOWN(
      "应答96",
      "再做一笔消费，将应答96",
      "make a sale: it is answered 96",
      "结果未知：先冲正或原样重发",
      "nobody knows: reverse it, or send it again unchanged, before anything else"),
  IN_FLIGHT(
      "应答09",
      "再做一笔消费，将应答09",
      "make a sale: it is answered 09",
      "原样重发：除MAC外逐字节相同",
      "send the very same bytes again, but for the MAC"),
  PENDING_FIRST(
      "先冲正后补报",
      "再做一笔消费：无应答，线路中断；断网期间做三笔离线消费，恢复后补报",
      "make a sale: no reply, and the line goes down; make three sales offline meanwhile",
      "恢复后先了结未决的消费，再补报",
      "when the line is back, reverse (or repeat) what is pending first, then report"),
  RECONNECT(
      "重连退避",
      "断网期间终端自行重连（未断网则再做一笔消费）",
      "while the line is down the terminal dials by itself (make a sale if it is not)",
      "间隔逐次加长，直到接通",
      "dial again with growing pauses until somebody answers"),
  ADVICE_REPEATED(
      "补报重发",
      "第一笔补报的应答将被吞掉",
      "the reply to the first offline sale reported will be swallowed",
      "先原样重发该笔，再报下一笔",
      "send the same one again before the next"),
  OFFLINE(
      "离线补报",
      "补报其余离线消费，再做一笔消费",
      "report the others, then make a sale",
      "按发生顺序补报，计数器（域59 A7）逐笔加一",
      "report in the order they were made, the counter (F59 A7) rising by one"),
  CLOCK(
      "时钟",
      "补报一笔离线消费；本台的时钟有意慢七分钟",
      "report a sale made offline; the bench's clock is seven minutes slow on purpose",
      "以应答的域12、13校时，离线消费的时间用该时钟",
      "set the clock by F12 and F13 of replies; offline sales carry that time"),
  SIGN_ON_AGAIN(
      "要求重新签到",
      "再做一笔消费，其应答的报文头处理要求为3",
      "make a sale: the header of its reply has processing requirement 3",
      "先签到，再做别的",
      "sign on before anything else"),
  SUSPENDED(
      "终端停用",
      "再做一笔消费，将应答58；再试一笔应被终端自行拒绝，然后签到",
      "make a sale: it is answered 58; try another, the terminal must refuse; then sign on",
      "应答58后不再发起交易（冲正除外），直到签到或状态查询（362）应答00",
      "after 58 ask for nothing but reversals until a sign-on or a status request (362) is answered 00"),
  ECHO(
      "回响测试",
      "让终端空闲",
      "leave the terminal alone",
      "线路空闲时发0820（域60.3为301），以免被网关挂断",
      "send 0820 with F60.3 301 on an idle line, before the gateway hangs up"),
  VOID(
      "撤销",
      "撤销本批一笔消费",
      "void a sale of this batch",
      "用域61、域37或域59 A4指明原交易",
      "name the original by F61, F37 or F59 A4"),
  REFUND(
      "部分退货",
      "退一笔消费的一部分",
      "refund a part of a sale",
      "用域37或域59 A4指明原交易",
      "name the original by F37 or F59 A4"),
  TRACES(
      "流水号不重",
      "批结算",
      "close the batch",
      "同一批次内一个流水号只用于一笔交易",
      "one trace number is used for one request only within a batch"),
  TOTALS(
      "批总额",
      "批结算",
      "close the batch",
      "借贷金额与笔数与网关一致",
      "sums and counts of debits and credits are those of the gateway"),
  UPLOAD(
      "明细上送",
      "批结算的应答将被改为不平",
      "the reply to the totals will say that they differ",
      "上送全部明细（0320），再发结束报文",
      "upload every entry (0320 201), then the end (0320 202 or 207)"),
  SIGN_OFF("签退", "签退", "sign off", "0820（域60.3为002）带正确的MAC", "0820 with F60.3 002 and a right MAC");

  /** Its name for the cashier. */
  public final String title;

  /** What the cashier does for it, and what the bench will do. */
  public final Words todo;

  /** What the terminal must do. */
  public final Words must;

  Case(String title, String todo, String todoEnglish, String must, String mustEnglish) {
    this.title = title;
    this.todo = new Words(todo, todoEnglish);
    this.must = new Words(must, mustEnglish);
  }

  /** Its name on the command line: {@code lost-reply}. */
  public String argument() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The case of that name on the command line.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Case ofArgument(String argument) {
    for (Case each : values()) {
      if (each.argument().equals(argument)) {
        return each;
      }
    }
    throw new IllegalArgumentException("no case " + argument + "; --list tells them");
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
