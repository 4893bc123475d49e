package cn.unionecard.gateway.edge.iso8583.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.edge.iso8583.codec.FormatError.Reason;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;

class FrameMutationsTest {
  private static final long FRAMES = 200_000;

  @Test
  void changedFramesAreReadOrRefused() {
    FrameMutations run = new FrameMutations(20_261_124).run(FRAMES);
    long refused = run.refused().values().stream().mapToLong(Long::longValue).sum();
    assertEquals(FRAMES, run.read() + refused);
    assertTrue(run.read() > FRAMES / 10, "read: " + run.read());
    EnumSet<Reason> expected =
        EnumSet.of(Reason.TPDU_UNKNOWN, Reason.TRUNCATED, Reason.LEFT_OVER, Reason.FIELD_UNKNOWN);
    assertTrue(run.refused().keySet().containsAll(expected), run.refused().toString());
  }
}
