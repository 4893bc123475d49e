package cn.unionecard.workbench.simulate;

/** One request of a visit, as the report counts them. */
public enum Ask {
  SALE("消费 sale"),
  VERIFY("验证 verify"),
  REPEAT("重发 repeat"),
  CONFLICT("同号异单 conflict"),
  REVERSAL("冲正 reversal"),
  REVERSAL_FIRST("先冲正 reversal first"),
  LATE_SALE("迟到消费 late sale"),
  LOST_REPLY("断线消费 lost reply"),
  REPLAYED_CODE("重用码 replayed code"),
  SUSPENDED_MERCHANT("停业商户 suspended"),
  WRONG_CODE("错码 wrong code"),
  VOID("撤销 void"),
  REFUND("退货 refund"),
  REFUND_TOO_MUCH("超额退货 refund too much"),
  HOLD("预留 hold"),
  COMPLETION("预留完成 completion"),
  RELEASE("预留解除 release"),
  ENDED_HOLD("已结预留 ended hold"),
  OFFLINE("离线补报 offline sale"),
  SIGN_ON("签到 sign-on"),
  BATCH_CLOSE("批结算 batch close"),
  QUERY("查询 query");

  /** Chinese and English, for the table. */
  public final String title;

  Ask(String title) {
    this.title = title;
  }
}
