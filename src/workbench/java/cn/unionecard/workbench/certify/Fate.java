package cn.unionecard.workbench.certify;

/** What the bench does to a request or a reply on its way. */
enum Fate {
  AS_IT_IS("不改动", "change nothing"),

  // ---- replies
  LOST("吞掉应答", "swallow the reply"),
  WRONG_MAC("改错应答MAC的一位", "change one bit of the reply's MAC"),
  NO_MAC("去掉应答的MAC", "take the MAC from the reply"),
  /** Each byte in a packet of its own. */
  SPLIT("逐字节送达应答", "give the reply byte by byte"),
  /** Kept for later. */
  HELD("暂扣应答", "hold the reply back"),
  /** The reply that was held comes instead, and this one never. */
  THE_HELD("吞掉应答，送达前一笔的迟到应答", "swallow the reply, and give the late one before it"),
  FOREIGN("吞掉应答，送达另一流水号的应答", "swallow the reply, and give one to another trace number"),
  OTHER_TYPE("吞掉应答，送达另一类型的应答", "swallow the reply, and give one of another MTI"),
  JOINED("把他笔应答与本笔应答同包送达", "give a foreign reply and this one in one packet"),
  TWICE("把应答送达两次", "give the reply twice"),
  LATE("数秒后才送达应答", "give the reply seconds later"),
  UNKNOWN("把应答改为96", "make the reply 96"),
  ENDED("把冲正应答改为12", "make the reply to the reversal 12"),
  /** Swallowed; then nobody is served for a while. */
  OUTAGE("吞掉应答并中断线路", "swallow the reply and take the line down"),
  SIGN_ON_AGAIN("在应答中要求重新签到", "ask to sign on again in the reply's header"),
  BARRED("在应答中要求查询状态", "ask for a status request in the reply's header"),
  WRONG_PIN_KEY("改错第一把密钥的校验值", "change the check value of the first key"),
  WRONG_MAC_KEY("改错第二把密钥的校验值", "change the check value of the second key"),
  UNBALANCED("把应答改为对账不平", "make the reply say that the totals differ"),

  // ---- requests
  /** Field 60.2 of a sign-on is made 0, so that the gateway begins the next batch. */
  NEXT_BATCH("使网关换新批次", "have the gateway begin the next batch"),

  // ---- requests, answered here and never forwarded
  BUSY("不转发，应答91", "answer 91, and forward nothing"),
  IN_FLIGHT("不转发，应答09", "answer 09, and forward nothing"),
  REFUSED("不转发，应答65", "answer 65, and forward nothing"),
  SUSPENDED("不转发，应答58", "answer 58, and forward nothing"),
  NOT_SIGNED_ON("不转发，应答99", "answer 99, and forward nothing"),
  MAC_REFUSED("不转发，应答A0", "answer A0, and forward nothing"),
  OTHER_BATCH("不转发，应答77", "answer 77, and forward nothing");

  /** What is done, as in "the bench will …". */
  final Words does;

  Fate(String chinese, String english) {
    this.does = new Words(chinese, english);
  }

  /** Whether the bench answers, and the gateway never hears of it. */
  boolean isAnswer() {
    return ordinal() >= BUSY.ordinal();
  }
}
