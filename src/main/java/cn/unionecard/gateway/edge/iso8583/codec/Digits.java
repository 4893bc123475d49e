package cn.unionecard.gateway.edge.iso8583.codec;

import cn.unionecard.gateway.edge.iso8583.codec.FormatError.Reason;

/** Digits of a composite field, put together part by part. */
final class Digits {
  private final StringBuilder text = new StringBuilder();

  /** A number alone, filled up with zeros at the left. */
  static String of(String path, long value, int digits) {
    Digits alone = new Digits();
    alone.put(path, value, digits);
    return alone.toString();
  }

  /** Appends a number, filled up with zeros at the left. */
  void put(String path, long value, int digits) {
    if (value < 0) {
      throw new FormatError(path, Reason.OUT_OF_RANGE, value, Nibbles.power(digits) - 1);
    }
    put(path, Long.toString(value), digits);
  }

  /** Appends digits, filled up with zeros at the left. */
  void put(String path, String value, int digits) {
    if (value.length() > digits) {
      throw new FormatError(path, Reason.TOO_LONG, value.length(), digits, "digits");
    }
    for (int i = value.length(); i < digits; i++) {
      text.append('0');
    }
    text.append(value);
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
