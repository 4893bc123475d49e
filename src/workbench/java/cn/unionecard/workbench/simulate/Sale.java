package cn.unionecard.workbench.simulate;

/**
 * What the simulator knows of a sale before the gateway says anything.
 *
 * @param tail last four digits of the card, empty if the code is no card's
 */
record Sale(Till till, String key, String code, String tail, long orderFen) {

  static Sale of(Till till, Phones.Shown shown, long orderFen) {
    return new Sale(till, till.newKey(), shown.code(), shown.tail(), orderFen);
  }

  Question question() {
    return Question.sale(key, code, orderFen);
  }

  /** What may follow it. */
  enum Step {
    VOID("void"),
    REFUND("refunds"),
    COMPLETION("completion"),
    RELEASE("release");

    /** The last part of its path. */
    final String path;

    Step(String path) {
      this.path = path;
    }
  }

  Question hold() {
    return Question.hold(key, code, orderFen);
  }

  /** The same code again as another sale. */
  Sale again() {
    return new Sale(till, till.newKey(), code, tail, orderFen);
  }

  /** Another sale under the same key. */
  Sale withOrder(long otherFen) {
    return new Sale(till, key, code, tail, otherFen);
  }

  @Override
  public String toString() {
    return "sale " + till.id + "/" + key + " of " + orderFen + " fen";
  }
}
