package cn.unionecard.gateway.edge.iso8583;

import static cn.unionecard.gateway.Loops.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.workbench.Workbench;
import cn.unionecard.workbench.certify.Bench;
import cn.unionecard.workbench.certify.BenchSetting;
import cn.unionecard.workbench.certify.Case;
import cn.unionecard.workbench.certify.CaseResult.State;
import cn.unionecard.workbench.certify.CaseResults;
import cn.unionecard.workbench.pos.PosIdentity;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.BufferedReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
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
  private String shift(CaseResults results, BenchLines lines, @Nullable Case flaw) {
    return shift(results, lines, flaw, false, new NetServerOptions(), new NetClientOptions());
  }

  private String shift(
      CaseResults results,
      BenchLines lines,
      @Nullable Case flaw,
      boolean repeats,
      NetServerOptions listen,
      NetClientOptions dial) {
    int number = shifts++ % TERMINALS + 1;
    PosIdentity identity =
        new PosIdentity(
            IsoHouse.terminal(number),
            "841080210000013",
            IsoHouse.algorithm(number),
            IsoHouse.mode(number),
            IsoHouse.TMK,
            shifts * 10L);
    BenchSetting setting =
        new BenchSetting(
            "localhost",
            house.server.port(),
            listen.setHost("localhost").setPort(0),
            true,
            OUTAGE_MS,
            DIALS_MAX,
            flaw == Case.ECHO ? SOON_IDLE_MS : NEVER_IDLE_MS);
    Bench bench = new Bench(house.line.vertx, house.clock, setting, List.of(identity), results);
    int port = await(bench.open());
    try (VendorShift shift =
        new VendorShift(
            house.line.vertx,
            dial.setTcpNoDelay(true),
            port,
            identity,
            flaw,
            repeats,
            bench,
            results,
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
    CaseResults results = new CaseResults(new PrintWriter(lines), EnumSet.allOf(Case.class));
    String said = shift(results, lines, null);
    assertEquals(NONE, results.all(State.FAIL), said);
    assertEquals(NONE, results.all(State.NOT_SEEN), said);
    assertTrue(results.allPassed());
  }

  /** Repeating is as good as reversing, and TLS as good as plain TCP. */
  @Test
  void aTerminalThatRepeatsPassesOverTls() {
    BenchLines lines = new BenchLines();
    CaseResults results =
        new CaseResults(
            new PrintWriter(lines), EnumSet.complementOf(EnumSet.of(Case.LOST_REVERSAL)));
    String said =
        shift(
            results,
            lines,
            null,
            true,
            house.tls.netServerOptions(),
            new NetClientOptions()
                .setSsl(true)
                .setHostnameVerificationAlgorithm("HTTPS")
                .setTrustOptions(
                    new PemTrustOptions().addCertValue(Buffer.buffer(house.authority()))));
    assertTrue(results.allPassed(), said);
  }

  @ParameterizedTest
  @EnumSource
  void aTerminalThatErrsFailsByNameAndNothingElse(Case flaw) {
    BenchLines lines = new BenchLines();
    CaseResults results = new CaseResults(new PrintWriter(lines), EnumSet.allOf(Case.class));
    String said = shift(results, lines, flaw);
    assertEquals(EnumSet.of(flaw), results.all(State.FAIL), said);
    assertEquals(NONE, results.all(State.NOT_SEEN), said);
    assertFalse(results.allPassed());
    assertTrue(said.contains("FAIL      " + flaw.argument()), said);
    assertTrue(said.contains("应当 you must " + flaw.must), said);
  }

  /** Who interrupts the command still gets the table and the file. */
  @Test
  void anInterruptedBenchTellsWhatCameOfIt(@TempDir Path folder) throws Exception {
    Path report = folder.resolve("report.json");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Workbench.class.getName(),
                "certify-terminal",
                "--demo",
                demo(folder).toString(),
                "--listen",
                "0",
                "--json",
                report.toString())
            .redirectErrorStream(true)
            .start();
    try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8)) {
      String line = said.readLine();
      while (line != null && !line.contains("next:")) {
        line = said.readLine();
      }
      assertNotNull(line, "the bench never asked for anything");
      assertTrue(process.toHandle().destroy(), "SIGTERM, which ends a process as Ctrl-C does");
      String rest = said.lines().collect(Collectors.joining("\n"));
      for (Case each : Case.values()) {
        assertTrue(rest.contains("NOT SEEN  " + each.argument()), rest);
      }
      assertTrue(rest.contains("not seen " + Case.values().length), rest);
    } finally {
      process.destroyForcibly().onExit().join();
    }
    JsonNode told = new ObjectMapper().readTree(report.toFile());
    assertFalse(told.path("passed").asBoolean(true));
    assertEquals(Case.values().length, told.path("cases").size());
    JsonNode first = told.path("cases").path(0);
    assertEquals("sign-on", first.path("case").asText());
    assertEquals("NOT_SEEN", first.path("verdict").asText());
    assertEquals(Case.SIGN_ON.must.chinese(), first.path("youMust").path("zh").asText());
    assertEquals(Case.SIGN_ON.todo.english(), first.path("next").path("en").asText());
  }

  /** The file that a demo writes, of this house. */
  private Path demo(Path folder) throws Exception {
    ObjectMapper json = new ObjectMapper();
    Files.writeString(folder.resolve("kek"), "5a".repeat(32));
    Files.writeString(folder.resolve("ca.pem"), house.authority());
    ObjectNode demo = json.createObjectNode();
    demo.put("kekFile", "kek").put("ca", "ca.pem").put("postgres", house.url);
    demo.putObject("iso8583")
        .put("host", "localhost")
        .put("port", house.server.port())
        .put("tlsPort", house.server.tlsPort());
    ArrayNode terminals = demo.putArray("terminals");
    for (int i = 1; i <= 4; i++) {
      terminals
          .addObject()
          .put("id", IsoHouse.terminal(i).value())
          .put("keyAlgorithm", IsoHouse.algorithm(i).title)
          .put("tmk", HexFormat.of().formatHex(IsoHouse.TMK));
    }
    Path file = folder.resolve("demo.json");
    json.writeValue(file.toFile(), demo);
    return file;
  }
}
