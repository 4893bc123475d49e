package cn.unionecard.gateway.edge.iso8583.codec;

import cn.unionecard.gateway.edge.iso8583.codec.FormatError.Reason;
import cn.unionecard.gateway.model.Fen;
import java.util.ArrayList;
import java.util.List;

/**
 * Field 48, of a batch's settlement: the totals that the terminal counted, or the transactions
 * behind them. The message's type says which; so does the length.
 */
public final class Field48Settlement {
  private static final int FIELD = 48;

  private Field48Settlement() {}

  // ---- totals

  /**
   * What the terminal counted, and in the reply whether we counted the same.
   *
   * @param home domestic cards, all of ours
   * @param foreign foreign cards
   */
  public record Totals(Sums home, Sums foreign) {
    private static final int DIGITS = 2 * Sums.DIGITS;

    /** Whether the field has the length of totals. */
    static boolean isIn(IsoMessage message) {
      return message.has(FIELD) && message.length(FIELD) == DIGITS;
    }

    /**
     * Reads field 48.
     *
     * @throws FormatError when it is absent or has another length
     */
    public static Totals read(IsoMessage message) {
      int length = message.length(FIELD);
      if (length != DIGITS) {
        throw new FormatError("F48", Reason.LENGTH_WRONG, length, DIGITS, "digits");
      }
      return new Totals(Sums.read(message, 0), Sums.read(message, Sums.DIGITS));
    }

    /** Sets field 48. */
    public void write(IsoMessage message) {
      Digits digits = new Digits();
      home.write("F48.1", digits);
      foreign.write("F48.2", digits);
      message.set(FIELD, digits.toString());
    }
  }

  /**
   * One half of the totals.
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
          Fen.of(message.number(FIELD, at, 12)),
          (int) message.number(FIELD, at + 12, 3),
          Fen.of(message.number(FIELD, at + 15, 12)),
          (int) message.number(FIELD, at + 27, 3),
          (int) message.number(FIELD, at + 30, 1));
    }

    private void write(String path, Digits digits) {
      digits.put(path + ".1", debit.value(), 12);
      digits.put(path + ".2", debitCount, 3);
      digits.put(path + ".3", credit.value(), 12);
      digits.put(path + ".4", creditCount, 3);
      digits.put(path + ".5", flag, 1);
    }

    /** The same sums with another flag. */
    public Sums flagged(int with) {
      return new Sums(debit, debitCount, credit, creditCount, with);
    }
  }

  // ---- details

  /**
   * Transactions of a terminal whose totals did not agree.
   *
   * @param entries at most {@value #ENTRIES_MAX}
   */
  public record Details(List<Entry> entries) {
    /** Entries one message holds. */
    public static final int ENTRIES_MAX = 8;

    private static final int COUNT_DIGITS = 2;

    public Details {
      entries = List.copyOf(entries);
    }

    /** Whether the field has the length of details. */
    static boolean isIn(IsoMessage message) {
      return message.has(FIELD)
          && message.length(FIELD) > COUNT_DIGITS
          && message.length(FIELD) % Entry.DIGITS == COUNT_DIGITS;
    }

    /**
     * Reads field 48.
     *
     * @throws FormatError when it is absent, or its length does not fit its count
     */
    public static Details read(IsoMessage message) {
      int length = message.length(FIELD);
      if (length < COUNT_DIGITS) {
        throw new FormatError("F48.1", Reason.TOO_SHORT, length, COUNT_DIGITS, "digits");
      }
      int count = (int) message.number(FIELD, 0, COUNT_DIGITS);
      if (count > ENTRIES_MAX) {
        throw new FormatError("F48.1", Reason.OUT_OF_RANGE, count, ENTRIES_MAX);
      }
      int must = COUNT_DIGITS + count * Entry.DIGITS;
      if (length != must) {
        throw new FormatError("F48", Reason.LENGTH_WRONG, length, must, "digits");
      }
      List<Entry> entries = new ArrayList<>(count);
      for (int at = COUNT_DIGITS; at < must; at += Entry.DIGITS) {
        entries.add(Entry.read(message, at));
      }
      return new Details(entries);
    }

    /** Sets field 48. */
    public void write(IsoMessage message) {
      if (entries.size() > ENTRIES_MAX) {
        throw new FormatError("F48.1", Reason.OUT_OF_RANGE, entries.size(), ENTRIES_MAX);
      }
      Digits digits = new Digits();
      digits.put("F48.1", entries.size(), COUNT_DIGITS);
      entries.forEach(entry -> entry.write(digits));
      message.set(FIELD, digits.toString());
    }
  }

  /**
   * One transaction of the details.
   *
   * @param kind 0 to 99
   * @param trace trace number
   * @param card 20 digits, filled up with zeros at the left
   * @param amount what was paid or given back
   */
  public record Entry(int kind, int trace, String card, Fen amount) {
    private static final int DIGITS = 40;
    private static final int CARD_DIGITS = 20;

    private static Entry read(IsoMessage message, int at) {
      return new Entry(
          (int) message.number(FIELD, at, 2),
          (int) message.number(FIELD, at + 2, 6),
          message.text(FIELD, at + 8, CARD_DIGITS),
          Fen.of(message.number(FIELD, at + 28, 12)));
    }

    private void write(Digits digits) {
      digits.put("F48.kind", kind, 2);
      digits.put("F48.trace", trace, 6);
      digits.put("F48.card", card, CARD_DIGITS);
      digits.put("F48.amount", amount.value(), 12);
    }

    /** Never prints the card. */
    @Override
    public String toString() {
      return kind + "/" + trace + "/" + Masked.card(card) + "/" + amount.value();
    }
  }
}
