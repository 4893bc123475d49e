package cn.unionecard.gateway.model;

/** The number of a terminal's batch (批次号), 1 to 999999; ISO 8583 field 60.2. Comes round again. */
public record BatchNo(int value) {
  public static final int MAX = 999_999;

  public BatchNo {
    if (value < 1 || value > MAX) {
      throw new IllegalArgumentException("batch " + value + " is not in 1 to " + MAX);
    }
  }

  /** The one after; the first after the last. */
  public BatchNo next() {
    return new BatchNo(value % MAX + 1);
  }

  /** Six digits. */
  @Override
  public String toString() {
    String digits = Integer.toString(value);
    return "0".repeat(6 - digits.length()) + digits;
  }
}
