package cn.unionecard.gateway.runtime;

import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What neither a log line nor an error may show, struck out: member codes (20 digits), identity
 * numbers (18 characters), mobile numbers, bearer tokens, and passwords in URLs.
 */
public final class Masking {
  private static final Pattern SECRET =
      Pattern.compile(
          "(?<![0-9])[0-9]{20}(?![0-9])"
              + "|(?<![0-9A-Za-z])[0-9]{17}[0-9Xx](?![0-9A-Za-z])"
              + "|(?<![0-9])1[3-9][0-9]{9}(?![0-9])"
              + "|((?i:bearer)\\s+[A-Za-z0-9._~+/=-]+)"
              + "|(eyJ[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]*)"
              + "|(://[^:@/\\s]*:[^@/\\s]+@)");

  private Masking() {}

  /** The text without them. */
  public static String mask(String text) {
    Matcher matcher = SECRET.matcher(text);
    return matcher.find() ? matcher.replaceAll(Masking::struckOut) : text;
  }

  private static String struckOut(MatchResult found) {
    String text = found.group();
    if (text.startsWith("://")) {
      return "://***@";
    }
    if (text.startsWith("eyJ")) {
      return "***";
    }
    if (!Character.isDigit(text.charAt(0))) {
      return "Bearer ***";
    }
    return "*".repeat(text.length());
  }
}
