package cn.unionecard.gateway.edge.iso8583.codec;

import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Details;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Fields as a log or a screen may show them. */
public final class Masked {
  private static final int SHOWN_DIGITS = 4;

  private Masked() {}

  /**
   * One line of a listing.
   *
   * @param path such as {@code F60.2}
   * @param name what the field is called; empty for parts without a name
   * @param value masked
   */
  public record Line(String path, String name, String value) {}

  /**
   * Gives all fields that are there, each followed by its parts when it is composed of parts.
   *
   * @throws FormatError when the parts do not fit; the lines before were given
   */
  public static void each(IsoMessage message, Consumer<Line> reader) {
    for (IsoField field : IsoSpec.FIELDS) {
      if (message.has(field.number())) {
        reader.accept(new Line(field.path(), field.name(), value(message, field)));
        Subfields.of(message, field.number()).forEach(reader);
      }
    }
  }

  /** A field that is there, masked as the profile says. */
  static String value(IsoMessage message, IsoField field) {
    int number = field.number();
    return switch (field.mask()) {
      case CLEAR -> printable(message.text(number));
      case CARD -> card(message.text(number));
      case SECRET, TAGS -> length(message.length(number), field.encoding().unit);
      case TOTALS ->
          Details.isIn(message)
              ? length(message.length(number), field.encoding().unit)
              : message.text(number);
    };
  }

  /** What nobody reads may hold anything; a screen shall not obey it. */
  private static String printable(String text) {
    return text.codePoints()
        .map(c -> Character.isISOControl(c) && c != '\n' ? '.' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  /** Digits of which only the last four are shown. */
  static String card(String digits) {
    int hidden = Math.max(digits.length() - SHOWN_DIGITS, 0);
    return "*".repeat(hidden) + digits.substring(hidden);
  }

  /** Tags with their values, but of a code only how long it is. */
  static String tags(Field59Tags data) {
    return data.values().entrySet().stream()
        .map(tag -> tag.getKey() + "=" + tag(tag.getKey(), tag.getValue()))
        .collect(Collectors.joining(" "));
  }

  /** The value of one tag of field 59. */
  static String tag(String tag, String value) {
    boolean open =
        tag.equals(Field59Tags.TRANSACTION_ID)
            || tag.equals(Field59Tags.BENEFIT)
            || tag.equals(Field59Tags.RECEIPT)
            || tag.equals(Field59Tags.COUNTER)
            || (tag.equals(Field59Tags.WITHOUT) && value.length() == 1)
            || tag.equals(Field59Tags.RATING);
    return open ? value : length(value.length(), "characters");
  }

  private static String length(int length, String unit) {
    return "*** (" + length + " " + unit + ")";
  }
}
