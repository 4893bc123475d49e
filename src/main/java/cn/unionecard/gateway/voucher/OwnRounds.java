package cn.unionecard.gateway.voucher;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.Spelling;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.OffsetDateTime;
import java.util.HexFormat;

/**
 * The rounds that a member may claim: to come, open, and lately over. What is not for him is not
 * listed.
 */
final class OwnRounds {
  private static final int ROWS_MAX = 50;

  private static final String LIST =
      """
      select r.id, r.name, r.way, r.state, r.opens_at, r.closes_at, r.each, r.most, r.seed_hash, r.drawn_at,
        r.granted + r.each > r.most as gone, c.public_name, c.grants ->> 'kind' as kind, t.ticket, t.won,
        exists (select from entitlement e where e.round = r.id and e.member = m.id) as has
      from card k
      join member m on m.id = k.member join org o on o.id = m.org
      join benefit_round r on r.way in ('CLAIM', 'LOTTERY') and r.state <> 'DRAFT'
        and r.closes_at > $2::timestamptz - interval '7 days'
      join campaign c on c.id = r.campaign
      left join lottery_ticket t on t.round = r.id and t.member = m.id
      where k.serial = $1 and is_for_member(c.rule, o.path, m.category)
      order by r.opens_at, r.id limit $3
      """;

  private OwnRounds() {}

  static Future<DeskReply> list(DeskTransaction tx, long serial) {
    return tx.ask(LIST, serial, tx.at(), ROWS_MAX)
        .map(
            rows -> {
              JsonArray rounds = new JsonArray();
              rows.forEach(row -> rounds.add(json(row, tx.at())));
              return DeskReply.ok(
                  new JsonObject().put("now", Spelling.time(tx.at())).put("rounds", rounds));
            });
  }

  private static JsonObject json(Row row, OffsetDateTime now) {
    JsonObject told =
        new JsonObject()
            .put("round", row.getInteger("id"))
            .put("name", row.getString("name"))
            .put("benefit", row.getString("public_name"))
            .put("kind", row.getString("kind"))
            .put("way", row.getString("way"))
            .put("each", row.getInteger("each"))
            .put("most", row.getInteger("most"))
            .put("opensAt", Spelling.time(row.getOffsetDateTime("opens_at")))
            .put("closesAt", Spelling.time(row.getOffsetDateTime("closes_at")))
            .put("state", state(row, now))
            .put("outcome", outcome(row));
    if (row.getInteger("ticket") != null) {
      told.put("ticket", row.getInteger("ticket"));
    }
    Buffer seedHash = row.getBuffer("seed_hash");
    return seedHash == null
        ? told
        : told.put("seedHash", HexFormat.of().formatHex(seedHash.getBytes()));
  }

  private static String state(Row row, OffsetDateTime now) {
    if (row.getString("state").equals("STOPPED")) {
      return "STOPPED";
    }
    if (now.isBefore(row.getOffsetDateTime("opens_at"))) {
      return "NOT_OPEN";
    }
    if (row.getBoolean("gone") && row.getString("way").equals("CLAIM")) {
      return "SOLD_OUT";
    }
    return now.isBefore(row.getOffsetDateTime("closes_at")) && row.getString("state").equals("OPEN")
        ? "OPEN"
        : "CLOSED";
  }

  private static String outcome(Row row) {
    if (row.getString("way").equals("CLAIM")) {
      return row.getBoolean("has") ? "GRANTED" : "NONE";
    }
    if (row.getInteger("ticket") == null) {
      return "NONE";
    }
    Boolean won = row.getBoolean("won");
    return won == null ? "TICKET" : won ? "WON" : "LOST";
  }
}
