package cn.unionecard.gateway.edge.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.Client;
import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tills on clients that others' tools generate from the contract, each in a process of its own:
 * {@code src/clients/java} and {@code src/clients/typescript}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GeneratedClientsIT {
  private static final Client JAVA = Client.ofMaven("java");
  private static final Client TYPESCRIPT = Client.ofNode("typescript");

  private Path folder;
  private final MovingClock clock = new MovingClock(Clock.systemUTC().millis() / 1000);
  private String url;
  private TestLine line;
  private EdgeHouse house;
  private long card = 1;

  static boolean isJavaToBeRun() {
    return JAVA.isToBeRun();
  }

  static boolean isTypescriptToBeRun() {
    return TYPESCRIPT.isToBeRun();
  }

  @BeforeAll
  void open(@TempDir Path given) throws Exception {
    folder = given;
    url = TestStores.get().newDatabase();
    TestTown.load(url);
    TestTown.tenPercent(url);
    line = new TestLine(url, "clients", 1, clock);
    house =
        new EdgeHouse(
            EdgeHouse.limits(15_000, 60_000, 10_000, 10_000),
            line.vertx,
            line.doors.get(0),
            line.line.archive());
    house.certificates.ca.write(folder.resolve("ca.pem"), folder.resolve("ca-key.pem"));
    house
        .certificates
        .client(Duration.ofDays(1), "urn:ecard:terminal:T0000001")
        .write(folder.resolve("till.pem"), folder.resolve("till-key.pem"));
  }

  @AfterAll
  void close() throws Exception {
    house.end();
    line.close();
    TestLine.assertAuditClean(url);
  }

  private String code() {
    return TestTown.code(card++, clock.millis());
  }

  /** A sale of 128.00 of which 32.00 came back, and one that was reversed. */
  private void works(Client client) throws Exception {
    String said =
        client.run(
            folder.resolve("till.log"),
            house.base.toString(),
            folder.resolve("ca.pem").toString(),
            folder.resolve("till.pem").toString(),
            folder.resolve("till-key.pem").toString(),
            code(),
            code());
    assertTrue(said.endsWith("as the contract says\n"), said);
  }

  private long transactions() {
    return TestStores.number(url, "select count(*) from transaction");
  }

  @Test
  @EnabledIf(value = "isJavaToBeRun", disabledReason = "not built: mvn -f src/clients/java package")
  void theJavaClientSells() throws Exception {
    long before = transactions();
    works(JAVA);
    assertEquals(before + 4, transactions());
  }

  @Test
  @EnabledIf(
      value = "isTypescriptToBeRun",
      disabledReason = "not built: npm ci and npm run build in src/clients/typescript")
  void theTypescriptClientSells() throws Exception {
    long before = transactions();
    works(TYPESCRIPT);
    assertEquals(before + 4, transactions());
  }
}
