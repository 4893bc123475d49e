package cn.unionecard.gateway.definitions;

import cn.unionecard.gateway.model.Unreadable;
import cn.unionecard.gateway.model.Unreadable.Kind;
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
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the definitions as one consistent version. A row that cannot be understood is left out and
 * named, it alone; a store that cannot be read fails.
 */
public final class CatalogReader {
  private static final String SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
  private static final String VERSION = "SELECT version FROM definitions";
  private static final String TERMINALS = "SELECT terminal_no, id, merchant FROM terminal";
  private static final String MERCHANTS =
      "SELECT id, merchant_no, name, category, authorising_org, signing_org FROM merchant";
  // What the driver might not be able to decode comes as null.
  private static final String ORGS =
      """
      SELECT id, code,
             CASE WHEN array_ndims(path) = 1 AND array_position(path, NULL) IS NULL THEN path END
      FROM org""";
  private static final String CAMPAIGNS =
      """
      SELECT id, code, public_name, status,
             CASE WHEN isfinite(starts_at)
               THEN floor(extract(epoch FROM starts_at) * 1000)::bigint END,
             CASE WHEN isfinite(ends_at)
               THEN floor(extract(epoch FROM ends_at) * 1000)::bigint END,
             CASE WHEN octet_length(rule::text) <= 1048576 THEN rule::text END
      FROM campaign WHERE (status IN ('DRAFT', 'APPROVED')) IS NOT TRUE ORDER BY id""";

  /** The first moment of the year 10000, ms since 1970. */
  private static final long TIME_END_MS = 253_402_300_800_000L;

  private static final Set<String> STATES = Set.of("RUNNING", "PAUSED", "ENDED");

  private final Pool pool;

  public CatalogReader(Pool pool) {
    this.pool = pool;
  }

  /** Loads all definitions that can be understood. */
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
    List<Unreadable> unreadable = new ArrayList<>();
    Map<Integer, Merchant> merchantsById = new HashMap<>();
    for (Row row : merchants) {
      if (isWhole(row, Kind.MERCHANT, 1, unreadable)) {
        merchantsById.put(row.getInteger(0), merchant(row));
      }
    }
    Map<String, Integer> terminalIds = new HashMap<>();
    Map<Integer, Integer> merchantOfTerminal = new HashMap<>();
    for (Row row : terminals) {
      // one of a merchant that is left out is left out with it
      if (isWhole(row, Kind.TERMINAL, 0, unreadable)
          && merchantsById.containsKey(row.getInteger(2))) {
        terminalIds.put(row.getString(0), row.getInteger(1));
        merchantOfTerminal.put(row.getInteger(1), row.getInteger(2));
      }
    }
    Map<Integer, List<Integer>> paths = new HashMap<>();
    Map<Integer, String> codes = new HashMap<>();
    for (Row row : orgs) {
      if (isWhole(row, Kind.ORGANISATION, 1, unreadable)) {
        codes.put(row.getInteger(0), row.getString(1));
        paths.put(row.getInteger(0), List.of(row.getArrayOfIntegers(2)));
      }
    }
    List<Campaign> all = new ArrayList<>();
    for (Row row : campaigns) {
      campaign(row, all, unreadable);
    }
    return new Catalog(
        version.iterator().next().getLong(0),
        terminalIds,
        merchantOfTerminal,
        merchantsById,
        paths,
        codes,
        all,
        unreadable);
  }

  private static Merchant merchant(Row row) {
    return new Merchant(
        row.getInteger(0),
        row.getString(1),
        row.getString(2),
        row.getString(3),
        row.getInteger(4),
        row.getInteger(5));
  }

  /** Whether every column has a value, as the tables demand where nobody has altered them. */
  private static boolean isWhole(Row row, Kind kind, int named, List<Unreadable> unreadable) {
    for (int i = 0; i < row.size(); i++) {
      if (row.getValue(i) == null) {
        String name = String.valueOf(row.getValue(named));
        unreadable.add(new Unreadable(kind, name, row.getColumnName(i) + " has no usable value"));
        return false;
      }
    }
    return true;
  }

  private static void campaign(Row row, List<Campaign> all, List<Unreadable> unreadable) {
    try {
      all.add(campaign(row));
    } catch (IllegalArgumentException e) {
      String name = row.getString(1) == null ? "row " + row.getInteger(0) : row.getString(1);
      unreadable.add(new Unreadable(Kind.CAMPAIGN, name, String.valueOf(e.getMessage())));
    }
  }

  private static Campaign campaign(Row row) {
    String status = given(row.getString(3), "status");
    if (!STATES.contains(status)) {
      throw new IllegalArgumentException("status \"" + status + "\" is unknown");
    }
    long startsAtMs = time(row.getLong(4), "starts_at");
    long endsAtMs = time(row.getLong(5), "ends_at");
    if (startsAtMs >= endsAtMs) {
      throw new IllegalArgumentException("starts_at is not before ends_at");
    }
    return CampaignRule.parse(
        given(row.getInteger(0), "id"),
        given(row.getString(1), "code"),
        given(row.getString(2), "name"),
        status.equals("RUNNING"),
        startsAtMs,
        endsAtMs,
        given(row.getString(6), "rule"));
  }

  private static long time(@Nullable Long epochMs, String column) {
    if (epochMs == null || epochMs < 0 || epochMs >= TIME_END_MS) {
      throw new IllegalArgumentException(column + " is no time from 1970 to 9999");
    }
    return epochMs;
  }

  private static <T> T given(@Nullable T value, String column) {
    if (value == null) {
      throw new IllegalArgumentException(column + " has no usable value");
    }
    return value;
  }
}
