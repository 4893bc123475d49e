package cn.unionecard.workbench.certify;

/** What happens to a request or a reply on its way. */
enum Fate {
  AS_IT_IS("", ""),

  // ---- replies
  LOST("应答已吞掉", "the reply was swallowed"),
  WRONG_MAC("应答MAC已改错一位", "one bit of the reply's MAC was changed"),
  /** Each byte in a packet of its own. */
  SPLIT("应答逐字节送达", "the reply comes byte by byte"),
  /** Kept for later. */
  HELD("应答暂扣", "the reply is held back"),
  /** The reply that was held comes instead, and this one never. */
  THE_HELD("本笔应答已吞掉，送达的是前一笔的迟到应答", "the late reply comes, this one was swallowed"),
  FOREIGN("本笔应答已吞掉，送达的是另一流水号的应答", "a reply to another trace comes, this one was swallowed"),
  JOINED("他笔应答与本笔应答同包送达", "a foreign reply and this one come in one packet"),
  UNKNOWN("应答已改为96", "the reply was made 96"),
  /** Swallowed; then nobody is served for a while. */
  OUTAGE("应答已吞掉，线路中断", "the reply was swallowed, the line is down"),
  SIGN_ON_AGAIN("应答要求重新签到", "the reply asks to sign on again"),
  UNBALANCED("应答已改为对账不平", "the reply was made to say that the totals differ"),

  // ---- requests, answered here and never forwarded
  BUSY("请求未转发，应答91", "the request was not forwarded, the answer is 91"),
  IN_FLIGHT("请求未转发，应答09", "the request was not forwarded, the answer is 09"),
  SUSPENDED("请求未转发，应答58", "the request was not forwarded, the answer is 58");

  /** What was done. */
  final Words did;

  Fate(String chinese, String english) {
    this.did = new Words(chinese, english);
  }
}
