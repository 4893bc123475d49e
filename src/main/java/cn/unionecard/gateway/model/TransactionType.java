package cn.unionecard.gateway.model;

/** What a terminal may ask for. {@link #number} is the stored form and never changes. */
public enum TransactionType {
  /** Checks the card, lists and prices the benefits; changes nothing. */
  VERIFY(1),
  /** Decides, allocates and records at once. */
  SALE(2),
  /** "I do not know whether it happened: undo it." */
  REVERSAL(3),
  /** As a sale, but only reserved; expires unless it is completed. */
  HOLD(4),
  /** Makes a hold final. */
  COMPLETION(5),
  /** Gives a hold back. */
  RELEASE(6),
  /** Undoes a whole sale of the same terminal batch. */
  VOID(7),
  /** Gives back part of a sale or all of it, later, repeatedly. */
  REFUND(8),
  /** An offline sale reported later. */
  ADVICE(9),
  /** The gateway's own: the end of a hold whose time is over. */
  EXPIRY(10);

  private static final TransactionType[] ALL = values();

  public final int number;

  TransactionType(int number) {
    this.number = number;
  }

  /** Whether it prices a code: the requests that a campaign may pay for. */
  public boolean sells() {
    return this == SALE || this == HOLD || this == ADVICE;
  }

  /**
   * The type stored under {@code number}.
   *
   * @throws IllegalArgumentException if no type has it
   */
  public static TransactionType of(int number) {
    for (TransactionType type : ALL) {
      if (type.number == number) {
        return type;
      }
    }
    throw new IllegalArgumentException("no transaction type " + number);
  }
}
