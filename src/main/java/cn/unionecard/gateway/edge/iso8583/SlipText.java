package cn.unionecard.gateway.edge.iso8583;

import cn.unionecard.gateway.edge.iso8583.FormatError.Reason;

/**
 * Field 63: who stands at the till, and what the slip says.
 *
 * @param operator 63.1, three characters
 * @param text 63.2, Chinese (GBK), at most {@value #TEXT_BYTES_MAX} bytes; may be empty
 */
public record SlipText(String operator, String text) {
  /** Bytes of the text in GBK. */
  public static final int TEXT_BYTES_MAX = 160;

  private static final int FIELD = 63;
  private static final int OPERATOR = 3;

  /** As much of a text as fits; never half a character. */
  public static SlipText fitting(String operator, String text) {
    return new SlipText(operator, cut(text, TEXT_BYTES_MAX));
  }

  /** The beginning of a text that has at most so many bytes in GBK. */
  static String cut(String text, int bytesMax) {
    int bytes = 0;
    int end = 0;
    while (end < text.length()) {
      int next = text.offsetByCodePoints(end, 1);
      bytes += bytes(text.substring(end, next));
      if (bytes > bytesMax) {
        break;
      }
      end = next;
    }
    return text.substring(0, end);
  }

  /** Bytes of a text in GBK. */
  static int bytes(String text) {
    return text.getBytes(IsoMessage.GBK).length;
  }

  /**
   * Reads field 63.
   *
   * @throws FormatError when it is absent or too short for an operator
   */
  public static SlipText read(IsoMessage message) {
    int length = message.length(FIELD);
    if (length < OPERATOR) {
      throw new FormatError("F63.1", Reason.LENGTH_WRONG, length, OPERATOR, "bytes");
    }
    for (int i = 0; i < OPERATOR; i++) {
      checkOperator(message.octet(FIELD, i), i);
    }
    return new SlipText(
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
    byte[] bytes = (operator + text).getBytes(IsoMessage.GBK);
    int textBytes = bytes.length - OPERATOR;
    if (textBytes > TEXT_BYTES_MAX) {
      throw new FormatError("F63.2", Reason.TOO_LONG, textBytes, TEXT_BYTES_MAX, "bytes");
    }
    message.set(FIELD, bytes);
  }
}
