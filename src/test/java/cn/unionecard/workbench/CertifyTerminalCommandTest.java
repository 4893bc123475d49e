package cn.unionecard.workbench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.workbench.certify.Case;
import cn.unionecard.workbench.certify.CaseResults;
import cn.unionecard.workbench.certify.Part;
import cn.unionecard.workbench.certify.Report;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class CertifyTerminalCommandTest {
  private static final Clock CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return new CommandLine(new CertifyTerminalCommand(CLOCK))
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  @Test
  void listsTheCasesByTheirNamesWithWhatMustBe() {
    assertEquals(0, run("--list"));
    for (Case each : Case.values()) {
      assertTrue(out.toString().contains(each.argument() + " "), each.argument());
      assertTrue(out.toString().contains(each.must.chinese()), each.argument());
      assertTrue(out.toString().contains(each.todo.english()), each.argument());
    }
  }

  @Test
  void leavesOut() {
    assertEquals(0, run("--list", "--without", "lost-reply,late-reply"));
    assertFalse(out.toString().contains("late-reply"));
    assertTrue(out.toString().contains("lost-reversal"));
  }

  @Test
  void takesOnlyWhatIsNamed() {
    assertEquals(0, run("--list", "--only", "echo,void", "--without", "void"));
    assertTrue(out.toString().contains("  echo "), out::toString);
    assertFalse(out.toString().contains("void"));
  }

  /** A part stands for all its cases. */
  @Test
  void takesAndLeavesOutParts() {
    assertEquals(0, run("--list", "--only", "holds,closing", "--without", "closing,hold"));
    assertTrue(out.toString().contains("lost-release "), out::toString);
    assertFalse(out.toString().contains("upload"), out::toString);
    assertFalse(out.toString().contains("  hold "), out::toString);
    assertTrue(out.toString().contains("5/" + Case.values().length), out::toString);
  }

  /** What a sitting of some cases shows is not taken for more. */
  @Test
  void aReportSaysWhatWasLeftOut(@TempDir Path folder) throws IOException {
    Set<Case> wanted = EnumSet.complementOf(EnumSet.copyOf(Part.HOLDS.cases()));
    CaseResults results = new CaseResults(new PrintWriter(new StringWriter()), wanted);
    Report report = new Report(results);
    report.table(new PrintWriter(out));
    String said = out.toString();
    assertTrue(said.contains("left out, not certified: hold lost-hold completion"), said);
    Path file = folder.resolve("report.json");
    report.write(file, "T0000001", Instant.EPOCH, Instant.EPOCH);
    JsonNode told = new ObjectMapper().readTree(file.toFile());
    assertFalse(told.path("complete").asBoolean(true));
    assertEquals(6, told.path("leftOut").size());
    assertEquals("lost-hold", told.path("leftOut").path(1).asText());
    assertEquals("signing-on", told.path("cases").path(0).path("part").asText());
  }

  @ParameterizedTest
  @CsvSource({
    "--only=lost,no case lost; --list tells them",
    "--without=sale,--without leaves no case",
    "--outage=0,'--outage is 0, must be 1 to 86400'",
    "--idle=0,'--idle is 0, must be 1 to 86400'",
    "--minutes=1441,'--minutes is 1441, must be 1 to 1440'",
    "--listen=65536,'--listen is 65536, must be 0 to 65535'",
    "--tls-cert=server.pem,--tls-cert and --tls-key go together",
  })
  void refusesWhatCannotBe(String option, String said) {
    assertEquals(2, run("--only=sale", option), out::toString);
    assertTrue(err.toString().contains(said), err::toString);
  }
}
