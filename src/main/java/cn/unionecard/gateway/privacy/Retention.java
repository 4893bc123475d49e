package cn.unionecard.gateway.privacy;

import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.Sweep;
import cn.unionecard.gateway.model.CardNo;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Ends what was kept for long enough, by the table {@code retention}: forgets members who left, one
 * by one, and takes away old looks, requests, codes and lists that nobody ended, some thousands at
 * a time. Belongs to one event loop; several nodes may do so at once.
 */
public final class Retention {
  private static final int ROWS_MAX = 5_000;

  private static final String LEFT =
      """
      select m.id from member m join retention r on r.what = 'LEFT_MEMBER'
      where m.left_at < $1::timestamptz - make_interval(days => r.days)
        and m.forgotten_at is null and m.id > $2
      order by m.id limit $3
      """;

  private static final String ONE =
      """
      select m.org, (select min(serial) from card where member = m.id) as card
      from member m join retention r on r.what = 'LEFT_MEMBER'
      where m.id = $1 and m.left_at < $2::timestamptz - make_interval(days => r.days)
        and m.forgotten_at is null
      for update of m skip locked
      """;

  /** Each takes away at most {@code $2} rows that are older than its days. */
  private static final List<String> OLD =
      List.of(
          """
          delete from personal_read where id in (
            select p.id from personal_read p join retention r on r.what = 'PERSONAL_READ'
            where p.at < $1::timestamptz - make_interval(days => r.days)
            order by p.at limit $2)
          """,
          """
          delete from personal_read_day where (staff, day) in (
            select p.staff, p.day from personal_read_day p
            join retention r on r.what = 'PERSONAL_READ'
            where p.day < ($1::timestamptz - make_interval(days => r.days))::date limit $2)
          """,
          """
          delete from data_request where id in (
            select d.id from data_request d join retention r on r.what = 'DATA_REQUEST'
            where d.ended_at < $1::timestamptz - make_interval(days => r.days) limit $2)
          """,
          """
          delete from card_enrolment where card in (
            select e.card from card_enrolment e join retention r on r.what = 'CARD_CODE'
            where coalesce(e.used_at, e.expires_at)
              < $1::timestamptz - make_interval(days => r.days) limit $2)
          """,
          """
          delete from member_list_named where ctid in (
            select n.ctid from member_list_named n join member_list l on l.id = n.list
            join retention r on r.what = 'MEMBER_LIST'
            where l.started_at < $1::timestamptz - make_interval(days => r.days) limit $2)
          """);

  private final Pool pool;
  private final Clock clock;
  private final Sweep<Long> left;

  Retention(Pool pool, Clock clock) {
    this.pool = pool;
    this.clock = clock;
    left =
        new Sweep<>(
            "members that left",
            (last, most) -> look(tx -> due(tx, last, most)),
            member -> look(tx -> forget(tx, member)));
  }

  private <T> Future<T> look(Function<DeskTransaction, Future<T>> work) {
    return DeskTransaction.attempt(pool, clock, DeskTransaction.By.GATEWAY, work);
  }

  private static Future<List<Long>> due(DeskTransaction tx, @Nullable Long last, int most) {
    return tx.ask(LEFT, tx.at(), last == null ? 0 : last, most)
        .map(
            rows -> {
              List<Long> members = new ArrayList<>();
              rows.forEach(row -> members.add(row.getLong("id")));
              return members;
            });
  }

  private static Future<Boolean> forget(DeskTransaction tx, long member) {
    return tx.first(ONE, member, tx.at())
        .compose(
            row ->
                row == null
                    ? Future.succeededFuture(false)
                    : Forgetting.forget(tx, member).compose(forgotten -> note(tx, row)).map(true));
  }

  private static Future<Void> note(DeskTransaction tx, Row row) {
    Long card = row.getLong("card");
    return tx.note(
        "member.forgotten",
        card == null ? "-" : new CardNo(card).digits(),
        List.of(row.getInteger("org")),
        new JsonObject().put("by", "RETENTION"));
  }

  /** One round: how many members were forgotten. */
  public Future<Integer> run() {
    return left.run().compose(forgotten -> old().map(forgotten));
  }

  private Future<Void> old() {
    Future<Void> chain = Future.succeededFuture();
    for (String sql : OLD) {
      chain = chain.compose(before -> take(sql));
    }
    return chain;
  }

  private Future<Void> take(String sql) {
    return look(tx -> tx.ask(sql, tx.at(), ROWS_MAX))
        .compose(rows -> rows.rowCount() < ROWS_MAX ? Future.succeededFuture() : take(sql));
  }
}
