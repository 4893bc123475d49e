package cn.unionecard.workbench.certify;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** Cases that belong together: done in one sitting, or left out by a terminal that cannot do it. */
public enum Part {
  SIGNING_ON("签到与密钥", "sign-on and keys"),
  REPLIES("应答", "replies"),
  REVERSALS("冲正", "reversals; a terminal that repeats instead has none"),
  UNDOING("撤销与退货", "voids and refunds"),
  HOLDS("预授权", "holds, if the terminal has them"),
  VERIFYING("验证会员码", "verifications, if the terminal has them"),
  RATING_KEYS("评价器", "rating keys, if the terminal has them"),
  OFFLINE_SALES("离线消费", "offline sales"),
  STANDING_LINE("常连接", "a line that stays; who dials for each purchase has none"),
  CLOSING("批结算", "closing a batch"),
  NEXT_BATCH("下一批", "the batch after it");

  /** What it is about. */
  public final Words title;

  Part(String chinese, String english) {
    this.title = new Words(chinese, english);
  }

  /** Its name on the command line: {@code signing-on}. */
  public String argument() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** In the order in which they are asked for. */
  public Set<Case> cases() {
    Set<Case> cases = EnumSet.noneOf(Case.class);
    for (Case each : Case.values()) {
      if (each.part == this) {
        cases.add(each);
      }
    }
    return cases;
  }
}
