package cn.unionecard.gateway.ledger;

import cn.unionecard.gateway.rules.Entitlement;
import cn.unionecard.gateway.rules.Facts;
import cn.unionecard.gateway.rules.Grants;
import cn.unionecard.gateway.runtime.stores.Columns;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.List;

/**
 * The statements about what members were given: asked only by a block that could use some of it, in
 * the same burst as the rest. Locked behind all other rows, by member and row; a block that follows
 * earlier transactions locks what paid for them in the same way.
 */
final class EntitlementSql {
  private EntitlementSql() {}

  private static final String NUMBERS =
      """
      ARRAY[e.id, e.member, e.campaign, e.kind, e.from_ms, e.until_ms, e.limit_fen, e.limit_count,
        e.used_fen, e.used_count, (e.void_at IS NOT NULL)::integer, e.returned_ms, e.late_fen,
        e.late_count]""";

  /**
   * Of the holders of the cards $1 what is not over at $3 of the campaigns $2, and the rows $4; of
   * all passes among them the entries at the sites $5. They are asked for one campaign after the
   * other and in order, as the index on a member's has them: nothing else gives that order, so a
   * plan that is made while nothing was given out yet uses it, too.
   */
  static final String LOCK =
      """
      WITH holders AS MATERIALIZED (
        SELECT DISTINCT c.member
        FROM unnest($1::bigint[]) AS here (serial)
        CROSS JOIN LATERAL (SELECT member FROM card WHERE card.serial = here.serial LIMIT 1) c
        WHERE cardinality($2::int[]) > 0),
      wanted AS MATERIALIZED (
        SELECT e.id, e.kind FROM holders
        CROSS JOIN unnest($2::int[]) AS given (campaign)
        CROSS JOIN LATERAL (
          SELECT id, kind FROM entitlement
          WHERE member = holders.member AND entitlement.campaign = given.campaign
            AND until_ms > $3::bigint
          ORDER BY until_ms) e
        UNION
        SELECT e.id, e.kind FROM unnest($4::bigint[]) AS w (id)
        CROSS JOIN LATERAL (
          SELECT id, kind FROM entitlement WHERE entitlement.id = w.id LIMIT 1) e)
      SELECT 5::smallint,
      """
          + NUMBERS
          + """

      FROM (SELECT id FROM wanted ORDER BY id) want
      CROSS JOIN LATERAL (
        SELECT * FROM entitlement WHERE entitlement.id = want.id LIMIT 1 FOR UPDATE) e
      UNION ALL
      SELECT 3::smallint,
      """
          + FlightSql.ALLOWANCE_NUMBERS
          + """

      FROM (SELECT id FROM wanted WHERE kind = 3 ORDER BY id) pass
      CROSS JOIN LATERAL (
        SELECT * FROM allowance
        WHERE holder = pass.id AND kind = 11 AND owner = ANY ($5::bigint[])
        ORDER BY owner FOR UPDATE) a""";

  /**
   * By ON CONFLICT, as all updates of a flight. The rows are there and locked: what is said of them
   * beside their use is never written. The union whose campaign it is hears what changed at $8.
   */
  static final String USE =
      """
      WITH u AS MATERIALIZED (
        SELECT id, used_fen, used_count, until_ms, returned_ms, late_fen, late_count
        FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[],
          $6::bigint[], $7::bigint[])
          AS u (id, used_fen, used_count, until_ms, returned_ms, late_fen, late_count)),
      changed AS MATERIALIZED (
        SELECT e.id, e.round, c.org, c.code, e.kind, u.used_fen - e.used_fen AS fen,
          u.used_count - e.used_count AS count
        FROM u
        CROSS JOIN LATERAL (
          SELECT id, round, campaign, entitlement_kind(kind) AS kind, used_fen, used_count
          FROM entitlement
          WHERE entitlement.id = u.id LIMIT 1) e
        CROSS JOIN LATERAL (
          SELECT org, code FROM campaign
          WHERE campaign.id = e.campaign LIMIT 1) c),
      told AS (
        INSERT INTO outbox (at, kind, merchant, subject, body)
        SELECT $8::timestamptz,
          CASE WHEN fen < 0 OR count < 0 THEN 'voucher.returned' ELSE 'voucher.used' END, -org, id,
          jsonb_build_object('voucher', id::text, 'fen', fen, 'count', count, 'round', round,
            'campaign', code, 'kind', kind)::text
        FROM changed WHERE fen <> 0 OR count <> 0 ORDER BY id)
      INSERT INTO entitlement (id, member, campaign, round, nth, kind, worth_fen, granted_at, from_ms,
        until_ms, limit_fen, used_fen, used_count, returned_ms, late_fen, late_count)
      SELECT id, 0, 0, 0, 1, 2, 0, to_timestamp(0), until_ms - 1, until_ms,
        used_fen + coalesce(late_fen, 0), used_fen, used_count, returned_ms, late_fen, late_count
      FROM u
      ON CONFLICT (id) DO UPDATE
      SET used_fen = excluded.used_fen, used_count = excluded.used_count,
          until_ms = excluded.until_ms, returned_ms = excluded.returned_ms,
          late_fen = excluded.late_fen, late_count = excluded.late_count""";

  static Tuple wanted(Need need, Facts facts) {
    return new Columns<>(List.copyOf(need.serials))
        .longs(serial -> serial)
        .then(List.copyOf(need.granted))
        .ints(campaign -> campaign)
        .one(facts.nowMs())
        .then(List.copyOf(need.lots))
        .longs(lot -> lot)
        .then(List.copyOf(need.sites))
        .longs(Integer::longValue)
        .tuple();
  }

  static Entitlement read(Long[] numbers) {
    return new Entitlement(
            numbers[0],
            numbers[1],
            numbers[2].intValue(),
            Grants.Kind.of(numbers[3].intValue()),
            numbers[4],
            numbers[5],
            numbers[6],
            numbers[7],
            numbers[8],
            numbers[9],
            numbers[10] != 0,
            numbers[11])
        .late(numbers[12], numbers[13]);
  }

  static Tuple used(List<Entitlement> changed, OffsetDateTime at) {
    return new Columns<>(changed)
        .longs(one -> one.id)
        .longs(Entitlement::usedFen)
        .longs(Entitlement::usedCount)
        .longs(Entitlement::untilMs)
        .longs(Entitlement::returnedMs)
        .longs(Entitlement::lateFen)
        .longs(Entitlement::lateCount)
        .one(at)
        .tuple();
  }
}
