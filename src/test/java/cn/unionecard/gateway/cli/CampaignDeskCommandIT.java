package cn.unionecard.gateway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.edge.http.DeskHouse;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.runtime.Ids;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code campaign list, show, write, step, budget} at a real edge, each by whom it is for. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CampaignDeskCommandIT {
  private static final String UNION = "410802";

  private static final String FILE =
      """
      code: CLI-OFF
      org: '410802'
      name: 年末立减
      publicName: 年末活动
      documentNo: 工发〔2026〕9号
      startsAt: 2020-01-01T00:00:00+08:00
      endsAt: 2099-01-01T00:00:00+08:00
      budget: {fen: 100000}
      rule:
        benefit: {kind: FIXED, offFen: %d}
        funders: [{funder: UNION, org: '410802', shareBp: 10000}]
      """;

  private Path folder;
  private DeskHouse house;
  private StringWriter out = new StringWriter();
  private StringWriter err = new StringWriter();

  @BeforeAll
  void open(@TempDir Path folder) throws Exception {
    this.folder = folder;
    house = new DeskHouse("campaigns");
    Files.writeString(folder.resolve("ca.pem"), house.authority());
    for (Role role : List.of(Role.CLERK, Role.APPROVER, Role.SUPERVISOR)) {
      Files.writeString(
          folder.resolve(role.name()), house.token(DeskHouse.login(UNION, role)) + "\n");
    }
  }

  @AfterAll
  void close() {
    house.close();
  }

  private int run(Role role, String... arguments) {
    out = new StringWriter();
    err = new StringWriter();
    CommandLine line = Main.commandLine(new Main(), Clock.systemUTC(), Ids.secureRandom());
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    List<String> all = new ArrayList<>(List.of("campaign"));
    all.addAll(List.of(arguments));
    all.addAll(
        List.of(
            "--base",
            house.base().toString(),
            "--ca",
            folder.resolve("ca.pem").toString(),
            "--token-file",
            folder.resolve(role.name()).toString()));
    int status = line.execute(all.toArray(String[]::new));
    line.getErr().flush();
    return status;
  }

  private int step(Role role, String step, String... more) {
    List<String> all = new ArrayList<>(List.of("step", "CLI-OFF", step, "--reason", "试办"));
    all.addAll(List.of(more));
    return run(role, all.toArray(String[]::new));
  }

  private String file(long off) throws Exception {
    Path file = folder.resolve("rule-" + off + ".yaml");
    Files.writeString(file, FILE.formatted(off));
    return file.toString();
  }

  @Test
  void aCampaignGoesFromItsFileToItsEnd() throws Exception {
    assertEquals(0, run(Role.CLERK, "write", file(500)), err::toString);
    assertEquals("CLI-OFF  草稿  第1版  年末立减", out.toString().strip());
    assertEquals(2, run(Role.CLERK, "write", file(500)), "it is there");
    assertTrue(err.toString().contains("ALREADY_TAKEN"), err::toString);
    assertEquals(0, run(Role.CLERK, "write", file(600), "--again"), err::toString);
    assertEquals("CLI-OFF  草稿  第2版  年末立减", out.toString().strip());

    assertEquals(0, step(Role.CLERK, "SUBMIT"), err::toString);
    assertEquals("CLI-OFF  已送审  第2版  年末立减", out.toString().strip());
    assertEquals(0, step(Role.CLERK, "WITHDRAW"), err::toString);
    assertEquals(0, step(Role.CLERK, "SUBMIT"), err::toString);

    assertEquals(0, run(Role.APPROVER, "show", "CLI-OFF"), err::toString);
    for (String told : List.of("第2版", "工发〔2026〕9号", "6.00", "1000.00", "APPROVE RETURN END")) {
      assertTrue(out.toString().contains(told), told + ": " + out);
    }
    assertEquals(2, step(Role.APPROVER, "APPROVE"), "the edition was not read");
    assertTrue(err.toString().contains("--edition"), err::toString);
    assertEquals(2, step(Role.APPROVER, "APPROVE", "--edition", "1"));
    assertTrue(err.toString().contains("STATE_DOES_NOT_ALLOW"), err::toString);
    assertEquals(2, step(Role.CLERK, "APPROVE", "--edition", "2"), "not a clerk's");
    assertEquals(0, step(Role.APPROVER, "APPROVE", "--edition", "2"), err::toString);
    assertEquals(0, step(Role.APPROVER, "RUN"), err::toString);
    assertEquals(0, step(Role.SUPERVISOR, "PAUSE"), err::toString);
    assertEquals(0, step(Role.APPROVER, "RESUME"), err::toString);
    assertEquals("CLI-OFF  进行中  第2版  年末立减", out.toString().strip());

    assertEquals(
        0,
        run(Role.APPROVER, "budget", "CLI-OFF", "--fen", "90000", "--reason", "少一些", "--english"),
        err::toString);
    assertEquals("CLI-OFF  RUNNING  edition 2  年末立减", out.toString().strip());
    assertEquals(0, run(Role.APPROVER, "budget", "CLI-OFF", "--fen", "95000", "--reason", "多一些"));
    assertTrue(out.toString().contains("待另一位审批人确认"), out::toString);
    assertEquals(
        90_000,
        TestStores.number(
            house.url,
            "select limit_fen from allowance a join campaign c on c.id = a.owner where a.kind = 1 and c.code = 'CLI-OFF'"));

    assertEquals(0, run(Role.SUPERVISOR, "list"), err::toString);
    assertTrue(out.toString().contains("CLI-OFF  进行中"), out::toString);
    assertEquals(0, step(Role.SUPERVISOR, "END"), err::toString);
    assertEquals(2, step(Role.APPROVER, "RUN"), "for ever");
  }

  @Test
  void whatCannotBeAskedIsSaidBeforeAnythingIsSent() throws Exception {
    assertEquals(2, run(Role.CLERK, "show", "no code"));
    assertTrue(err.toString().contains("is no campaign's code"), err::toString);
    Path none = folder.resolve("none.yaml");
    Files.writeString(none, "code: X\nrule: {}\n");
    assertEquals(2, run(Role.CLERK, "write", none.toString()));
    assertTrue(err.toString().contains("org"), err::toString);
    assertEquals(2, step(Role.CLERK, "HALT"));
    assertTrue(err.toString().contains("SUBMIT"), err::toString);
  }
}
