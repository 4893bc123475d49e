package cn.unionecard.gateway.model;

/**
 * The part of a transaction's key that the client makes before sending and keeps over retries: 1 to
 * 64 of {@code A–Z a–z 0–9 . _ -}.
 */
public record RequestId(String value) {
  public static final int LENGTH_MAX = 64;

  public RequestId {
    if (!isValid(value)) {
      throw new IllegalArgumentException("request id is not 1 to 64 of A-Z a-z 0-9 . _ -");
    }
  }

  public static boolean isValid(String s) {
    if (s.isEmpty() || s.length() > LENGTH_MAX) {
      return false;
    }
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      boolean ok =
          (c >= '0' && c <= '9')
              || (c >= 'A' && c <= 'Z')
              || (c >= 'a' && c <= 'z')
              || c == '.'
              || c == '_'
              || c == '-';
      if (!ok) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return value;
  }
}
