package cn.unionecard.gateway.member;

import cn.unionecard.gateway.model.CardNo;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.ResidentNumber;
import cn.unionecard.gateway.model.Text;
import cn.unionecard.gateway.model.Written;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Somebody to be entered, in plain text: lives no longer than the call, and says nothing when it is
 * printed.
 *
 * @param identity a resident number (GB 11643) whose check character is right, in upper case
 * @param name 1 to 40 letters with blanks, dots and hyphens between them
 * @param org code of the union
 * @param cardNo the card's number if it has one already
 */
record Person(
    String identity, String name, Category category, String org, @Nullable CardNo cardNo) {
  private static final int NAME_MAX = 40;

  /** A letter first, so that no spreadsheet takes it for a formula. */
  private static final Pattern NAME = Pattern.compile("\\p{L}[\\p{L}\\p{M} .·•・'’-]*");

  /**
   * Reads what somebody wrote.
   *
   * @param cardNo empty: there is none
   * @throws Fault.Malformed names the field, with words that hold nothing of what was given
   */
  static Person of(String identity, String name, String category, String org, String cardNo) {
    return new Person(
        identity(identity),
        name(name),
        category(category.strip()),
        matching(
            "org",
            org.strip(),
            Written.ORG,
            "工会编码格式不符 · org is no code of a union: 1 to 32 of A-Z a-z 0-9 . _ -"),
        cardNo.isBlank()
            ? null
            : new CardNo(
                Long.parseLong(
                    matching(
                        "cardNo",
                        cardNo.strip(),
                        Written.CARD_NO,
                        "卡号应为10位数字 · cardNo has not ten digits"))));
  }

  /**
   * A resident number as it is kept.
   *
   * @throws Fault.Malformed with words that hold nothing of what was given
   */
  static String identity(String given) {
    String number = given.strip().toUpperCase(Locale.ROOT);
    if (!ResidentNumber.isValid(number)) {
      throw new Fault.Malformed(
          "identity",
          "公民身份号码应为18位且校验位相符 · identity is no resident number of 18 characters that fits its last"
              + " one");
    }
    return number;
  }

  private static String name(String given) {
    String name = given.strip();
    boolean fits =
        name.codePointCount(0, name.length()) <= NAME_MAX
            && NAME.matcher(name).matches()
            && name.codePoints().noneMatch(Text::breaksLine);
    if (!fits) {
      throw new Fault.Malformed(
          "name", "姓名应为1至40个文字，可含间隔号 · name is not 1 to 40 letters with dots between them");
    }
    return name;
  }

  private static Category category(String given) {
    for (Category one : Category.values()) {
      if (one.name().equals(given)) {
        return one;
      }
    }
    throw new Fault.Malformed(
        "category",
        "类别应为 ORDINARY、NEW_EMPLOYMENT_FORM、HARDSHIP 或 MODEL · category is none of these");
  }

  private static String matching(String field, String text, Pattern pattern, String otherwise) {
    if (!pattern.matcher(text).matches()) {
      throw new Fault.Malformed(field, otherwise);
    }
    return text;
  }

  /** Whether this is what was said of somebody before; a card's number may be left out. */
  boolean says(Person before) {
    return identity.equals(before.identity)
        && name.equals(before.name)
        && category == before.category
        && org.equals(before.org)
        && (cardNo == null || cardNo.equals(before.cardNo));
  }

  /** The name as a till may show it: the first character, and one {@code *} for each further. */
  String mask() {
    int points = name.codePointCount(0, name.length());
    return name.substring(0, name.offsetByCodePoints(0, 1)) + "*".repeat(Math.max(1, points - 1));
  }

  @Override
  public String toString() {
    return "Person[***]";
  }
}
