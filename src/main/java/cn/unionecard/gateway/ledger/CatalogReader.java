package cn.unionecard.gateway.ledger;

import cn.unionecard.gateway.rules.Campaign;
import cn.unionecard.gateway.rules.CampaignRule;
import cn.unionecard.gateway.rules.Catalog;
import cn.unionecard.gateway.rules.Merchant;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the definitions as one consistent version. */
public final class CatalogReader {
  private static final String SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
  private static final String VERSION = "SELECT version FROM definitions";
  private static final String TERMINALS = "SELECT terminal_no, id, merchant FROM terminal";
  private static final String MERCHANTS =
      "SELECT id, merchant_no, name, category, authorising_org, signing_org FROM merchant";
  private static final String ORGS = "SELECT id, code, path FROM org";
  private static final String CAMPAIGNS =
      """
      SELECT id, code, name, status = 'RUNNING', starts_at, ends_at, rule::text FROM campaign
      WHERE status <> 'DRAFT' ORDER BY id""";

  private final Pool pool;

  public CatalogReader(Pool pool) {
    this.pool = pool;
  }

  /**
   * Loads all definitions.
   *
   * @return the catalog; fails with IllegalArgumentException naming the campaign whose rule cannot
   *     be understood
   */
  public Future<Catalog> read() {
    return pool.withConnection(
        connection ->
            connection
                .query(SNAPSHOT)
                .execute()
                .compose(begun -> read(connection))
                .eventually(() -> connection.query("COMMIT").execute()));
  }

  private static Future<Catalog> read(SqlConnection connection) {
    Future<RowSet<Row>> version = connection.query(VERSION).execute();
    Future<RowSet<Row>> terminals = connection.query(TERMINALS).execute();
    Future<RowSet<Row>> merchants = connection.query(MERCHANTS).execute();
    Future<RowSet<Row>> orgs = connection.query(ORGS).execute();
    Future<RowSet<Row>> campaigns = connection.query(CAMPAIGNS).execute();
    return Future.all(version, terminals, merchants, orgs, campaigns)
        .map(
            all ->
                catalog(
                    all.resultAt(0),
                    all.resultAt(1),
                    all.resultAt(2),
                    all.resultAt(3),
                    all.resultAt(4)));
  }

  private static Catalog catalog(
      RowSet<Row> version,
      RowSet<Row> terminals,
      RowSet<Row> merchants,
      RowSet<Row> orgs,
      RowSet<Row> campaigns) {
    Map<String, Integer> terminalIds = new HashMap<>();
    Map<Integer, Integer> merchantOfTerminal = new HashMap<>();
    for (Row row : terminals) {
      terminalIds.put(row.getString(0), row.getInteger(1));
      merchantOfTerminal.put(row.getInteger(1), row.getInteger(2));
    }
    Map<Integer, Merchant> merchantsById = new HashMap<>();
    for (Row row : merchants) {
      merchantsById.put(
          row.getInteger(0),
          new Merchant(
              row.getInteger(0),
              row.getString(1),
              row.getString(2),
              row.getString(3),
              row.getInteger(4),
              row.getInteger(5)));
    }
    Map<Integer, List<Integer>> paths = new HashMap<>();
    Map<Integer, String> codes = new HashMap<>();
    for (Row row : orgs) {
      codes.put(row.getInteger(0), row.getString(1));
      paths.put(row.getInteger(0), List.of(row.getArrayOfIntegers(2)));
    }
    List<Campaign> all = new ArrayList<>();
    for (Row row : campaigns) {
      all.add(campaign(row));
    }
    return new Catalog(
        version.iterator().next().getLong(0),
        terminalIds,
        merchantOfTerminal,
        merchantsById,
        paths,
        codes,
        all);
  }

  private static Campaign campaign(Row row) {
    try {
      return CampaignRule.parse(
          row.getInteger(0),
          row.getString(1),
          row.getString(2),
          row.getBoolean(3),
          row.getOffsetDateTime(4).toInstant().toEpochMilli(),
          row.getOffsetDateTime(5).toInstant().toEpochMilli(),
          row.getString(6));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("campaign " + row.getString(1) + ": " + e.getMessage(), e);
    }
  }
}
