package cn.unionecard.gateway.cli;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Bytes from what people paste: plain hex with any white space, or the dumps of {@code xxd}, {@code
 * hexdump -C} and Wireshark with their offsets and their text at the right.
 */
final class HexText {
  private static final Pattern OFFSET =
      Pattern.compile("^\\s*([0-9a-fA-F]{4,8})(:\\s|\\s\\s|\\s*$)\\s*");
  private static final Pattern MIDDLE_GAP =
      Pattern.compile("^((?:[0-9a-fA-F]{2} ){8}) (?=[0-9a-fA-F]{2}\\b)");
  private static final Pattern TEXT_AT_RIGHT = Pattern.compile("\\s*\\|.*$|\\s{2,}.*$");

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private boolean offsets;

  private HexText() {}

  /**
   * The bytes of a text.
   *
   * @throws IllegalArgumentException when it holds anything else, with line and column
   */
  static byte[] bytes(String text) {
    HexText reader = new HexText();
    int number = 0;
    for (String line : text.split("\\R", -1)) {
      reader.line(line, ++number);
    }
    return reader.bytes.toByteArray();
  }

  /** Sixteen hex digits. */
  static String of(long value) {
    return HexFormat.of().withUpperCase().toHexDigits(value);
  }

  private void line(String line, int number) {
    Matcher offset = OFFSET.matcher(line);
    if (offset.find() && isOffset(offset)) {
      offsets = true;
      String rest = MIDDLE_GAP.matcher(line.substring(offset.end())).replaceFirst("$1");
      add(TEXT_AT_RIGHT.matcher(rest).replaceFirst(""), number);
    } else {
      add(line, number);
    }
  }

  /** With a colon it surely is one; without, it counts the bytes so far. */
  private boolean isOffset(Matcher found) {
    boolean counts = Long.parseLong(found.group(1), 16) == bytes.size();
    boolean alone = found.group(2).isBlank() && found.hitEnd();
    return found.group(2).startsWith(":") || (counts && (offsets || !alone));
  }

  private void add(String digits, int number) {
    int high = -1;
    for (int i = 0; i < digits.length(); i++) {
      char character = digits.charAt(i);
      if (Character.isWhitespace(character)) {
        continue;
      }
      int half = character < 128 ? Character.digit(character, 16) : -1;
      if (half < 0) {
        throw new IllegalArgumentException(
            "line " + number + ", digit " + (i + 1) + ": '" + character + "' is no hex digit");
      }
      if (high < 0) {
        high = half;
      } else {
        bytes.write(high << 4 | half);
        high = -1;
      }
    }
    if (high >= 0) {
      throw new IllegalArgumentException("line " + number + " ends with half a byte");
    }
  }
}
