package cn.unionecard.workbench.simulate;

import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.model.TransactionType;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The proof that nothing acknowledged was lost or doubled: each entry of a {@link Journal} stands
 * in the ledger exactly once, with the body that was answered. Blocking; for commands and tests.
 */
public final class JournalCheck {
  private static final int FETCHED_AT_ONCE = 10_000;
  private static final int EXAMPLES_MAX = 20;

  private static final String SELECT =
      """
      select m.terminal_no, t.request_id, t.type, t.id, encode(sha256(t.body), 'hex')
      from transaction t join terminal m on m.id = t.terminal
      """;

  private JournalCheck() {}

  /**
   * What was found.
   *
   * @param acknowledged different records the gateway acknowledged
   * @param missing not in the ledger
   * @param doubled more than once in the ledger
   * @param different in the ledger with another id or body, or acknowledged in two versions
   * @param examples the first of them in words
   */
  public record Result(
      long acknowledged, long missing, long doubled, long different, List<String> examples) {
    public Result {
      examples = List.copyOf(examples);
    }

    public boolean good() {
      return missing == 0 && doubled == 0 && different == 0;
    }
  }

  private record Row(String id, String bodySha256) {
    boolean is(Journal.Entry entry) {
      return id.equals(entry.id()) && bodySha256.startsWith(entry.bodySha256());
    }
  }

  /** Compares the journal with the ledger of that database. */
  public static Result check(List<Journal.Entry> journal, Connection database) throws SQLException {
    Map<String, Journal.Entry> acknowledged = new HashMap<>();
    List<String> examples = new ArrayList<>();
    long different = 0;
    for (Journal.Entry entry : journal) {
      Journal.Entry earlier = acknowledged.putIfAbsent(entry.key(), entry);
      if (earlier != null && !earlier.equals(entry)) {
        different++;
        note(examples, earlier + " and then " + entry);
      }
    }
    Map<String, List<Row>> ledger = ledger(database);
    long missing = 0;
    long doubled = 0;
    for (Journal.Entry entry : acknowledged.values()) {
      List<Row> rows = ledger.getOrDefault(entry.key(), List.of());
      if (rows.isEmpty()) {
        missing++;
        note(examples, "missing: " + entry);
      } else if (rows.size() > 1) {
        doubled++;
        note(examples, "doubled: " + entry + " " + rows);
      } else if (!rows.get(0).is(entry)) {
        different++;
        note(examples, "different: " + entry + " " + rows);
      }
    }
    return new Result(acknowledged.size(), missing, doubled, different, examples);
  }

  private static Map<String, List<Row>> ledger(Connection database) throws SQLException {
    database.setAutoCommit(false); // else the driver reads the whole result at once
    Map<String, List<Row>> ledger = new HashMap<>();
    try (PreparedStatement select = database.prepareStatement(SELECT)) {
      select.setFetchSize(FETCHED_AT_ONCE);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          String key =
              String.join(
                  "/",
                  row.getString(1),
                  row.getString(2),
                  TransactionType.of(row.getInt(3)).name());
          String id = new TransactionId(row.getLong(4)).toString();
          ledger.computeIfAbsent(key, k -> new ArrayList<>(1)).add(new Row(id, row.getString(5)));
        }
      }
    } finally {
      database.rollback();
      database.setAutoCommit(true);
    }
    return ledger;
  }

  private static void note(List<String> examples, String example) {
    if (examples.size() < EXAMPLES_MAX) {
      examples.add(example);
    }
  }
}
