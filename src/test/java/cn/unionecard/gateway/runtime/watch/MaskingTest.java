package cn.unionecard.gateway.runtime.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.CountedText;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A secret is struck out however it is spelt, and no text makes that dear. */
class MaskingTest {
  private static final String CODE = "84446669133388330784";
  private static final String IDENTITY = "41080219900101123X";
  private static final String MOBILE = "13812345678";

  private static List<String> spellings(String secret) {
    return List.of(
        secret,
        changed(secret, c -> Character.toString(c + 0xfee0)),
        changed(secret, c -> "%" + Integer.toHexString(c)),
        changed(secret, c -> "%25" + Integer.toHexString(c)),
        changed(secret, c -> percent(Character.toString(c + 0xfee0))),
        changed(secret, c -> String.format("\\u%04x", c)),
        changed(secret, c -> String.format("\\u%04X", c + 0xfee0)),
        changed(secret, c -> c > '9' ? "X" : Character.toString(0x0660 + c - '0')),
        changed(secret, c -> c > '9' ? "X" : Character.toString(0x1d7ce + c - '0')),
        changed(secret, c -> Character.toString(c) + ' '),
        changed(secret, c -> "\u200b" + Character.toString(c)),
        changed(secret, c -> Character.toString(c) + "%20"),
        changed(secret, c -> Character.toString(c) + " - "),
        secret.replaceAll("(....)", "$1 "),
        secret.replaceAll("(....)", "$1-"),
        secret.replaceAll("(...)", "$1\u3000"),
        secret.replaceAll("(...)", "$1\u2014"));
  }

  private interface Change {
    String of(int character);
  }

  private static String changed(String secret, Change change) {
    return secret.chars().mapToObj(change::of).reduce("", String::concat);
  }

  private static String percent(String text) {
    StringBuilder octets = new StringBuilder();
    for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
      octets.append(String.format("%%%02X", octet));
    }
    return octets.toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {CODE, IDENTITY, MOBILE})
  void inEverySpelling(String secret) {
    for (String spelling : spellings(secret)) {
      for (String text : List.of(spelling, "/v1/x?y=" + spelling, "a (" + spelling + ") b")) {
        String shown = Masking.mask(text);
        assertTrue(shown.contains("*********"), () -> text + " → " + shown);
        assertFalse(digits(shown) > 3, () -> text + " → " + shown);
      }
    }
  }

  private static long digits(String text) {
    return new Spelling(text).length() == 0 ? 0 : text.chars().filter(Character::isDigit).count();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2026-11-24 10:11:12.123 node n1 of 3    | 2026-11-24 10:11:12.123 node n1 of 3
          from 192.168.100.15 port 48211          | from 192.168.100.15 port 48211
          after 4611686018427387904 of 12 3 45    | after 4611686018427387904 of 12 3 45
          neither a certificate nor a bearer token | neither a certificate nor a bearer token
          100% of 4% and \\u12 or %zz              | 100% of 4% and \\u12 or %zz
          %65yJhbGci.eyJzdWIi%2Ec2ln!             | ***!
          """)
  void andNothingElse(String text, String shown) {
    assertEquals(shown, Masking.mask(text));
  }

  /** Twice as long a text may be looked at twice as often, whatever it is made of. */
  @Test
  void isLinear() {
    for (String part : CountedText.PARTS) {
      long once = steps(part.repeat(1_000));
      long twice = steps(part.repeat(2_000));
      assertTrue(twice <= 2 * once + 200, part + ": " + once + ", " + twice);
      assertTrue(once <= 40L * 1_000 * part.length(), part + ": " + once);
    }
  }

  private static long steps(String text) {
    CountedText counted = new CountedText(text);
    assertFalse(Masking.mask(counted).isEmpty());
    return counted.steps();
  }

  @Test
  void whatIsToldIsShortAndVisible() {
    assertEquals("orderFen is missing", Masking.told("orderFen is missing"));
    assertEquals("a\ufffdb\ufffd\ufffd", Masking.told("a\u202eb\ud800\n"));
    String told = Masking.told("eyJ".repeat(5_000));
    assertEquals("eyJ".repeat(66) + "ey...", told);
    assertFalse(Masking.told("x".repeat(190) + CODE).contains(CODE.substring(0, 5)));
    assertTrue(Masking.told("\ud83d\ude00".repeat(300)).length() <= 203);
  }
}
