package cn.unionecard.gateway.twin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.campaign.StoredDecision;
import cn.unionecard.gateway.code.MemberCodes;
import cn.unionecard.gateway.model.CardNo;
import cn.unionecard.gateway.model.Scene;
import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A till, a printed code and a mall of one merchant sell by the same contract, over both protocols:
 * each gets what works in its scene, and its receipts say which that was.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SceneIT {
  private static final int MERCHANT = 1_000;
  private static final String EVERYWHERE = "ALL-1";
  private static final String MALL = "MALL-1";
  private static final String CODES_ONLY = "CODE-1";
  private static final String NOT_HERE = "57";

  private static final Map<Scene, String> TERMINALS =
      Map.of(
          Scene.OFFLINE_POS, "T0001000",
          Scene.QR_STATIC, "T0001001",
          Scene.ONLINE_MALL, "T0001002");

  private static final Map<Scene, Long> DISCOUNTS =
      Map.of(Scene.OFFLINE_POS, 500L, Scene.QR_STATIC, 700L, Scene.ONLINE_MALL, 900L);

  private final TwinClock clock = new TwinClock(Instant.parse("2026-11-24T09:00:00+08:00"));
  private String url;
  private MemberCodes codes;
  private TwinHouse house;
  private Ids ids;
  private List<Till> tills;
  private int trace;
  private long card;

  @BeforeAll
  void open(@TempDir Path folder) throws Exception {
    url = TestStores.get().newDatabase();
    TestTown.load(url);
    TestStores.execute(
        url,
        """
        INSERT INTO merchant VALUES (1000, '841080210001000', '店', '91410800MA0000007L', 'EAT',
          '410802', 410802, 410800, 'LIVE');
        INSERT INTO terminal (id, terminal_no, merchant, serial_no, status, scene) VALUES
          (1000, 'T0001000', 1000, 'SN1000', 'ACTIVE', 'OFFLINE_POS'),
          (1001, 'T0001001', 1000, 'SN1001', 'ACTIVE', 'QR_STATIC'),
          (1002, 'T0001002', 1000, 'SN1002', 'ACTIVE', 'ONLINE_MALL')""");
    campaign(50, EVERYWHERE, 500, "");
    campaign(51, CODES_ONLY, 700, ",\"scenes\":[\"QR_STATIC\"]");
    campaign(52, MALL, 900, ",\"scenes\":[\"ONLINE_MALL\"]");
    codes = TwinTown.keys(url, clock);
    house = new TwinHouse(6, url, folder, clock);
    ids = new Ids();
    tills =
        List.of(new JsonTill(house, ids), new IsoTill(house, List.copyOf(TERMINALS.values()), ids));
  }

  private void campaign(int id, String code, long off, String scenes) {
    TestTown.campaign(
        url,
        id,
        code,
        """
        {"benefit":{"kind":"FIXED","offFen":%d},"merchants":{"ids":[%d]}%s,
         "funders":[{"funder":"UNION","org":410800,"shareBp":6000},{"funder":"MERCHANT","shareBp":4000}]}"""
            .formatted(off, MERCHANT, scenes),
        1_000_000L);
  }

  @AfterAll
  void close() throws Exception {
    for (Till till : tills) {
      till.close();
    }
    house.close();
    TestLine.assertAuditClean(url);
  }

  private static String terminal(Scene scene) {
    return Objects.requireNonNull(TERMINALS.get(scene));
  }

  private Ask ask(TransactionType type, Scene scene, long fen, @Nullable String benefit) {
    String code = type.sells() ? codes.issue(new CardNo(++card), 1, clock.second()) : "";
    return new Ask(type, terminal(scene), 1, ++trace, code, fen, benefit, null, true, 0, 0);
  }

  private Seen sell(Till till, Scene scene, @Nullable String benefit) throws Exception {
    Ask ask = ask(TransactionType.SALE, scene, 10_000, benefit);
    Seen seen = till.send(ask);
    ids.told(ask, seen);
    return seen;
  }

  private JsonObject receipt(Seen seen) {
    long id = TransactionId.parse(Objects.requireNonNull(seen.id())).value();
    return new JsonObject(
        TestStores.text(
            url, "select convert_from(body, 'UTF8') from transaction where id = " + id));
  }

  private StoredDecision decision(Seen seen) throws Exception {
    try (Connection database = PostgresUrl.parse(url).jdbcConnection()) {
      return Objects.requireNonNull(
          StoredDecision.of(database, TransactionId.parse(Objects.requireNonNull(seen.id()))));
    }
  }

  @Test
  void eachSceneGetsWhatWorksInIt() throws Exception {
    for (Till till : tills) {
      for (Scene scene : Scene.values()) {
        Seen seen = sell(till, scene, null);
        assertEquals(DISCOUNTS.get(scene), seen.discount(), scene + " " + till.getClass());
        assertEquals(scene.isOrdinary() ? null : scene.name(), receipt(seen).getString("scene"));
        assertEquals(List.of(), decision(seen).differences());
        assertEquals(
            !scene.isOrdinary(),
            decision(seen).lines(true).contains("sold " + scene.english()),
            () -> String.valueOf(scene));
      }
    }
  }

  @Test
  void whatDoesNotWorkInASceneLeavesNothingInItsRow() throws Exception {
    for (Till till : tills) {
      long id =
          TransactionId.parse(Objects.requireNonNull(sell(till, Scene.OFFLINE_POS, null).id()))
              .value();
      assertEquals(
          EVERYWHERE + ":CHOSEN:500",
          TestStores.text(url, "select trace from transaction where id = " + id));
    }
  }

  @Test
  void aTillCannotNameWhatTheMallGives() throws Exception {
    for (Till till : tills) {
      assertEquals(NOT_HERE, sell(till, Scene.OFFLINE_POS, MALL).code());
      assertEquals(900, sell(till, Scene.ONLINE_MALL, MALL).discount());
      assertEquals(
          MALL + ":NOT_IN_SCENE",
          TestStores.text(
              url,
              "select trace from transaction where refusal is not null order by id desc limit 1"));
      assertEquals(500, sell(till, Scene.QR_STATIC, EVERYWHERE).discount());
    }
  }

  @Test
  void whatWasBoughtInTheMallComesBackThere() throws Exception {
    for (Till till : tills) {
      Ask sale = ask(TransactionType.SALE, Scene.ONLINE_MALL, 10_000, null);
      Seen sold = till.send(sale);
      ids.told(sale, sold);
      Seen back =
          till.send(
              new Ask(
                  TransactionType.REFUND,
                  sale.terminal(),
                  1,
                  ++trace,
                  "",
                  10_000,
                  null,
                  sale,
                  false,
                  0,
                  0));
      assertTrue(back.isApproved(), back::toString);
      assertEquals(900, Math.abs(back.discount()));
      assertEquals("ONLINE_MALL", receipt(back).getString("scene"));
      assertEquals(List.of(), decision(back).differences());
    }
  }

  @Test
  void aTerminalSellsInOneSceneForEver() {
    Throwable refused =
        assertThrows(
            Throwable.class,
            () ->
                TestStores.execute(
                    url,
                    "update terminal set scene = 'OFFLINE_POS' where terminal_no = 'T0001002'"));
    assertTrue(String.valueOf(refused).contains("for ever"), refused::toString);
    TestStores.execute(url, "update terminal set scene = scene where terminal_no = 'T0001002'");
  }

  @Test
  void eventsSayTheScene() {
    String told =
        "select count(*) from event e join transaction t on t.id = e.subject"
            + " join terminal d on d.id = t.terminal where d.scene %s 'OFFLINE_POS'"
            + " and (e.body::jsonb ->> 'scene') is distinct from nullif(d.scene, 'OFFLINE_POS')";
    assertEquals(0, TestStores.number(url, told.formatted("<>")));
    assertEquals(0, TestStores.number(url, told.formatted("=")));
    assertFalse(
        TestStores.number(
                url,
                "select count(*) from information_schema.columns"
                    + " where table_name = 'transaction' and column_name = 'scene'")
            > 0);
  }
}
