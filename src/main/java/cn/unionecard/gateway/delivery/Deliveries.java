package cn.unionecard.gateway.delivery;

import cn.unionecard.gateway.feed.CloudEvent;
import cn.unionecard.gateway.feed.FeedReader;
import cn.unionecard.gateway.feed.FeedReset;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is on its way to webhooks, in the tables. All of it goes over the one connection that holds
 * the runner's lock, so that a runner which lost the lock can write nothing any more.
 */
final class Deliveries {
  static final String PLAN =
      """
      select coalesce(sum(delivery_plan(s.id, $1, $2, $3)), 0) as planned
      from subscription s, feed_cursor c
      where c.one and s.kind = 'WEBHOOK' and s.status = 'ACTIVE' and s.position < c.seq
      """;

  /** The first of each merchant that are due, at most so many for each subscriber. */
  static final String DUE =
      """
      select s.id as subscription, s.target, d.seq as place, d.attempts, d.merchant = 0 as reset,
        c.removed_at, e.seq, e.merchant_seq, e.outbox, e.kind, e.at, e.body,
      """
          + FeedReader.TOLD
          + """
        coalesce(m.merchant_no, a.code) as about, a.code, g.code as signing
      from feed_cursor c
      cross join subscription s
      cross join lateral (
        select w.seq, w.attempts, w.merchant from delivery w
        where w.subscription = s.id and w.status = 'DUE' and w.due <= $1
        order by w.due, w.seq limit $2) d
      left join lateral feed_events(d.seq - 1, d.seq) e on true
      """
          + FeedReader.TOLD_FROM
          + """
      left join merchant m on m.id = e.merchant
      left join org a on a.id = e.authorising_org
      left join org g on g.id = e.signing_org
      where c.one and s.kind = 'WEBHOOK' and s.status = 'ACTIVE'
      """;

  static final String KEYS =
      """
      select k.subscription, k.algorithm, k.wrapped
      from unnest($1::bigint[]) as s (id)
      join subscription_key k on k.subscription = s.id
      where k.until is null or k.until > $2
      order by k.subscription, k.id desc
      """;

  static final String RECORD =
      "select delivery_record($1::bigint[], $2::bigint[], $3::text[], $4::timestamptz[],"
          + " $5::integer[], $6::integer[], $7::text[], $8::timestamptz[])";

  static final String REMOVE = "select feed_remove($1, $2, $3) as removed";

  /** The log is kept as long as the events, and a thousand rows of it are removed at a time. */
  static final String FORGET =
      """
      delete from delivery_attempt where id in (
        select id from delivery_attempt where at < $1 order by at limit 1000)
      """;

  /** One delivery that is due. */
  record Due(long subscription, long seq, int attempts, String url, String id, String body) {
    Place place() {
      return new Place(subscription, seq);
    }
  }

  /** Names a delivery. */
  record Place(long subscription, long seq) {}

  /** A key as it is stored. */
  record StoredKey(long subscription, String algorithm, byte[] wrapped) {}

  /**
   * What came of an attempt.
   *
   * @param next when it is tried again; null = the schedule is at its end, or there is no need
   */
  record Outcome(
      Place place, WebhookSender.Answer answer, Instant at, int tookMs, @Nullable Instant next) {}

  private Deliveries() {}

  static Future<RowSet<Row>> plan(SqlConnection connection, int waiting, int scan, Instant now) {
    return connection.preparedQuery(PLAN).execute(Tuple.of(waiting, scan, utc(now)));
  }

  static Future<List<Due>> due(SqlConnection connection, Instant now, int most) {
    return connection
        .preparedQuery(DUE)
        .execute(Tuple.of(utc(now), most))
        .map(
            rows -> {
              List<Due> due = new ArrayList<>();
              rows.forEach(row -> due.add(due(row)));
              return due;
            });
  }

  private static Due due(Row row) {
    long place = row.getLong("place");
    String id;
    String body;
    if (row.getBoolean("reset")) {
      FeedReset reset = FeedReset.of(place, row.getOffsetDateTime("removed_at"));
      id = reset.id();
      body = reset.json();
    } else {
      CloudEvent event = FeedReader.event(row);
      id = Long.toString(event.id());
      body = event.json();
    }
    return new Due(
        row.getLong("subscription"),
        place,
        row.getInteger("attempts"),
        row.getString("target"),
        id,
        body);
  }

  static Future<List<StoredKey>> keys(SqlConnection connection, List<Long> of, Instant now) {
    return connection
        .preparedQuery(KEYS)
        .execute(Tuple.of(of.toArray(Long[]::new), utc(now)))
        .map(Deliveries::stored);
  }

  /** The rows of {@link #KEYS}. */
  static List<StoredKey> stored(RowSet<Row> rows) {
    List<StoredKey> keys = new ArrayList<>();
    for (Row row : rows) {
      byte[] wrapped = row.getBuffer("wrapped").getBytes();
      keys.add(new StoredKey(row.getLong("subscription"), row.getString("algorithm"), wrapped));
    }
    return keys;
  }

  static Future<RowSet<Row>> record(SqlConnection connection, List<Outcome> all) {
    List<@Nullable Object> columns = new ArrayList<>();
    columns.add(all.stream().map(o -> o.place().subscription()).toArray(Long[]::new));
    columns.add(all.stream().map(o -> o.place().seq()).toArray(Long[]::new));
    columns.add(all.stream().map(o -> o.answer().word()).toArray(String[]::new));
    columns.add(all.stream().map(o -> utc(o.at())).toArray(OffsetDateTime[]::new));
    columns.add(all.stream().map(Outcome::tookMs).toArray(Integer[]::new));
    columns.add(all.stream().map(o -> o.answer().status()).toArray(Integer[]::new));
    columns.add(all.stream().map(o -> o.answer().problem()).toArray(String[]::new));
    columns.add(all.stream().map(o -> utcOrNull(o.next())).toArray(OffsetDateTime[]::new));
    return connection.preparedQuery(RECORD).execute(Tuple.wrap(columns));
  }

  /** Removes the oldest events; gives how many. */
  static Future<Integer> remove(SqlConnection connection, Instant before, int most, Instant now) {
    return connection
        .preparedQuery(REMOVE)
        .execute(Tuple.of(utc(before), most, utc(now)))
        .map(rows -> rows.iterator().next().getInteger("removed"));
  }

  static Future<RowSet<Row>> forget(SqlConnection connection, Instant before) {
    return connection.preparedQuery(FORGET).execute(Tuple.of(utc(before)));
  }

  private static @Nullable OffsetDateTime utcOrNull(@Nullable Instant at) {
    return at == null ? null : utc(at);
  }

  static OffsetDateTime utc(Instant at) {
    return at.atOffset(ZoneOffset.UTC);
  }
}
