package cn.unionecard.gateway.province;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** How far both ways are, as the table has it; and who works on them. */
final class Link {
  /** A node that dies is succeeded after so long. */
  private static final Duration HELD = Duration.ofMinutes(2);

  private static final String ACCOUNT =
      "select id, org from staff where login = $1 and status = 'ACTIVE' and 'CLERK' = any (roles)";

  private static final String HOLD =
      """
      update province_link set holder = $1, held_until = $2
      where held_until is null or held_until < $3 or holder = $1
      returning org, in_place, in_began_at, in_whole_at, compared_at
      """;

  /** What there was before comes along, once. */
  private static final String BEGIN =
      """
      with link as (update province_link set org = $1 where org is distinct from $1 returning org)
      insert into province_card (card)
      select c.serial from link, card c join member m on m.id = c.member join org o on o.id = m.org
      where link.org = any (o.path) on conflict do nothing
      """;

  private static final String AT =
      """
      update province_link set in_place = $1, in_began_at = $2, in_whole_at = coalesce($3, in_whole_at),
        in_ok_at = $4, in_failure = null, held_until = $5
      """;

  private static final String IN_FAILS = "update province_link set in_failure = $1";
  private static final String OUT_FAILS = "update province_link set out_failure = $1";

  private static final String SENT =
      "update province_link set out_ok_at = $1, out_failure = null, held_until = $2";

  private static final String COMPARED =
      "update province_link set compared_at = $1, differences = $2";

  private static final String LET_GO =
      "update province_link set held_until = null where holder = $1";

  /**
   * As it stood when it was taken hold of.
   *
   * @param beganAt a reading from the start is under way since then, or null
   */
  record Standing(
      @Nullable Integer org,
      String place,
      @Nullable OffsetDateTime beganAt,
      @Nullable OffsetDateTime wholeAt,
      @Nullable OffsetDateTime comparedAt) {}

  /** In whose name it is done. */
  record Account(int id, int org) {}

  private final Pool pool;
  private final String holder;
  private final Clock clock;

  /**
   * @param holder names this node's adapter, by chance
   */
  Link(Pool pool, String holder, Clock clock) {
    this.pool = pool;
    this.holder = holder;
    this.clock = clock;
  }

  OffsetDateTime now() {
    return clock.instant().atOffset(ZoneOffset.UTC);
  }

  private OffsetDateTime until() {
    return now().plus(HELD);
  }

  private Future<@Nullable Row> first(String sql, Tuple arguments) {
    return pool.preparedQuery(sql)
        .execute(arguments)
        .map(
            rows -> {
              Iterator<Row> all = rows.iterator();
              return all.hasNext() ? all.next() : null;
            });
  }

  /** Null: there is no such clerk, or he may not work here any more. */
  Future<@Nullable Account> account(String login) {
    return first(ACCOUNT, Tuple.of(login))
        .map(row -> row == null ? null : new Account(row.getInteger("id"), row.getInteger("org")));
  }

  /** Null: another node is at it. */
  Future<@Nullable Standing> hold() {
    return first(HOLD, Tuple.of(holder, until(), now()))
        .map(
            row ->
                row == null
                    ? null
                    : new Standing(
                        row.getInteger("org"),
                        row.getString("in_place"),
                        row.getOffsetDateTime("in_began_at"),
                        row.getOffsetDateTime("in_whole_at"),
                        row.getOffsetDateTime("compared_at")));
  }

  Future<Void> letGo() {
    return first(LET_GO, Tuple.of(holder)).mapEmpty();
  }

  Future<Void> begin(int org) {
    return first(BEGIN, Tuple.of(org)).mapEmpty();
  }

  /**
   * A page was taken.
   *
   * @param wholeAt a reading from the start has come to the end then; null: it has not
   */
  Future<Void> at(
      String place, @Nullable OffsetDateTime beganAt, @Nullable OffsetDateTime wholeAt) {
    return first(AT, Tuple.of(place, beganAt, wholeAt, now(), until())).mapEmpty();
  }

  Future<Void> inFails(Trouble why) {
    return first(IN_FAILS, Tuple.of(why.name())).mapEmpty();
  }

  Future<Void> outFails(Trouble why) {
    return first(OUT_FAILS, Tuple.of(why.name())).mapEmpty();
  }

  Future<Void> sent() {
    return first(SENT, Tuple.of(now(), until())).mapEmpty();
  }

  Future<Void> compared(int differences) {
    return first(COMPARED, Tuple.of(now(), differences)).mapEmpty();
  }
}
