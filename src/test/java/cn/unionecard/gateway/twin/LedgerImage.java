package cn.unionecard.gateway.twin;

import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * All that a database keeps of its transactions, with names in place of ids: a transaction is
 * called by its terminal, request id and class. Times are left out; ours, not the tills'.
 */
final class LedgerImage {
  private static final Pattern TIME = Pattern.compile("\"(at|until)\":\"[^\"]*\"");
  private static final Pattern ID = Pattern.compile("\"([0-9A-HJKMNP-TV-Z]{12})\"");
  private static final String NAMES =
      """
      SELECT k.transaction, t.terminal_no || '/' || k.request_id || '/' || k.class
      FROM transaction_key k JOIN terminal t ON t.id = k.terminal""";

  /** One query for each table. A column called "…_id" is a transaction's. */
  private static final Map<String, String> TABLES = new LinkedHashMap<>();

  static {
    TABLES.put(
        "transaction",
        """
        SELECT id AS own_id, type, refusal, terminal, merchant, card, order_fen, member_pays_fen,
          discount_fen, original AS original_id, request_id AS request, batch, effect, lots,
          convert_from(body, 'UTF8') AS body
        FROM transaction""");
    TABLES.put(
        "transaction_key",
        "SELECT terminal, request_id AS request, class, transaction AS own_id, type"
            + " FROM transaction_key");
    TABLES.put("code_use", "SELECT card, step, transaction AS own_id FROM code_use");
    TABLES.put(
        "allocation",
        "SELECT transaction AS own_id, line, campaign, funder, party, fen, returned_fen"
            + " FROM allocation");
    TABLES.put("posting", "SELECT transaction AS own_id, line, account, party, fen FROM posting");
    TABLES.put(
        "undo",
        "SELECT original AS original_id, undone_fen, total_fen, total_member_fen,"
            + " undone_member_fen, whole, transaction AS last_id FROM undo");
    TABLES.put("hold", "SELECT origin AS origin_id, state, ended_by AS end_id FROM hold");
    TABLES.put(
        "allowance",
        "SELECT holder, kind, owner, limit_fen, limit_count, used_fen, used_count, day_limit_fen,"
            + " day_limit_count, day, day_fen, day_count FROM allowance");
    TABLES.put("terminal_batch", "SELECT terminal, batch FROM terminal_batch");
    TABLES.put("terminal_counter", "SELECT terminal, counter, outage_count FROM terminal_counter");
    TABLES.put(
        "batch_close",
        "SELECT terminal, batch, state, till_debit_fen, till_debit_count, till_credit_fen,"
            + " till_credit_count, debit_fen, debit_count, credit_fen, credit_count,"
            + " ended_at IS NULL AS open FROM batch_close");
    TABLES.put(
        "batch_detail", "SELECT terminal, batch, side, request_id AS r, fen FROM batch_detail");
    // when it came back, and to when it is good by that, follows from the block's stamp, which runs
    // ahead of a clock that stands
    TABLES.put(
        "entitlement",
        "SELECT id AS voucher, member, campaign, round, nth, kind, from_ms, until_ms, limit_fen,"
            + " limit_count, used_fen, used_count, late_fen, late_count,"
            + " returned_ms IS NOT NULL AS returned,"
            + " void_at IS NOT NULL AS void FROM entitlement");
    TABLES.put(
        "event",
        "SELECT kind, merchant, body FROM event"
            + " WHERE kind NOT IN ('voucher.used', 'voucher.returned')");
    // each block tells in one what it did with each of them, and blocks are not the same
    TABLES.put(
        "told",
        "SELECT subject AS voucher, merchant, sum((body::jsonb ->> 'fen')::bigint) AS fen,"
            + " sum((body::jsonb ->> 'count')::bigint) AS uses FROM outbox"
            + " WHERE kind IN ('voucher.used', 'voucher.returned') GROUP BY subject, merchant"
            + " HAVING sum((body::jsonb ->> 'fen')::bigint) <> 0"
            + " OR sum((body::jsonb ->> 'count')::bigint) <> 0");
  }

  private final Map<Long, String> names = new HashMap<>();
  private final List<String> lines = new ArrayList<>();

  private LedgerImage() {}

  /** Reads a database: a line for each row, sorted. */
  static List<String> of(String url) throws SQLException {
    LedgerImage image = new LedgerImage();
    try (Connection database = PostgresUrl.parse(url).jdbcConnection();
        Statement statement = database.createStatement()) {
      try (ResultSet rows = statement.executeQuery(NAMES)) {
        while (rows.next()) {
          image.names.put(rows.getLong(1), rows.getString(2));
        }
      }
      for (Map.Entry<String, String> table : TABLES.entrySet()) {
        try (ResultSet rows = statement.executeQuery(table.getValue())) {
          image.read(table.getKey(), rows);
        }
      }
    }
    image.lines.sort(null);
    return image.lines;
  }

  private void read(String table, ResultSet rows) throws SQLException {
    int columns = rows.getMetaData().getColumnCount();
    while (rows.next()) {
      StringBuilder line = new StringBuilder(table);
      for (int i = 1; i <= columns; i++) {
        String name = rows.getMetaData().getColumnLabel(i);
        String value = String.valueOf(rows.getString(i));
        line.append(' ').append(name).append('=').append(shown(name, value));
      }
      lines.add(line.toString());
    }
  }

  private String shown(String column, String value) {
    if (column.equals("body")) {
      return body(value);
    }
    return column.endsWith("_id") && !value.equals("null") ? name(Long.parseLong(value)) : value;
  }

  private String name(long id) {
    return id == 0 ? "none" : names.getOrDefault(id, "nobody");
  }

  private String body(String json) {
    Matcher ids = ID.matcher(TIME.matcher(json).replaceAll("\"$1\":*"));
    return ids.replaceAll(
        found -> {
          String name = names.get(TransactionId.parse(found.group(1)).value());
          return Matcher.quoteReplacement(name == null ? found.group() : name);
        });
  }
}
