package cn.unionecard.gateway.edge.iso8583;

import static cn.unionecard.gateway.Loops.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.edge.iso8583.VendorTerminal.Make;
import cn.unionecard.gateway.edge.iso8583.VendorTerminal.Place;
import cn.unionecard.workbench.Workbench;
import cn.unionecard.workbench.certify.Bench;
import cn.unionecard.workbench.certify.BenchSetting;
import cn.unionecard.workbench.certify.Case;
import cn.unionecard.workbench.certify.CaseResult.State;
import cn.unionecard.workbench.certify.CaseResults;
import cn.unionecard.workbench.certify.Part;
import cn.unionecard.workbench.pos.PosIdentity;
import cn.unionecard.workbench.pos.PosTerminal;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The bench passes a terminal that does what it must. Of one that does a single thing wrong it
 * fails the case that is made for it and no other: so each case can fail.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CertifyIT {
  private static final Path PLANTED = Path.of("target", "planted-faults.md");
  private static final int TERMINALS = 6;
  private static final int X9_19 = 6;
  private static final int OUTAGE_MS = 3_600_000;
  private static final int DIALS_MAX = 5;
  private static final long LATE_MS = 60;
  private static final long NEVER_IDLE_MS = 600_000;
  private static final long SOON_IDLE_MS = 20;
  private static final Duration SLOW = Duration.ofMinutes(7);

  /** So much a shift may put its clock forward before it is ahead of the gateway's. */
  private static final Duration BEHIND = Duration.ofSeconds(-60);

  private final Map<Flaw, String> found = new EnumMap<>(Flaw.class);
  private IsoHouse house;
  private int shifts;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    house = new IsoHouse(folder);
  }

  @AfterAll
  void stop() throws Exception {
    write();
    house.close();
  }

  /** For whoever wants to see what the bench finds. */
  private void write() throws Exception {
    List<String> rows = new ArrayList<>();
    rows.add("| planted fault | | case | the bench said |\n|---|---|---|---|");
    found.forEach(
        (flaw, said) ->
            rows.add(
                String.format(
                    Locale.ROOT,
                    "| %s | %s | `%s` | %s |",
                    flaw,
                    flaw.does,
                    flaw.found.argument(),
                    said)));
    Files.write(PLANTED, rows);
  }

  /** A shift and what came of it. */
  private record Worked(CaseResults results, String said) {
    void assertPassed() {
      assertEquals(Set.of(), results.all(State.FAIL), said);
      assertEquals(Set.of(), results.all(State.NOT_SEEN), said);
      assertTrue(results.allPassed(), said);
    }
  }

  private PosIdentity terminal(int number) {
    return new PosIdentity(
        IsoHouse.terminal(number),
        "841080210000013",
        IsoHouse.algorithm(number),
        IsoHouse.mode(number),
        IsoHouse.TMK,
        ++shifts * 20L);
  }

  /** A sitting at the next terminal, which reverses, on plain TCP. */
  private Worked work(Set<Case> wanted, Flaw... flaws) {
    Make make = new Make(terminal(shifts % TERMINALS + 1), PosTerminal.DOUBLE_KEYS, false);
    return work(wanted, make, new NetServerOptions(), new NetClientOptions(), flaws);
  }

  private Worked work(
      Set<Case> wanted,
      Make make,
      NetServerOptions listen,
      NetClientOptions dial,
      Flaw... planted) {
    Flaws flaws = new Flaws(planted);
    BenchLines lines = new BenchLines();
    CaseResults results = new CaseResults(new PrintWriter(lines), wanted);
    IsoHouse.DeskClock clock = new IsoHouse.DeskClock();
    clock.advance(BEHIND);
    BenchSetting setting =
        new BenchSetting(
            "localhost",
            house.server.port(),
            listen.setHost("localhost").setPort(0),
            true,
            OUTAGE_MS,
            DIALS_MAX,
            LATE_MS,
            flaws.has(Flaw.NEVER_ECHOES) ? SOON_IDLE_MS : NEVER_IDLE_MS);
    Bench bench = new Bench(house.line.vertx, clock, setting, List.of(make.identity()), results);
    int port = await(bench.open());
    Place place =
        new Place(
            bench,
            results,
            wanted,
            lines,
            clock,
            wanted.contains(Case.CLOCK) ? SLOW : Duration.ZERO,
            house.clock,
            house::freshCode);
    VendorLine line =
        new VendorLine(house.line.vertx, dial.setTcpNoDelay(true), port, flaws, lines);
    try (VendorShift shift = new VendorShift(line, make, place, flaws)) {
      shift.work();
      assertEquals(make.identity().terminal().value(), bench.terminal());
    } finally {
      await(bench.close());
    }
    return new Worked(results, lines.all());
  }

  // ---- right terminals

  @ParameterizedTest(name = "terminal {0}, keys {1}, repeats {2}, TLS {3}")
  @CsvSource({
    "1,3,false,false",
    "2,1,false,true",
    "3,4,true,true",
    "4,3,true,false",
    "6,3,false,false",
  })
  void aRightTerminalPasses(int number, int keys, boolean repeats, boolean tls) {
    Set<Case> wanted = EnumSet.allOf(Case.class);
    if (repeats) {
      wanted.removeAll(Part.REVERSALS.cases());
    }
    NetClientOptions dial = new NetClientOptions();
    if (tls) {
      dial.setSsl(true)
          .setHostnameVerificationAlgorithm("HTTPS")
          .setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(house.authority())));
    }
    Make make = new Make(terminal(number), keys, repeats);
    work(wanted, make, tls ? house.tls.netServerOptions() : new NetServerOptions(), dial)
        .assertPassed();
  }

  // ---- wrong ones

  @ParameterizedTest
  @EnumSource
  void aFaultIsFoundByItsCaseAndByNoOther(Flaw flaw) {
    Worked worked = work(flaw.sitting(), flaw);
    CaseResults results = worked.results();
    assertEquals(Set.of(flaw.found), results.all(State.FAIL), worked.said());
    assertEquals(Set.of(), results.all(State.NOT_SEEN), worked.said());
    assertFalse(results.allPassed());
    assertTrue(worked.said().contains("FAIL      " + flaw.found.argument()), worked.said());
    assertTrue(worked.said().contains("应当 you must " + flaw.found.must), worked.said());
    found.put(flaw, results.of(flaw.found).saw().toString());
  }

  @Test
  void everyCaseCanFail() {
    Set<Case> never = EnumSet.allOf(Case.class);
    for (Flaw each : Flaw.values()) {
      never.remove(each.found);
    }
    assertEquals(Set.of(), never);
  }

  /** Many things wrong with one terminal are all told, each by its name. */
  @Test
  void aTerminalThatDoesMuchWrongFailsInAllOfIt() {
    Worked worked =
        work(
            EnumSet.allOf(Case.class),
            Flaw.FORGETS_LOST_VOID,
            Flaw.FORGETS_LOST_REFUND,
            Flaw.IGNORES_CHECK_VALUES,
            Flaw.BELIEVES_WITHOUT_A_MAC,
            Flaw.COUNTER_RESTARTS,
            Flaw.CARD_NUMBER,
            Flaw.GIVES_UP_EARLY,
            Flaw.REVERSES_WITH_00,
            Flaw.USES_A_TRACE_TWICE);
    assertEquals(
        EnumSet.of(
            Case.LOST_VOID,
            Case.LOST_REFUND,
            Case.CHECK_VALUE,
            Case.NO_MAC,
            Case.COUNTER,
            Case.CARD_DATA,
            Case.PATIENCE,
            Case.REVERSAL,
            Case.TRACES),
        worked.results().all(State.FAIL),
        worked.said());
    assertFalse(worked.said().contains("6217"), "card numbers are not printed");
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
      while (line != null && !line.contains("下一步 next 1/")) {
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
