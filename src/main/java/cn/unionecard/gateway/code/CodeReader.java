package cn.unionecard.gateway.code;

import cn.unionecard.gateway.model.Luhn;

/**
 * The one reader of scanned text, whichever protocol brought it: tolerates what scanners and
 * keyboards add, never turns digits into a number.
 *
 * <p>Whatever is no digit at either end is noise: blanks, Enter, Tab, STX/ETX, GS, byte order
 * marks, brackets and punctuation of an input method. Two things around a code have digits of their
 * own and belong to it as little: the AIM symbology prefix of ISO/IEC 15424 ({@code ]Q3}, {@code
 * ]C1}, also as a Chinese input method writes it, {@code 】Q3}), and an extended channel ({@code
 * \000026}). Full-width digits are digits; those of other scripts are noise, for no scanner writes
 * them.
 */
public final class CodeReader {
  private static final int CODE_DIGITS = 20;

  /** The longest code of any wallet; whoever sends more digits sends no code. */
  private static final int DIGITS_MAX = 24;

  private static final int CHANNEL_DIGITS = 6;
  private static final String OPENING = "]］】〕";
  private static final String CHANNEL = "\\＼、";
  private static final Scan MALFORMED = new Scan.Malformed();

  private CodeReader() {}

  /** Reads scanned text. What is read, read again, is the same. */
  public static Scan read(String raw) {
    int from = nextDigit(raw, 0);
    int to = raw.length();
    while (to > from && digit(raw.charAt(to - 1)) < 0) {
      to--;
    }
    while (from < to) {
      String digits = digits(raw, from, to);
      Scan scan = classified(digits);
      int prefix = prefix(raw, from, digits, scan.equals(MALFORMED));
      if (prefix == 0) {
        return scan;
      }
      from = nextDigit(raw, from + prefix);
    }
    return MALFORMED;
  }

  /** How many digits at the start are not the code's, by what stands before them. */
  private static int prefix(String raw, int from, String digits, boolean malformed) {
    char before = from > 0 ? raw.charAt(from - 1) : ' ';
    if (isLetter(before)) {
      boolean marked = from > 1 && OPENING.indexOf(raw.charAt(from - 2)) >= 0;
      return marked || (malformed && digits.length() > 1 && isCode(digits.substring(1))) ? 1 : 0;
    }
    boolean channel = CHANNEL.indexOf(before) >= 0 && malformed;
    return channel && hasDigits(raw, from) ? CHANNEL_DIGITS : 0;
  }

  private static boolean hasDigits(String raw, int from) {
    for (int i = from; i < from + CHANNEL_DIGITS; i++) {
      if (i >= raw.length() || digit(raw.charAt(i)) < 0) {
        return false;
      }
    }
    return true;
  }

  private static int nextDigit(String raw, int from) {
    int at = from;
    while (at < raw.length() && digit(raw.charAt(at)) < 0) {
      at++;
    }
    return at;
  }

  /** The characters as digits, or nothing if some are none or there are too many. */
  private static String digits(String raw, int from, int to) {
    if (to - from > DIGITS_MAX) {
      return "";
    }
    StringBuilder digits = new StringBuilder(to - from);
    for (int i = from; i < to; i++) {
      int digit = digit(raw.charAt(i));
      if (digit < 0) {
        return "";
      }
      digits.append((char) ('0' + digit));
    }
    return digits.toString();
  }

  private static boolean isCode(String digits) {
    return !classified(digits).equals(MALFORMED);
  }

  private static Scan classified(String text) {
    if (text.length() == CODE_DIGITS && text.startsWith(MemberCodes.PREFIX)) {
      return memberCode(text);
    }
    String wallet = walletOf(text);
    return wallet.isEmpty() ? MALFORMED : new Scan.OtherWallet(wallet, text);
  }

  private static Scan memberCode(String text) {
    if (Luhn.checkDigit(text.substring(0, CODE_DIGITS - 1)) != text.charAt(CODE_DIGITS - 1)) {
      return MALFORMED;
    }
    int otp = 0;
    for (int i = 12; i < CODE_DIGITS - 1; i++) {
      otp = otp * 10 + (text.charAt(i) - '0');
    }
    return new Scan.MemberCode(text.substring(2, 12), otp);
  }

  /** The name of the wallet that makes such codes, or the empty string. */
  private static String walletOf(String text) {
    int length = text.length();
    if (length < 16 || length > DIGITS_MAX) {
      return "";
    }
    int prefix = (text.charAt(0) - '0') * 10 + (text.charAt(1) - '0');
    if (length == 18 && prefix >= 10 && prefix <= 15) {
      return "微信支付 WeChat Pay";
    }
    if (prefix >= 25 && prefix <= 30) {
      return "支付宝 Alipay";
    }
    if (length == 19 && prefix == 62) {
      return "云闪付 UnionPay";
    }
    return prefix == 1 ? "数字人民币 e-CNY" : "";
  }

  /** Of ASCII or of full width; else -1. */
  private static int digit(char c) {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    return c >= '\uFF10' && c <= '\uFF19' ? c - '\uFF10' : -1;
  }

  private static boolean isLetter(char c) {
    return (c >= 'A' && c <= 'Z')
        || (c >= 'a' && c <= 'z')
        || (c >= '\uFF21' && c <= '\uFF3A')
        || (c >= '\uFF41' && c <= '\uFF5A');
  }
}
