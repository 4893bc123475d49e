package cn.unionecard.gateway.settlement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.EventSchemas;
import cn.unionecard.gateway.Loops;
import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.ledger.audit.Audit;
import cn.unionecard.gateway.ledger.audit.MarkedAudit;
import cn.unionecard.gateway.line.Reply;
import cn.unionecard.gateway.runtime.Clocks;
import cn.unionecard.gateway.runtime.Sm3;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * A month in miniature through the real line, with refunds, voids, holds, reversals and offline
 * sales that come late: it closes day by day, and statements, books and the plain sums of the
 * ledger agree to the fen. Planted errors are found and named.
 */
class MonthIT {
  private static final LocalDate FIRST = LocalDate.of(2026, 9, 18);
  private static final int DAYS = 28;
  private static final int SALES = 120;

  private final Vertx vertx = Loops.vertx();

  private Pool pool(String url) {
    return pool(vertx, url);
  }

  private static Pool pool(Vertx vertx, String url) {
    return Settlement.closing(vertx, PostgresUrl.parse(TestStores.serving(url)), TestLine.limits());
  }

  static DayClose close(Pool pool, Clock clock) {
    return new DayClose(pool, clock, Duration.ZERO, new Hints(TestLine.settlement()));
  }

  /** The next morning the day before is closed. */
  static void closeTheDay(Vertx vertx, String url, Month.Hands clock) {
    clock.set(
        clock
            .instant()
            .atZone(Clocks.CHINA)
            .toLocalDate()
            .plusDays(1)
            .atTime(8, 0)
            .atZone(Clocks.CHINA)
            .toInstant());
    Pool pool = pool(vertx, url);
    assertEquals(1, Loops.await(close(pool, clock).run(step -> {})));
    Loops.await(pool.close());
  }

  static List<List<String>> rows(String url, String sql) throws SQLException {
    try (Connection database = PostgresUrl.parse(url).jdbcConnection();
        Statement statement = database.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<List<String>> all = new ArrayList<>();
      while (rows.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          row.add(String.valueOf(rows.getString(i)));
        }
        all.add(row);
      }
      return all;
    }
  }

  @Test
  void aMonthClosesDayByDayAndAllAgreesToTheFen() throws Exception {
    List<MarkedAudit> marks = new ArrayList<>();
    try (Month month = new Month(Long.getLong("month.seed", 7), FIRST)) {
      Month.Hands behind = new Month.Hands(month.clock.instant());
      Pool pool = pool(month.url);
      DayClose close = close(pool, month.clock);
      try (TestLine slow = new TestLine(month.url, "slow", 1, behind)) {
        for (int day = 0; day < DAYS; day++) {
          if (day % 7 == 6) {
            marks.add(MarkedAudit.at(month.url));
          }
          month.day(SALES);
          behind.set(month.clock.instant());
          month.night();
          List<DayClose.Step> steps = new ArrayList<>();
          assertEquals(1, Loops.await(close.run(steps::add)), "one day a night");
          assertEquals(FIRST.plusDays(day), steps.get(0).day());
          if (day % 5 == 3) {
            // a node whose clock is behind: stamps on a day that is closed
            Reply late =
                slow.submit(
                    TestLine.sale(
                        "T0000004",
                        "late-" + day,
                        TestTown.code(9_100 + day, behind.millis()),
                        5_000));
            assertTrue(late instanceof Reply.Recorded, late::toString);
          }
        }
      }
      assertAgrees(month.url, DAYS);
      assertTrue(
          TestStores.number(month.url, "select count(*) from settlement_late") >= DAYS / 5,
          "behind the fence of their day: those sales, and holds that ended on the slow node");
      assertTrue(
          TestStores.number(
                  month.url,
                  "select count(*) from settlement_close c, statement s,"
                      + " statement_line(c.day, s.party) l"
                      + " where s.day = c.day and s.kind = 'MERCHANT' and l.reason = 'OFFLINE'")
              > 0,
          "offline sales of the day before");
      assertClean(month.url);
      for (MarkedAudit mark : marks) {
        mark.assertClean(month.url);
      }
      plant(month.url, marks);
      Loops.await(pool.close());
    } finally {
      Loops.await(vertx.close());
    }
  }

  /** By the posting view and plain days, which the close does not read. */
  private static void assertAgrees(String url, int days) throws Exception {
    assertEquals(
        days,
        TestStores.number(url, "select count(*) from settlement_close where state = 'CLOSED'"));
    assertEquals(
        TestStores.number(
            url,
            "select count(*) from transaction where id < settlement_begin((select max(day) + 1 from settlement_close))"),
        TestStores.number(
                url,
                "select count(distinct id) + 0 * count(*) from settlement_close c, settlement_member(c.day) m")
            + TestStores.number(
                url,
                "select count(*) from transaction t where t.id < settlement_begin((select max(day) + 1 from settlement_close))"
                    + " and not exists (select from settlement_close c, settlement_member(c.day) m where m.id = t.id)"));
    assertEquals(
        rows(
            url,
            """
            select p.party, t.merchant, sum(p.fen) from posting p join transaction t on t.id = p.transaction
            where p.account = 'UNION'
              and (t.id < settlement_begin((select max(day) from settlement_close) + 1))
              and exists (select from settlement_close c, settlement_member(c.day) m where m.id = t.id)
            group by 1, 2 having sum(p.fen) <> 0 order by 1, 2"""),
        rows(
            url,
            """
            select funder, merchant, sum(owed_fen) from obligation('2099-01-01')
            group by 1, 2 having sum(owed_fen) <> 0 order by 1, 2"""),
        "the books say what was posted");
    assertEquals(
        rows(
            url,
            """
            select sum(sales), sum(sales_fen - returns_fen), sum(sales_own_fen - returns_own_fen),
              sum(sales_union_fen - returns_union_fen) from statement where kind = 'MERCHANT'"""),
        rows(
            url,
            """
            select sum(sales), sum(sales_fen - returns_fen), sum(sales_own_fen - returns_own_fen),
              sum(sales_union_fen - returns_union_fen) from statement where kind = 'UNION'"""));
    assertEquals(
        rows(
            url,
            "select sum(sales_union_fen - returns_union_fen) from statement where kind = 'FUNDER'"),
        rows(
            url,
            "select sum(sales_union_fen - returns_union_fen) from statement where kind = 'MERCHANT'"));
    assertEquals(
        rows(
            url,
            "select coalesce(sum(case when t.effect > 0 then t.order_fen else -t.order_fen end), 0) from transaction t"
                + " where t.effect in (1, 3, -1, -3) and exists (select from settlement_close c, settlement_member(c.day) m where m.id = t.id)"),
        rows(url, "select sum(sales_fen - returns_fen) from statement where kind = 'MERCHANT'"));
    assertFiles(url);
  }

  /** What the details of each file sum to is what its last line says, and its digest is right. */
  private static void assertFiles(String url) throws Exception {
    int read = 0;
    for (List<String> row :
        rows(
            url,
            "select statement_text(id) || statement_trailer(s) || ',', encode(sm3, 'hex'), kind from statement s"
                + " where day >= '"
                + FIRST.plusDays(DAYS - 4)
                + "'")) {
      assertEquals(HexFormat.of().formatHex(Sm3.of(row.get(0))), row.get(1));
      if (!row.get(2).equals("MERCHANT")) {
        continue;
      }
      read++;
      BigDecimal order = BigDecimal.ZERO;
      BigDecimal union = BigDecimal.ZERO;
      int details = 0;
      for (String line : row.get(0).split("\r\n", -1)) {
        String[] cells = line.split(",", -1);
        if (cells[0].equals("D")) {
          details++;
          order = order.add(new BigDecimal(cells[8]));
          union = union.add(new BigDecimal(cells[10]));
        } else if (cells[0].equals("T")) {
          assertEquals(Integer.parseInt(cells[1]), details);
          assertEquals(new BigDecimal(cells[3]).add(new BigDecimal(cells[8])), order);
          assertEquals(new BigDecimal(cells[5]).add(new BigDecimal(cells[10])), union);
        }
      }
    }
    assertTrue(read > 0);
  }

  /** Somebody who pays and somebody who is paid. */
  private static final String PAYER =
      """
      insert into staff (login, name, org, roles, status, password)
        values ('planter', '某人', 410800, '{CLERK}', 'ACTIVE', '$argon2id$x'), ('planter.two', '某人', 410800, '{APPROVER}', 'ACTIVE', '$argon2id$x');
      insert into payee (merchant, holder, bank, account, account_mask, reason, asked_by, asked_at, state, decided_by, decided_at, effective_at)
        select 1, 'x', 'x', '\\x00', '****1234', 'x', min(id), now(), 'CONFIRMED', max(id), now(), now() from staff;
      insert into payment_batch (funder, through, state, made_by, made_at, approved_by, approved_at)
        select 410800, '2026-09-20', 'APPROVED', min(id), now(), max(id), now() from staff;
      """;

  /** One error of each kind; each is named by the check that is for it, and only found ones. */
  private static void plant(String url, List<MarkedAudit> marks) throws Exception {
    String day = "(select max(day) from settlement_close)";
    List<Map.Entry<String, String>> errors = new ArrayList<>();
    plant(
        errors,
        "days-close-once",
        "update settlement_close set transactions = transactions + 1 where day = " + day);
    plant(
        errors,
        "books-follow-from-closes",
        "update book_entry set fen = fen + 1 where id = (select max(id) from book_entry where source = 'CLOSE')");
    plant(
        errors,
        "campaigns-count-what-stands",
        "update campaign_day set sales = sales - 1 where day = " + day);
    plant(
        errors,
        "statements-add-up",
        "update statement set sales_union_fen = sales_union_fen + 1, sales_own_fen = sales_own_fen - 1"
            + " where id = (select max(id) from statement where kind = 'MERCHANT')");
    plant(
        errors,
        "payments-are-booked",
        PAYER
            + """
            insert into payment (batch, no, merchant, payee, fen, state)
              select b.id, 1, 1, p.id, 77, 'TOLD' from payment_batch b, payee p""");
    plant(
        errors,
        "payments-are-booked",
        PAYER
            + """
            insert into payment (batch, no, merchant, payee, fen, state, reason)
              select b.id, 1, 3, p.id, 77, 'LEFT', 'x' from payment_batch b, payee p""");
    plant(
        errors,
        "corrections-counter-an-entry",
        """
        insert into book_entry (at, source, day, debit, credit, funder, campaign, merchant, fen, counters, reason)
          select now(), 'CORRECTION', day, credit, debit, funder, campaign, merchant, fen + 1, id, 'x'
          from book_entry where source = 'CLOSE' order by id limit 1""");
    String latest = "(select max(id) from book_entry where source = 'CLOSE')";
    // 串日: an entry and a late transaction of another day
    plant(
        errors,
        "books-follow-from-closes",
        "update book_entry set day = day - 1, campaign = 2147483647 where id = " + latest);
    plant(
        errors,
        "days-close-once",
        "update settlement_late set day = day - 1 where transaction = (select max(transaction) from settlement_late)");
    // 单边: an entry, a statement and a late transaction that are gone
    plant(errors, "books-follow-from-closes", "delete from book_entry where id = " + latest);
    plant(
        errors,
        "statements-add-up",
        "delete from statement where id = (select max(id) from statement where kind = 'FUNDER')");
    plant(
        errors,
        "days-close-once",
        "delete from settlement_late where transaction = (select max(transaction) from settlement_late)");
    // 重复: an entry once more, by whatever key
    plant(
        errors,
        "books-follow-from-closes",
        """
        insert into book_entry (at, source, day, debit, credit, funder, campaign, merchant, fen)
          select at, source, day, debit, credit, funder, 2147483647, merchant, fen from book_entry where id = """
            + latest);
    // 收款人不符: what is owed stands with another merchant, and is owed by another union
    plant(
        errors,
        "books-follow-from-closes",
        "update book_entry set merchant = case merchant when 1 then 3 else 1 end, campaign = 2147483647 where id = "
            + latest);
    plant(
        errors,
        "books-follow-from-closes",
        "update book_entry set funder = case funder when 410800 then 410802 else 410800 end, campaign = 2147483647 where id = "
            + latest);
    plant(
        errors,
        "books-follow-from-closes",
        "update book_entry set campaign = 2147483647 where id = " + latest);
    // 长款、短款: the two columns of a statement, its returns among its sales
    plant(
        errors,
        "statements-add-up",
        """
        update statement set sales_fen = sales_fen + 1, sales_member_fen = sales_member_fen + 1
        where id = (select max(id) from statement where kind = 'MERCHANT')""");
    // the fourth mark was taken after the last late one
    int nth = 0;
    for (Map.Entry<String, String> error : errors) {
      marks.get(nth++ % 3).assertFinds(url, Map.of(error.getKey(), error.getValue()));
    }
    assertClean(url);
  }

  private static void plant(
      List<Map.Entry<String, String>> errors, String check, String statement) {
    errors.add(Map.entry(check, statement));
  }

  /** All but the seals, which judge by the wall clock and not by a month that is past. */
  static void assertClean(String url) throws Exception {
    TestStores.execute(
        url,
        """
        INSERT INTO keyring (kid, purpose, alg, public_key, wrapped, created_at)
        VALUES ('test-1', 'RECEIPT', 'SM2', '\\x%s', '\\x00', now()) ON CONFLICT DO NOTHING"""
            .formatted(HexFormat.of().formatHex(TestLine.signingKey().publicKey().spki())));
    Audit audit = Audit.of(PostgresUrl.parse(url));
    assertTrue(
        audit.brokenBlocks() == 0
            && audit.ledger().stream().allMatch(finding -> finding.broken() == 0),
        audit::describe);
    EventSchemas.assertAllFit(url);
  }

  /**
   * Whoever closes is killed behind each step; the next one goes on, and nothing is booked twice.
   */
  @Test
  void whoIsKilledBetweenTwoStepsIsFollowedByAnother() throws Exception {
    try (Month month = new Month(11, LocalDate.of(2026, 9, 29))) {
      month.day(150);
      month.night();
      month.day(150);
      month.night();
      List<DayClose.Kind> kinds = new ArrayList<>();
      DayClose.Step step;
      do {
        Pool pool = pool(month.url);
        step = Loops.await(close(pool, month.clock).next());
        Loops.await(pool.close());
        if (step != null) {
          kinds.add(step.kind());
          // killed within the next step: what it did is gone with its transaction
          try (Connection database = PostgresUrl.parse(month.url).jdbcConnection();
              Statement statement = database.createStatement()) {
            database.setAutoCommit(false);
            if (step.kind() == DayClose.Kind.FENCED) {
              statement.execute(
                  "select settlement_book('"
                      + step.day()
                      + "', '"
                      + step.day().plusDays(1)
                      + "', now())");
            }
            database.rollback();
          }
        }
      } while (step != null);
      assertEquals(
          List.of(
              DayClose.Kind.FENCED,
              DayClose.Kind.BOOKED,
              DayClose.Kind.SEALED,
              DayClose.Kind.CLOSED,
              DayClose.Kind.FENCED,
              DayClose.Kind.BOOKED,
              DayClose.Kind.SEALED,
              DayClose.Kind.CLOSED),
          kinds);
      assertEquals(
          "2026-10-08",
          rows(month.url, "select due from settlement_close where day = '2026-09-30'")
              .get(0)
              .get(0),
          "the first working day behind the festival");
      assertClean(month.url);
    } finally {
      Loops.await(vertx.close());
    }
  }

  @Test
  void sixtyCloseAtOnceAndOneDoes() throws Exception {
    try (Month month = new Month(13, LocalDate.of(2026, 9, 21))) {
      month.day(60);
      month.night();
      Pool pool = pool(month.url);
      Pool other = pool(month.url);
      List<Future<Integer>> all = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        all.add(close(i % 2 == 0 ? pool : other, month.clock).run(step -> {}));
      }
      int closed = 0;
      for (Future<Integer> one : all) {
        closed += Loops.await(one);
      }
      assertTrue(closed <= 1, "closed " + closed);
      Loops.await(close(pool, month.clock).run(step -> {}));
      assertEquals(
          1,
          TestStores.number(
              month.url, "select count(*) from settlement_close where state = 'CLOSED'"));
      assertEquals(
          1,
          TestStores.number(
              month.url,
              "select count(*) from outbox where kind = 'settlement.closed' and merchant = -410800"),
          "the union hears it once");
      assertNull(Loops.await(close(pool, month.clock).next()));
      assertNotEquals(0, TestStores.number(month.url, "select count(*) from statement"));
      Loops.await(pool.close());
      Loops.await(other.close());
    } finally {
      Loops.await(vertx.close());
    }
  }
}
