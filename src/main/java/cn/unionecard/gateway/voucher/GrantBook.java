package cn.unionecard.gateway.voucher;

import static cn.unionecard.gateway.desk.DeskTransaction.found;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.Spelling;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.runtime.Clocks;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What members have: seen by their union and by themselves, made void and given anew. */
final class GrantBook {
  /** The most that is shown of one member, the latest first. */
  static final int ROWS_MAX = 200;

  /** A page of what a round gave. */
  static final int PAGE_ROWS = 100;

  /** What is done to one of them. */
  enum Step {
    /** It is good for nothing more; what was paid with it stays paid. */
    VOID,
    /** What was made void is given anew, as good as it was. */
    REISSUE
  }

  private static final String COLUMNS =
      """
      select e.*, entitlement_left_fen(e) as left_fen, entitlement_left_count(e) as left_count,
        c.code, c.public_name, c.grants, c.rule -> 'benefit' as benefit, c.org as campaign_org,
        c.status as campaign_status, r.name as round_name
      from entitlement e join campaign c on c.id = e.campaign join benefit_round r on r.id = e.round
      """;

  private static final String OF_CARD =
      COLUMNS
          + """
          where e.member = (
            select m.id from card k join member m on m.id = k.member join org o on o.id = m.org
            where k.serial = $2 and $1 = any (o.path))
          order by e.id desc limit $3
          """;

  private static final String CARD =
      """
      select m.org from card k join member m on m.id = k.member join org o on o.id = m.org
      where k.serial = $2 and $1 = any (o.path)
      """;

  /** Of a holder his name as tills show it, and no more. */
  private static final String OF_ROUND =
      """
      select e.*, entitlement_left_fen(e) as left_fen, entitlement_left_count(e) as left_count,
        c.code, c.public_name, c.grants, c.rule -> 'benefit' as benefit, c.org as campaign_org,
        c.status as campaign_status, r.name as round_name, n.id as reissued_as, (
          select k.holder_mask from card k where k.member = e.member order by k.serial desc limit 1) as holder
      from benefit_round r join campaign c on c.id = r.campaign join org o on o.id = c.org
      join entitlement e on e.round = r.id left join entitlement n on n.reissue_of = e.id
      where $1 = any (o.path) and r.id = $2 and e.id > $3 and ($4::bigint is null or e.id = $4)
      order by e.id limit $5
      """;

  private static final String ROUND =
      """
      select c.org from benefit_round r join campaign c on c.id = r.campaign join org o on o.id = c.org
      where $1 = any (o.path) and r.id = $2
      """;

  /** What is over since long is not shown: his purchases tell of it. */
  private static final String OWN =
      COLUMNS
          + """
          where e.member = (select member from card where serial = $1)
            and e.until_ms > $2 - 90 * 86400000::bigint
          order by e.until_ms, e.id limit $3
          """;

  private static final String LOCK =
      COLUMNS
          + """
          join org o on o.id = c.org
          where $1 = any (o.path) and e.id = $2 for update of e
          """;

  private static final String VOID =
      "update entitlement set void_at = $2, void_reason = $3 where id = $1";

  /** It counts as of its round: nobody gets more of that than one was to get. */
  private static final String REISSUE =
      """
      insert into entitlement (member, campaign, round, nth, kind, pool, worth_fen, granted_at, from_ms, until_ms,
        limit_fen, limit_count, reissue_of)
      select e.member, e.campaign, e.round, (
          select max(nth) + 1 from entitlement x where x.round = e.round and x.member = e.member),
        e.kind, e.pool, case e.kind when 2 then entitlement_left_fen(e) else e.worth_fen end, $2,
        e.from_ms, e.until_ms, case e.kind when 2 then entitlement_left_fen(e) end,
        case e.kind when 3 then entitlement_left_count(e) else e.limit_count end, e.id
      from entitlement e where e.id = $1
      on conflict (reissue_of) do nothing returning id
      """;

  private GrantBook() {}

  static Future<DeskReply> ofCard(DeskTransaction tx, long serial) {
    return tx.first(CARD, tx.actor().org(), serial)
        .map(found("no such card under the caller's union"))
        .compose(
            card ->
                tx.ask(OF_CARD, tx.actor().org(), serial, ROWS_MAX)
                    .compose(
                        rows ->
                            tx.note(
                                    "vouchers.read",
                                    "card",
                                    List.of(card.getInteger("org")),
                                    new JsonObject().put("rows", rows.size()))
                                .map(noted -> DeskReply.ok(all(rows, tx.at().toInstant())))));
  }

  /**
   * What a round gave, page by page.
   *
   * @param one null: all of it
   */
  static Future<DeskReply> ofRound(DeskTransaction tx, int round, long above, @Nullable Long one) {
    return tx.first(ROUND, tx.actor().org(), round)
        .map(found("no such round under the caller's union"))
        .compose(
            found ->
                tx.ask(OF_ROUND, tx.actor().org(), round, above, one, PAGE_ROWS)
                    .compose(
                        rows ->
                            tx.note(
                                    "vouchers.read",
                                    "round " + round,
                                    List.of(found.getInteger("org")),
                                    new JsonObject().put("rows", rows.size()))
                                .map(noted -> DeskReply.ok(all(rows, tx.at().toInstant())))));
  }

  static Future<DeskReply> own(DeskTransaction tx, long serial) {
    return tx.ask(OWN, serial, tx.at().toInstant().toEpochMilli(), ROWS_MAX)
        .map(rows -> DeskReply.ok(all(rows, tx.at().toInstant())));
  }

  private static JsonObject all(RowSet<Row> rows, Instant now) {
    JsonArray all = new JsonArray();
    rows.forEach(row -> all.add(json(row, now)));
    return new JsonObject().put("now", time(now.toEpochMilli())).put("vouchers", all);
  }

  static Future<DeskReply> take(DeskTransaction tx, long id, Step step, String reason) {
    return tx.first(LOCK, tx.actor().org(), id)
        .map(found("no such voucher under the caller's union"))
        .compose(
            row -> {
              boolean isVoid = row.getOffsetDateTime("void_at") != null;
              if (step == Step.VOID ? isVoid : !isVoid) {
                return refused(step == Step.VOID ? "it is void already" : "it is not void");
              }
              if (step == Step.VOID) {
                return tx.ask(VOID, id, tx.at(), reason)
                    .compose(done -> told(tx, id, row, "voucher.void", reason));
              }
              if (row.getInteger("kind") == 1 && row.getLong("used_count") > 0) {
                return refused("it was used before it was made void");
              }
              return tx.first(REISSUE, id, tx.at())
                  .compose(
                      made ->
                          made == null
                              ? refused("it was given anew already")
                              : told(tx, made.getLong("id"), row, "voucher.reissued", reason));
            });
  }

  private static Future<DeskReply> refused(String why) {
    return Future.succeededFuture(DeskReply.refused(DeskRefusal.STATE_DOES_NOT_ALLOW, why));
  }

  private static Future<DeskReply> told(
      DeskTransaction tx, long id, Row before, String action, String reason) {
    return tx.first(LOCK, tx.actor().org(), id)
        .compose(
            row ->
                tx.note(
                        action,
                        "voucher " + before.getLong("id"),
                        List.of(before.getInteger("campaign_org")),
                        new JsonObject().put("reason", reason).put("voucher", Long.toString(id)))
                    .map(
                        noted ->
                            DeskReply.ok(json(Objects.requireNonNull(row), tx.at().toInstant()))));
  }

  // ---- told

  private static JsonObject json(Row row, Instant now) {
    int kind = row.getInteger("kind");
    JsonObject told =
        new JsonObject()
            .put("voucher", Long.toString(row.getLong("id")))
            .put("kind", GrantTerms.Kind.values()[kind - 1].name())
            .put("campaign", row.getString("code"))
            .put("name", row.getString("public_name"))
            .put("roundName", row.getString("round_name"))
            .put("round", row.getInteger("round"))
            .put("state", state(row, now.toEpochMilli()))
            .put("grantedAt", Spelling.time(row.getOffsetDateTime("granted_at")))
            .put("from", time(row.getLong("from_ms")))
            .put("until", time(row.getLong("until_ms")))
            .put("usedFen", row.getLong("used_fen"))
            .put("usedCount", row.getLong("used_count"));
    put(told, "pool", row.getString("pool"));
    if (kind == 2) {
      told.put("fen", row.getLong("limit_fen")).put("leftFen", row.getLong("left_fen"));
    }
    if (kind == 3) {
      put(told, "entries", row.getLong("limit_count"));
      put(told, "leftEntries", row.getLong("left_count"));
    }
    if (row.getLong("returned_ms") != null) {
      told.put("returnedAt", time(row.getLong("returned_ms")));
    }
    put(told, "voidReason", row.getString("void_reason"));
    put(told, "reissueOf", no(row.getLong("reissue_of")));
    if (row.getColumnIndex("holder") >= 0) {
      put(told, "holder", row.getString("holder"));
      put(told, "reissuedAs", no(row.getLong("reissued_as")));
    }
    JsonObject benefit = row.getJsonObject("benefit");
    if (benefit != null && kind != 2) {
      for (String name : List.of("thresholdFen", "offFen", "basisPoints", "capFen")) {
        put(told, name, benefit.getValue(name));
      }
    }
    return told;
  }

  private static @Nullable String no(@Nullable Long id) {
    return id == null ? null : Long.toString(id);
  }

  /** What it is now. */
  private static String state(Row row, long nowMs) {
    long used = row.getLong("used_count");
    Long leftCount = row.getLong("left_count");
    Long leftFen = row.getLong("left_fen");
    boolean usedUp = (leftCount != null && leftCount == 0) || (leftFen != null && leftFen == 0);
    if (row.getOffsetDateTime("void_at") != null) {
      return "VOID";
    }
    if (usedUp) {
      return "USED";
    }
    if (row.getLong("until_ms") <= nowMs) {
      return "EXPIRED";
    }
    if (row.getLong("from_ms") > nowMs) {
      return "NOT_YET";
    }
    return row.getLong("returned_ms") != null && used == 0 ? "RETURNED" : "READY";
  }

  static @Nullable String time(long ms) {
    return Spelling.time(
        OffsetDateTime.ofInstant(Instant.ofEpochMilli(ms), Clocks.CHINA)
            .withOffsetSameInstant(ZoneOffset.UTC));
  }

  private static void put(JsonObject document, String name, @Nullable Object value) {
    if (value != null) {
      document.put(name, value);
    }
  }
}
