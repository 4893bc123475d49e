package cn.unionecard.gateway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.Loops;
import cn.unionecard.gateway.edge.http.DeskHouse;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.model.ResidentNumber;
import cn.unionecard.gateway.outage.Proxy;
import cn.unionecard.gateway.runtime.Ids;
import cn.unionecard.gateway.runtime.Sm3;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code province make, fetch, receipt} at a real edge. */
class ProvinceCommandIT {
  private static final String UNION = "410802.0001";
  private static final String ACCOUNT = "province.files";

  private Path folder;
  private DeskHouse house;
  private StringWriter out = new StringWriter();
  private StringWriter err = new StringWriter();

  @BeforeEach
  void open(@TempDir Path folder) throws Exception {
    this.folder = folder;
    house = new DeskHouse("province-command");
    Files.writeString(folder.resolve("ca.pem"), house.authority());
    Files.writeString(
        folder.resolve("token"), house.token(DeskHouse.login(UNION, Role.CLERK)) + "\n");
  }

  @AfterEach
  void close() {
    house.close();
  }

  private int run(String... arguments) {
    return runAt(house.base().toString(), arguments);
  }

  private int runAt(String base, String... arguments) {
    out = new StringWriter();
    err = new StringWriter();
    CommandLine line = Main.commandLine(new Main(), Clock.systemUTC(), Ids.secureRandom());
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    List<String> all = new ArrayList<>(List.of("province"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--base", base, "--ca", folder.resolve("ca.pem").toString()));
    all.addAll(List.of("--token-file", folder.resolve("token").toString()));
    int status = line.execute(all.toArray(String[]::new));
    line.getErr().flush();
    return status;
  }

  private void linkWithACard() throws Exception {
    house.addStaff(ACCOUNT, UNION, Role.CLERK);
    Void unused =
        Loops.await(
            house.province(new Config.Province("", null, ACCOUNT, 1_000, 500, 15, 20_000)).run());
    String payload = "41080219910101001";
    JsonObject member =
        new JsonObject()
            .put("identity", payload + ResidentNumber.checkCharacter(payload))
            .put("name", "张三")
            .put("category", "ORDINARY")
            .put("org", UNION);
    String clerk = DeskHouse.login(UNION, Role.CLERK);
    assertEquals(201, house.post(clerk, "/v1/members", member).status());
  }

  @Test
  void aFileIsMadeFetchedAgainAndItsReceiptRead() throws Exception {
    String made = folder.resolve("made").toString();
    assertEquals(1, run("make", made), "there is no link");
    linkWithACard();
    assertEquals(0, run("make", made), err::toString);
    Path file = folder.resolve("made").resolve("province-1.csv");
    assertEquals(
        "file 1 OPEN: cards 1, taken 0, refused 0, left 1, lines not believed 0 " + file,
        out.toString().strip());
    assertEquals(1, run("make", made), "nothing is left to tell");
    assertTrue(err.toString().contains("STATE_DOES_NOT_ALLOW"), err::toString);
    assertEquals(0, run("fetch", "1", folder.resolve("again").toString()), err::toString);
    String text = Files.readString(file);
    assertEquals(text, Files.readString(folder.resolve("again").resolve("province-1.csv")));
    JsonObject signature =
        new JsonObject(Files.readString(folder.resolve("made").resolve("province-1.json")));
    assertEquals(Sm3.hex(text), signature.getString("sm3"));

    String card = text.lines().filter(line -> line.startsWith("D,")).findAny().orElseThrow();
    String body =
        "H,1,CARDS-RECEIPT,1,"
            + Sm3.hex(text)
            + "\nD,"
            + card.split(",", -1)[1]
            + ",1,TAKEN,\nT,1,";
    Path receipt = Files.writeString(folder.resolve("receipt.csv"), body + Sm3.hex(body) + "\n");
    for (String each : List.of("read", "read again")) {
      assertEquals(0, run("receipt", "1", receipt.toString()), () -> each + ": " + err);
      assertEquals(
          "file 1 DONE: cards 1, taken 1, refused 0, left 0, lines not believed 0",
          out.toString().strip());
    }
    Files.writeString(receipt, body + "\n");
    assertEquals(1, run("receipt", "1", receipt.toString()));
    assertTrue(err.toString().contains("400"), err::toString);
    assertEquals(1, run("receipt", "1", folder.resolve("nowhere.csv").toString()));
    assertEquals(1, run("fetch", "2", made), "there is none");
    assertEquals(2, run(), "say what");
  }

  @Test
  void whatMayHaveBeenMadeIsNotAskedForAgain() throws Exception {
    linkWithACard();
    try (Proxy line = Proxy.to(house.base().getPort());
        Connection database = PostgresUrl.parse(house.url).jdbcConnection();
        Statement holding = database.createStatement()) {
      database.setAutoCommit(false);
      holding.execute("lock table province_file in share row exclusive mode");
      String base = "https://localhost:" + line.port();
      CompletableFuture<Integer> making =
          CompletableFuture.supplyAsync(() -> runAt(base, "make", folder.toString()));
      house.awaitNumber(
          "select count(*) from pg_stat_activity where datname = current_database()"
              + " and wait_event_type = 'Lock' and query like '%insert into province_file%'",
          1);
      line.become(Proxy.State.CLOSED);
      assertEquals(1, making.join());
      assertTrue(err.toString().contains("look before you ask again"), err::toString);
      database.commit();
    }
    house.awaitNumber("select count(*) from province_file", 1);
  }
}
