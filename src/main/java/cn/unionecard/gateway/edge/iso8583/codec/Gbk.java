package cn.unionecard.gateway.edge.iso8583.codec;

import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.text.BreakIterator;
import java.text.Normalizer;
import java.util.BitSet;
import java.util.Locale;

/**
 * Texts in GBK, which is what terminals print. A character that GBK does not have stands as {@value
 * #STAND_IN}, one for each as a reader counts them, so that a rare name keeps its length and nobody
 * takes a question mark for part of it. What cannot be seen is left out, a line end is a blank.
 */
public final class Gbk {
  static final Charset CHARSET = Charset.forName("GBK");

  /** The geta mark (U+3013, GBK A1FE), with which type setters hold the place of a missing type. */
  static final String STAND_IN = "〓";

  private static final BitSet KNOWN = known();

  private Gbk() {}

  private static BitSet known() {
    CharsetEncoder encoder = CHARSET.newEncoder();
    BitSet known = new BitSet(Character.MAX_VALUE + 1);
    for (char c = 0; c < Character.MAX_VALUE; c++) {
      known.set(c, encoder.canEncode(c));
    }
    return known;
  }

  /** The bytes of a text; of several lines if it has line ends. */
  static byte[] bytes(String text) {
    return printable(text).getBytes(CHARSET);
  }

  /** How many bytes a text has. */
  public static int length(String text) {
    return bytes(text).length;
  }

  /** The text in characters that GBK has; the lines stay lines. */
  static String printable(String text) {
    return isKnown(text) ? text : replaced(text);
  }

  /** The same, as one line. */
  public static String line(String text) {
    String printable = printable(text);
    for (int i = 0; i < printable.length(); i++) {
      if (Character.isISOControl(printable.charAt(i))) {
        return blanked(printable);
      }
    }
    return printable;
  }

  private static String blanked(String text) {
    StringBuilder line = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      line.append(Character.isISOControl(c) ? ' ' : c);
    }
    return line.toString();
  }

  private static boolean isKnown(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!KNOWN.get(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static String replaced(String text) {
    String composed = Normalizer.normalize(text, Normalizer.Form.NFC);
    StringBuilder printable = new StringBuilder(composed.length());
    BreakIterator characters = BreakIterator.getCharacterInstance(Locale.ROOT);
    characters.setText(composed);
    int from = characters.first();
    for (int to = characters.next(); to != BreakIterator.DONE; from = to, to = characters.next()) {
      printable.append(character(composed.substring(from, to)));
    }
    return printable.toString();
  }

  /** One character as a reader counts them, with the marks that belong to it. */
  private static String character(String cluster) {
    if (isKnown(cluster)) {
      return cluster;
    }
    StringBuilder seen = new StringBuilder(cluster.length());
    cluster.codePoints().filter(point -> !isUnseen(point)).forEach(seen::appendCodePoint);
    if (seen.isEmpty()) {
      return "";
    }
    String rest = seen.toString();
    if (isKnown(rest)) {
      return rest;
    }
    return Character.isSpaceChar(rest.codePointAt(0)) ? " " : STAND_IN;
  }

  /** Format characters, and the selectors of a character's variants. */
  private static boolean isUnseen(int point) {
    return Character.getType(point) == Character.FORMAT
        || (point >= 0xFE00 && point <= 0xFE0F)
        || (point >= 0xE0100 && point <= 0xE01EF);
  }

  // ---- cutting

  /**
   * As much of a line as has at most so many bytes; never half a character, never part of a number
   * or a code.
   */
  public static String cut(String text, int bytesMax) {
    String line = line(text);
    if (line.getBytes(CHARSET).length <= bytesMax) {
      return line;
    }
    int end = fitting(line, bytesMax);
    int whole = end;
    while (whole > 0 && isOfWord(line.charAt(whole)) && isOfWord(line.charAt(whole - 1))) {
      whole--;
    }
    boolean number = line.substring(whole, wordEnd(line, end)).chars().anyMatch(Gbk::isDigit);
    return line.substring(0, number ? whole : end).stripTrailing();
  }

  /** How many of the first characters have at most so many bytes; all are known. */
  private static int fitting(String line, int bytesMax) {
    int bytes = 0;
    int end = 0;
    while (end < line.length()) {
      bytes += line.charAt(end) < 0x80 ? 1 : 2;
      if (bytes > bytesMax) {
        return end;
      }
      end++;
    }
    return end;
  }

  private static int wordEnd(String line, int from) {
    int end = from;
    while (end < line.length() && isOfWord(line.charAt(end))) {
      end++;
    }
    return end;
  }

  private static boolean isDigit(int c) {
    return Character.isDigit(c);
  }

  /** What a number or a code is made of, also in full width. */
  private static boolean isOfWord(char c) {
    return isDigit(c)
        || (c >= 'A' && c <= 'Z')
        || (c >= 'a' && c <= 'z')
        || (c >= 'Ａ' && c <= 'Ｚ')
        || (c >= 'ａ' && c <= 'ｚ')
        || "-.,:/_#*+＃＋－．，：／￥¥".indexOf(c) >= 0;
  }
}
