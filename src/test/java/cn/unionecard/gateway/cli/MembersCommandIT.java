package cn.unionecard.gateway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.edge.http.DeskHouse;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.model.ResidentNumber;
import cn.unionecard.gateway.runtime.Ids;
import cn.unionecard.gateway.runtime.Sha256;
import io.vertx.core.json.JsonObject;
import java.io.OutputStream;
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
import org.dhatim.fastexcel.Workbook;
import org.dhatim.fastexcel.Worksheet;
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

  private static final String[] WHOLE = {"--whole", "410802.0001"};

  /** A resident number of nobody else's: below 60,000. */
  private static String identity(int n) {
    String payload =
        String.format(
            Locale.ROOT, "410802%d%02d15%03d", 1950 + n / 1_000, 1 + n / 100 % 10, 100 + n % 100);
    return payload + ResidentNumber.checkCharacter(payload);
  }

  private static String of(int n, String name, String category) {
    return String.join(",", identity(n), name, category, "410802.0001") + "\r\n";
  }

  private int whole(String text, String... more) throws Exception {
    List<String> arguments = new ArrayList<>(List.of(WHOLE));
    arguments.addAll(List.of(more));
    return run(text, StandardCharsets.UTF_8, arguments.toArray(String[]::new));
  }

  @Test
  void aWholeListEntersCorrectsAndLetsLeave() throws Exception {
    StringBuilder first = new StringBuilder(HEADER);
    for (int i = 0; i < 1_200; i++) {
      first.append(i % 400 == 399 ? "x,某,ORDINARY,410802.0001\r\n" : of(i, "诸葛无名", "ORDINARY"));
    }
    long others = number("member where org <> 9");
    assertEquals(1, whole(first.toString(), "--dry-run"));
    assertTrue(err.toString().contains("新增 created 1197，更正 changed 0，已有 unchanged 0，有误 bad 3"));
    assertTrue(err.toString().contains("名册外 leavers 0"), err::toString);
    assertEquals(0, number("member where org = 9"));
    assertEquals(1, whole(first.toString(), "--leavers", "0"));
    assertEquals(1_197, number("member where org = 9 and left_at is null"));
    assertEquals(1, whole(first.toString(), "--leavers", "0"));
    assertTrue(err.toString().contains("created 0，更正 changed 0，已有 unchanged 1197"), err::toString);

    // a hundred have changed, the last two hundred are gone, ten are new
    StringBuilder second = new StringBuilder(HEADER);
    for (int i = 0; i < 1_010; i++) {
      boolean changed = i < 100;
      second.append(
          i >= 1_000
              ? of(i + 1_000, "新来者", "MODEL")
              : of(i, changed ? "诸葛有名" : "诸葛无名", changed ? "HARDSHIP" : "ORDINARY"));
    }
    assertEquals(0, whole(second.toString()), err::toString);
    // two of the bad rows were of people who are good by now
    assertTrue(
        err.toString().contains("新增 created 12，更正 changed 100，已有 unchanged 898，有误 bad 0"),
        err::toString);
    assertTrue(err.toString().contains("名册外 leavers 199"), err::toString);
    assertEquals(0, number("member where left_at is not null"), "nobody has left yet");
    assertEquals(2, whole(second.toString(), "--leavers", "198"), "another number");
    assertEquals(0, whole(second.toString(), "--leavers", "199"), err::toString);
    assertTrue(err.toString().contains("离会 left 199"), err::toString);
    assertEquals(199, number("member where left_at is not null"));
    assertEquals(
        199, number("card join member m on m.id = member where org = 9 and status = 'CANCELLED'"));
    assertEquals(100, number("member where org = 9 and category = 'HARDSHIP'"));
    assertEquals(
        100,
        number(
            "card where holder_mask = '诸***' and member in"
                + " (select id from member where org = 9 and category = 'HARDSHIP')"));
    assertEquals(others, number("member where org <> 9 and left_at is null"), "others stay");
    assertEquals(0, number("member_list_seen"), "nothing is kept of it");

    // one of them comes back, with another card
    StringBuilder third = new StringBuilder(second).append(of(1_100, "诸葛无名", "ORDINARY"));
    assertEquals(0, whole(third.toString(), "--leavers", "0"), err::toString);
    assertTrue(
        err.toString().contains("新增 created 1，更正 changed 0，已有 unchanged 1010"), err::toString);
    assertEquals(198, number("member where left_at is not null"));
  }

  private static String ofDistrict(int n, String name, String category) {
    return String.join(",", identity(n), name, category, "410802") + "\r\n";
  }

  private int district(String text, String mode) throws Exception {
    return run(text, StandardCharsets.UTF_8, "--whole", "410802", mode);
  }

  /** Row 2 again in row 1004, behind a blank row and in another sheet, and row 5 in row 6. */
  private static String naming(int from) {
    StringBuilder sheet = new StringBuilder(HEADER);
    for (int i = 0; i < 1_000; i++) {
      sheet.append(ofDistrict(from + i, "诸葛无名", "ORDINARY"));
      if (i == 3) {
        sheet.append(ofDistrict(from + i, "诸葛有名", "HARDSHIP"));
      }
    }
    sheet.append("\r\n").append(ofDistrict(from, "诸葛有名", "MODEL"));
    return sheet.append(ofDistrict(from + 1, "诸葛无名", "ORDINARY")).toString();
  }

  private static final List<String> TWICE =
      List.of(
          "row,column,reason",
          "6,identity,第5行已是此人，一人只列一行 · row 5 names the same person; name each once",
          "1004,identity,第2行已是此人，一人只列一行 · row 2 names the same person; name each once",
          "1005,identity,第3行已是此人，一人只列一行 · row 3 names the same person; name each once");

  private List<String> told() {
    return out.toString().lines().map(line -> line.replace("\"", "")).toList();
  }

  @Test
  void whoStandsInItTwiceIsTheOneOfTheFirstRow() throws Exception {
    String sheet = naming(30_000);
    assertEquals(1, district(sheet, "--dry-run"), err::toString);
    assertEquals(TWICE, told());
    assertEquals(1, district(sheet, "--leavers=0"), err::toString);
    assertEquals(TWICE, told());
    assertTrue(err.toString().contains("新增 created 1000，更正 changed 0"), err::toString);
    assertTrue(err.toString().contains("有误 bad 3"), err::toString);
    for (String mode : List.of("--dry-run", "--leavers=0")) {
      assertEquals(1, district(sheet, mode), err::toString);
      assertEquals(TWICE, told());
      assertTrue(
          err.toString().contains("新增 created 0，更正 changed 0，已有 unchanged 1000，有误 bad 3"),
          err::toString);
    }
    assertEquals(0, number("member_list_named"), "nothing is kept of it");
    assertEquals(0, number("member where org = 410802 and category in ('HARDSHIP', 'MODEL')"));
  }

  @Test
  void whoGoesOnWithAListKnowsWhoWasNamedBefore() throws Exception {
    String sheet = naming(40_000);
    Path file = folder.resolve("续.csv");
    Files.writeString(file, sheet);
    JsonObject wish =
        new JsonObject()
            .put("org", "410802")
            .put("digest", Sha256.hex(Files.readAllBytes(file)))
            .put("lastRow", 1_005)
            .put("dryRun", true);
    String clerk = DeskHouse.login("410802", Role.CLERK);
    long list = house.post(clerk, "/v1/member-lists", wish).json().getLong("list");
    List<String> lines = sheet.lines().toList();
    JsonObject part =
        new JsonObject()
            .put("csv", String.join("\n", lines.subList(0, 401)) + "\n")
            .put("dryRun", true)
            .put("list", list)
            .put("upTo", 401);
    JsonObject taken = house.post(clerk, "/v1/member-imports", part).json();
    assertEquals(1, taken.getJsonArray("bad").size(), taken::encode);
    assertEquals(
        taken, house.post(clerk, "/v1/member-imports", part).json(), "its answer was lost");
    assertEquals(1, run(file, "ca.pem", "token", "--whole", "410802", "--dry-run"));
    assertEquals(List.of(TWICE.get(0), TWICE.get(2), TWICE.get(3)), told());
    assertTrue(err.toString().contains("有误 bad 3"), err::toString);
    assertEquals(0, number("member_list_named"));
    part.put("rows", new io.vertx.core.json.JsonArray().add(3).add(2));
    assertEquals(400, house.post(clerk, "/v1/member-imports", part).status());
  }

  private long number(String of) {
    return TestStores.number(house.url, "select count(*) from " + of);
  }

  @Test
  void whoWasInterruptedGoesOnWhereHeWas() throws Exception {
    StringBuilder sheet = new StringBuilder(HEADER);
    for (int i = 0; i < 1_100; i++) {
      sheet.append(identity(10_000 + i)).append(",诸葛无名,ORDINARY,410802\r\n");
    }
    Path file = folder.resolve("长.csv");
    Files.writeString(file, sheet);
    JsonObject begun =
        new JsonObject()
            .put("org", "410802")
            .put("digest", Sha256.hex(Files.readAllBytes(file)))
            .put("lastRow", 1_101)
            .put("dryRun", false);
    assertEquals(
        201, house.post(DeskHouse.login("410802", Role.CLERK), "/v1/member-lists", begun).status());
    TestStores.execute(
        house.url, "update member_list set handled = 501 where last_row = 1101 and not dry");
    assertEquals(0, run(file, "ca.pem", "token", "--whole", "410802"), err::toString);
    assertTrue(err.toString().startsWith("第 1001 行"), err::toString);
    assertTrue(err.toString().contains("新增 created 600"), err::toString);
  }

  @Test
  void aWorkbookIsReadAsItStands() throws Exception {
    Path file = folder.resolve("名册.xlsx");
    try (OutputStream out = Files.newOutputStream(file);
        Workbook book = new Workbook(out, "test", "1.0")) {
      Worksheet sheet = book.newWorksheet("会员");
      String[] header = {"name", "identity", "org", "category", "phone"};
      for (int i = 0; i < header.length; i++) {
        sheet.value(0, i, header[i]);
      }
      for (int i = 1; i <= 1_100; i++) {
        String identity = identity(20_000 + i);
        sheet.value(i, 0, i == 700 ? "" : "诸葛无名");
        if (i == 900) {
          sheet.value(i, 1, 4.1080219900101e17);
        } else {
          sheet.value(i, 1, identity);
        }
        sheet.value(i, 2, "410802");
        sheet.value(i, 3, "ORDINARY");
        if (i % 2 == 0) {
          sheet.value(i, 4, 13_800_138_000L);
        }
      }
    }
    long before = members();
    assertEquals(1, run(file, "ca.pem", "token"), err::toString);
    assertTrue(err.toString().contains("新增 created 1098"), err::toString);
    assertEquals(
        List.of("row,column", "701,name", "901,identity"),
        out.toString().lines().map(line -> line.split(",")[0] + "," + line.split(",")[1]).toList());
    assertEquals(before + 1_098, members());
    assertEquals(
        548,
        number(
            "member where phone_cipher is not null and id in"
                + " (select id from member order by id desc limit 1098)"));
    Files.writeString(file, "no workbook");
    assertEquals(2, run(file, "ca.pem", "token"));
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
