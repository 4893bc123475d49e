package cn.unionecard.gateway.privacy;

import static cn.unionecard.gateway.desk.DeskTransaction.found;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.Spelling;
import cn.unionecard.gateway.model.CardNo;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.runtime.watch.Masking;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Shows somebody in full to staff who say why, and who was looked at by whom. */
final class HolderBook {
  private static final int PAGE_ROWS = 50;

  private static final String FIND =
      "select "
          + Holder.COLUMNS
          + """
          , o.id as org_id from card c join member m on m.id = c.member join org o on o.id = m.org
          left join member_key k on k.member = m.id
          where $1 = any (o.path) and c.serial = $2
          """;

  /** By staff of the caller's subtree. */
  private static final String READS =
      """
      select r.id, r.at, s.login, o.code as org, r.what, r.people, r.reason,
        (select min(serial) from card where member = r.member) as card
      from personal_read r join staff s on s.id = r.staff join org o on o.id = s.org
      where $1 = any (o.path) and r.id < $2
      order by r.id desc limit $3
      """;

  private static final String DAYS =
      """
      select s.login, o.code as org, d.day, d.n
      from personal_read_day d join staff s on s.id = d.staff join org o on o.id = s.org
      where $1 = any (o.path) and d.day > $2::date - 31
      order by d.n desc, d.day desc limit 20
      """;

  private final MemberVault vault;
  private final Reads reads;

  /**
   * @param vault of this event loop
   */
  HolderBook(MemberVault vault, Reads reads) {
    this.vault = vault;
    this.reads = reads;
  }

  Future<DeskReply> read(DeskTransaction tx, CardNo card, String reason) {
    return tx.first(FIND, tx.actor().org(), card.serial())
        .map(found("no such card under the caller's union"))
        .compose(
            row -> {
              Holder holder = Holder.of(row, vault);
              Reads.Look look = new Reads.Look(Reads.What.HOLDER, row.getLong("member"), 1, reason);
              return reads.through(
                  tx,
                  look,
                  () ->
                      holder == null
                          ? Future.succeededFuture(
                              DeskReply.refused(DeskRefusal.PERSONAL_DATA_FORGOTTEN))
                          : noted(tx, card, row, reason).map(noted -> shown(card, holder)));
            });
  }

  private static Future<Void> noted(DeskTransaction tx, CardNo card, Row row, String reason) {
    JsonObject detail = new JsonObject().put("reason", Masking.mask(reason));
    return tx.note("personal.read", card.digits(), List.of(row.getInteger("org_id")), detail);
  }

  private static DeskReply shown(CardNo card, Holder holder) {
    JsonObject shown =
        new JsonObject()
            .put("cardNo", card.digits())
            .put("name", holder.name())
            .put("identity", Holder.identityForStaff(holder.identity()));
    String phone = holder.phone();
    return DeskReply.ok(phone == null ? shown : shown.put("phone", phone));
  }

  /** Who looked at whom, newest first, and who at the most in a day of the last month. */
  static Future<DeskReply> reads(DeskTransaction tx, long before) {
    JsonArray all = new JsonArray();
    JsonObject page = new JsonObject().put("reads", all);
    return tx.ask(READS, tx.actor().org(), before, PAGE_ROWS + 1)
        .compose(
            rows -> {
              for (Row row : rows) {
                if (all.size() == PAGE_ROWS) {
                  page.put("next", all.getJsonObject(PAGE_ROWS - 1).getLong("read"));
                  break;
                }
                all.add(json(row));
              }
              return tx.ask(DAYS, tx.actor().org(), tx.at().toLocalDate());
            })
        .map(
            rows -> {
              JsonArray days = new JsonArray();
              rows.forEach(
                  row ->
                      days.add(
                          new JsonObject()
                              .put("login", row.getString("login"))
                              .put("org", row.getString("org"))
                              .put("day", row.getLocalDate("day").toString())
                              .put("people", row.getInteger("n"))));
              return DeskReply.ok(page.put("days", days));
            });
  }

  private static JsonObject json(Row row) {
    JsonObject one =
        new JsonObject()
            .put("read", row.getLong("id"))
            .put("at", Spelling.time(row.getOffsetDateTime("at")))
            .put("login", row.getString("login"))
            .put("org", row.getString("org"))
            .put("what", row.getString("what"))
            .put("people", row.getInteger("people"));
    @Nullable Long card = row.getLong("card");
    if (card != null) {
      one.put("cardNo", new CardNo(card).digits());
    }
    return row.getString("reason") == null ? one : one.put("reason", row.getString("reason"));
  }
}
