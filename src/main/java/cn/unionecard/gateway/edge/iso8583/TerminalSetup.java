package cn.unionecard.gateway.edge.iso8583;

import cn.unionecard.gateway.edge.iso8583.codec.FormatError;
import cn.unionecard.gateway.edge.iso8583.codec.FormatError.Reason;
import cn.unionecard.gateway.edge.iso8583.codec.IsoMessage;
import org.jspecify.annotations.Nullable;

/**
 * What a message says once more although it is known: the currency, the terminal's merchant. A
 * terminal that believes otherwise is set up wrongly, and what it asks would be booked otherwise
 * than it thinks.
 */
final class TerminalSetup {
  private static final String CURRENCY = "156";

  private TerminalSetup() {}

  /**
   * Compares what is there.
   *
   * @param merchant the number of the terminal's merchant, or null if it is not to be compared
   * @throws FormatError naming the field that says something else
   */
  static void check(IsoMessage message, @Nullable String merchant) {
    if (merchant != null) {
      same(message, 42, merchant);
    }
    same(message, 49, CURRENCY);
  }

  /** A field of blanks says nothing. */
  private static void same(IsoMessage message, int number, String known) {
    String said = message.has(number) ? message.text(number).strip() : "";
    if (!said.isEmpty() && !said.equals(known)) {
      throw new FormatError("F" + number, Reason.OTHER, difference(said, known), known.length());
    }
  }

  private static int difference(String said, String known) {
    int at = 0;
    while (at < said.length() && at < known.length() && said.charAt(at) == known.charAt(at)) {
      at++;
    }
    return at + 1;
  }
}
