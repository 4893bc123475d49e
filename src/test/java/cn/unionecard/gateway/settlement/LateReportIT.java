package cn.unionecard.gateway.settlement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.Loops;
import cn.unionecard.gateway.TestGateway;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.code.MemberCodes;
import cn.unionecard.gateway.model.CardNo;
import cn.unionecard.gateway.model.KeyAlgorithm;
import cn.unionecard.gateway.model.MacMode;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.runtime.Clocks;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.keys.EcbCipher;
import cn.unionecard.gateway.runtime.keys.Kek;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import cn.unionecard.gateway.terminal.MasterKeys;
import cn.unionecard.gateway.terminal.TerminalSecrets;
import cn.unionecard.workbench.pos.PosIdentity;
import cn.unionecard.workbench.pos.PosLine;
import cn.unionecard.workbench.pos.PosReply;
import cn.unionecard.workbench.pos.PosTerminal;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sales made offline on a day that is closed by the time they are reported, at a whole gateway over
 * HTTPS and over ISO 8583: they stand in the next statement, with the reason and the day they were
 * made on, and the closed day stays as it was.
 */
class LateReportIT {
  private static final Instant MADE = Instant.parse("2026-11-24T18:00:00+08:00");
  private static final String STATEMENT =
      "select encode(sm3, 'hex'), sales, sales_fen from statement where kind = 'MERCHANT' and day = '%s'";

  private final String url = TestStores.get().newDatabase();
  private final Month.Hands clock = new Month.Hands(Instant.parse("2026-11-24T10:00:00+08:00"));
  private final Vertx vertx = Loops.vertx();

  @Test
  void whatComesBehindItsDayStandsInTheNextStatementWithItsReason(@TempDir Path folder)
      throws Exception {
    TestTown.load(url);
    TestTown.tenPercent(url);
    MemberCodes codes = keys();
    try (TestGateway gateway =
        new TestGateway(
            url,
            TestStores.get().redisUrl() + "/11",
            folder,
            clock,
            List.of(
                "node.name=late",
                "node.eventLoops=1",
                "iso8583.port=0",
                "keys.receiptAlgorithm=Ed25519"))) {
      JsonObject sale =
          new JsonObject()
              .put("type", "SALE")
              .put("code", codes.issue(new CardNo(1), 1, clock.instant().getEpochSecond()))
              .put("orderFen", 10_000);
      assertEquals(201, post(gateway, "/v1/transactions", sale).statusCode());
      MonthIT.closeTheDay(vertx, url, clock);
      List<List<String>> before = MonthIT.rows(url, STATEMENT.formatted("2026-11-24"));
      overHttps(gateway, codes);
      overIso(gateway, codes);
      MonthIT.closeTheDay(vertx, url, clock);
      assertEquals(before, MonthIT.rows(url, STATEMENT.formatted("2026-11-24")));
    }
    assertEquals(
        List.of(
            List.of("T0000001", "3000", "OFFLINE", "2026-11-24"),
            List.of("T0000002", "4000", "OFFLINE", "2026-11-24")),
        MonthIT.rows(
            url,
            "select terminal, order_fen, reason, sold_on from statement_line('2026-11-25', 1) order by 1"));
    String file =
        MonthIT.rows(
                url,
                "select statement_text(id) from statement where kind = 'MERCHANT' and day = '2026-11-25'")
            .get(0)
            .get(0);
    assertTrue(file.contains(",OFFLINE,2026-11-24"), file);
    MonthIT.assertClean(url);
    Loops.await(vertx.close());
  }

  private MemberCodes keys() throws Exception {
    SecureRandom random = new SecureRandom();
    Kek kek = Kek.of(new Config.Keys(null, TestGateway.KEK, "Ed25519"));
    TerminalId terminal = new TerminalId("T0000002");
    try (Connection database = PostgresUrl.parse(url).jdbcConnection()) {
      new MasterKeys(database)
          .store(
              terminal,
              new TerminalSecrets(kek, random).wrapMaster(terminal, new byte[16]),
              new MasterKeys.Stored(
                  KeyAlgorithm.SM4,
                  MacMode.XOR_ECB,
                  EcbCipher.checkValue(KeyAlgorithm.SM4, new byte[16]),
                  clock.instant()));
      return TestGateway.codes(database, "Ed25519", clock);
    }
  }

  private static void overHttps(TestGateway gateway, MemberCodes codes) throws Exception {
    JsonObject advice =
        new JsonObject()
            .put("requestId", "late-1")
            .put("code", codes.issue(new CardNo(2), 1, MADE.getEpochSecond()))
            .put("orderFen", 3_000)
            .put("at", Clocks.RFC_3339.format(MADE))
            .put("counter", 1);
    HttpResponse<String> answer =
        post(gateway, "/v1/advices", new JsonObject().put("advices", new JsonArray().add(advice)));
    assertEquals(200, answer.statusCode(), answer::body);
    assertTrue(answer.body().contains("\"APPROVED\""), answer::body);
  }

  private static HttpResponse<String> post(TestGateway gateway, String path, JsonObject body)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("https://localhost:" + gateway.gateway().port() + path))
            .header("Authorization", "Bearer " + gateway.token("T0000001"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.encode()));
    if (path.endsWith("transactions")) {
      request.header("Idempotency-Key", "sale-1");
    }
    return gateway.https().send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private void overIso(TestGateway gateway, MemberCodes codes) {
    Context loop = Loops.loop(vertx);
    NetClient client = vertx.createNetClient();
    PosTerminal pos =
        new PosTerminal(
            new PosIdentity(
                new TerminalId("T0000002"),
                "841080210000013",
                KeyAlgorithm.SM4,
                MacMode.XOR_ECB,
                new byte[16],
                0));
    PosReply reply =
        Loops.await(
            Loops.on(
                loop,
                () ->
                    PosLine.open(client, gateway.gateway().isoPort(), "localhost")
                        .compose(
                            line ->
                                pos.ask(line, pos.signOn(PosTerminal.DOUBLE_KEYS))
                                    .compose(
                                        keys -> {
                                          pos.takeKeys(keys);
                                          String code =
                                              codes.issue(new CardNo(3), 1, MADE.getEpochSecond());
                                          return pos.ask(line, pos.advice(code, 4_000, MADE));
                                        }))));
    assertTrue(reply.approved(), reply::code);
  }
}
