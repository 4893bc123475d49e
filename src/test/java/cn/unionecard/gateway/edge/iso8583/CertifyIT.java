package cn.unionecard.gateway.edge.iso8583;

import static cn.unionecard.gateway.TestLine.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.cli.certify.Bench;
import cn.unionecard.gateway.cli.certify.Case;
import cn.unionecard.gateway.cli.certify.Verdict.State;
import cn.unionecard.gateway.cli.certify.Verdicts;
import cn.unionecard.gateway.cli.pos.PosIdentity;
import io.vertx.core.net.NetServerOptions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The bench passes a terminal that does what it must. Of one that does a single thing wrong it
 * fails that case and no other: so each case can fail.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CertifyIT {
  private static final Set<Case> NONE = EnumSet.noneOf(Case.class);
  private static final int TERMINALS = 6;
  private static final int OUTAGE_MS = 3_600_000;
  private static final int DIALS_MAX = 5;
  private static final long NEVER_IDLE_MS = 600_000;
  private static final long SOON_IDLE_MS = 20;

  private IsoHouse house;
  private int shifts;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    house = new IsoHouse(folder);
  }

  @AfterAll
  void stop() throws Exception {
    house.close();
  }

  /** A shift of a new batch at the next terminal; gives what the bench printed. */
  private String shift(Verdicts verdicts, BenchLines lines, @Nullable Case flaw, boolean repeats) {
    int number = shifts++ % TERMINALS + 1;
    PosIdentity identity =
        new PosIdentity(
            IsoHouse.terminal(number),
            "841080210000013",
            IsoHouse.algorithm(number),
            IsoHouse.mode(number),
            IsoHouse.TMK,
            shifts * 10L);
    Bench.Setting setting =
        new Bench.Setting(
            "localhost",
            house.server.port(),
            new NetServerOptions().setHost("localhost").setPort(0),
            true,
            OUTAGE_MS,
            DIALS_MAX,
            flaw == Case.ECHO ? SOON_IDLE_MS : NEVER_IDLE_MS);
    Bench bench = new Bench(house.line.vertx, house.clock, setting, List.of(identity), verdicts);
    int port = await(bench.open());
    try (VendorShift shift =
        new VendorShift(
            house.line.vertx,
            port,
            identity,
            flaw,
            repeats,
            bench,
            verdicts,
            lines,
            house::freshCode,
            house.clock::instant)) {
      shift.work();
      assertEquals(identity.terminal().value(), bench.terminal());
    } finally {
      await(bench.close());
    }
    return lines.all();
  }

  @Test
  void aGoodTerminalPasses() {
    BenchLines lines = new BenchLines();
    Verdicts verdicts = new Verdicts(new PrintWriter(lines), EnumSet.allOf(Case.class));
    String said = shift(verdicts, lines, null, false);
    assertEquals(NONE, verdicts.all(State.FAIL), said);
    assertEquals(NONE, verdicts.all(State.NOT_SEEN), said);
    assertTrue(verdicts.allPassed());
  }

  /** Repeating is as good as reversing. */
  @Test
  void aTerminalThatRepeatsPasses() {
    BenchLines lines = new BenchLines();
    Verdicts verdicts =
        new Verdicts(new PrintWriter(lines), EnumSet.complementOf(EnumSet.of(Case.LOST_REVERSAL)));
    String said = shift(verdicts, lines, null, true);
    assertTrue(verdicts.allPassed(), said);
  }

  @ParameterizedTest
  @EnumSource
  void aTerminalThatErrsFailsByNameAndNothingElse(Case flaw) {
    BenchLines lines = new BenchLines();
    Verdicts verdicts = new Verdicts(new PrintWriter(lines), EnumSet.allOf(Case.class));
    String said = shift(verdicts, lines, flaw, false);
    assertEquals(EnumSet.of(flaw), verdicts.all(State.FAIL), said);
    assertEquals(NONE, verdicts.all(State.NOT_SEEN), said);
    assertFalse(verdicts.allPassed());
    assertTrue(said.contains("FAIL      " + flaw.argument()), said);
    assertTrue(said.contains("应当 you must " + flaw.must), said);
  }
}
