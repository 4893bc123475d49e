package cn.unionecard.gateway.settlement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/**
 * What paying costs when books have grown: the rows that are read, counted by the database itself.
 * An approval reads the books of its union a few times, however many payments it has, and a line of
 * a bank reads what is booked of its payment, however much was booked before.
 */
class GrownBooksIT {
  private static final int MERCHANTS = 120;
  private static final int DAYS = 60;

  private static final String GROWN =
      """
      insert into merchant (id, merchant_no, name, credit_code, category, area_code, authorising_org, signing_org, status)
        select 1000 + g, '8410802' || lpad(g::text, 8, '0'), '店' || g, '91410800MA0000007L', 'EAT', '410802', 410802, 410800, 'LIVE'
        from generate_series(1, %1$d) g;
      insert into staff (login, name, org, roles, status, password)
        values ('asks', '某人', 410800, '{CLERK}', 'ACTIVE', '$argon2id$x'), ('decides', '某人', 410800, '{APPROVER}', 'ACTIVE', '$argon2id$x');
      insert into payee (merchant, holder, bank, account, account_mask, reason, asked_by, asked_at, state, decided_by, decided_at, effective_at)
        select 1000 + g, 'x', 'x', '\\x00', '****1234', 'x', a.id, '2026-01-01', 'CONFIRMED', d.id, '2026-01-01', '2026-01-01'
        from generate_series(1, %1$d) g, staff a, staff d where a.login = 'asks' and d.login = 'decides';
      insert into settlement_close (day, state, fenced_at, booked_at, closed_at, due, transactions, late)
        select date '2026-01-01' + d, 'CLOSED', now(), now(), now(), date '2026-01-02' + d, 0, 0 from generate_series(1, %2$d) d;
      insert into book_entry (at, source, day, debit, credit, funder, campaign, merchant, fen)
        select date '2026-01-01' + d, 'CLOSE', date '2026-01-01' + d, 'SUBSIDY', 'OWED', 410800, 1, 1000 + g, 100
        from generate_series(1, %2$d) d, generate_series(1, %1$d) g;
      analyze"""
          .formatted(MERCHANTS, DAYS);

  private static final String READ =
      """
      select coalesce(sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)), 0)
      from pg_stat_xact_user_tables where relname = 'book_entry'""";

  @Test
  void anApprovalAndABanksLineReadNoMoreThanTheyNeed() throws Exception {
    String url = TestStores.get().newDatabase();
    TestTown.load(url);
    TestStores.execute(url, GROWN);
    try (Connection database = PostgresUrl.parse(url).jdbcConnection();
        Statement statement = database.createStatement()) {
      database.setAutoCommit(false);
      String who = "(select id from staff where login = '%s')";
      long batch =
          number(
              statement,
              "select payment_make(410800, '2026-03-02', "
                  + who.formatted("asks")
                  + ", '2026-03-03')");
      long before = number(statement, READ);
      assertEquals(
          MERCHANTS,
          number(
              statement,
              "select payment_approve(%d, %s, '2026-03-03')"
                  .formatted(batch, who.formatted("decides"))));
      long approved = number(statement, READ);
      assertTrue(approved - before <= 4L * MERCHANTS * DAYS, "an approval reads " + approved);
      assertEquals(
          100L * MERCHANTS * DAYS,
          number(statement, "select sum(fen) from book_entry where credit = 'TRANSIT'"));
      statement.execute("analyze book_entry, payment"); // as it is done of itself
      long again = number(statement, READ);
      statement.execute(
          "select payment_settle(%d, 8, true, null, 'B8', '2026-03-03', '2026-03-03')"
              .formatted(batch));
      assertTrue(number(statement, READ) - again <= 10, "a line of the bank reads the past");
      database.rollback();
    }
  }

  private static long number(Statement statement, String sql) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      assertTrue(row.next());
      return row.getLong(1);
    }
  }
}
