package cn.unionecard.workbench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.workbench.certify.Case;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
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
    assertTrue(out.toString().startsWith("echo "), out::toString);
    assertFalse(out.toString().contains("void"));
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
