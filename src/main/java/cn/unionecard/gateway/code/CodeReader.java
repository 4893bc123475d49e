package cn.unionecard.gateway.code;

import cn.unionecard.gateway.model.Luhn;

/**
 * The reader of scanned text: tolerates what scanners add, never turns digits into a number.
 *
 * <p>Removed: white space and control characters around the code (Enter, Tab, STX/ETX, byte order
 * mark), an AIM symbology prefix of ISO/IEC 15424 ({@code ]Q3}, {@code ]C0}, …). Full-width
 * characters, as a Chinese input method makes of a keyboard scanner's keys, count as their ASCII
 * twins.
 */
public final class CodeReader {
  private static final int CODE_DIGITS = 20;
  private static final int RAW_LENGTH_MAX = 64;
  private static final int FULL_WIDTH_OFFSET = 0xFEE0;
  private static final Scan MALFORMED = new Scan.Malformed();

  private CodeReader() {}

  /** Reads scanned text; more than 64 characters are malformed. */
  public static Scan read(String raw) {
    if (raw.length() > RAW_LENGTH_MAX) {
      return MALFORMED;
    }
    String text = withoutAimPrefix(trimmed(raw));
    if (!isDigits(text)) {
      return MALFORMED;
    }
    if (text.length() == CODE_DIGITS && text.startsWith("84")) {
      return memberCode(text);
    }
    String wallet = walletOf(text);
    return wallet.isEmpty() ? MALFORMED : new Scan.OtherWallet(wallet);
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
    if (length < 16 || length > 24) {
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

  private static String trimmed(String raw) {
    int from = 0;
    int to = raw.length();
    while (from < to && isNoise(raw.charAt(from))) {
      from++;
    }
    while (to > from && isNoise(raw.charAt(to - 1))) {
      to--;
    }
    StringBuilder text = new StringBuilder(to - from);
    for (int i = from; i < to; i++) {
      char c = raw.charAt(i);
      text.append(c > '\uFF00' && c < '\uFF5F' ? (char) (c - FULL_WIDTH_OFFSET) : c);
    }
    return text.toString();
  }

  private static boolean isNoise(char c) {
    return c <= ' '
        || (c >= '\u007F' && c <= '\u00A0')
        || c == '\uFEFF'
        || (c >= '\u200B' && c <= '\u200F')
        || Character.isSpaceChar(c);
  }

  private static String withoutAimPrefix(String text) {
    boolean prefixed =
        text.length() > 3
            && text.charAt(0) == ']'
            && isLetter(text.charAt(1))
            && isDigit(text.charAt(2));
    return prefixed ? text.substring(3) : text;
  }

  private static boolean isLetter(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isDigits(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!isDigit(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }
}
