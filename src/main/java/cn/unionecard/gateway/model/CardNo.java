package cn.unionecard.gateway.model;

/** The ten-digit serial of a union e-card, 0 … 9,999,999,999; printed with leading zeros. */
public record CardNo(long serial) {
  private static final long END = 10_000_000_000L;

  public CardNo {
    if (serial < 0 || serial >= END) {
      throw new IllegalArgumentException("card serial " + serial + " has not 1 to 10 digits");
    }
  }

  /** The last four digits, the only part a till may show. */
  public String tail() {
    return digits().substring(6);
  }

  /** All ten digits. */
  public String digits() {
    String s = Long.toString(serial);
    return "0".repeat(10 - s.length()) + s;
  }

  @Override
  public String toString() {
    return "******" + tail();
  }
}
