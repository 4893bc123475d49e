package cn.unionecard.gateway.feed;

import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.runtime.config.Limits;
import cn.unionecard.gateway.runtime.stores.Migrations;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import cn.unionecard.workbench.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A real PostgreSQL with the tables, a small organisation tree and four merchants.
 *
 * <pre>
 * 410800 city ─┬─ 410802 county ── 410802001 primary      merchants 1 (authorised by 410802001)
 *              ├─ 410803 county                           2 (authorised by 410803)
 *              └─ 410804 county, nothing                  3 (authorised by 410803, signed by 410802)
 * 410900 another city                                     4 (authorised by 410800)
 * </pre>
 */
public final class FeedDatabase implements AutoCloseable {
  static final int MERCHANTS = 4;

  private final Path folder;
  private EmbeddedPostgres server;
  private final int port;

  public FeedDatabase(Path folder) throws SQLException {
    this.folder = folder;
    server = EmbeddedPostgres.start(folder, 0);
    port = server.port();
    Migrations.migrate(server.url());
    TestStores.letIn(server.url());
    try (Connection connection = url().jdbcConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          """
          insert into org (id, code, parent, kind, name, area_code, path) values
            (1, '410800', null, 'CITY', '焦作市总工会', '410800', '{1}'),
            (2, '410802', 1, 'COUNTY', '解放区总工会', '410802', '{1,2}'),
            (3, '410802001', 2, 'PRIMARY', '某厂工会', '410802', '{1,2,3}'),
            (4, '410803', 1, 'COUNTY', '中站区总工会', '410803', '{1,4}'),
            (5, '410804', 1, 'COUNTY', '马村区总工会', '410804', '{1,5}'),
            (6, '410900', null, 'CITY', '濮阳市总工会', '410900', '{6}');
          insert into merchant
            (id, merchant_no, name, credit_code, category, area_code,
             authorising_org, signing_org, status)
          select n, '84108020000000' || n, '商户' || n, '91410800MA0000000' || n, 'EAT', '410802',
            (array[3, 4, 4, 1])[n], (array[2, 4, 2, 1])[n], 'LIVE'
          from generate_series(1, 4) n
          """);
    }
  }

  public PostgresUrl url() {
    return PostgresUrl.parse(server.url());
  }

  /** With its password. */
  String address() {
    return server.url();
  }

  /** Members 1…2000 with cards, and two tills at each merchant: T0000011, T0000012, T0000021… */
  void openTills() throws SQLException {
    execute(
        """
        insert into member select g, 3, 'ORDINARY', '\\x00', '\\x00', int8send(g)
          from generate_series(1, 2000) g;
        insert into card select g, g, 'ACTIVE', 1, '张*' from generate_series(1, 2000) g;
        insert into terminal
          select m * 10 + t, 'T00000' || m || t, m, 'SN' || m || t, 'ACTIVE'
          from generate_series(1, 4) m, generate_series(1, 2) t;
        """);
  }

  /** Stops the server, so that all sessions end, and starts it again at the same place. */
  void restart() {
    server.close();
    server = EmbeddedPostgres.start(folder, port);
  }

  /** No event was ever written. To be called while no runner works. */
  public void clear() throws SQLException {
    execute(
        """
        truncate outbox, feed_row, feed_merchant restart identity;
        truncate subscription, subscription_key, delivery, delivery_attempt restart identity;
        update feed_cursor set removed = 0, removed_at = null, removed_before = null,
          seq = 0, horizon = '0', known = '0', upto = '0', barrier = 0,
          place = null
        """);
  }

  /** Commits {@code count} events of one merchant in one transaction. */
  public void write(String kind, int merchant, int count, int bodyChars) throws SQLException {
    try (Connection connection = url().jdbcConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                """
                insert into outbox (kind, merchant, subject, at, body)
                select ?, ?, n, '2026-11-23 09:00:00+08', '{"pad":"' || repeat('x', ?) || '"}'
                from generate_series(1, ?) n
                """)) {
      insert.setString(1, kind);
      insert.setInt(2, merchant);
      insert.setInt(3, bodyChars);
      insert.setInt(4, count);
      insert.executeUpdate();
    }
  }

  public void execute(String sql) throws SQLException {
    try (Connection connection = url().jdbcConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The first column of all rows. */
  public List<String> ask(String sql) throws SQLException {
    try (Connection connection = url().jdbcConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> answers = new ArrayList<>();
      while (rows.next()) {
        answers.add(rows.getString(1));
      }
      return answers;
    }
  }

  /** The plan of a statement with some arguments, in a session such as the feed's. */
  String explain(String sql, String arguments) throws SQLException {
    try (Connection connection = url().jdbcConnection();
        Statement statement = connection.createStatement()) {
      for (Map.Entry<String, String> setting : Feed.SESSION.entrySet()) {
        statement.execute("set " + setting.getKey() + " = " + setting.getValue());
      }
      statement.execute("prepare asked as " + sql);
      StringBuilder plan = new StringBuilder();
      try (ResultSet rows = statement.executeQuery("explain execute asked (" + arguments + ")")) {
        while (rows.next()) {
          plan.append(rows.getString(1)).append('\n');
        }
      }
      return plan.toString();
    }
  }

  public static Limits limits() {
    return new Limits(
        256,
        4096,
        2000,
        1500,
        100,
        65536,
        8192,
        60_000,
        50,
        100,
        5_000_000L,
        120_000,
        5,
        300_000,
        30,
        600_000,
        500,
        200,
        262_144,
        0,
        10_000,
        120_000,
        100,
        86_400_000,
        50_000L,
        500,
        100);
  }

  @Override
  public void close() {
    server.close();
  }
}
