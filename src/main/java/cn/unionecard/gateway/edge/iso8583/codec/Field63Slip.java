package cn.unionecard.gateway.edge.iso8583.codec;

import cn.unionecard.gateway.edge.iso8583.codec.FormatError.Reason;

/**
 * Field 63: who stands at the till, and what the slip says.
 *
 * @param operator 63.1, three characters
 * @param text 63.2, Chinese (see {@link Gbk}), at most {@value #TEXT_BYTES_MAX} bytes; may be empty
 */
public record Field63Slip(String operator, String text) {
  /** Bytes of the text in GBK. */
  public static final int TEXT_BYTES_MAX = 160;

  private static final int FIELD = 63;
  private static final int OPERATOR = 3;

  /** As many lines of a text as fit; of a first line that is too long, its beginning. */
  public static Field63Slip fitting(String operator, String text) {
    if (Gbk.length(text) <= TEXT_BYTES_MAX) {
      return new Field63Slip(operator, text);
    }
    String[] lines = text.split("\n", -1);
    StringBuilder fitting = new StringBuilder(Gbk.cut(lines[0], TEXT_BYTES_MAX));
    for (int i = 1; i < lines.length && fits(fitting, lines[i]); i++) {
      fitting.append('\n').append(lines[i]);
    }
    return new Field63Slip(operator, fitting.toString());
  }

  private static boolean fits(StringBuilder text, String line) {
    return Gbk.length(text.toString()) + 1 + Gbk.length(line) <= TEXT_BYTES_MAX;
  }

  /**
   * Reads field 63.
   *
   * @throws FormatError when it is absent or too short for an operator
   */
  public static Field63Slip read(IsoMessage message) {
    int length = message.length(FIELD);
    if (length < OPERATOR) {
      throw new FormatError("F63.1", Reason.LENGTH_WRONG, length, OPERATOR, "bytes");
    }
    for (int i = 0; i < OPERATOR; i++) {
      checkOperator(message.octet(FIELD, i), i);
    }
    return new Field63Slip(
        message.text(FIELD, 0, OPERATOR), message.text(FIELD, OPERATOR, length - OPERATOR));
  }

  private static void checkOperator(int character, int index) {
    if (character < ' ' || character > '~') {
      throw new FormatError("F63.1", Reason.NOT_TEXT, character, index + 1L);
    }
  }

  /** Sets field 63. */
  public void write(IsoMessage message) {
    if (operator.length() != OPERATOR) {
      throw new FormatError("F63.1", Reason.LENGTH_WRONG, operator.length(), OPERATOR, "bytes");
    }
    for (int i = 0; i < OPERATOR; i++) {
      checkOperator(operator.charAt(i), i);
    }
    byte[] bytes = Gbk.bytes(operator + text);
    int textBytes = bytes.length - OPERATOR;
    if (textBytes > TEXT_BYTES_MAX) {
      throw new FormatError("F63.2", Reason.TOO_LONG, textBytes, TEXT_BYTES_MAX, "bytes");
    }
    message.set(FIELD, bytes);
  }
}
