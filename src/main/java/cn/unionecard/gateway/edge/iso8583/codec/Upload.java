package cn.unionecard.gateway.edge.iso8583.codec;

import cn.unionecard.gateway.edge.iso8583.codec.FormatError.Reason;
import cn.unionecard.gateway.model.Fen;
import java.util.ArrayList;
import java.util.List;

/**
 * Field 48 of a batch upload: transactions of a terminal whose totals did not agree.
 *
 * @param entries at most {@value #ENTRIES_MAX}
 */
public record Upload(List<Entry> entries) {
  /** Entries one message holds. */
  public static final int ENTRIES_MAX = 8;

  private static final int COUNT_DIGITS = 2;
  private static final int ENTRY_DIGITS = 40;
  private static final int CARD_DIGITS = 20;

  /**
   * One transaction.
   *
   * @param kind 0 to 99
   * @param trace trace number
   * @param card 20 digits, filled up with zeros at the left
   * @param amount what was paid or given back
   */
  public record Entry(int kind, int trace, String card, Fen amount) {
    /** Never prints the card. */
    @Override
    public String toString() {
      return kind + "/" + trace + "/" + Masked.card(card) + "/" + amount.value();
    }
  }

  public Upload {
    entries = List.copyOf(entries);
  }

  /** Whether the field has the length of an upload. */
  static boolean isIn(IsoMessage message) {
    return message.has(48)
        && message.length(48) > COUNT_DIGITS
        && message.length(48) % ENTRY_DIGITS == COUNT_DIGITS;
  }

  /**
   * Reads field 48.
   *
   * @throws FormatError when it is absent, or its length does not fit its count
   */
  public static Upload read(IsoMessage message) {
    int length = message.length(48);
    if (length < COUNT_DIGITS) {
      throw new FormatError("F48.1", Reason.TOO_SHORT, length, COUNT_DIGITS, "digits");
    }
    int count = (int) message.number(48, 0, COUNT_DIGITS);
    if (count > ENTRIES_MAX) {
      throw new FormatError("F48.1", Reason.OUT_OF_RANGE, count, ENTRIES_MAX);
    }
    int must = COUNT_DIGITS + count * ENTRY_DIGITS;
    if (length != must) {
      throw new FormatError("F48", Reason.LENGTH_WRONG, length, must, "digits");
    }
    List<Entry> entries = new ArrayList<>(count);
    for (int at = COUNT_DIGITS; at < must; at += ENTRY_DIGITS) {
      entries.add(entry(message, at));
    }
    return new Upload(entries);
  }

  private static Entry entry(IsoMessage message, int at) {
    return new Entry(
        (int) message.number(48, at, 2),
        (int) message.number(48, at + 2, 6),
        message.text(48, at + 8, CARD_DIGITS),
        Fen.of(message.number(48, at + 28, 12)));
  }

  /** Sets field 48. */
  public void write(IsoMessage message) {
    if (entries.size() > ENTRIES_MAX) {
      throw new FormatError("F48.1", Reason.OUT_OF_RANGE, entries.size(), ENTRIES_MAX);
    }
    Digits digits = new Digits().put("F48.1", entries.size(), COUNT_DIGITS);
    for (Entry entry : entries) {
      digits
          .put("F48.kind", entry.kind, 2)
          .put("F48.trace", entry.trace, 6)
          .put("F48.card", entry.card, CARD_DIGITS)
          .put("F48.amount", entry.amount.value(), 12);
    }
    message.set(48, digits.toString());
  }
}
