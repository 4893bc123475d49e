package cn.unionecard.gateway.feed;

import cn.unionecard.gateway.model.Fault;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Pages of the feed, by filter and position. Subscribers that ask for the same page at the same
 * time share one query and its bytes. Belongs to one event loop.
 */
public final class FeedReader {

  /** Who may read what; one row always, with nulls for what is not there or not to be seen. */
  private static final String ADMIT =
      """
      select c.seq, coalesce(n.id, s.id) as org, n.id as narrower, m.id as merchant
      from feed_cursor c
      left join org s on s.code = $1
      left join org n on n.code = $2 and s.id = any (n.path)
      left join merchant m on m.merchant_no = $3 and exists (
        select from org o
        where o.id in (m.authorising_org, m.signing_org) and coalesce(n.id, s.id) = any (o.path))
      """;

  /**
   * What tells a transaction's event, which has no data of its own; joined to an event {@code e}.
   */
  public static final String TOLD_FROM =
      """
      left join lateral (
        select w.body as receipt, effect_name(w.effect) as effect, w.payers, w.fens
        from transaction w where e.body is null and w.id = e.subject limit 1) t on true
      """;

  /** The columns that {@link #event} reads of it. */
  public static final String TOLD = " t.receipt, t.effect, t.payers, t.fens, ";

  /**
   * Walks the numbers of a bounded stretch, row by row as they were numbered; all else is found by
   * primary key. One row at least: how far the feed was removed is known from the same moment as
   * the events are.
   */
  static final String PAGE =
      """
      select c.removed, c.removed_at, p.*
      from feed_cursor c
      left join lateral (
        select e.seq, e.merchant_seq, e.outbox, e.kind, e.at, e.body,
      """
          + TOLD
          + """
          e.about, e.code, e.signing
        from (
          select e.*, coalesce(m.merchant_no, a.code) as about, a.code, s.code as signing
          from feed_events($1, $2) e
          left join merchant m on m.id = e.merchant
          join org a on a.id = e.authorising_org
          join org s on s.id = e.signing_org
          where ($3 = any (a.path) or $3 = any (s.path))
            and ($4::integer is null or $4 = any (e.merchants))
            and ($4::integer is null or e.merchant = $4)
            and ($5::text[] is null or e.kind = any ($5))
          order by e.first, e.seq
          limit $6) e
      """
          + TOLD_FROM
          + """
        order by e.first, e.seq) p on true
      where c.one
      """;

  /** What an event has besides its data, about. */
  private static final int ATTRIBUTES_CHARS = 350;

  private record Place(FeedFilter filter, long after) {}

  private final Pool pool;
  private final FeedLimits limits;
  private final Map<Place, Future<FeedPage>> underWay = new HashMap<>();

  FeedReader(Pool pool, FeedLimits limits) {
    this.pool = pool;
    this.limits = limits;
  }

  /**
   * What a subscription means to its caller.
   *
   * @param filter what it will get
   * @param head the last number there is
   */
  record Admission(FeedFilter filter, long head) {}

  /**
   * Checks what is asked for against the caller's part of the organisation tree.
   *
   * @param callerOrg code of the organisation the caller acts for
   * @return fails with {@link Fault.Forbidden} or {@link Fault.NotFound}
   */
  Future<Admission> admit(String callerOrg, StreamRequest wish) {
    return pool.preparedQuery(ADMIT)
        .execute(Tuple.of(callerOrg, wish.org(), wish.merchant()))
        .map(rows -> admission(wish, rows.iterator().next()));
  }

  private static Admission admission(StreamRequest wish, Row row) {
    Integer org = row.getInteger("org");
    if (org == null) {
      throw new Fault.Forbidden("the organisation of the token is not known here");
    }
    if (wish.org() != null && row.getInteger("narrower") == null) {
      throw new Fault.Forbidden("org is not part of the caller's organisation");
    }
    Integer merchant = row.getInteger("merchant");
    if (wish.merchant() != null && merchant == null) {
      throw new Fault.NotFound("no such merchant under this organisation");
    }
    return new Admission(new FeedFilter(org, merchant, wish.kinds()), row.getLong("seq"));
  }

  /**
   * The next events after a number.
   *
   * @param head the last number there is; greater than {@code after}
   */
  public Future<FeedPage> page(FeedFilter filter, long after, long head) {
    Place place = new Place(filter, after);
    Future<FeedPage> known = underWay.get(place);
    if (known != null) {
      return known;
    }
    Future<FeedPage> page = fetch(filter, after, Math.min(head, after + limits.scanEventsMax()));
    underWay.put(place, page);
    return page.onComplete(done -> underWay.remove(place, page));
  }

  private Future<FeedPage> fetch(FeedFilter filter, long after, long upto) {
    List<@Nullable Object> arguments = new ArrayList<>();
    arguments.add(after);
    arguments.add(upto);
    arguments.add(filter.org());
    arguments.add(filter.merchant());
    arguments.add(filter.kinds().isEmpty() ? null : filter.kinds().toArray(String[]::new));
    arguments.add(limits.pageEventsMax());
    return pool.preparedQuery(PAGE).execute(Tuple.wrap(arguments)).map(rows -> page(rows, upto));
  }

  private FeedPage page(RowSet<Row> rows, long upto) {
    List<CloudEvent> events = new ArrayList<>();
    FeedReset reset = FeedReset.NONE;
    int chars = 0;
    for (Row row : rows) {
      reset = FeedReset.of(row.getLong("removed"), row.getOffsetDateTime("removed_at"));
      if (row.getLong("seq") == null || chars >= limits.bufferBytesMax()) {
        break;
      }
      CloudEvent event = event(row);
      events.add(event);
      chars += event.data().length() + ATTRIBUTES_CHARS;
    }
    boolean cut = events.size() == limits.pageEventsMax() || chars >= limits.bufferBytesMax();
    long last = cut ? events.get(events.size() - 1).sequence() : upto;
    return new FeedPage(events, last, reset);
  }

  public static CloudEvent event(Row row) {
    return new CloudEvent(
        row.getLong("outbox"),
        row.getString("kind"),
        row.getString("about"),
        row.getOffsetDateTime("at"),
        row.getLong("seq"),
        row.getLong("merchant_seq"),
        row.getString("code"),
        row.getString("signing"),
        data(row));
  }

  /** A transaction's event has no data of its own: its row says all of it. */
  private static String data(Row row) {
    String body = row.getString("body");
    return body != null
        ? body
        : TransactionData.of(
            row.getBuffer("receipt").getBytes(),
            row.getString("effect"),
            row.getArrayOfIntegers("payers"),
            row.getArrayOfLongs("fens"));
  }
}
