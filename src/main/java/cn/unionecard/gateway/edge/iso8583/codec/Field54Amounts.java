package cn.unionecard.gateway.edge.iso8583.codec;

import cn.unionecard.gateway.edge.iso8583.codec.FormatError.Reason;
import cn.unionecard.gateway.model.Fen;

/**
 * Field 54: the discount and what is left to pay, each {@code C} (in the member's favour) or {@code
 * D} (at the member's cost) and nine digits of fen.
 *
 * @param discount positive when granted, negative when taken back
 * @param payable positive when the member pays, negative when the member gets money back
 */
public record Field54Amounts(Fen discount, Fen payable) {
  private static final int FIELD = 54;
  private static final int LENGTH = 20;
  private static final int HALF = 10;
  private static final long MAX = 999_999_999;

  /**
   * Reads field 54.
   *
   * @throws FormatError when it is absent or no two signed amounts
   */
  public static Field54Amounts read(IsoMessage message) {
    int length = message.length(FIELD);
    if (length != LENGTH) {
      throw new FormatError("F54", Reason.LENGTH_WRONG, length, LENGTH, "bytes");
    }
    long discount = credit(message, 0, "F54.1");
    long payable = -credit(message, HALF, "F54.2");
    return new Field54Amounts(Fen.of(discount), Fen.of(payable));
  }

  /** A signed amount, positive when it is a credit. */
  private static long credit(IsoMessage message, int at, String path) {
    int sign = message.octet(FIELD, at);
    if (sign != 'C' && sign != 'D') {
      throw new FormatError(path, Reason.SIGN_WRONG, sign, 1);
    }
    long value = 0;
    for (int i = at + 1; i < at + HALF; i++) {
      int digit = message.octet(FIELD, i) - '0';
      if (digit < 0 || digit > 9) {
        throw new FormatError(path, Reason.NOT_DECIMAL, digit + '0', i - at + 1L);
      }
      value = value * 10 + digit;
    }
    return sign == 'C' ? value : -value;
  }

  /** Sets field 54. */
  public void write(IsoMessage message) {
    StringBuilder text = new StringBuilder(LENGTH);
    // nothing has the sign of the other amount, or it would tell who was given nothing
    boolean back = discount.value() < 0 || payable.value() < 0;
    append(
        text, discount.value() < 0 || (back && isNothing(discount)) ? 'D' : 'C', discount, "F54.1");
    append(text, payable.value() < 0 || (back && isNothing(payable)) ? 'C' : 'D', payable, "F54.2");
    message.set(FIELD, text.toString());
  }

  private static boolean isNothing(Fen amount) {
    return amount.value() == 0;
  }

  private static void append(StringBuilder text, char sign, Fen amount, String path) {
    long value = Math.abs(amount.value());
    if (value > MAX) {
      throw new FormatError(path, Reason.OUT_OF_RANGE, value, MAX);
    }
    text.append(sign).append(Long.toString(MAX + 1 + value), 1, HALF);
  }
}
