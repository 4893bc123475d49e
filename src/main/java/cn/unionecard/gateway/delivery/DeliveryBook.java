package cn.unionecard.gateway.delivery;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.Spelling;
import cn.unionecard.gateway.feed.EventType;
import cn.unionecard.gateway.feed.FeedReset;
import cn.unionecard.gateway.model.Fault;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of deliveries, and how they are had once more. */
final class DeliveryBook {
  private static final int PAGE_ROWS = 100;

  private static final String LOG =
      """
      select id, seq, attempt, at, took_ms, http_status, outcome, problem, next_at
      from delivery_attempt
      where subscription = $1 and id < $2
      order by id desc limit $3
      """;

  private static final String DEAD =
      """
      select d.seq, d.first_at, coalesce(m.merchant_no, a.code) as subject, e.kind
      from delivery d
      left join lateral feed_events(d.seq - 1, d.seq) e on true
      left join merchant m on m.id = e.merchant
      left join org a on a.id = e.authorising_org
      where d.subscription = $1 and d.status = 'DEAD' and d.seq > $2
      order by d.seq limit $3
      """;

  private static final String SINCE = "select feed_place($1) as after";

  private static final String REWIND = "select delivery_rewind($1, $2, $3)";

  private static final String POSITION = "select position from subscription where id = $1";

  private static final String RETRY =
      """
      update delivery set status = 'WAITING', attempts = 0, first_at = null
      where subscription = $1 and seq = $2 and status = 'DEAD'
      returning merchant
      """;

  private static final String PROMOTE = "select delivery_promote($1, $2, $3)";

  Future<DeskReply> log(DeskTransaction tx, long id, long before) {
    return SubscriptionBook.require(tx, id)
        .compose(row -> tx.ask(LOG, id, before, PAGE_ROWS))
        .map(
            rows -> {
              JsonArray all = new JsonArray();
              rows.forEach(row -> all.add(attempt(row)));
              return DeskReply.ok(new JsonObject().put("deliveries", all));
            });
  }

  private static JsonObject attempt(Row row) {
    JsonObject json =
        new JsonObject()
            .put("id", Long.toString(row.getLong("id")))
            .put("sequence", Long.toString(row.getLong("seq")))
            .put("attempt", row.getInteger("attempt"))
            .put("at", Spelling.time(row.getOffsetDateTime("at")))
            .put("tookMs", row.getInteger("took_ms"))
            .put("outcome", row.getString("outcome"));
    if (row.getInteger("http_status") != 0) {
      json.put("httpStatus", row.getInteger("http_status"));
    }
    if (row.getString("problem") != null) {
      json.put("problem", row.getString("problem"));
    }
    if (row.getOffsetDateTime("next_at") != null) {
      json.put("nextAt", Spelling.time(row.getOffsetDateTime("next_at")));
    }
    return json;
  }

  Future<DeskReply> dead(DeskTransaction tx, long id, long after) {
    return SubscriptionBook.require(tx, id)
        .compose(row -> tx.ask(DEAD, id, after, PAGE_ROWS))
        .map(
            rows -> {
              JsonArray all = new JsonArray();
              rows.forEach(row -> all.add(letter(row)));
              return DeskReply.ok(new JsonObject().put("deadLetters", all));
            });
  }

  private static JsonObject letter(Row row) {
    JsonObject json = new JsonObject().put("sequence", Long.toString(row.getLong("seq")));
    if (row.getString("kind") == null) {
      return json.put("type", FeedReset.TYPE);
    }
    return json.put("type", EventType.typeOf(row.getString("kind")))
        .put("merchant", row.getString("subject"));
  }

  Future<DeskReply> replay(
      DeskTransaction tx, long id, @Nullable Long after, @Nullable OffsetDateTime since) {
    return SubscriptionBook.require(tx, id)
        .compose(
            row ->
                place(tx, after, since)
                    .compose(place -> tx.ask(REWIND, id, place, tx.at()))
                    .compose(back -> tx.first(POSITION, id))
                    .compose(at -> rewound(tx, id, row, at)));
  }

  private static Future<Long> place(
      DeskTransaction tx, @Nullable Long after, @Nullable OffsetDateTime since) {
    return after != null
        ? Future.succeededFuture(after)
        : tx.first(SINCE, since).map(row -> row == null ? 0L : row.getLong("after"));
  }

  private static Future<DeskReply> rewound(DeskTransaction tx, long id, Row row, @Nullable Row at) {
    long position = at == null ? 0 : at.getLong("position");
    JsonObject json = new JsonObject().put("position", Long.toString(position));
    return tx.note("subscription.replay", Long.toString(id), List.of(row.getInteger("org")), json)
        .map(done -> DeskReply.ok(json));
  }

  Future<DeskReply> retryDead(DeskTransaction tx, long id, long sequence) {
    return SubscriptionBook.require(tx, id)
        .compose(
            row ->
                tx.first(RETRY, id, sequence)
                    .compose(letter -> promote(tx, id, letter))
                    .compose(done -> retried(tx, id, row, sequence)));
  }

  private static Future<?> promote(DeskTransaction tx, long id, @Nullable Row letter) {
    if (letter == null) {
      throw new Fault.NotFound("no such dead letter");
    }
    return tx.ask(PROMOTE, id, letter.getInteger("merchant"), tx.at());
  }

  private static Future<DeskReply> retried(DeskTransaction tx, long id, Row row, long sequence) {
    JsonObject json = new JsonObject().put("sequence", Long.toString(sequence));
    return tx.note("subscription.retry", Long.toString(id), List.of(row.getInteger("org")), json)
        .map(done -> DeskReply.ok(json));
  }
}
