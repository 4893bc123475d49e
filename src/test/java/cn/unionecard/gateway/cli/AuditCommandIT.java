package cn.unionecard.gateway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.runtime.Sha256;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The audit from the command line: of everything, and night by night. */
class AuditCommandIT {
  private String said = "";
  private int card;

  private int run(String... arguments) {
    StringWriter out = new StringWriter();
    CommandLine line =
        new CommandLine(new AuditCommand())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(out));
    int status = line.execute(arguments);
    said = out.toString().strip();
    return status;
  }

  private void assertRefused(String url, Path file, String why) throws Exception {
    String before = Files.exists(file) ? Files.readString(file) : "";
    assertEquals(2, run("--since", file.toString(), "--postgres", url), () -> said);
    assertTrue(said.startsWith("cannot go on from a mark: "), said);
    assertTrue(said.contains(why), said);
    assertEquals(before, Files.exists(file) ? Files.readString(file) : "", "the file stays");
  }

  private static String ledger() {
    String url = TestStores.get().newDatabase();
    TestTown.load(url);
    return url;
  }

  private void sell(String url, String node, int sales) throws Exception {
    try (TestLine line = new TestLine(url, node, 1, Clock.systemUTC())) {
      for (int i = 0; i < sales; i++) {
        card++;
        line.submit(
            TestLine.sale(
                "T0000001", "s-" + card, TestTown.code(card, line.clock.millis()), 10_000));
      }
    }
    TestLine.assertAuditClean(url);
  }

  private static String copyOf(String url) {
    int name = url.lastIndexOf('/') + 1;
    String copy = url.substring(name) + "_earlier";
    TestStores.execute(
        url.substring(0, name) + "postgres",
        "create database " + copy + " template " + url.substring(name));
    return url.substring(0, name) + copy;
  }

  @Test
  void goesOnNightByNight(@TempDir Path folder) throws Exception {
    String url = ledger();
    Path file = folder.resolve("audit.mark");
    sell(url, "one", 5);
    assertRefused(url, file, "audit --mark FILE");
    assertEquals(0, run("--postgres", TestStores.serving(url)), () -> said);
    assertTrue(said.endsWith("审计通过 audit clean") && said.contains("5 receipts"), said);
    assertEquals(
        0, run("--postgres", TestStores.serving(url), "--mark", file.toString()), () -> said);
    String first = Files.readString(file);
    sell(url, "one", 3);
    assertEquals(
        0, run("--postgres", TestStores.serving(url), "--since", file.toString()), () -> said);
    assertTrue(said.contains("3 回执 receipts; 重读 read again 1, 1"), said);
    String second = Files.readString(file);
    assertTrue(!first.equals(second));
    sell(url, "two", 2);
    TestStores.execute(
        url, "delete from transaction_key where transaction = (select max(id) from transaction)");
    assertEquals(
        1, run("--postgres", TestStores.serving(url), "--since", file.toString()), () -> said);
    assertTrue(said.contains("BAD 每个流水号只有一个结果"), said);
    assertEquals(second, Files.readString(file), "what is wrong does not move it");
    assertEquals(
        1, run("--postgres", TestStores.serving(url), "--mark", file.toString()), () -> said);
    assertEquals(second, Files.readString(file), "nor is one written");
    assertEquals(
        2, run("--postgres", url.replaceAll("/[^/]*$", "/none"), "--since", file.toString()));
    assertTrue(said.startsWith("cannot read the database: "), said);
    assertEquals(
        2,
        run("--postgres", url, "--mark", folder.resolve("none").resolve("mark").toString()),
        () -> said);
    assertTrue(said.startsWith("cannot write the mark: ") && said.endsWith("written to"), said);
  }

  @Test
  void goesOnFromNoOtherMark(@TempDir Path folder) throws Exception {
    String url = ledger();
    Path file = folder.resolve("audit.mark");
    sell(url, "one", 4);
    String earlier = copyOf(url);
    sell(url, "one", 4);
    assertEquals(0, run("--postgres", url, "--mark", file.toString()), () -> said);
    assertRefused(earlier, file, "restored to a moment before the mark");
    sell(earlier, "one", 9);
    assertRefused(earlier, file, "the ledger went another way before the mark");
    assertRefused(ledger(), file, "another database");
    String other = ledger();
    sell(other, "other", 4);
    assertRefused(other, file, "no chain one.0");

    String mark = Files.readString(file);
    Files.writeString(file, mark.replace("\"feed\":", "\"feed\":1"));
    assertRefused(url, file, "the file is broken");
    Files.writeString(file, mark.substring(0, mark.length() / 2));
    assertRefused(url, file, "the file is broken");
    String line = mark.substring(0, mark.indexOf('\n'));
    write(file, line.replaceAll("\"schema\":\\d+", "\"schema\":99999"));
    assertRefused(url, file, "it was taken with schema 99999");
    write(file, line.replaceAll("\"schema\":\\d+", "\"schema\":139"));
    assertRefused(url, file, "an upgrade may have written anywhere");
    write(file, line.replaceAll("\"server\":\\d+", "\"server\":9"));
    assertRefused(url, file, "it was taken with PostgreSQL 9");
    write(file, line.replace("\"format\":1", "\"format\":2"));
    assertRefused(url, file, "another release wrote it");
    Files.writeString(file, mark);
    assertEquals(0, run("--postgres", url, "--since", file.toString()), () -> said);
  }

  private static void write(Path file, String line) throws Exception {
    Files.writeString(file, line + "\nsha256 " + Sha256.hex(line) + "\n");
  }
}
