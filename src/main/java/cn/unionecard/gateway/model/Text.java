package cn.unionecard.gateway.model;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Locale;

/**
 * The one reader of texts that come from outside: what is taken is stored as it was taken and can
 * be signed, printed and read again. Lengths are in characters, whatever their number of UTF-16
 * units.
 */
public final class Text {
  private static final int TIME_LENGTH_MAX = 40;
  private static final int FRACTION_DIGITS_MAX = 9;

  private Text() {}

  /**
   * A name, an address, a number: one line without signs that cannot be seen, for it is printed on
   * slips and signed in receipts.
   *
   * @param field its path, for faults
   * @return without blanks around it
   */
  public static String line(String field, String given, int charactersMax) {
    String text = sized(field, given, charactersMax);
    if (text.codePoints().anyMatch(Text::breaksLine)) {
      throw new Fault.Malformed(field, field + " is not one line of visible characters");
    }
    return text;
  }

  /**
   * What somebody wrote: it may have several lines. A line ends with a line feed, however it came.
   *
   * @param field its path, for faults
   * @return without blanks around it
   */
  public static String words(String field, String given, int charactersMax) {
    String text = sized(field, given.replace("\r\n", "\n"), charactersMax);
    if (text.codePoints().anyMatch(Text::misleads)) {
      throw new Fault.Malformed(field, field + " holds control characters");
    }
    return text;
  }

  /**
   * The moment that an RFC 3339 date-time names: four digits of a year, a {@code T}, seconds below
   * 60 with at most nine digits behind a point, and an offset, {@code Z} or {@code +08:00}. Small
   * letters are taken, as the RFC allows; leap seconds are not, for nothing here could store one.
   *
   * @param field its path, for faults
   */
  public static Instant time(String field, String given) {
    String text = given.toUpperCase(Locale.ROOT);
    if (!isTime(text)) {
      throw notATime(field);
    }
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw notATime(field);
    }
  }

  /**
   * Passes a text that every store can hold as it is: no half of a surrogate pair, no U+0000.
   *
   * @param field its path, for faults
   */
  public static void requireWritable(String field, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean pair =
          Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      if (pair) {
        i++;
      } else if (c == 0 || Character.isSurrogate(c)) {
        throw new Fault.Malformed(field, field + " holds U+0000 or half a character");
      }
    }
  }

  private static Fault.Malformed notATime(String field) {
    return new Fault.Malformed(
        field, field + " is no RFC 3339 time with offset, such as 2026-11-24T09:00:00+08:00");
  }

  private static String sized(String field, String given, int charactersMax) {
    String text = given.strip();
    if (text.isEmpty() || text.codePointCount(0, text.length()) > charactersMax) {
      throw new Fault.Malformed(field, field + " has not 1 to " + charactersMax + " characters");
    }
    return text;
  }

  /** Whether a name may not have it: it is not seen, or ends the line. */
  public static boolean breaksLine(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }

  /** Whether words may not have it: they may have lines, and joiners within a sign. */
  private static boolean misleads(int point) {
    boolean joins = point == 0x200c || point == 0x200d || point == 0xad || point == 0x200b;
    boolean tag = point >= 0xe0020 && point <= 0xe007f;
    return point != '\n' && !joins && !tag && breaksLine(point);
  }

  private static boolean isTime(String text) {
    String form = "dddd-dd-ddTdd:dd:dd";
    if (text.length() > TIME_LENGTH_MAX || !has(text, 0, form)) {
      return false;
    }
    int at = form.length();
    if (at < text.length() && text.charAt(at) == '.') {
      int from = ++at;
      while (at < text.length() && isDigit(text.charAt(at))) {
        at++;
      }
      if (at == from || at - from > FRACTION_DIGITS_MAX) {
        return false;
      }
    }
    String offset = text.substring(at);
    return offset.equals("Z")
        || (has(offset, 0, "+dd:dd") && offset.length() == 6)
        || (has(offset, 0, "-dd:dd") && offset.length() == 6);
  }

  private static boolean has(String text, int from, String form) {
    if (text.length() < from + form.length()) {
      return false;
    }
    for (int i = 0; i < form.length(); i++) {
      char wanted = form.charAt(i);
      char there = text.charAt(from + i);
      if (wanted == 'd' ? !isDigit(there) : wanted != there) {
        return false;
      }
    }
    return true;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
