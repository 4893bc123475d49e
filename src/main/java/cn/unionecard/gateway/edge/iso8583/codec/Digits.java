package cn.unionecard.gateway.edge.iso8583.codec;

import cn.unionecard.gateway.edge.iso8583.codec.FormatError.Reason;

/** Digits of a composite field, put together part by part. */
final class Digits {
  private final StringBuilder text = new StringBuilder();

  /** Appends a number, filled up with zeros at the left. */
  @CanIgnoreReturnValue
  Digits put(String path, long value, int digits) {
    String written = Long.toString(value);
    if (value < 0) {
      throw new FormatError(path, Reason.OUT_OF_RANGE, value, Nibbles.power(digits) - 1);
    }
    if (written.length() > digits) {
      throw new FormatError(path, Reason.TOO_LONG, written.length(), digits, "digits");
    }
    return fill(digits - written.length()).append(written);
  }

  /** Appends digits, filled up with zeros at the left. */
  @CanIgnoreReturnValue
  Digits put(String path, String value, int digits) {
    if (value.length() > digits) {
      throw new FormatError(path, Reason.TOO_LONG, value.length(), digits, "digits");
    }
    return fill(digits - value.length()).append(value);
  }

  /** Appends as it is. */
  @CanIgnoreReturnValue
  Digits append(String value) {
    text.append(value);
    return this;
  }

  private Digits fill(int zeros) {
    for (int i = 0; i < zeros; i++) {
      text.append('0');
    }
    return this;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
