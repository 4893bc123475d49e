package cn.unionecard.workbench.certify;

/**
 * How a case was decided.
 *
 * @param did what the bench did to the terminal
 * @param saw what the terminal did then
 */
public record CaseResult(State state, Words did, Words saw) {
  /** Whether and how a case is decided. */
  public enum State {
    PASS,
    FAIL,
    /** Nothing came by that would decide it. */
    NOT_SEEN;

    /** As the table has it. */
    public String title() {
      return name().replace('_', ' ');
    }
  }

  private static final Words WATCHED = new Words("只看，未改动报文", "watched, changed nothing");

  static final CaseResult NONE =
      new CaseResult(State.NOT_SEEN, new Words("尚未进行", "nothing yet"), new Words("未见", "not seen"));

  /** Of a case that is only watched. */
  static CaseResult watched(State state, Words saw) {
    return new CaseResult(state, WATCHED, saw);
  }
}
