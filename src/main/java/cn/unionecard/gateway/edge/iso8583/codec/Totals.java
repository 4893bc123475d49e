package cn.unionecard.gateway.edge.iso8583.codec;

import cn.unionecard.gateway.edge.iso8583.codec.FormatError.Reason;
import cn.unionecard.gateway.model.Fen;

/**
 * Field 48 of a batch's totals: what the terminal counted, and in the reply whether we counted the
 * same.
 *
 * @param home domestic cards, all of ours
 * @param foreign foreign cards
 */
public record Totals(Sums home, Sums foreign) {
  /** Digits of the field. */
  static final int DIGITS = 2 * Sums.DIGITS;

  /**
   * One half.
   *
   * @param debit sum of the sales
   * @param debitCount their number, 0 to 999
   * @param credit sum of what was given back
   * @param creditCount their number, 0 to 999
   * @param flag {@link #ASKED}, {@link #BALANCED} or {@link #UNBALANCED}
   */
  public record Sums(Fen debit, int debitCount, Fen credit, int creditCount, int flag) {
    /** In a request. */
    public static final int ASKED = 0;

    /** In a reply: the totals agree. */
    public static final int BALANCED = 1;

    /** In a reply: they do not; the terminal uploads its transactions. */
    public static final int UNBALANCED = 2;

    /** Nothing sold, nothing given back. */
    public static final Sums NONE = new Sums(Fen.ZERO, 0, Fen.ZERO, 0, ASKED);

    private static final int DIGITS = 31;

    private static Sums read(IsoMessage message, int at) {
      return new Sums(
          Fen.of(message.number(48, at, 12)),
          (int) message.number(48, at + 12, 3),
          Fen.of(message.number(48, at + 15, 12)),
          (int) message.number(48, at + 27, 3),
          (int) message.number(48, at + 30, 1));
    }

    private void write(String path, Digits digits) {
      digits
          .put(path + ".1", debit.value(), 12)
          .put(path + ".2", debitCount, 3)
          .put(path + ".3", credit.value(), 12)
          .put(path + ".4", creditCount, 3)
          .put(path + ".5", flag, 1);
    }

    /** The same sums with another flag. */
    public Sums flagged(int with) {
      return new Sums(debit, debitCount, credit, creditCount, with);
    }
  }

  /** Whether the field has the length of totals. */
  static boolean isIn(IsoMessage message) {
    return message.has(48) && message.length(48) == DIGITS;
  }

  /**
   * Reads field 48.
   *
   * @throws FormatError when it is absent or has another length
   */
  public static Totals read(IsoMessage message) {
    if (message.length(48) != DIGITS) {
      throw new FormatError("F48", Reason.LENGTH_WRONG, message.length(48), DIGITS, "digits");
    }
    return new Totals(Sums.read(message, 0), Sums.read(message, Sums.DIGITS));
  }

  /** Sets field 48. */
  public void write(IsoMessage message) {
    Digits digits = new Digits();
    home.write("F48.1", digits);
    foreign.write("F48.2", digits);
    message.set(48, digits.toString());
  }
}
