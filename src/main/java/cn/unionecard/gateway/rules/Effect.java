package cn.unionecard.gateway.rules;

/**
 * What a recorded transaction does to the ledger. {@link #number} is the stored form: its sign says
 * which way the money goes, an opposite pair sums to nothing.
 */
public enum Effect {
  /** Nothing: it was refused, or there was nothing to do. */
  NONE(0, false, false),
  /** A sale stands: allowances are used, its order is posted. */
  SPENT(1, true, true),
  /** A hold stands: allowances are used, nothing is posted. */
  RESERVED(2, true, false),
  /** A hold is final: its order is posted, its allowances were used before. */
  FINISHED(3, false, true),
  /** The opposite of {@link #SPENT}, in part or whole. */
  RETURNED(-1, true, true),
  /** The opposite of {@link #RESERVED}. */
  FREED(-2, true, false),
  /** The opposite of {@link #FINISHED}. */
  UNFINISHED(-3, false, true);

  private static final Effect[] ALL = values();

  public final int number;

  /** Whether it writes allocations, and so uses allowances or gives them back. */
  public final boolean allocates;

  /** Whether it writes postings. */
  public final boolean posts;

  Effect(int number, boolean allocates, boolean posts) {
    this.number = number;
    this.allocates = allocates;
    this.posts = posts;
  }

  /** 1 = from funders and member to the merchant, −1 = back, 0 = no money moves. */
  public int sign() {
    return Integer.signum(number);
  }

  /**
   * The effect stored under {@code number}.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Effect of(int number) {
    for (Effect effect : ALL) {
      if (effect.number == number) {
        return effect;
      }
    }
    throw new IllegalArgumentException("no effect " + number);
  }
}
