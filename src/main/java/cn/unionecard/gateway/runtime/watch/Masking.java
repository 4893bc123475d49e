package cn.unionecard.gateway.runtime.watch;

import cn.unionecard.gateway.model.Text;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What neither a log line nor an error may show, struck out: member codes (20 digits), identity
 * numbers (18 characters), mobile numbers, bearer tokens, and passwords in URLs; in whatever
 * spelling ({@link Spelling}), codes and numbers also with blanks or dashes between their digits.
 *
 * <p>What it is given was often chosen by a stranger, so its work is linear in the length: no
 * regular expression, each sign is looked at a fixed number of times at most.
 */
public final class Masking {
  private static final int CODE_DIGITS = 20;
  private static final int IDENTITY_LENGTH = 18;
  private static final int MOBILE_DIGITS = 11;
  private static final int GAP_MAX = 3;

  /** Shorter than any token; "a bearer token" is no secret. */
  private static final int TOKEN_LENGTH_MIN = 8;

  private static final int TOLD_LENGTH_MAX = 200;
  private static final String CUT = "...";

  private final Spelling text;
  private final boolean[] struck;

  /** What stands in the place of the signs from there, or null. */
  private final @Nullable String[] instead;

  /** Where what is replaced from there ends. */
  private final int[] until;

  private boolean found;

  private Masking(CharSequence given) {
    text = new Spelling(given);
    struck = new boolean[text.length()];
    instead = new String[text.length()];
    until = new int[text.length()];
  }

  /** The text without them. */
  public static String mask(CharSequence text) {
    Masking masking = new Masking(text);
    masking.numbers();
    masking.bearers();
    masking.webTokens();
    masking.passwords();
    return masking.found ? masking.written() : text.toString();
  }

  /**
   * What a caller chose, as it may be said back to him or logged: cut to a few words, masked, and
   * without signs that cannot be seen or written.
   */
  public static String told(String text) {
    return told(text, TOLD_LENGTH_MAX);
  }

  /** The same of so many characters. */
  public static String told(String text, int lengthMax) {
    String head = cut(text, 2 * lengthMax);
    StringBuilder seen = new StringBuilder(head.length());
    mask(head).codePoints().map(Masking::visible).forEach(seen::appendCodePoint);
    return head.length() == text.length() && seen.length() <= lengthMax
        ? seen.toString()
        : cut(seen.toString(), lengthMax) + CUT;
  }

  private static String cut(String text, int length) {
    if (text.length() <= length) {
      return text;
    }
    return text.substring(
        0, Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length);
  }

  private static int visible(int point) {
    return Text.breaksLine(point) ? '\ufffd' : point;
  }

  private String written() {
    StringBuilder out = new StringBuilder(text.length());
    int at = 0;
    while (at < text.length()) {
      String replacement = instead[at];
      if (replacement != null) {
        out.append(replacement);
        at = until[at];
      } else {
        if (struck[at]) {
          out.append('*');
        } else {
          text.copy(at, out);
        }
        at++;
      }
    }
    return out.toString();
  }

  private void strike(int from, int to) {
    Arrays.fill(struck, from, to, true);
    found = true;
  }

  private void replace(int from, int to, String with) {
    instead[from] = with;
    until[from] = to;
    found = true;
  }

  // ---- numbers

  private void numbers() {
    int at = 0;
    while (at < text.length()) {
      if (Spelling.isDigit(text.at(at))) {
        int end = digitsEnd(at);
        whole(at, end);
        spread(at, end);
        at = end;
      } else {
        at++;
      }
    }
  }

  private int digitsEnd(int from) {
    int end = from;
    while (Spelling.isDigit(text.at(end))) {
      end++;
    }
    return end;
  }

  /** Digits that stand together. */
  private void whole(int from, int end) {
    int length = end - from;
    boolean alone = !Spelling.isLetterOrDigit(text.at(from - 1));
    // Codes one behind the other, too; what is longer otherwise is a hash or a sequence.
    if (length % CODE_DIGITS == 0 || (length == MOBILE_DIGITS && isMobile(from))) {
      strike(from, end);
    } else if (alone && length == IDENTITY_LENGTH && !Spelling.isLetterOrDigit(text.at(end))) {
      strike(from, end);
    } else if (alone && length == IDENTITY_LENGTH - 1 && isCheckLetter(end)) {
      strike(from, end + 1);
    }
  }

  /**
   * Groups of digits from this one on that make a number together. At most twenty are looked at.
   */
  private void spread(int from, int firstEnd) {
    int total = firstEnd - from;
    int end = firstEnd;
    boolean narrow = true;
    while (total < CODE_DIGITS) {
      int next = gapEnd(end);
      if (next < 0) {
        return;
      }
      narrow &= isNarrow(end, next);
      end = digitsEnd(next);
      total += end - next;
      boolean code = total == CODE_DIGITS && text.at(from) == '8' && digit(from, 1) == '4';
      boolean mobile = total == MOBILE_DIGITS && narrow && isMobile(from);
      boolean identity = total == IDENTITY_LENGTH && hasCentury(from);
      if (code || mobile || identity) {
        strike(from, end);
      } else if (total == IDENTITY_LENGTH - 1 && hasCentury(from)) {
        int letter = lettersGapEnd(end);
        if (isCheckLetter(letter)) {
          strike(from, letter + 1);
        }
      }
    }
  }

  private boolean isMobile(int from) {
    return text.at(from) == '1' && digit(from, 1) >= '3';
  }

  /** The year of birth, digits 7 to 10. */
  private boolean hasCentury(int from) {
    char first = digit(from, 6);
    char second = digit(from, 7);
    return (first == '1' && (second == '9' || second == '8')) || (first == '2' && second == '0');
  }

  /** The n-th digit behind the first, whatever stands between. */
  private char digit(int from, int n) {
    int at = from;
    for (int left = n; left > 0; left--) {
      at++;
      while (at < text.length() && !Spelling.isDigit(text.at(at))) {
        at++;
      }
    }
    return text.at(at);
  }

  private boolean isCheckLetter(int at) {
    boolean letter = text.at(at) == 'X' || text.at(at) == 'x';
    return letter && !Spelling.isLetterOrDigit(text.at(at + 1));
  }

  private int lettersGapEnd(int from) {
    int at = from;
    while (at - from < GAP_MAX && isGap(text.at(at))) {
      at++;
    }
    return at;
  }

  /** Where the digits go on behind a small gap; −1 if they do not. */
  private int gapEnd(int from) {
    int at = lettersGapEnd(from);
    return at > from && Spelling.isDigit(text.at(at)) ? at : -1;
  }

  private static boolean isGap(char sign) {
    return sign == '.' || sign == '_' || isNarrow(sign);
  }

  /** Between the digits of a telephone number: dots would make one of an IP address. */
  private boolean isNarrow(int from, int to) {
    for (int at = from; at < to; at++) {
      if (!isNarrow(text.at(at))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isNarrow(char sign) {
    return sign == ' '
        || sign == '\t'
        || sign == '-'
        || sign == '+'
        || sign == '\\'
        || sign == Spelling.UNSEEN;
  }

  // ---- tokens

  private void bearers() {
    int at = 0;
    while (at < text.length()) {
      int blank = at + 6;
      int from = isBearer(at) ? blanksEnd(blank) : blank;
      int end = from;
      while (from > blank && isTokenSign(text.at(end))) {
        end++;
      }
      if (end - from >= TOKEN_LENGTH_MIN) {
        replace(at, end, "Bearer ***");
        at = end;
      } else {
        at++;
      }
    }
  }

  private boolean isBearer(int at) {
    for (int i = 0; i < 6; i++) {
      if ((text.at(at + i) | 0x20) != "bearer".charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private int blanksEnd(int from) {
    int at = from;
    while (text.at(at) == ' ' || text.at(at) == '\t') {
      at++;
    }
    return at;
  }

  private static boolean isTokenSign(char sign) {
    return isWord(sign) || sign == '.' || sign == '~' || sign == '+' || sign == '/' || sign == '=';
  }

  private static boolean isWord(char sign) {
    return Spelling.isLetterOrDigit(sign) || sign == '_' || sign == '-';
  }

  /** JSON web tokens: {@code eyJ…}, a dot, a word, a dot, and what follows. */
  private void webTokens() {
    int at = 0;
    int from = -1;
    int dots = 0;
    while (at <= text.length()) {
      char sign = text.at(at);
      if (sign == '.' && from >= 0) {
        dots++;
        if (dots == 1 && !isWord(text.at(at + 1))) {
          from = -1;
        }
      } else if (!isWord(sign)) {
        if (from >= 0 && dots >= 2) {
          replace(from, at, "***");
        }
        from = -1;
      } else if (from < 0 && isHeader(at)) {
        from = at;
        dots = 0;
      }
      at++;
    }
  }

  private boolean isHeader(int at) {
    return text.at(at) == 'e'
        && text.at(at + 1) == 'y'
        && text.at(at + 2) == 'J'
        && isWord(text.at(at + 3));
  }

  // ---- passwords in URLs

  private void passwords() {
    int at = 0;
    while (at < text.length()) {
      boolean authority = text.plain(at) == ':' && text.at(at + 1) == '/' && text.at(at + 2) == '/';
      int colon = authority ? nameEnd(at + 3) : at;
      if (authority && text.plain(colon) == ':') {
        int end = secretEnd(colon + 1);
        if (text.plain(end) == '@' && end > colon + 1) {
          replace(at, end + 1, "://***@");
        }
        at = end;
      } else {
        at = Math.max(colon, at + 1);
      }
    }
  }

  private int nameEnd(int from) {
    int at = from;
    while (at < text.length() && text.plain(at) != ':' && text.plain(at) != '@' && !endsUrl(at)) {
      at++;
    }
    return at;
  }

  private int secretEnd(int from) {
    int at = from;
    while (at < text.length() && text.plain(at) != '@' && !endsUrl(at)) {
      at++;
    }
    return at;
  }

  private boolean endsUrl(int at) {
    char sign = text.plain(at);
    return sign == '/' || sign == ' ' || (sign < ' ' && sign != Spelling.OTHER);
  }
}
