package cn.unionecard.gateway.terminal;

import cn.unionecard.gateway.model.BatchDetail;
import cn.unionecard.gateway.model.BatchNo;
import cn.unionecard.gateway.model.BatchSide;
import cn.unionecard.gateway.model.BatchTotals;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.RequestId;
import cn.unionecard.gateway.runtime.stores.Columns;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Closes the batches of terminals while traffic goes on.
 *
 * <p>{@link #begin} makes the next batch the current one. A flight that had read the old number may
 * still be in the air; it has had its transaction number since before it read. {@link #fence} takes
 * a transaction number after that commit: all those flights have lesser ones. {@link #settle}
 * counts once no transaction below the fence is running that could write here. Each step is a
 * transaction of its own and may be repeated.
 */
public final class BatchRecords {

  /**
   * Where a terminal stands.
   *
   * @param traceMax the highest trace number in a key of the batch, or 0
   */
  public record Current(BatchNo batch, int traceMax) {}

  /** A registered terminal. */
  public record Terminal(int id, boolean active) {}

  /**
   * A batch that was closed.
   *
   * @param till as the terminal counted
   * @param here as recorded, or null while what is in the air has not landed
   * @param balanced whether they agree, or the terminal's list did
   * @param ended whether the terminal has said all
   */
  public record Closed(
      BatchTotals till, @Nullable BatchTotals here, boolean balanced, boolean ended) {}

  /**
   * A transaction on which till and gateway differ.
   *
   * @param here null if it was not recorded here
   * @param till null if the terminal did not list it
   */
  public record Difference(
      BatchSide side, RequestId requestId, @Nullable Fen here, @Nullable Fen till) {}

  private static final String TERMINAL =
      "SELECT id, status = 'ACTIVE' FROM terminal WHERE terminal_no = $1";

  /** The keys of a batch stand side by side in the primary key. */
  private static final String CURRENT =
      """
      SELECT c.batch, coalesce(max(right(k.request_id, 6)::int), 0)
      FROM (SELECT coalesce((SELECT batch FROM terminal_batch WHERE terminal = $1), 1) AS batch) c
      LEFT JOIN LATERAL (
        SELECT request_id FROM transaction_key
        WHERE terminal = $1
          AND request_id BETWEEN 'b' || lpad(c.batch::text, 6, '0') || '-000000'
            AND 'b' || lpad(c.batch::text, 6, '0') || '-999999'
          AND request_id ~ ('^b' || lpad(c.batch::text, 6, '0') || '-[0-9]{6}$')
        ORDER BY request_id DESC LIMIT 1) k ON true
      GROUP BY c.batch""";

  private static final String BEGIN = "SELECT batch_begin_close($1, $2, $3, $4, $5, $6, $7)";
  private static final String FENCE =
      """
      UPDATE batch_close SET fence = pg_current_xact_id()
      WHERE terminal = $1 AND batch = $2 AND fence IS NULL""";

  /**
   * One statement, so one snapshot: it saw the end of all it waited for. The horizon is asked for
   * once: it looks at locks and sessions, which are no part of the snapshot, and a second look that
   * found somebody gone would settle what the first had not counted.
   */
  private static final String SETTLE =
      """
      WITH horizon AS MATERIALIZED (
        SELECT writers_horizon() AS upto
      ), here AS (
        SELECT coalesce(sum(fen) FILTER (WHERE side = 'DEBIT'), 0)::bigint AS debit_fen,
               count(*) FILTER (WHERE side = 'DEBIT') AS debit_count,
               coalesce(sum(fen) FILTER (WHERE side = 'CREDIT'), 0)::bigint AS credit_fen,
               count(*) FILTER (WHERE side = 'CREDIT') AS credit_count
        FROM batch_line
        WHERE terminal = $1 AND batch = $2
          AND id >= (SELECT after_id FROM batch_close
                     WHERE terminal = $1 AND batch = $2 AND state = 'CLOSING'
                       AND fence < (SELECT upto FROM horizon))
      ), settled AS (
        UPDATE batch_close c
        SET debit_fen = h.debit_fen, debit_count = h.debit_count,
            credit_fen = h.credit_fen, credit_count = h.credit_count,
            state = CASE WHEN (h.debit_fen, h.debit_count, h.credit_fen, h.credit_count)
                = (till_debit_fen, till_debit_count, till_credit_fen, till_credit_count)
              THEN 'BALANCED' ELSE 'UNBALANCED' END
        FROM here h
        WHERE c.terminal = $1 AND c.batch = $2 AND c.state = 'CLOSING'
          AND c.fence < (SELECT upto FROM horizon)
        RETURNING c.*
      )
      INSERT INTO outbox (kind, merchant, subject, at, body)
      SELECT 'batch.closed', t.merchant, t.id, $3,
        json_build_object('terminal', t.terminal_no, 'batch', s.batch, 'outcome', s.state,
          'debitFen', s.debit_fen, 'debitCount', s.debit_count,
          'creditFen', s.credit_fen, 'creditCount', s.credit_count)::text
      FROM settled s JOIN terminal t ON t.id = s.terminal""";

  private static final String FIND =
      """
      SELECT till_debit_fen, till_debit_count, till_credit_fen, till_credit_count,
             debit_fen, debit_count, credit_fen, credit_count, state, ended_at IS NOT NULL
      FROM batch_close WHERE terminal = $1 AND batch = $2""";

  /** Not when the terminal has ended its list; a line that is listed again replaces the former. */
  private static final String ADD_DETAILS =
      """
      INSERT INTO batch_detail (terminal, batch, side, request_id, fen)
      SELECT $1::int, $2::int, d.side, d.request_id, d.fen
      FROM (SELECT FROM batch_close
            WHERE terminal = $1 AND batch = $2 AND state = 'UNBALANCED' AND ended_at IS NULL
            FOR UPDATE) open
      CROSS JOIN unnest($3::text[], $4::text[], $5::bigint[]) AS d (side, request_id, fen)
      WHERE (SELECT count(*) FROM batch_detail WHERE terminal = $1 AND batch = $2) < $6::bigint
      ON CONFLICT (terminal, batch, side, request_id) DO UPDATE SET fen = excluded.fen""";

  private static final String END = "SELECT batch_end($1, $2, $3)";
  private static final String DIFFERENCES =
      """
      SELECT side, request_id, here_fen, till_fen FROM batch_difference
      WHERE terminal = $1 AND batch = $2 ORDER BY request_id, side LIMIT $3""";

  /** Lines a terminal may list of one batch; what is beyond is not looked at. */
  static final int DETAILS_MAX = 20_000;

  private final Pool pool;

  public BatchRecords(Pool pool) {
    this.pool = pool;
  }

  /** The terminal of that number, or null. */
  public Future<@Nullable Terminal> terminal(String terminalNo) {
    return pool.preparedQuery(TERMINAL)
        .execute(Tuple.of(terminalNo))
        .map(
            rows -> {
              if (rows.size() == 0) {
                return null;
              }
              Row row = rows.iterator().next();
              return new Terminal(row.getInteger(0), row.getBoolean(1));
            });
  }

  /** Makes the next batch the current one, if this one is; else nothing. */
  public Future<Void> begin(int terminal, BatchNo batch, BatchTotals till, Instant at) {
    return ask(
            BEGIN,
            Tuple.of(
                terminal,
                batch.value(),
                at.atOffset(ZoneOffset.UTC),
                till.debit().value(),
                till.debitCount(),
                till.credit().value(),
                till.creditCount()))
        .mapEmpty();
  }

  /** Marks who may still write into the batch. To be called after {@link #begin} has committed. */
  public Future<Void> fence(int terminal, BatchNo batch) {
    return ask(FENCE, Tuple.of(terminal, batch.value())).mapEmpty();
  }

  /** Counts, if nobody can write into the batch any more; else nothing. */
  public Future<Void> settle(int terminal, BatchNo batch, Instant at) {
    return ask(SETTLE, Tuple.of(terminal, batch.value(), at.atOffset(ZoneOffset.UTC))).mapEmpty();
  }

  /** The terminal's current batch, and its highest trace number. */
  public Future<Current> current(int terminal) {
    return ask(CURRENT, Tuple.of(terminal))
        .map(rows -> rows.iterator().next())
        .map(row -> new Current(new BatchNo(row.getInteger(0)), row.getInteger(1)));
  }

  /** The batch as far as it was closed, or null if it was not. */
  public Future<@Nullable Closed> find(int terminal, BatchNo batch) {
    return ask(FIND, Tuple.of(terminal, batch.value()))
        .map(rows -> rows.size() == 0 ? null : closed(rows.iterator().next()));
  }

  private static Closed closed(Row row) {
    return new Closed(
        totals(row, 0),
        row.getLong(4) == null ? null : totals(row, 4),
        "BALANCED".equals(row.getString(8)),
        row.getBoolean(9));
  }

  private static BatchTotals totals(Row row, int at) {
    return new BatchTotals(
        Fen.of(row.getLong(at)),
        row.getInteger(at + 1),
        Fen.of(row.getLong(at + 2)),
        row.getInteger(at + 3));
  }

  /** Keeps what the terminal lists of a batch that does not balance. */
  public Future<Void> add(int terminal, BatchNo batch, List<BatchDetail> details) {
    Map<List<Object>, BatchDetail> last = new LinkedHashMap<>();
    for (BatchDetail detail : details) {
      last.put(List.of(detail.side(), detail.requestId()), detail);
    }
    return ask(
            ADD_DETAILS,
            new Columns<>(List.copyOf(last.values()))
                .one(terminal)
                .one(batch.value())
                .texts(detail -> detail.side().name())
                .texts(detail -> detail.requestId().value())
                .longs(detail -> detail.order().value())
                .one((long) DETAILS_MAX)
                .tuple())
        .mapEmpty();
  }

  /** The terminal has listed all; decides whether what it listed balances. */
  public Future<Void> end(int terminal, BatchNo batch, Instant at) {
    return ask(END, Tuple.of(terminal, batch.value(), at.atOffset(ZoneOffset.UTC))).mapEmpty();
  }

  /** Where till and gateway differ, by request id. */
  public Future<List<Difference>> differences(int terminal, BatchNo batch, int most) {
    return ask(DIFFERENCES, Tuple.of(terminal, batch.value(), most))
        .map(
            rows -> {
              List<Difference> differences = new ArrayList<>();
              for (Row row : rows) {
                differences.add(difference(row));
              }
              return differences;
            });
  }

  private static Difference difference(Row row) {
    Long here = row.getLong(2);
    Long till = row.getLong(3);
    return new Difference(
        BatchSide.valueOf(row.getString(0)),
        new RequestId(row.getString(1)),
        here == null ? null : Fen.of(here),
        till == null ? null : Fen.of(till));
  }

  private Future<RowSet<Row>> ask(String sql, Tuple parameters) {
    return pool.preparedQuery(sql).execute(parameters);
  }
}
