package cn.unionecard.gateway.model;

import java.util.Locale;

/**
 * A stored definition that cannot be understood, and so is switched off, it alone.
 *
 * @param name how operators know it: a code, a number; printable and short
 * @param why what is wrong with it
 */
public record Unreadable(Kind kind, String name, String why) {
  private static final int NAME_MAX = 40;
  private static final int WHY_MAX = 200;

  /** What can be unreadable; a closed set, for it labels a metric. */
  public enum Kind {
    CAMPAIGN,
    MERCHANT,
    TERMINAL,
    ORGANISATION,
    KEY;

    /** As in logs, metrics and readiness. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Unreadable {
    name = cut(name, NAME_MAX);
    why = cut(why, WHY_MAX);
  }

  private static String cut(String text, int most) {
    StringBuilder kept = new StringBuilder();
    text.codePoints()
        .limit(most)
        .map(c -> c < ' ' || Character.getType(c) == Character.CONTROL ? '?' : c)
        .forEach(kept::appendCodePoint);
    return kept.toString();
  }

  /** Such as {@code campaign EAT-01}. */
  @Override
  public String toString() {
    return kind.word() + " " + name;
  }
}
