package cn.unionecard.gateway.progress;

/** How far a card has come; one that has reached a stage has passed those before it. */
enum Stage {
  /** The card is there: the union has entered its member. */
  REGISTERED("registered", "注册 registered"),
  /** A clerk has given the member a code, for he has shown who he is. */
  VERIFIED("verified", "认证 verified"),
  /** A phone has it. */
  BOUND("bound", "绑定 bound"),
  /** It can pay. */
  ACTIVATED("activated", "激活 activated"),
  /** It has paid once; found in the feed. */
  USED("used", "首次使用 first used");

  /** In documents. */
  final String member;

  /** Above a column. */
  final String title;

  Stage(String member, String title) {
    this.member = member;
    this.title = title;
  }

  /** As the tables have it. */
  int number() {
    return ordinal() + 1;
  }
}
