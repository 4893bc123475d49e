package cn.unionecard.gateway.merchant;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cn.unionecard.gateway.desk.DeskReply;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When a step can be taken: states and refusals as tables. */
class StandingTest {
  /** Step by step, from where it can be taken; all other pairs are refused. */
  private static final List<String> MOVES =
      List.of(
          "RECOMMEND NONE→RECOMMENDED",
          "NEGOTIATE RECOMMENDED→NEGOTIATING",
          "SIGN NEGOTIATING→SIGNED",
          "APPLY SIGNED→APPLIED",
          "INVESTIGATE APPLIED→DUE_DILIGENCE",
          "APPROVE DUE_DILIGENCE→APPROVED",
          "REJECT RECOMMENDED→TERMINATED",
          "REJECT NEGOTIATING→TERMINATED",
          "REJECT SIGNED→TERMINATED",
          "REJECT APPLIED→TERMINATED",
          "REJECT DUE_DILIGENCE→TERMINATED",
          "GO_LIVE APPROVED→LIVE",
          "RENEW LIVE→LIVE",
          "ORDER_RECTIFICATION LIVE→RECTIFYING",
          "CONFIRM_RECTIFIED RECTIFYING→LIVE",
          "SUSPEND LIVE→SUSPENDED",
          "SUSPEND RECTIFYING→SUSPENDED",
          "REINSTATE SUSPENDED→LIVE",
          "TERMINATE APPROVED→TERMINATED",
          "TERMINATE LIVE→TERMINATED",
          "TERMINATE RECTIFYING→TERMINATED",
          "TERMINATE SUSPENDED→TERMINATED");

  static List<String> moves() {
    List<String> moves = new ArrayList<>();
    for (Step step : Step.values()) {
      for (State from : State.values()) {
        State to = step.from(from);
        if (to != null) {
          moves.add(step + " " + from + "→" + to);
        }
      }
    }
    return moves;
  }

  @Test
  void theTableIsWhatItIsMeantToBe() {
    assertEquals(MOVES, moves());
  }

  private static final String UNION = "NO_UNION_ESTABLISHED";

  private static String refusal(
      Step step,
      State state,
      List<String> grounds,
      @Nullable Boolean conflict,
      boolean prepared,
      boolean suspended,
      List<String> missing) {
    DeskReply.Refused refused =
        new Standing(state, grounds, conflict, prepared, suspended, missing).refusal(step);
    return refused == null ? "-" : refused.refusal().name();
  }

  /** One row per refusal, in precedence order: each differs from the next by what it is about. */
  @Test
  void anApprovalIsRefusedForTheFirstReasonThatApplies() {
    List<String> lacks = List.of("CONTRACT");
    Step approve = Step.APPROVE;
    State due = State.DUE_DILIGENCE;
    assertEquals(
        "STATE_DOES_NOT_ALLOW",
        refusal(approve, State.APPLIED, List.of(UNION), true, true, false, lacks));
    assertEquals("VETOED", refusal(approve, due, List.of(UNION), true, true, false, lacks));
    assertEquals(
        "CONFLICT_OF_INTEREST", refusal(approve, due, List.of(), true, true, false, lacks));
    assertEquals("SAME_PERSON", refusal(approve, due, List.of(), null, true, false, lacks));
    assertEquals(
        "CONFLICT_NOT_DECLARED", refusal(approve, due, List.of(), null, false, false, lacks));
    assertEquals("EVIDENCE_MISSING", refusal(approve, due, List.of(), false, false, false, lacks));
    assertEquals("-", refusal(approve, due, List.of(), false, false, false, List.of()));
  }

  @Test
  void whatElseMayStandInTheWay() {
    State gone = State.SUSPENDED;
    List<String> none = List.of();
    Step reinstate = Step.REINSTATE;
    assertEquals("VETOED", refusal(reinstate, gone, List.of(UNION), false, false, false, none));
    assertEquals("SAME_PERSON", refusal(reinstate, gone, none, false, false, true, none));
    assertEquals("-", refusal(reinstate, gone, none, false, true, false, none));
    assertEquals(
        "VETOED", refusal(Step.RENEW, State.LIVE, List.of(UNION), false, false, false, none));
    assertEquals(
        "VETOED", refusal(Step.GO_LIVE, State.APPROVED, List.of(UNION), null, false, false, none));
    assertEquals(
        "-", refusal(Step.SUSPEND, State.LIVE, List.of(UNION), null, true, false, List.of("X")));
    assertEquals(
        "CONFLICT_OF_INTEREST",
        refusal(Step.NEGOTIATE, State.RECOMMENDED, none, true, false, false, none));
  }
}
