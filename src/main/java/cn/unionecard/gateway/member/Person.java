package cn.unionecard.gateway.member;

import cn.unionecard.gateway.model.CardNo;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Written;
import cn.unionecard.gateway.privacy.Holder;
import cn.unionecard.gateway.privacy.PersonalText;
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
 * @param phone a mobile number, if he gave one
 */
record Person(
    String identity,
    String name,
    Category category,
    String org,
    @Nullable CardNo cardNo,
    @Nullable String phone) {

  /**
   * Reads what somebody wrote.
   *
   * @param cardNo empty: there is none
   * @param phone empty: he gave none
   * @throws Fault.Malformed names the field, with words that hold nothing of what was given
   */
  static Person of(
      String identity, String name, String category, String org, String cardNo, String phone) {
    return new Person(
        PersonalText.identity(identity),
        PersonalText.name(name),
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
                        "卡号应为10位数字 · cardNo has not ten digits"))),
        phone.isBlank() ? null : PersonalText.phone(phone));
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
        && (cardNo == null || cardNo.equals(before.cardNo))
        && (phone == null || phone.equals(before.phone));
  }

  /** The name as a till may show it. */
  String mask() {
    return Holder.mask(name);
  }

  @Override
  public String toString() {
    return "Person[***]";
  }
}
