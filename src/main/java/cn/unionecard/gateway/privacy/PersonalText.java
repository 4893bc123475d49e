package cn.unionecard.gateway.privacy;

import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.ResidentNumber;
import cn.unionecard.gateway.model.Text;
import java.util.Locale;
import java.util.regex.Pattern;

/** How a name and the numbers of a person are written; faults say nothing of what was given. */
public final class PersonalText {
  private static final int NAME_MAX = 40;

  /** A letter first, so that no spreadsheet takes it for a formula. */
  private static final Pattern NAME = Pattern.compile("\\p{L}[\\p{L}\\p{M} .·•・'’-]*");

  private static final Pattern PHONE = Pattern.compile("1[3-9][0-9]{9}");

  private PersonalText() {}

  /**
   * A resident number (GB 11643) as it is kept, in upper case.
   *
   * @throws Fault.Malformed if its check character is not right
   */
  public static String identity(String given) {
    String number = given.strip().toUpperCase(Locale.ROOT);
    if (!ResidentNumber.isValid(number)) {
      throw new Fault.Malformed(
          "identity",
          "公民身份号码应为18位且校验位相符 · identity is no resident number of 18 characters that fits its last"
              + " one");
    }
    return number;
  }

  /**
   * A name: 1 to 40 letters with blanks, dots and hyphens between them.
   *
   * @throws Fault.Malformed if it is none
   */
  public static String name(String given) {
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

  /**
   * A mobile number of the mainland, eleven digits; blanks and hyphens in it are left out.
   *
   * @throws Fault.Malformed if it is none
   */
  public static String phone(String given) {
    String phone = given.strip().replaceAll("[ -]", "");
    if (!PHONE.matcher(phone).matches()) {
      throw new Fault.Malformed(
          "phone", "手机号码应为11位数字 · phone is no mobile number of eleven digits");
    }
    return phone;
  }
}
