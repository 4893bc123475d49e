package cn.unionecard.gateway.privacy;

import cn.unionecard.gateway.desk.Csv;
import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.Spelling;
import cn.unionecard.gateway.model.CardNo;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.runtime.Clocks;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A copy of all that is kept of a member: who he is, his cards and unions, what he paid, was given
 * and said, what he consents to and asked for, and who looked at him and why. As JSON, or the same
 * as lines of a sheet.
 */
final class OwnData {
  /** Of each part; the newest. Whoever has more is told so. */
  static final int ROWS_MAX = 2_000;

  private static final String PERSON =
      "select "
          + Holder.COLUMNS
          + """
          , m.category, m.left_at, m.forgotten_at, o.code as org, o.name as org_name
          from card c join member m on m.id = c.member join org o on o.id = m.org
          left join member_key k on k.member = m.id
          where c.serial = $1
          """;

  /** Its name, its statement with the member as {@code $1} and the most rows as {@code $2}. */
  private record Part(String name, String sql) {}

  private static final List<Part> PARTS =
      List.of(
          new Part(
              "cards",
              """
              select c.serial as "cardNo", c.status, p.bound_at as "boundAt"
              from card c left join card_phone p on p.card = c.serial
              where c.member = $1 order by c.serial limit $2
              """),
          new Part(
              "unions",
              """
              select f.code as "from", t.code as "to", v.at from member_move v
              join org f on f.id = v.from_org join org t on t.id = v.to_org
              where v.member = $1 order by v.id desc limit $2
              """),
          new Part(
              "transactions",
              """
              select t.id as "transaction", m.merchant_no as "merchantNo", m.name as "merchantName",
                t.order_fen as "orderFen", t.member_pays_fen as "memberPaysFen",
                coalesce(u.undone_member_fen, 0) as "returnedFen"
              from card c join code_use s on s.card = c.serial
              join transaction t on t.id = s.transaction join merchant m on m.id = t.merchant
              left join undo u on u.original = t.id
              where c.member = $1 order by t.id desc limit $2
              """),
          new Part(
              "benefits",
              """
              select g.name, e.granted_at as at, e.worth_fen as "worthFen"
              from entitlement e join campaign g on g.id = e.campaign
              where e.member = $1 order by e.id desc limit $2
              """),
          new Part(
              "reviews",
              """
              select m.merchant_no as "merchantNo", e.at, e.stars, e.text
              from review r join review_edition e on e.review = r.id
              join merchant m on m.id = r.merchant
              where r.payer = $1 order by e.seq desc limit $2
              """),
          new Part(
              "complaints",
              """
              select k.kind, k.state, k.opened_at as at, k.text
              from card c join transaction t on t.card = c.serial
              join complaint k on k.transaction = t.id and k.lane = 'OPEN'
              where c.member = $1 order by k.id desc limit $2
              """),
          new Part(
              "consents",
              """
              select purpose, version, given, channel, at from consent
              where member = $1 order by id desc limit $2
              """),
          new Part(
              "requests",
              """
              select kind, state, asked_at as at, due_at as "dueAt", ended_at as "endedAt", reason
              from data_request where member = $1 order by id desc limit $2
              """),
          new Part(
              "reads",
              """
              select r.at, r.what, o.name as "union", r.reason
              from personal_read r join staff s on s.id = r.staff join org o on o.id = s.org
              where r.member = $1 order by r.id desc limit $2
              """));

  private OwnData() {}

  /**
   * The copy, for the holder of a card.
   *
   * @param csv as a sheet
   */
  static Future<DeskReply> copy(DeskTransaction tx, CardNo card, MemberVault vault, boolean csv) {
    return tx.first(PERSON, card.serial())
        .compose(
            row -> {
              Holder holder = row == null ? null : Holder.of(row, vault);
              return row == null || holder == null
                  ? Future.succeededFuture(DeskReply.refused(DeskRefusal.PERSONAL_DATA_FORGOTTEN))
                  : parts(tx, row.getLong("member"), person(row, holder))
                      .map(document -> csv ? sheet(document, card) : DeskReply.ok(document));
            });
  }

  private static JsonObject person(Row row, Holder holder) {
    JsonObject person =
        new JsonObject().put("name", holder.name()).put("identity", holder.identity());
    if (holder.phone() != null) {
      person.put("phone", holder.phone());
    }
    return person
        .put("org", row.getString("org"))
        .put("orgName", row.getString("org_name"))
        .put("category", row.getString("category"));
  }

  private static Future<JsonObject> parts(DeskTransaction tx, long member, JsonObject person) {
    JsonObject document =
        new JsonObject().put("asOf", Spelling.time(tx.at())).put("person", person);
    JsonArray cut = new JsonArray();
    Future<JsonObject> chain = Future.succeededFuture(document);
    for (Part part : PARTS) {
      chain =
          chain.compose(
              before ->
                  tx.ask(part.sql, member, ROWS_MAX)
                      .map(
                          rows -> {
                            JsonArray all = new JsonArray();
                            rows.forEach(row -> all.add(json(row)));
                            if (all.size() == ROWS_MAX) {
                              cut.add(part.name);
                            }
                            return document.put(part.name, all);
                          }));
    }
    return chain.map(done -> cut.isEmpty() ? done : done.put("newestOnly", cut));
  }

  private static JsonObject json(Row row) {
    JsonObject one = new JsonObject();
    for (int i = 0; i < row.size(); i++) {
      String name = row.getColumnName(i);
      Object value = row.getValue(i);
      if (value instanceof OffsetDateTime at) {
        one.put(name, Spelling.time(at));
      } else if (name.equals("cardNo") && value instanceof Long serial) {
        one.put(name, new CardNo(serial).digits());
      } else if (name.equals("transaction") && value instanceof Long id) {
        TransactionId transaction = new TransactionId(id);
        one.put(name, transaction.toString())
            .put("at", Clocks.RFC_3339.format(Instant.ofEpochMilli(transaction.epochMs())));
      } else if (value != null) {
        one.put(name, value);
      }
    }
    return one;
  }

  /** A line for each value: which part, which row of it, what, and what it is. */
  private static DeskReply sheet(JsonObject document, CardNo card) {
    List<List<String>> lines = new ArrayList<>();
    lines.add(List.of("part", "row", "field", "value"));
    for (Map.Entry<String, Object> part : document) {
      if (part.getValue() instanceof JsonObject one) {
        add(lines, part.getKey(), 1, one);
      } else if (part.getValue() instanceof JsonArray all) {
        for (int i = 0; i < all.size(); i++) {
          if (all.getValue(i) instanceof JsonObject one) {
            add(lines, part.getKey(), i + 1, one);
          } else {
            lines.add(List.of(part.getKey(), Integer.toString(i + 1), "", all.getString(i)));
          }
        }
      } else {
        lines.add(List.of(part.getKey(), "", "", String.valueOf(part.getValue())));
      }
    }
    return new DeskReply.Sheet(
        Csv.MEDIA_TYPE, "my-data-" + card.digits() + ".csv", Csv.of(lines), null);
  }

  private static void add(List<List<String>> lines, String part, int row, JsonObject one) {
    for (Map.Entry<String, Object> field : one) {
      lines.add(
          List.of(part, Integer.toString(row), field.getKey(), String.valueOf(field.getValue())));
    }
  }
}
