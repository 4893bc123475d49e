package cn.unionecard.gateway.model;

/**
 * The check character of an eighteen-character resident number (GB 11643-1999, ISO 7064 MOD 11-2).
 */
public final class ResidentNumber {
  private static final int PAYLOAD = 17;
  private static final int[] WEIGHTS = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  private static final String CHECKS = "10X98765432";

  private ResidentNumber() {}

  /**
   * The eighteenth character, {@code 0–9} or {@code X}, of a number whose first seventeen are
   * given.
   *
   * @throws IllegalArgumentException if {@code payload} is not seventeen ASCII digits
   */
  public static char checkCharacter(CharSequence payload) {
    if (payload.length() != PAYLOAD) {
      throw new IllegalArgumentException(payload.length() + " digits, not " + PAYLOAD);
    }
    int sum = 0;
    for (int i = 0; i < PAYLOAD; i++) {
      int digit = payload.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        throw new IllegalArgumentException("no digit at place " + (i + 1));
      }
      sum += digit * WEIGHTS[i];
    }
    return CHECKS.charAt(sum % 11);
  }

  /** Whether the form and the check character are right; area and birth date are not looked at. */
  public static boolean isValid(String number) {
    return number.length() == PAYLOAD + 1
        && number.chars().limit(PAYLOAD).allMatch(c -> c >= '0' && c <= '9')
        && checkCharacter(number.substring(0, PAYLOAD)) == number.charAt(PAYLOAD);
  }
}
