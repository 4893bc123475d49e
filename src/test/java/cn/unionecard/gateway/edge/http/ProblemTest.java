package cn.unionecard.gateway.edge.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.model.Fault;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a problem advises fits whoever reads it. */
class ProblemTest {
  /** Words of the till: nobody else has a key to repeat or a transaction to undo. */
  private static final List<String> OF_THE_TILL = List.of("收银", "流水号", "冲正", "交易", "终端证书", "另起一笔");

  @ParameterizedTest
  @EnumSource(Problem.Kind.class)
  void onlyATillHearsOfItsTransaction(Problem.Kind kind) {
    Problem others = Problem.of(kind, "");
    for (String word : OF_THE_TILL) {
      assertFalse(others.nextAction().contains(word), kind + ": " + others.nextAction());
      assertFalse(others.title().contains(word), kind + ": " + others.title());
    }
    Problem till = others.atTheTill();
    assertEquals(kind.cashiers, till.nextAction());
    assertEquals(others.title(), till.title());
    if (kind == Problem.Kind.UNKNOWN || kind == Problem.Kind.INTERNAL) {
      assertTrue(till.nextAction().contains("冲正"), till.nextAction());
    }
  }

  @ParameterizedTest
  @EnumSource(DeskRefusal.class)
  void noDeskSpeaksOfTheTill(DeskRefusal refusal) {
    Problem problem = Problem.refused((DeskReply.Refused) DeskReply.refused(refusal));
    for (String word : List.of("收银软件", "流水号", "冲正")) {
      assertFalse(problem.nextAction().contains(word), refusal + ": " + problem.nextAction());
    }
    assertEquals(problem, problem.atTheTill());
  }

  /** The words that faults bring themselves are for whoever wrote the client. */
  @ParameterizedTest
  @EnumSource(Problem.Kind.class)
  void theDetailIsKept(Problem.Kind kind) {
    assertEquals("why", Problem.of(kind, "why").atTheTill().detail());
    assertEquals("n", Problem.of(new Fault.Malformed("n", "n is x")).atTheTill().field());
  }
}
