package cn.unionecard.gateway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** How long what is kept is set by command, with a reason, within the law. */
class RetentionCommandIT {
  private final String url = TestStores.get().newDatabase();
  private String said = "";

  private int run(String as, String... words) {
    StringWriter out = new StringWriter();
    CommandLine line =
        new CommandLine(new RetentionCommand(Clock.systemUTC()))
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(out))
            .setExecutionExceptionHandler(
                (failure, command, parsed) -> {
                  command.getErr().println(failure.getMessage());
                  command.getErr().flush();
                  return 1;
                });
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--set", "stores.postgres=" + as));
    int status = line.execute(all.toArray(String[]::new));
    said = out.toString().strip();
    return status;
  }

  @Test
  void isListedAndSetWithinTheLaw() {
    TestTown.load(url);
    assertEquals(0, run(url, "list"), said);
    assertTrue(said.contains("LEFT_MEMBER 1095 days, at least 0: "), said);
    assertEquals(5, said.lines().count());
    assertEquals(
        0, run(url, "set", "LEFT_MEMBER", "--days", "365", "--reason", "市总〔2026〕12号"), said);
    assertEquals("LEFT_MEMBER 1095 -> 365 days", said);
    assertEquals(
        "LEFT_MEMBER 1095 365 市总〔2026〕12号",
        TestStores.text(
            url,
            "select concat_ws(' ', subject, detail->>'from', detail->>'to', detail->>'reason')"
                + " from audit where action = 'retention.set'"));
    assertEquals(1, run(url, "set", "PERSONAL_READ", "--days", "100", "--reason", "x"));
    assertTrue(said.startsWith("PERSONAL_READ is kept for 180 to 36500 days"), said);
    assertEquals(1, run(url, "set", "NOTHING", "--days", "100", "--reason", "x"));
    assertEquals(2, run(url, "set", "LEFT_MEMBER", "--days", "100", "--reason", " "));
    assertEquals(
        1,
        run(TestStores.serving(url), "set", "LEFT_MEMBER", "--days", "100", "--reason", "x"),
        "who serves may not");
    assertEquals(
        365, TestStores.number(url, "select days from retention where what = 'LEFT_MEMBER'"));
  }
}
