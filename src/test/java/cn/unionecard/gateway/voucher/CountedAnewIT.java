package cn.unionecard.gateway.voucher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.edge.http.ContractClient;
import cn.unionecard.gateway.edge.http.DeskHouse;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/**
 * Earlier releases counted a benefit until the last fen of its sale came back: what they left is
 * counted anew, once, by the migration.
 */
class CountedAnewIT {
  private static final String MIGRATION = "/db/migration/V105__counted_while_it_pays.sql";
  private static final int CAMPAIGN = 501;
  private static final long MEMBER = 301;

  @Test
  void whatPaysNothingAnyMoreIsNotCounted() throws Exception {
    DeskHouse house = new DeskHouse("anew");
    try {
      give(house);
      ContractClient till = house.till("T0000001");
      JsonObject part = house.sell(till, MEMBER, 1_000);
      assertEquals(1, part.getLong("discountFen"));
      JsonObject standing = house.sell(till, MEMBER + 5_000_000, 1_000);
      assertEquals(1, standing.getLong("discountFen"));
      // HALF_UP, the whole fen of the discount comes back before the last fen of the order
      assertEquals(-1, house.refund(till, part, 999).getLong("discountFen"));
      assertEquals("1/1 1/1 1/1 1", counts(house));
      TestStores.execute(
          house.url,
          """
          update allowance set used_count = used_count + 1, day_count = day_count + 1
          where kind in (1, 2) and owner = 501 or kind = 11;
          update entitlement set used_count = used_count + 1""");
      assertEquals("2/2 2/2 2/2 2", counts(house), "as an earlier release counted it");
      migrate(house.url);
      assertEquals("1/1 1/1 1/1 1", counts(house));
    } finally {
      house.close();
    }
    TestLine.assertAuditClean(house.url);
  }

  /** A pass that takes one fen off each entry. */
  private static void give(DeskHouse house) {
    TestTown.campaign(
        house.url,
        CAMPAIGN,
        "G-501",
        """
        {"benefit":{"kind":"FIXED","offFen":1},
         "funders":[{"funder":"UNION","org":410800,"shareBp":10000}]}""",
        1_000L);
    TestStores.execute(
        house.url,
        """
        update campaign set grants = '{"kind":"PASS"}' where id = 501;
        insert into card values (5000301, 301, 'ACTIVE', 1, '张*');
        insert into benefit_round (id, campaign, name, document_no, way, state, prepared_by,
            approved_by, each, most, good_days, granted)
          overriding system value select 501, 501, '批次', 'x', 'SHEET', 'OPEN', min(id), max(id), 1, 1,
            30, 1 from staff;
        insert into entitlement (member, campaign, round, nth, kind, worth_fen, granted_at, from_ms,
            until_ms, limit_count)
          values (301, 501, 501, 1, 3, 1, now(), 0, 4000000000000, 9)""");
  }

  private static String counts(DeskHouse house) {
    return TestStores.text(
        house.url,
        """
        select string_agg(a.used_count || '/' || a.day_count, ' ' order by a.kind)
          || ' ' || (select used_count from entitlement)
        from allowance a where kind in (1, 2) and owner = 501 or kind = 11""");
  }

  private static void migrate(String url) throws Exception {
    try (InputStream script = CountedAnewIT.class.getResourceAsStream(MIGRATION);
        Connection database = PostgresUrl.parse(url).jdbcConnection();
        Statement statement = database.createStatement()) {
      assertNotNull(script);
      database.setAutoCommit(false);
      boolean unused = statement.execute(new String(script.readAllBytes(), StandardCharsets.UTF_8));
      database.commit();
    }
  }
}
