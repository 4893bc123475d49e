package cn.unionecard.gateway.model;

import java.text.Normalizer;
import org.jspecify.annotations.Nullable;

/**
 * The check characters of a unified social credit code (统一社会信用代码, GB 32100-2015) and of the
 * organisation code inside it (GB 11714-1997).
 *
 * <p>Eighteen characters: registering department, class, area (6), organisation code (9), check.
 */
public final class CreditCode {
  private static final String ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  private static final int PAYLOAD = 17;
  private static final int[] WEIGHTS = {
    1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28
  };

  private static final int ORGANISATION_PAYLOAD = 8;
  private static final int[] ORGANISATION_WEIGHTS = {3, 7, 9, 10, 5, 8, 4, 2};

  private CreditCode() {}

  /**
   * The eighteenth character of a code whose first seventeen are given.
   *
   * @throws IllegalArgumentException if {@code payload} is not seventeen of {@code 0–9 A–Y} without
   *     {@code I O S V}
   */
  public static char checkCharacter(String payload) {
    requireLength(payload, PAYLOAD);
    int sum = 0;
    for (int i = 0; i < PAYLOAD; i++) {
      int value = ALPHABET.indexOf(payload.charAt(i));
      if (value < 0) {
        throw new IllegalArgumentException("no character of GB 32100 at place " + (i + 1));
      }
      sum += value * WEIGHTS[i];
    }
    return ALPHABET.charAt((31 - sum % 31) % 31);
  }

  /**
   * The ninth character of an organisation code whose first eight are given.
   *
   * @throws IllegalArgumentException if {@code payload} is not eight of {@code 0–9 A–Z}
   */
  public static char organisationCheckCharacter(String payload) {
    requireLength(payload, ORGANISATION_PAYLOAD);
    int sum = 0;
    for (int i = 0; i < ORGANISATION_PAYLOAD; i++) {
      sum += organisationValue(payload.charAt(i)) * ORGANISATION_WEIGHTS[i];
    }
    int check = 11 - sum % 11;
    return check == 10 ? 'X' : (char) ('0' + check % 11);
  }

  /**
   * A code as people type it, made the one that is meant: full width, lower case, blanks and
   * hyphens.
   */
  public static String fold(String typed) {
    String narrow = Normalizer.normalize(typed, Normalizer.Form.NFKC);
    StringBuilder code = new StringBuilder(narrow.length());
    narrow
        .codePoints()
        .filter(c -> !Character.isWhitespace(c) && c != '-')
        .map(c -> c < 128 ? Character.toUpperCase(c) : c)
        .forEach(code::appendCodePoint);
    return code.toString();
  }

  /**
   * What is wrong with the form of a folded code, for whoever typed it; null: nothing. Whether the
   * last character fits is another question.
   */
  public static @Nullable String wrongForm(String code) {
    for (int i = 0; i < code.length(); i++) {
      char c = code.charAt(i);
      if ("IOZSV".indexOf(c) >= 0) {
        return "character "
            + (i + 1)
            + " is "
            + c
            + ", which no code has (I, O, Z, S and V are never used; look for 1, 0, 2, 5)";
      }
      if (ALPHABET.indexOf(c) < 0) {
        return "character " + (i + 1) + " is neither a digit nor a capital letter";
      }
    }
    return code.length() == PAYLOAD + 1 ? null : "it has " + code.length() + " characters, not 18";
  }

  /** Whether the form and the last character are right; the organisation code is not looked at. */
  public static boolean isValid(String code) {
    return code.length() == PAYLOAD + 1
        && code.chars().allMatch(c -> ALPHABET.indexOf(c) >= 0)
        && checkCharacter(code.substring(0, PAYLOAD)) == code.charAt(PAYLOAD);
  }

  private static int organisationValue(char c) {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    if (c >= 'A' && c <= 'Z') {
      return c - 'A' + 10;
    }
    throw new IllegalArgumentException("an organisation code has 0-9 and A-Z only");
  }

  private static void requireLength(String payload, int length) {
    if (payload.length() != length) {
      throw new IllegalArgumentException(payload.length() + " characters, not " + length);
    }
  }
}
