package cn.unionecard.gateway.voucher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.edge.http.ContractClient;
import cn.unionecard.gateway.edge.http.DeskHouse;
import cn.unionecard.gateway.runtime.Clocks;
import io.vertx.core.json.JsonObject;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Vouchers, quotas and passes at real tills: used, given back, and never twice. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RedemptionIT {
  private static final long DAY_MS = 86_400_000L;

  private DeskHouse house;
  private ContractClient till;
  private int campaigns = 100;
  private long member = 300;
  private long extraCard = 5_000_000;

  @BeforeAll
  void open() throws Exception {
    house = new DeskHouse("redeems");
    till = house.till("T0000001");
  }

  @AfterAll
  void close() throws Exception {
    house.close();
    TestLine.assertAuditClean(house.url);
  }

  /** A campaign of which a round gives; the round has its number. */
  private int campaign(String benefit, String grants, long budgetFen) {
    int id = ++campaigns;
    String rule =
        """
        {"benefit":%s,"funders":[{"funder":"UNION","org":410800,"shareBp":7000},
         {"funder":"MERCHANT","shareBp":3000}],"merchants":{"categories":["EAT","SHOP"]}}"""
            .formatted(benefit);
    TestTown.campaign(house.url, id, "G-" + id, rule, budgetFen);
    TestStores.execute(
        house.url,
        """
        update campaign set grants = '%2$s' where id = %1$d;
        insert into benefit_round (id, campaign, name, document_no, way, state, prepared_by,
            approved_by, each, most, good_days, granted)
          overriding system value select %1$d, %1$d, '批次', 'x', 'SHEET', 'OPEN', min(id), max(id),
            1, 100, 30, 0 from staff"""
            .formatted(id, grants));
    return id;
  }

  private static final String VOUCHER =
      "{\"kind\":\"THRESHOLD\",\"thresholdFen\":10000,\"offFen\":5000}";
  private static final String ALL =
      "{\"kind\":\"PERCENT\",\"basisPoints\":10000,\"capFen\":100000000}";

  /** Gives a member one of a campaign; its row. */
  private long give(int campaign, long to, int kind, String limits, long untilMs) {
    long now = house.now().toEpochMilli();
    TestStores.execute(
        house.url,
        """
        insert into entitlement (member, campaign, round, nth, kind, worth_fen, granted_at, from_ms,
            until_ms, limit_fen, limit_count)
          select %1$d, %2$d, %2$d, 1 + count(*), %3$d, 1, now(), %4$d, %5$d, %6$s
          from entitlement where round = %2$d and member = %1$d;
        update benefit_round set each = 10, granted = (
          select count(*) from entitlement where round = %2$d) where id = %2$d"""
            .formatted(to, campaign, kind, now - DAY_MS, untilMs, limits));
    return TestStores.number(house.url, "select max(id) from entitlement");
  }

  private long voucher(int campaign, long to) {
    return give(campaign, to, 1, "null, 1", house.now().toEpochMilli() + DAY_MS);
  }

  /** Another card of that member, for a code pays once. */
  private long card(long of) {
    long serial = ++extraCard;
    TestStores.execute(
        house.url, "insert into card values (%d, %d, 'ACTIVE', 1, '张*')".formatted(serial, of));
    return serial;
  }

  private JsonObject sell(long to, long fen) throws Exception {
    JsonObject receipt = house.sell(till, card(to), fen);
    assertEquals("APPROVED", receipt.getString("outcome"), receipt::encode);
    return receipt;
  }

  private long discount(long to, long fen) throws Exception {
    return sell(to, fen).getLong("discountFen");
  }

  private long number(String what, long id) {
    return TestStores.number(house.url, "select " + what + " from entitlement where id = " + id);
  }

  // ---- vouchers

  @Test
  void aVoucherIsUsedOnceAndComesBackWithAllOfItsSale() throws Exception {
    int campaign = campaign(VOUCHER, "{\"kind\":\"VOUCHER\"}", 1_000_000);
    long who = ++member;
    assertEquals(0, discount(who, 10_000), "nothing was given");
    long voucher = voucher(campaign, who);
    assertEquals(0, discount(who, 9_999), "below its threshold");
    JsonObject sale = sell(who, 10_000);
    assertEquals(5_000, sale.getLong("discountFen"));
    assertFalse(sale.encode().contains("G-"), "no till learns which");
    assertEquals(0, discount(who, 10_000));
    JsonObject part = house.refund(till, sale, 4_000);
    assertEquals(-2_000, part.getLong("discountFen"));
    assertEquals(3_000, number("used_fen", voucher));
    assertEquals(0, discount(who, 10_000), "part of it does not bring it back");
    JsonObject rest = house.refund(till, sale, 6_000);
    assertEquals(-3_000, rest.getLong("discountFen"));
    assertEquals(0, number("used_count", voucher));
    assertEquals(1, number("count(returned_ms)", voucher));
    assertEquals(5_000, discount(who, 10_000));
  }

  @Test
  void theOneThatEndsFirstIsUsedFirst() throws Exception {
    int campaign = campaign(VOUCHER, "{\"kind\":\"VOUCHER\"}", 1_000_000);
    long who = ++member;
    long late = give(campaign, who, 1, "null, 1", house.now().toEpochMilli() + 9 * DAY_MS);
    long soon = voucher(campaign, who);
    assertEquals(5_000, discount(who, 20_000));
    assertEquals(1, number("used_count", soon));
    assertEquals(0, number("used_count", late));
  }

  @Test
  void whatIsNotGoodYetOrOverOrVoidIsNoGood() throws Exception {
    int campaign = campaign(VOUCHER, "{\"kind\":\"VOUCHER\"}", 1_000_000);
    long who = ++member;
    long voucher = voucher(campaign, who);
    String change = "update entitlement set %s where id = " + voucher;
    long now = house.now().toEpochMilli();
    TestStores.execute(house.url, change.formatted("from_ms = " + (now + DAY_MS / 2)));
    assertEquals(0, discount(who, 10_000));
    TestStores.execute(
        house.url, change.formatted("from_ms = " + (now - DAY_MS) + ", until_ms = " + (now - 1)));
    assertEquals(0, discount(who, 10_000));
    TestStores.execute(
        house.url,
        change.formatted("until_ms = " + (now + DAY_MS) + ", void_at = now(), void_reason = 'x'"));
    assertEquals(0, discount(who, 10_000));
  }

  @Test
  void whatComesBackAfterItsTimeIsLostOrGoodForSomeDaysMore() throws Exception {
    for (int days : List.of(0, 3)) {
      int campaign =
          campaign(VOUCHER, "{\"kind\":\"VOUCHER\",\"returnDays\":" + days + "}", 1_000_000);
      long who = ++member;
      long voucher = voucher(campaign, who);
      JsonObject sale = sell(who, 10_000);
      long over = house.now().toEpochMilli() - 1_000;
      TestStores.execute(
          house.url, "update entitlement set until_ms = " + over + " where id = " + voucher);
      JsonObject back = house.refund(till, sale, 10_000);
      assertEquals("APPROVED", back.getString("outcome"));
      assertEquals(0, number("used_count", voucher));
      long until = number("until_ms", voucher);
      if (days == 0) {
        assertEquals(over, until);
        assertEquals(0, discount(who, 10_000));
      } else {
        assertTrue(until > over + days * DAY_MS && until <= over + 1_000 + (days + 1) * DAY_MS);
        assertEquals(5_000, discount(who, 10_000));
      }
    }
  }

  // ---- quotas

  @Test
  void aQuotaPaysOverSeveralLotsAndEachGetsItsShareBack() throws Exception {
    int campaign = campaign(ALL, "{\"kind\":\"QUOTA\",\"pool\":\"WELFARE\"}", 1_000_000);
    long who = ++member;
    long now = house.now().toEpochMilli();
    long late = give(campaign, who, 2, "300, null", now + 9 * DAY_MS);
    long soon = give(campaign, who, 2, "500, null", now + DAY_MS);
    JsonObject sale = sell(who, 600);
    assertEquals(0, sale.getLong("memberPaysFen"));
    assertEquals(500, number("used_fen", soon));
    assertEquals(100, number("used_fen", late));
    JsonObject part = house.refund(till, sale, 60);
    assertEquals(-60, part.getLong("discountFen"));
    assertEquals(540, number("used_fen", soon) + number("used_fen", late));
    JsonObject second = sell(who, 1_000);
    assertEquals(260, second.getLong("discountFen"), "what is left of both");
    JsonObject all = house.refund(till, sale, 540);
    assertEquals(-540, all.getLong("discountFen"));
    assertEquals(260, number("used_fen", soon) + number("used_fen", late));
  }

  @Test
  void whatEndedUnusedStaysLostWhenAPartComesBack() throws Exception {
    int campaign = campaign(ALL, "{\"kind\":\"QUOTA\",\"returnDays\":2}", 1_000_000);
    long who = ++member;
    long lot = give(campaign, who, 2, "1000, null", house.now().toEpochMilli() + DAY_MS);
    JsonObject sale = sell(who, 600);
    assertEquals(600, sale.getLong("discountFen"));
    TestStores.execute(
        house.url,
        "update entitlement set until_ms = %d where id = %d"
            .formatted(house.now().toEpochMilli() - 1_000, lot));
    assertEquals(0, discount(who, 100), "it is over");
    JsonObject back = house.refund(till, sale, 150);
    assertEquals(-150, back.getLong("discountFen"));
    assertEquals(150, number("entitlement_left_fen(entitlement)", lot));
    JsonObject again = sell(who, 100);
    assertEquals(100, again.getLong("discountFen"));
    assertEquals(50, discount(who, 1_000), "of the 400 that ended unused nothing comes again");
    assertEquals(0, discount(who, 1_000));
    JsonObject more = house.refund(till, again, 100);
    assertEquals(-100, more.getLong("discountFen"));
    assertEquals(100, number("late_fen", lot), "within its days it holds that again");
    assertEquals(100, discount(who, 1_000));
  }

  // ---- passes

  @Test
  void aPassIsGoodSoOftenAtEachSiteAndInAll() throws Exception {
    int campaign = campaign(ALL, "{\"kind\":\"PASS\",\"siteDayCount\":1}", 1_000_000);
    long who = ++member;
    long pass = give(campaign, who, 3, "null, 2", house.now().toEpochMilli() + DAY_MS);
    JsonObject first = sell(who, 4_000);
    assertEquals(4_000, first.getLong("discountFen"));
    assertEquals(0, discount(who, 4_000), "once a day at each site");
    JsonObject back = house.refund(till, first, 4_000);
    assertEquals(-4_000, back.getLong("discountFen"));
    assertEquals(4_000, discount(who, 4_000));
    ContractClient other = house.till("T0000008");
    assertEquals(4_000, house.sell(other, card(who), 4_000).getLong("discountFen"));
    assertEquals(2, number("used_count", pass));
    TestStores.execute(house.url, "update allowance set day = day - 1 where kind = 11");
    assertEquals(0, discount(who, 4_000), "twice in all");
  }

  @Test
  void aPassIsGoodNowhereOnADayThatIsClosed() throws Exception {
    String today = LocalDate.ofInstant(house.now(), Clocks.CHINA).toString();
    int campaign = campaign(ALL, "{\"kind\":\"PASS\",\"closed\":[\"" + today + "\"]}", 1_000_000);
    long who = ++member;
    long unused = give(campaign, who, 3, "null, 2", house.now().toEpochMilli() + DAY_MS);
    assertEquals(0, discount(who, 4_000));
  }

  // ---- told

  /** What the union heard of one of them, the oldest first. */
  private String told(long id) {
    return TestStores.text(
        house.url,
        """
        select coalesce(string_agg(split_part(kind, '.', 2) || (body::jsonb ->> 'fen') || '/' || (body::jsonb ->> 'count'),
          ' ' order by id), '')
        from outbox where kind like 'voucher.%' and merchant = -410800 and subject = """
            + id);
  }

  @Test
  void theUnionHearsWhatBecomesOfEachAndNotWhose() throws Exception {
    int vouchers = campaign(VOUCHER, "{\"kind\":\"VOUCHER\"}", 1_000_000);
    long who = ++member;
    long voucher = voucher(vouchers, who);
    JsonObject sale = sell(who, 10_000);
    assertEquals("APPROVED", house.refund(till, sale, 4_000).getString("outcome"));
    assertEquals("APPROVED", house.refund(till, sale, 6_000).getString("outcome"));
    assertEquals("used5000/1 returned-2000/0 returned-3000/-1", told(voucher));
    assertEquals(
        0,
        TestStores.number(
            house.url,
            "select count(*) from outbox where kind like 'voucher.%' and body like '%"
                + sale.getString("id")
                + "%'"));
  }

  // ---- at once

  @Test
  void ofManyAtOnceOneUsesTheVoucherAndOneTheLastFen() throws Exception {
    int vouchers = campaign(VOUCHER, "{\"kind\":\"VOUCHER\"}", 1_000_000);
    int quotas = campaign(ALL, "{\"kind\":\"QUOTA\"}", 1_000_000);
    long first = ++member;
    long second = ++member;
    long voucher = voucher(vouchers, first);
    long lot = give(quotas, second, 2, "100, null", house.now().toEpochMilli() + DAY_MS);
    assertEquals(1, winners(first, 10_000), "one voucher");
    assertEquals(1, winners(second, 100), "one lot");
    assertEquals(5_000, number("used_fen", voucher));
    assertEquals(100, number("used_fen", lot));
  }

  private int winners(long who, long fen) throws Exception {
    List<Long> cards = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      cards.add(card(who));
    }
    ExecutorService crowd = Executors.newFixedThreadPool(8);
    int winners = 0;
    try {
      List<Future<JsonObject>> sales = new ArrayList<>();
      for (int i = 0; i < cards.size(); i++) {
        long card = cards.get(i);
        String key = "many-" + who + "-" + i;
        sales.add(crowd.submit(() -> sellAs(key, card, fen)));
      }
      for (Future<JsonObject> sale : sales) {
        winners += sale.get().getLong("discountFen") > 0 ? 1 : 0;
      }
    } finally {
      crowd.shutdown();
    }
    return winners;
  }

  private JsonObject sellAs(String key, long card, long fen) throws Exception {
    String code = TestTown.code(card, house.line.clock.millis());
    return till.send(
            till.post(
                    "/v1/transactions",
                    "{\"type\":\"SALE\",\"code\":\"%s\",\"orderFen\":%d}".formatted(code, fen))
                .header("Idempotency-Key", key))
        .json()
        .getJsonObject("body");
  }
}
