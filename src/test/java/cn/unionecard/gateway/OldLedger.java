package cn.unionecard.gateway;

import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.flywaydb.core.Flyway;

/**
 * The ledger of an earlier release, which kept who pays in rows of their own (the schema of version
 * 15, as commit 157593d wrote it): sales, voids, refunds, holds, offline sales and reversals of
 * all, refused ones among them; the last events have no number yet. Made there by {@code TwinIT}
 * with few sequences, which wrote, at its end, each row of its first database as an INSERT from
 * {@code to_jsonb}, without the members and tills that did nothing.
 */
public final class OldLedger {
  private static final String FILE = "/ledger-of-version-15.sql.gz";
  private static final String VERSION = "15";

  private OldLedger() {}

  /** A new database as that release left it. */
  public static String open() {
    String url = TestStores.get().emptyDatabase();
    migrateTo(url, VERSION);
    TestStores.execute(url, "select make_transaction_partitions('2026-11-24', 13)");
    TestStores.execute(url, "set session_replication_role = replica;" + content());
    return url;
  }

  /** Brings a database to a schema between that one and today's. */
  static void migrateTo(String url, String version) {
    PostgresUrl database = PostgresUrl.parse(url);
    Flyway.configure()
        .dataSource(database.jdbcUrl(), database.user(), database.password())
        .locations("classpath:db/migration")
        .table("schema_history")
        .target(version)
        .skipDefaultCallbacks(true) // it is today's that would be called
        .load()
        .migrate();
  }

  private static String content() {
    try (InputStream in =
        new GZIPInputStream(Objects.requireNonNull(OldLedger.class.getResourceAsStream(FILE)))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
