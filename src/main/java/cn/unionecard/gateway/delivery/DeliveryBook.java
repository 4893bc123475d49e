package cn.unionecard.gateway.delivery;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.Visit;
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
      select d.seq, d.first_at, coalesce(m.merchant_no, a.code) as subject, o.kind
      from delivery d
      left join feed_event e on e.seq = d.seq
      left join outbox o on o.id = e.outbox
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

  Future<DeskReply> log(Visit visit, long id, long before) {
    return SubscriptionBook.require(visit, id)
        .compose(row -> visit.ask(LOG, id, before, PAGE_ROWS))
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
            .put("at", row.getOffsetDateTime("at").toString())
            .put("tookMs", row.getInteger("took_ms"))
            .put("outcome", row.getString("outcome"));
    if (row.getInteger("http_status") != 0) {
      json.put("httpStatus", row.getInteger("http_status"));
    }
    if (row.getString("problem") != null) {
      json.put("problem", row.getString("problem"));
    }
    if (row.getOffsetDateTime("next_at") != null) {
      json.put("nextAt", row.getOffsetDateTime("next_at").toString());
    }
    return json;
  }

  Future<DeskReply> dead(Visit visit, long id, long after) {
    return SubscriptionBook.require(visit, id)
        .compose(row -> visit.ask(DEAD, id, after, PAGE_ROWS))
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
    return json.put("type", "cn.unionecard." + row.getString("kind") + ".v1")
        .put("merchant", row.getString("subject"));
  }

  Future<DeskReply> replay(
      Visit visit, long id, @Nullable Long after, @Nullable OffsetDateTime since) {
    return SubscriptionBook.require(visit, id)
        .compose(
            row ->
                place(visit, after, since)
                    .compose(place -> visit.ask(REWIND, id, place, visit.at()))
                    .compose(back -> visit.first(POSITION, id))
                    .compose(at -> rewound(visit, id, row, at)));
  }

  private static Future<Long> place(
      Visit visit, @Nullable Long after, @Nullable OffsetDateTime since) {
    return after != null
        ? Future.succeededFuture(after)
        : visit.first(SINCE, since).map(row -> row == null ? 0L : row.getLong("after"));
  }

  private static Future<DeskReply> rewound(Visit visit, long id, Row row, @Nullable Row at) {
    long position = at == null ? 0 : at.getLong("position");
    JsonObject json = new JsonObject().put("position", Long.toString(position));
    return visit
        .note("subscription.replay", Long.toString(id), List.of(row.getInteger("org")), json)
        .map(done -> DeskReply.ok(json));
  }

  Future<DeskReply> retryDead(Visit visit, long id, long sequence) {
    return SubscriptionBook.require(visit, id)
        .compose(
            row ->
                visit
                    .first(RETRY, id, sequence)
                    .compose(letter -> promote(visit, id, letter))
                    .compose(done -> retried(visit, id, row, sequence)));
  }

  private static Future<?> promote(Visit visit, long id, @Nullable Row letter) {
    if (letter == null) {
      throw new Fault.NotFound("no such dead letter");
    }
    return visit.ask(PROMOTE, id, letter.getInteger("merchant"), visit.at());
  }

  private static Future<DeskReply> retried(Visit visit, long id, Row row, long sequence) {
    JsonObject json = new JsonObject().put("sequence", Long.toString(sequence));
    return visit
        .note("subscription.retry", Long.toString(id), List.of(row.getInteger("org")), json)
        .map(done -> DeskReply.ok(json));
  }
}
