package cn.unionecard.gateway.code;

/** The check digit of ISO/IEC 7812-1 annex B: finds every single wrong digit. */
final class Luhn {
  private Luhn() {}

  /** The check digit, as a character, that follows the first {@code length} digits. */
  static char checkDigit(CharSequence digits, int length) {
    int sum = 0;
    boolean doubled = true;
    for (int i = length - 1; i >= 0; i--) {
      int digit = digits.charAt(i) - '0';
      if (doubled) {
        digit = digit > 4 ? digit * 2 - 9 : digit * 2;
      }
      sum += digit;
      doubled = !doubled;
    }
    return (char) ('0' + (10 - sum % 10) % 10);
  }
}
