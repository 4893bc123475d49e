package cn.unionecard.gateway.model;

/** What a terminal may ask for. {@link #number} is the stored form and never changes. */
public enum TransactionType {
  /** Checks the card, lists and prices the benefits; changes nothing. */
  VERIFY(1),
  /** Decides, allocates and records at once. */
  SALE(2),
  /** "I do not know whether it happened: undo it." */
  REVERSAL(3);

  private static final TransactionType[] ALL = values();

  public final int number;

  TransactionType(int number) {
    this.number = number;
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
