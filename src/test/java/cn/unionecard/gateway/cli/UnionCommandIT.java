package cn.unionecard.gateway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestStores;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The tree of unions on an empty database, from the command line. */
class UnionCommandIT {
  private static final String HEAD = "code,parent,kind,name,areaCode\n";
  private static final String TREE =
      HEAD
          + "410802.0001,410802,PRIMARY,\"某厂, 工会\",410802\n"
          + "410802,410800,DISTRICT,某区总工会,410802\n"
          + "410800,410000,CITY,某市总工会,410800\n"
          + "410000,,PROVINCE,某省总工会,410000\n";

  private final Path folder;
  private final String url = TestStores.get().newDatabase();
  private String said = "";

  UnionCommandIT(@TempDir Path folder) {
    this.folder = folder;
  }

  private int found(String... options) {
    return at(url, options);
  }

  private int at(String database, String... options) {
    StringWriter out = new StringWriter();
    CommandLine line =
        new CommandLine(new UnionCommand(Clock.systemUTC()))
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(out))
            .setExecutionExceptionHandler(
                (failure, command, parsed) -> {
                  command.getErr().println(failure.getMessage());
                  command.getErr().flush();
                  return 1;
                });
    List<String> all = new ArrayList<>(List.of("found", "--set", "stores.postgres=" + database));
    all.addAll(List.of(options));
    int status = line.execute(all.toArray(String[]::new));
    said = out.toString().strip();
    return status;
  }

  private int file(String content) throws IOException {
    return file(content, StandardCharsets.UTF_8);
  }

  private int file(String content, Charset charset) throws IOException {
    Path file = folder.resolve("unions.csv");
    Files.writeString(file, content, charset);
    return found("--file", file.toString());
  }

  private long unions() {
    return TestStores.number(url, "select count(*) from org");
  }

  @Test
  void aTreeInAnyOrderIsFoundedOnceAndMayGrow() throws IOException {
    assertEquals(0, file("\ufeff" + TREE), () -> said);
    assertEquals(4, unions());
    assertEquals(
        4, TestStores.number(url, "select cardinality(path) from org where code = '410802.0001'"));
    assertEquals(
        4, TestStores.number(url, "select count(*) from audit where action = 'org.added'"));
    assertEquals(0, file(TREE + "\n410821,410800,COUNTY,某县总工会,410821\n"), () -> said);
    assertTrue(said.contains("新建1个组织，已有4个"), said);
    assertEquals(5, unions());
  }

  @Test
  void oneAloneAndOneBelowIt() {
    assertEquals(
        0,
        found("--code", "410802", "--name", "某区总工会", "--kind", "DISTRICT", "--area", "410802"),
        () -> said);
    assertEquals(
        0,
        found(
            "--code",
            "410802.1",
            "--name",
            "某厂工会",
            "--kind",
            "PRIMARY",
            "--area",
            "410802",
            "--parent",
            "410802"),
        () -> said);
    assertEquals(
        1, found("--code", "410821", "--name", "某县总工会", "--kind", "COUNTY", "--area", "410821"));
    assertTrue(said.contains("one union stands at the top"), said);
    assertEquals(2, unions());
  }

  @Test
  void ifOneCannotBeNoneIsFoundedAndEachIsNamed() throws IOException {
    assertEquals(
        1,
        file(
            HEAD
                + "410000,,PROVINCE,某省总工会,410000\n"
                + "410000,,PROVINCE,某省总工会,410000\n"
                + "41 0800,410000,CITY,某市总工会,410800\n"
                + "410801,410000,TOWN,某市总工会,4108\n"
                + "410802,410900,DISTRICT,,410802\n"
                + "1,2,COUNTY,甲,410802\n"
                + "2,1,COUNTY,乙,410802\n"));
    for (String fault :
        List.of(
            "row 3: 410000 stands twice",
            "row 4: 41 0800: a code has",
            "row 5: 410801: kind TOWN is none of",
            "row 5: 410801: an area code has six digits",
            "row 6: 410802: name has not 1 to 60 characters",
            "row 6: 410802: there is no union 410900 above it",
            "row 7: 1: there is no union 2 above it")) {
      assertTrue(said.contains(fault), () -> fault + " in " + said);
    }
    assertEquals(0, unions());
    assertEquals(0, TestStores.number(url, "select count(*) from audit"));
  }

  @Test
  void aRowIsNamedAsTheFileCountsIt() throws IOException {
    assertEquals(1, file(HEAD + "\n\n410800,,TOWN,某市总工会,410800\n"));
    assertTrue(said.contains("row 4: 410800: kind TOWN"), said);
    assertEquals(1, file(HEAD + ",,,,\n410800,,CITY,某市总工会\n"));
    assertTrue(said.contains("row 3 have as many columns"), said);
  }

  @Test
  void aDatabaseWithoutASchemaIsNamedAndNoPasswordIsTold() {
    String[] one = {"--code", "410802", "--name", "区", "--kind", "DISTRICT", "--area", "410802"};
    assertEquals(1, at(TestStores.get().emptyDatabase(), one));
    assertTrue(said.contains("run 'migrate' first"), said);
    assertEquals(1, at(url.replaceFirst("//[^@]*@", "//nobody:open-sesame@"), one));
    assertTrue(said.contains("nobody") && !said.contains("open-sesame"), said);
  }

  @Test
  void whatIsThereIsNotChanged() throws IOException {
    assertEquals(0, file(TREE));
    assertEquals(1, file(HEAD + "410800,410000,CITY,另一名称,410800\n410900,410000,CITY,新,410900\n"));
    assertTrue(said.contains("410800 is there and is otherwise: CITY, 某市总工会"), said);
    assertEquals(4, unions());
  }

  @Test
  void whatIsNoSuchFileIsSaidInWords() throws IOException {
    assertEquals(1, file("code,name\n1,2\n"));
    assertTrue(said.contains("must name code,parent,kind,name,areaCode"), said);
    assertEquals(1, file(HEAD));
    assertTrue(said.contains("names no union"), said);
    assertEquals(1, file(TREE, Charset.forName("GB18030")));
    assertTrue(said.contains("is not UTF-8: save it as CSV UTF-8"), said);
    assertEquals(1, found("--file", folder.resolve("none.csv").toString()));
    assertTrue(said.contains("cannot be read"), said);
    assertEquals(2, found("--code", "1"), () -> said);
    assertEquals(2, found(), () -> said);
  }
}
