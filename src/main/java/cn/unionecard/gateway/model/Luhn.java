package cn.unionecard.gateway.model;

/** The Luhn check digit (ISO/IEC 7812-1 annex B): catches every single wrong digit. */
public final class Luhn {
  private Luhn() {}

  /**
   * The digit that makes {@code payload} followed by it valid.
   *
   * @throws IllegalArgumentException if {@code payload} is not one or more ASCII digits
   */
  public static char checkDigit(String payload) {
    int last = payload.length() - 1;
    if (last < 0) {
      throw new IllegalArgumentException("no digits");
    }
    int sum = 0;
    for (int i = last; i >= 0; i--) {
      int digit = payload.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        throw new IllegalArgumentException("no digit at place " + (i + 1));
      }
      boolean doubled = (last - i) % 2 == 0;
      sum += doubled ? digit * 2 / 10 + digit * 2 % 10 : digit;
    }
    return (char) ('0' + (10 - sum % 10) % 10);
  }

  /** Whether {@code number} is two or more ASCII digits of which the last is the right one. */
  public static boolean isValid(String number) {
    int last = number.length() - 1;
    if (last < 1 || !number.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return false;
    }
    return checkDigit(number.substring(0, last)) == number.charAt(last);
  }
}
