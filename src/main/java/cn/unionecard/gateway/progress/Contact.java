package cn.unionecard.gateway.progress;

import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.runtime.keys.Kek;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.regex.Pattern;

/**
 * Somebody who can be called, in plain text: lives no longer than the call, and says nothing when
 * it is printed.
 *
 * @param name 1 to 40 letters with blanks, dots and hyphens between them
 * @param phone 7 to 20 digits, with hyphens, blanks and a plus sign
 */
record Contact(String name, String phone) {
  /** A letter first, so that no spreadsheet takes it for a formula. */
  private static final Pattern NAME = Pattern.compile("\\p{L}[\\p{L}\\p{M} .·•・'’-]{0,39}");

  private static final Pattern PHONE = Pattern.compile("\\+?[0-9][0-9 -]{5,18}[0-9]");
  private static final int SHOWN_FIRST = 3;
  private static final int SHOWN_LAST = 4;
  private static final int MOBILE_DIGITS = 11;

  /**
   * Reads what somebody wrote.
   *
   * @throws Fault.Malformed with words that hold nothing of what was given
   */
  static Contact of(String name, String phone) {
    if (!NAME.matcher(name).matches()) {
      throw new Fault.Malformed(
          "name", "姓名应为1至40个文字，可含间隔号 · name is not 1 to 40 letters with dots between them");
    }
    if (!PHONE.matcher(phone).matches()) {
      throw new Fault.Malformed("phone", "电话号码格式不符 · phone is no telephone number");
    }
    return new Contact(name, phone);
  }

  /** The first character, and one {@code *} for each further. */
  String nameMask() {
    int points = name.codePointCount(0, name.length());
    return name.substring(0, name.offsetByCodePoints(0, 1)) + "*".repeat(Math.max(1, points - 1));
  }

  /** The first three digits and the last four of a mobile number, of others the last four. */
  String phoneMask() {
    String digits = phone.replaceAll("[^0-9]", "");
    int first = digits.length() >= MOBILE_DIGITS ? SHOWN_FIRST : 0;
    int last = Math.min(SHOWN_LAST, digits.length() - first);
    return digits.substring(0, first)
        + "*".repeat(digits.length() - first - last)
        + digits.substring(digits.length() - last);
  }

  /** As it is stored. */
  byte[] wrapped(Kek kek, long row, SecureRandom random) {
    String plain = new JsonObject().put("name", name).put("phone", phone).encode();
    return kek.wrap(plain.getBytes(StandardCharsets.UTF_8), context(row), random);
  }

  /** Out of a row. */
  static Contact unwrapped(Kek kek, long row, byte[] wrapped) {
    JsonObject plain =
        new JsonObject(new String(kek.unwrap(wrapped, context(row)), StandardCharsets.UTF_8));
    return new Contact(plain.getString("name"), plain.getString("phone"));
  }

  private static String context(long row) {
    return "responsible " + row;
  }

  @Override
  public String toString() {
    return "Contact[***]";
  }
}
