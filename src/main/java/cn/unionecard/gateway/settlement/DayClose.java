package cn.unionecard.gateway.settlement;

import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.WorkingDays;
import cn.unionecard.gateway.runtime.Sm3;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Closes days, one after the other: sets the fence, books what lies before it, seals the statements
 * one page after the other, tells the unions. Each step is a transaction that looks where things
 * stand, so whoever comes next goes on where somebody else was killed; an advisory lock lets one
 * work at a time.
 */
public final class DayClose {
  /** The key of the lock that one closer holds at a time, to the end of its step. */
  private static final String TAKE = "select pg_try_advisory_xact_lock(7305804450) as mine";

  private static final int PAGE_STATEMENTS = 100;

  private static final String OPEN =
      "select day, state from settlement_close where state <> 'CLOSED'";

  private static final String IS_CLOSED =
      """
      select exists (select from settlement_close where day = $1 and state = 'CLOSED') as closed
      """;

  private static final String FENCE =
      "select settlement_fence_next($1, $2::bigint * interval '1 ms') as day";

  private static final String BOOK = "select settlement_book($1, $2, $3)";

  private static final String COUNTED =
      "select transactions, late from settlement_close where day = $1";

  private static final String UNSEALED =
      """
      select id, statement_text(id) || statement_trailer(s) as text from statement s
      where day = $1 and sm3 is null order by id limit $2
      """;

  private static final String SEAL =
      """
      update statement s set sm3 = d.sm3 from unnest($1::bigint[], $2::bytea[]) d (id, sm3)
      where s.id = d.id
      """;

  private static final String CLOSE =
      "update settlement_close set state = 'CLOSED', closed_at = $2 where day = $1";

  /** Each union that signed a merchant of the day, or pays, hears it once. */
  private static final String TELL =
      """
      select merchant_event(-party, 'settlement.closed', to_char($1::date, 'YYYYMMDD')::bigint, $2,
        jsonb_build_object('day', $1::date, 'statements', count(*)))
      from statement where day = $1 and kind <> 'MERCHANT' group by party
      """;

  private static final String TOP = "select id from org where parent is null order by id";

  /** What a step did. */
  public enum Kind {
    FENCED,
    BOOKED,
    SEALED,
    CLOSED
  }

  /**
   * One step.
   *
   * @param count transactions that were booked, or statements that were sealed
   */
  public record Step(LocalDate day, Kind kind, long count, long late) {}

  private final Pool pool;
  private final Clock clock;
  private final Duration grace;
  private final Hints hints;

  /**
   * @param grace how long a day has to be over
   */
  public DayClose(Pool pool, Clock clock, Duration grace, Hints hints) {
    this.pool = pool;
    this.clock = clock;
    this.grace = grace;
    this.hints = hints;
  }

  /** Goes on until nothing is due or somebody else is at it. Gives how many days were closed. */
  public Future<Integer> run(Consumer<Step> told) {
    return run(told, 0);
  }

  private Future<Integer> run(Consumer<Step> told, int closed) {
    return next()
        .compose(
            step -> {
              if (step == null) {
                return Future.succeededFuture(closed);
              }
              told.accept(step);
              return run(told, step.kind() == Kind.CLOSED ? closed + 1 : closed);
            });
  }

  /** Whether a day is closed. */
  public Future<Boolean> isClosed(LocalDate day) {
    return pool.preparedQuery(IS_CLOSED)
        .execute(Tuple.of(day))
        .map(rows -> rows.iterator().next().getBoolean("closed"));
  }

  /** Takes one step; null: nothing is due, or somebody else is at it. */
  public Future<@Nullable Step> next() {
    return DeskTransaction.attempt(
        pool,
        clock,
        DeskTransaction.By.GATEWAY,
        tx ->
            tx.first(TAKE)
                .compose(
                    row ->
                        Objects.requireNonNull(row).getBoolean("mine")
                            ? step(tx)
                            : Future.succeededFuture(null)));
  }

  private Future<@Nullable Step> step(DeskTransaction tx) {
    return tx.first(OPEN)
        .compose(
            row -> {
              if (row == null) {
                return fence(tx);
              }
              LocalDate day = row.getLocalDate("day");
              return row.getString("state").equals("FENCED") ? book(tx, day) : seal(tx, day);
            });
  }

  private Future<@Nullable Step> fence(DeskTransaction tx) {
    return tx.first(FENCE, tx.at(), grace.toMillis())
        .map(
            row -> {
              LocalDate day = Objects.requireNonNull(row).getLocalDate("day");
              return day == null ? null : new Step(day, Kind.FENCED, 0, 0);
            });
  }

  private static Future<@Nullable Step> book(DeskTransaction tx, LocalDate day) {
    return tx.ask(WorkingDays.KNOWN, day)
        .compose(days -> tx.ask(BOOK, day, WorkingDays.of(days).nextWorkday(day), tx.at()))
        .compose(booked -> tx.first(COUNTED, day))
        .map(
            row -> {
              Row counted = Objects.requireNonNull(row);
              return new Step(
                  day, Kind.BOOKED, counted.getLong("transactions"), counted.getLong("late"));
            });
  }

  private Future<@Nullable Step> seal(DeskTransaction tx, LocalDate day) {
    return tx.ask(UNSEALED, day, PAGE_STATEMENTS)
        .compose(rows -> rows.size() == 0 ? close(tx, day) : sealed(tx, day, rows));
  }

  private static Future<@Nullable Step> sealed(
      DeskTransaction tx, LocalDate day, RowSet<Row> rows) {
    Long[] ids = new Long[rows.size()];
    Buffer[] digests = new Buffer[rows.size()];
    int n = 0;
    for (Row row : rows) {
      ids[n] = row.getLong("id");
      digests[n++] = Buffer.buffer(Sm3.of(row.getString("text") + ","));
    }
    return tx.ask(SEAL, ids, digests).map(done -> new Step(day, Kind.SEALED, ids.length, 0));
  }

  private Future<@Nullable Step> close(DeskTransaction tx, LocalDate day) {
    return tx.ask(CLOSE, day, tx.at())
        .compose(closed -> tx.ask(TELL, day, tx.at()))
        .compose(told -> hints.look(tx, day))
        .compose(looked -> tx.ask(TOP))
        .compose(
            tops -> {
              Integer[] orgs = new Integer[tops.size()];
              int n = 0;
              for (Row top : tops) {
                orgs[n++] = top.getInteger("id");
              }
              List<Integer> concerned = Arrays.asList(orgs);
              return concerned.isEmpty()
                  ? Future.<Void>succeededFuture()
                  : tx.note("settlement.closed", day.toString(), concerned, new JsonObject());
            })
        .map(noted -> new Step(day, Kind.CLOSED, 0, 0));
  }
}
