package cn.unionecard.gateway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.edge.http.DeskHouse;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.model.ResidentNumber;
import cn.unionecard.gateway.runtime.Ids;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code members import} at a real edge. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MembersCommandIT {
  private static final Charset GBK = Charset.forName("GBK");
  private static final String HEADER = "identity,name,category,org\r\n";

  private Path folder;
  private DeskHouse house;
  private StringWriter out = new StringWriter();
  private StringWriter err = new StringWriter();

  @BeforeAll
  void open(@TempDir Path folder) throws Exception {
    this.folder = folder;
    house = new DeskHouse("imports");
    Files.writeString(folder.resolve("ca.pem"), house.authority());
    Files.writeString(
        folder.resolve("token"), house.token(DeskHouse.login("410802", Role.CLERK)) + "\n");
  }

  @AfterAll
  void close() {
    house.close();
  }

  private static String row(int n) {
    String payload = String.format(Locale.ROOT, "410802%04d0101%d", 1950 + n / 100, 900 + n % 100);
    return payload + ResidentNumber.checkCharacter(payload) + ",诸葛无名,ORDINARY,410802\r\n";
  }

  private int run(String text, Charset charset, String... more) throws Exception {
    Path sheet = folder.resolve("名册.csv");
    Files.write(sheet, text.getBytes(charset));
    return run(sheet, "ca.pem", "token", more);
  }

  private int run(Path sheet, String ca, String token, String... more) {
    out = new StringWriter();
    err = new StringWriter();
    CommandLine line = Main.commandLine(new Main(), Clock.systemUTC(), Ids.secureRandom());
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "members",
                "import",
                sheet.toString(),
                "--base",
                house.base().toString(),
                "--ca",
                folder.resolve(ca).toString(),
                "--token-file",
                folder.resolve(token).toString()));
    arguments.addAll(List.of(more));
    int status = line.execute(arguments.toArray(String[]::new));
    line.getErr().flush();
    return status;
  }

  private long members() {
    return TestStores.number(house.url, "select count(*) from member where id >= 1000000000");
  }

  @Test
  void aLongSheetGoesInPartsAndItsBadRowsAreNamedByTheFilesRows() throws Exception {
    StringBuilder sheet = new StringBuilder(HEADER);
    for (int i = 0; i < 1_300; i++) {
      sheet.append(i == 700 ? "\r\n" : i % 600 == 599 ? "=x,\"诸,葛\",ORDINARY,410802\r\n" : row(i));
    }
    long before = members();
    assertEquals(1, run("\ufeff" + sheet, StandardCharsets.UTF_8, "--dry-run"));
    assertTrue(out.toString().startsWith("row,column,reason\n601,identity,"), out::toString);
    assertEquals(before, members());
    String dry = out.toString();
    assertEquals(1, run("\ufeff" + sheet, StandardCharsets.UTF_8));
    assertEquals(dry, out.toString());
    assertEquals(
        List.of("row", "601", "1201"),
        out.toString().lines().map(line -> line.substring(0, line.indexOf(','))).toList());
    assertEquals(before + 1_297, members());
    assertTrue(err.toString().lines().count() >= 3, err::toString);
    assertTrue(err.toString().contains("新增 created 1297，已有 unchanged 0，有误 bad 2"), err::toString);
    assertEquals(1, run(sheet.toString(), GBK, "--charset", "GBK"), "again, from another program");
    assertTrue(err.toString().contains("新增 created 0，已有 unchanged 1297"), err::toString);
    assertEquals(before + 1_297, members());
    String said = out + err.toString();
    assertFalse(said.contains("诸") || said.contains("=x"), said);
  }

  @Test
  void whatIsTooLargeForACallGoesInHalvesAndARowThatIsNamed() throws Exception {
    String quotes = "1,\"" + "\"\"".repeat(1_300) + "\",ORDINARY,410802\r\n";
    String huge = "1," + "诸".repeat(30_000) + ",ORDINARY,410802\r\n";
    long before = members();
    assertEquals(
        1,
        run(HEADER + row(2_010) + quotes.repeat(28) + huge + row(2_011), StandardCharsets.UTF_8));
    List<String> bad = out.toString().lines().skip(1).toList();
    assertEquals(29, bad.size());
    assertTrue(bad.get(0).startsWith("3,identity,"), out::toString);
    assertTrue(bad.get(28).startsWith("31,row,"), out::toString);
    assertEquals(before + 2, members());
  }

  @Test
  void aGoodSheetIsSilent() throws Exception {
    assertEquals(0, run(HEADER + row(2_000), GBK, "--charset", "GBK"));
    assertEquals("", out.toString());
    long name =
        TestStores.number(
            house.url,
            "select count(*) from card where serial >= 8000000000 and holder_mask = '诸***'");
    assertTrue(name > 0, "the name is read as it was written");
    assertEquals(0, run(HEADER, StandardCharsets.UTF_8));
  }

  @Test
  void whatCannotBeSentStopsItAndSaysHowToGoOn() throws Exception {
    assertEquals(2, run(HEADER + row(2_001), GBK));
    assertTrue(err.toString().contains("--charset"), err::toString);
    assertEquals(2, run("name,org\n", StandardCharsets.UTF_8));
    assertEquals(2, run(HEADER + row(2_002) + "\"" + row(2_003), StandardCharsets.UTF_8));
    assertTrue(err.toString().contains("row 3"), err::toString);
    assertEquals(2, run(folder.resolve("nowhere.csv"), "ca.pem", "token"));
    Path sheet = Files.writeString(folder.resolve("one.csv"), HEADER + row(2_004));
    assertEquals(2, run(sheet, "nowhere.pem", "token"));
    assertEquals(2, run(sheet, "token", "token"));
    assertEquals(2, run(sheet, "ca.pem", "nowhere"));
    Files.writeString(
        folder.resolve("auditor"), house.token(DeskHouse.login("410802", Role.AUDITOR)));
    assertEquals(2, run(sheet, "ca.pem", "auditor"));
    assertTrue(err.toString().contains("403 FORBIDDEN"), err::toString);
    Files.writeString(folder.resolve("ended"), "eyJhbGciOiJFZERTQSJ9.e30.AAAA");
    assertEquals(2, run(sheet, "ca.pem", "ended"));
    assertTrue(err.toString().contains("401"), err::toString);
    assertEquals(
        2,
        Main.commandLine(new Main(), Clock.systemUTC(), Ids.secureRandom())
            .setErr(new PrintWriter(err))
            .execute(
                "members",
                "import",
                "x",
                "--base",
                "http://localhost",
                "--ca",
                "x",
                "--token-file",
                "x"));
    assertEquals(0, run(sheet, "ca.pem", "token"));
  }
}
