package cn.unionecard.gateway.runtime.watch;

/**
 * A text as somebody would read it: each sign once, whatever it was written as (percent-encoded, as
 * {@code \}{@code u0038}, full-width, in other digits), with the place where it stands in the text.
 *
 * <p>Read from left to right once; no character is looked at more often than a fixed number of
 * times.
 */
final class Spelling {
  /** A sign that is not seen, such as a zero-width space. */
  static final char UNSEEN = 1;

  /** Any sign that is neither ASCII nor read as such. */
  static final char OTHER = 0;

  private static final int UTF8_BYTES_MAX = 4;

  private final CharSequence text;
  private final char[] signs;
  private final int[] starts;
  private int count;

  /** The place behind what was read last. */
  private int end;

  Spelling(CharSequence text) {
    this.text = text;
    int length = text.length();
    signs = new char[length];
    starts = new int[length + 1];
    while (end < length) {
      starts[count] = end;
      signs[count] = read(text.charAt(end));
      count++;
    }
    starts[count] = length;
  }

  int length() {
    return count;
  }

  /** The sign there; a line's end outside the text. */
  char at(int place) {
    return place >= 0 && place < count ? signs[place] : '\n';
  }

  /** The same, but {@link #OTHER} if it was not written as itself. */
  char plain(int place) {
    boolean itself = place >= 0 && place < count && starts[place + 1] - starts[place] == 1;
    return itself ? signs[place] : OTHER;
  }

  void copy(int place, StringBuilder to) {
    to.append(text, starts[place], starts[place + 1]);
  }

  private char read(char first) {
    if (first == '%') {
      return percent();
    }
    if (first == '\\' && character(end + 1) == 'u') {
      int unit = hex(end + 2, 4);
      end += unit < 0 ? 1 : 6;
      return unit < 0 ? '\\' : sign(unit);
    }
    if (first < 128) {
      end++;
      return first;
    }
    int point = first;
    end++;
    if (Character.isHighSurrogate(first) && Character.isLowSurrogate(character(end))) {
      point = Character.toCodePoint(first, character(end));
      end++;
    }
    return sign(point);
  }

  private char percent() {
    int octet = octet(end);
    if (octet < 0) {
      end++;
      return '%';
    }
    int from = octetEnd(end);
    if (octet < 0x80) {
      end = from;
      return (char) octet;
    }
    int more = octet >= 0xf0 ? 3 : octet >= 0xe0 ? 2 : 1;
    int point = octet & (0x3f >> more);
    for (int i = 0; i < more && i < UTF8_BYTES_MAX; i++) {
      int next = octet(from);
      if (next < 0 || (next & 0xc0) != 0x80) {
        end = octetEnd(end);
        return OTHER;
      }
      point = point << 6 | (next & 0x3f);
      from = octetEnd(from);
    }
    end = from;
    return Character.isValidCodePoint(point) ? sign(point) : OTHER;
  }

  /** The octet of {@code %38}, of {@code %2538} and so on; −1 if there is none. */
  private int octet(int at) {
    return character(at) == '%' ? hex(octetEnd(at) - 2, 2) : -1;
  }

  private int octetEnd(int at) {
    int digits = at + 1;
    while (character(digits) == '2' && character(digits + 1) == '5' && hex(digits + 2, 2) >= 0) {
      digits += 2;
    }
    return digits + 2;
  }

  private int hex(int from, int digits) {
    int value = 0;
    for (int i = from; i < from + digits; i++) {
      char c = character(i);
      int digit = c < 128 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        return -1;
      }
      value = value << 4 | digit;
    }
    return value;
  }

  private char character(int at) {
    return at < text.length() ? text.charAt(at) : '\n';
  }

  private static char sign(int point) {
    if (point < 128) {
      return (char) point;
    }
    if (point >= 0xff01 && point <= 0xff5e) {
      return (char) (point - 0xff01 + '!');
    }
    int digit = digit(point);
    if (digit >= 0) {
      return (char) ('0' + digit);
    }
    return switch (Character.getType(point)) {
      case Character.DASH_PUNCTUATION -> '-';
      case Character.SPACE_SEPARATOR -> ' ';
      case Character.FORMAT -> UNSEEN;
      case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> '\n';
      default -> point == '−' ? '-' : point == '·' || point == '。' ? '.' : OTHER;
    };
  }

  /** 0 to 9 for digits of any script, circled and raised ones, too; −1 for what is none. */
  private static int digit(int point) {
    int digit = Character.digit(point, 10);
    if (digit < 0 && Character.getType(point) == Character.OTHER_NUMBER) {
      digit = Character.getNumericValue(point);
    }
    return digit <= 9 ? digit : -1;
  }

  static boolean isDigit(char sign) {
    return sign >= '0' && sign <= '9';
  }

  static boolean isLetterOrDigit(char sign) {
    return isDigit(sign) || (sign >= 'A' && sign <= 'Z') || (sign >= 'a' && sign <= 'z');
  }
}
