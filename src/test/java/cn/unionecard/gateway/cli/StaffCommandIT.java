package cn.unionecard.gateway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import picocli.CommandLine;

/** The first accounts, from the command line. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StaffCommandIT {
  private final String url = TestStores.get().newDatabase();
  private String said = "";

  @BeforeAll
  void load() {
    TestTown.load(url);
  }

  private int add(String input, String... options) {
    StringWriter out = new StringWriter();
    CommandLine line =
        new CommandLine(
                new StaffCommand(
                    Clock.systemUTC(),
                    new SecureRandom(),
                    new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8))))
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(out))
            .setExecutionExceptionHandler(
                (failure, command, parsed) -> {
                  command.getErr().println(failure.getMessage());
                  command.getErr().flush();
                  return 1;
                });
    List<String> all = new ArrayList<>(List.of("add", "--set", "stores.postgres=" + url));
    all.addAll(List.of(options));
    int status = line.execute(all.toArray(String[]::new));
    said = out.toString().strip();
    return status;
  }

  private long accounts() {
    return TestStores.number(url, "select count(*) from staff");
  }

  @Test
  void aPasswordIsPrintedOnceOrReadAndNeverPrinted() {
    long before = accounts();
    assertEquals(
        0, add("", "--login", "admin", "--name", "管理员", "--org", "410800", "--role", "SYSTEM"));
    assertTrue(said.matches("admin \\S{20}"), said);
    assertEquals(
        0,
        add(
            "my own long password\n",
            "--login",
            "zhang",
            "--name",
            "张三",
            "--org",
            "410802",
            "--role",
            "CLERK",
            "--role",
            "AUDITOR",
            "--password-stdin"));
    assertEquals("zhang", said);
    assertEquals(before + 2, accounts());
    assertEquals(2, TestStores.number(url, "select count(*) from audit where actor = 'gateway'"));
  }

  @Test
  void refusesWhatCannotBe() {
    String[] system = {"--name", "某人", "--org", "410800", "--role", "SYSTEM"};
    assertEquals(2, add("", with(system, "--login", "X")));
    assertEquals(2, add("", with(system, "--login", "both", "--role", "CLERK")));
    assertEquals(1, add("short", with(system, "--login", "weak", "--password-stdin")));
    assertFalse(said.contains("short"), said);
    assertEquals(1, add("", "--login", "lost", "--name", "某", "--org", "9", "--role", "CLERK"));
    assertTrue(said.contains("no organisation 9"), said);
  }

  private static String[] with(String[] options, String... more) {
    List<String> all = new ArrayList<>(List.of(options));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }
}
