package cn.unionecard.workbench.demo;

/**
 * How large the demo's city is; from some 20,000 merchants and 100,000 terminals on it is a
 * province.
 *
 * @param members with an active card, 1 to {@value #MEMBERS_MAX}
 * @param merchants {@value #MERCHANTS_MIN} to {@value #MERCHANTS_MAX}
 * @param terminals {@value #TERMINALS_MIN} to {@value #TERMINALS_MAX}
 */
public record Size(int members, int merchants, int terminals) {
  public static final int MEMBERS_MAX = 1_000_000;
  public static final int MERCHANTS_MIN = 600;

  /** As many as {@code DEM} and five digits name. */
  public static final int MERCHANTS_MAX = 99_999;

  public static final int TERMINALS_MIN = 1_000;
  public static final int TERMINALS_MAX = 1_000_000;

  /** That of the real city in 2023. */
  public static final Size CITY = new Size(145_000, MERCHANTS_MIN, TERMINALS_MIN);

  /** Zeros: as large as it is already. */
  public static final Size AS_IT_IS = new Size(0, 0, 0);

  /**
   * Whether it can be made.
   *
   * @throws IllegalArgumentException naming what is too small or too large
   */
  void requirePossible() {
    require("members", members, 1, MEMBERS_MAX);
    require("merchants", merchants, MERCHANTS_MIN, MERCHANTS_MAX);
    require("terminals", terminals, TERMINALS_MIN, TERMINALS_MAX);
  }

  private static void require(String what, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          value + " " + what + "; " + least + " to " + most + " are possible");
    }
  }

  /** This one, and the other where this one has zeros. */
  Size or(Size other) {
    return new Size(
        members == 0 ? other.members : members,
        merchants == 0 ? other.merchants : merchants,
        terminals == 0 ? other.terminals : terminals);
  }
}
