package cn.unionecard.gateway.cli.certify;

/** What a terminal is certified for, in the order in which the cases are asked for. */
public enum Case {
  SIGN_ON("签到", "签到，再做一笔消费", "sign on (0800), then a request with a right MAC"),
  SALE("消费", "做第1笔消费", "a first sale is approved"),
  FIELDS("消费报文各域", "同上", "that sale has fields 3 4 11 25 41 42 49 59 60 64"),
  LOST_REPLY("丢应答", "做第2笔消费，其应答将被丢弃", "the reply to the second sale is lost: reverse or repeat it"),
  LOST_REVERSAL("冲正丢应答", "冲正的第一个应答也将被丢弃", "the reply to the reversal is lost, too: send it again"),
  WRONG_MAC(
      "应答MAC错",
      "做第3笔消费，其应答的MAC将被改错",
      "the reply to the third sale has a wrong MAC: do not accept it"),
  SPLIT_REPLY(
      "分片应答", "做第4笔消费，其应答将逐字节到达", "the reply to the fourth sale comes byte by byte: accept it"),
  VOID("撤销", "撤销第4笔消费", "a sale of the batch is voided"),
  REFUND("部分退货", "退第1笔消费的一部分", "a part of a sale is refunded"),
  OFFLINE(
      "离线补报", "断网收两笔以上，恢复后按序补报", "offline sales are reported in order, the counter rises by one"),
  TRACES("流水号不重", "全程", "no trace number is used twice in the batch"),
  BATCH_CLOSE("批结算", "批结算，须对账平", "the batch is closed and balances"),
  SIGN_OFF("签退", "签退", "sign off (0820, 002)");

  final String chinese;

  /** What the cashier does for it. */
  final String todo;

  final String english;

  Case(String chinese, String todo, String english) {
    this.chinese = chinese;
    this.todo = todo;
    this.english = english;
  }
}
