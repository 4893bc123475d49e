package cn.unionecard.gateway.settlement;

import static cn.unionecard.gateway.desk.DeskTransaction.found;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.Spelling;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.runtime.Sm3;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Payment batches: made by one, approved by another of the organisation that pays, told to its
 * bank.
 */
final class BatchBook {
  static final int PAGE_ROWS = 50;
  private static final int PAYMENTS_MAX = 1_000;

  private static final String COLUMNS =
      """
      select b.id, b.funder, b.through, b.state, b.made_by as maker, s.login as made_by, b.made_at,
        a.login as approved_by, b.approved_at, b.ended_at, b.sm3, o.code, o.name,
        (select count(*) from payment p where p.batch = b.id and p.state <> 'LEFT') as count,
        (select coalesce(sum(fen), 0)::bigint from payment p where p.batch = b.id and p.state <> 'LEFT') as fen,
        (select coalesce(sum(fen), 0)::bigint from payment p where p.batch = b.id and p.state = 'PAID') as paid,
        (select coalesce(sum(fen), 0)::bigint from payment p where p.batch = b.id and p.state = 'REJECTED') as rejected,
        (select count(*) from payment p where p.batch = b.id and p.state = 'LEFT') as left_count,
        (select coalesce(sum(fen), 0)::bigint from payment p where p.batch = b.id and p.state = 'LEFT') as left_fen
      from payment_batch b join org o on o.id = b.funder join staff s on s.id = b.made_by
        left join staff a on a.id = b.approved_by
      """;

  private static final String LIST =
      COLUMNS + "where org_within(b.funder, $1) and b.id < $2 order by b.id desc limit $3";

  private static final String FIND = COLUMNS + "where org_within(b.funder, $1) and b.id = $2";

  private static final String LOCK = "select id from payment_batch where id = $1 for update";

  private static final String PAYMENTS =
      """
      select p.no, m.merchant_no, m.name, p.fen, p.state, p.reason, y.account_mask, p.bank_no, p.bank_day
      from payment p join merchant m on m.id = p.merchant left join payee y on y.id = p.payee
      where p.batch = $1 order by p.no limit $2
      """;

  private static final String OF_MERCHANT =
      """
      select p.batch, b.through, o.code, o.name, p.fen, p.state, p.reason, y.account_mask, p.bank_no, p.bank_day
      from payment p join payment_batch b on b.id = p.batch join org o on o.id = b.funder
        left join payee y on y.id = p.payee
      where p.merchant = $1 and b.state in ('APPROVED', 'DONE') order by p.batch desc limit 100
      """;

  private static final String LAST =
      "select max(day) as day from settlement_close where state = 'CLOSED'";

  private static final String CLOSED =
      "select day from settlement_close where state = 'CLOSED' and day = $1";

  private static final String DRAFT =
      "select id from payment_batch where funder = $1 and state = 'DRAFT'";

  private static final String MAKE = "select payment_make($1, $2, $3, $4) as id";

  private static final String APPROVE = "select payment_approve($1, $2, $3) as n";

  private static final String CANCEL =
      "update payment_batch set state = 'CANCELLED', ended_at = $2 where id = $1";

  private static final String FILE =
      """
      select p.no, p.fen, y.holder, y.bank, y.account, m.merchant_no, csv_cell(y.holder) as holder_cell,
        csv_cell(y.bank) as bank_cell
      from payment p join payee y on y.id = p.payee join merchant m on m.id = p.merchant
      where p.batch = $1 and p.state <> 'LEFT' order by p.no
      """;

  private static final String DIGEST =
      "update payment_batch set sm3 = $2 where id = $1 and sm3 is null";

  private BatchBook() {}

  static Future<DeskReply> list(DeskTransaction tx, long below) {
    return tx.ask(LIST, tx.actor().org(), below, PAGE_ROWS)
        .map(
            rows -> {
              JsonArray batches = new JsonArray();
              rows.forEach(row -> batches.add(head(row)));
              return DeskReply.ok(new JsonObject().put("batches", batches));
            });
  }

  static Future<DeskReply> find(DeskTransaction tx, long id) {
    return document(tx, id).map(DeskReply::ok);
  }

  static Future<JsonObject> document(DeskTransaction tx, long id) {
    return row(tx, id)
        .compose(
            row ->
                tx.ask(PAYMENTS, id, PAYMENTS_MAX)
                    .map(
                        rows -> {
                          JsonArray payments = new JsonArray();
                          rows.forEach(each -> payments.add(payment(each)));
                          return head(row).put("payments", payments);
                        }));
  }

  private static Future<Row> row(DeskTransaction tx, long id) {
    return tx.first(FIND, tx.actor().org(), id)
        .map(found("no such batch under the caller's organisation"));
  }

  /** A batch of the caller's own organisation, held to the end. */
  static Future<Row> lock(DeskTransaction tx, long id) {
    return tx.ask(LOCK, id)
        .compose(held -> row(tx, id))
        .map(
            row -> {
              if (row.getInteger("funder") != tx.actor().org()) {
                throw new Fault.Forbidden("the organisation that pays decides on its payments");
              }
              return row;
            });
  }

  static Future<DeskReply> make(DeskTransaction tx, @Nullable LocalDate through) {
    return (through == null ? tx.first(LAST) : tx.first(CLOSED, through))
        .compose(
            row -> {
              LocalDate day = row == null ? null : row.getLocalDate("day");
              if (day == null) {
                return refused(
                    through == null ? "no day is closed yet" : through + " is not closed");
              }
              return tx.first(DRAFT, tx.actor().org())
                  .compose(
                      draft ->
                          draft != null
                              ? refused("batch " + draft.getLong("id") + " is to be decided first")
                              : made(tx, day));
            });
  }

  private static Future<DeskReply> made(DeskTransaction tx, LocalDate day) {
    return tx.first(MAKE, tx.actor().org(), day, tx.staff(), tx.at())
        .compose(
            row -> {
              Long id = Objects.requireNonNull(row).getLong("id");
              return id == null
                  ? refused("nothing is owed by days up to " + day)
                  : told(tx, id, "payment.made", new JsonObject().put("through", day.toString()))
                      .map(document -> DeskReply.made(document, "/v1/payment-batches/" + id));
            });
  }

  private static Future<DeskReply> refused(String why) {
    return Future.succeededFuture(DeskReply.refused(DeskRefusal.STATE_DOES_NOT_ALLOW, why));
  }

  /** The batch as it is now, behind the note and the word to the union. */
  static Future<JsonObject> told(DeskTransaction tx, long id, String action, JsonObject detail) {
    return document(tx, id)
        .compose(
            document -> {
              int org = tx.actor().org();
              return BatchWord.tell(tx, org, id, document)
                  .compose(told -> tx.note(action, Long.toString(id), List.of(org), detail))
                  .map(noted -> document);
            });
  }

  static Future<DeskReply> approve(DeskTransaction tx, long id, String reason) {
    return lock(tx, id)
        .compose(
            row -> {
              if (!row.getString("state").equals("DRAFT")) {
                return refused("it is " + row.getString("state"));
              }
              if (Objects.equals(row.getInteger("maker"), tx.staff())) {
                return Future.succeededFuture(DeskReply.refused(DeskRefusal.SAME_PERSON));
              }
              return tx.first(APPROVE, id, tx.staff(), tx.at())
                  .compose(
                      stood ->
                          Objects.requireNonNull(stood).getInteger("n") == 0
                              ? refused("none of its payments may be made now; cancel it")
                              : told(
                                      tx,
                                      id,
                                      "payment.approved",
                                      new JsonObject().put("reason", reason))
                                  .map(DeskReply::ok));
            });
  }

  static Future<DeskReply> cancel(DeskTransaction tx, long id, String reason) {
    return lock(tx, id)
        .compose(
            row ->
                row.getString("state").equals("DRAFT")
                    ? tx.ask(CANCEL, id, tx.at())
                        .compose(
                            done ->
                                told(
                                    tx,
                                    id,
                                    "payment.cancelled",
                                    new JsonObject().put("reason", reason)))
                        .map(DeskReply::ok)
                    : refused("it is " + row.getString("state")));
  }

  /** The file for the bank, the same bytes every time; who takes it is noted. */
  static Future<DeskReply> file(DeskTransaction tx, long id, Payees payees, boolean gbk) {
    return lock(tx, id)
        .compose(
            row ->
                row.getOffsetDateTime("approved_at") == null
                    ? refused("it is " + row.getString("state"))
                    : tx.ask(FILE, id)
                        .compose(
                            payments -> {
                              String text = text(row, payments, payees);
                              byte[] sm3 = Sm3.of(text);
                              Buffer before = row.getBuffer("sm3");
                              if (before != null && !Arrays.equals(before.getBytes(), sm3)) {
                                throw new IllegalStateException(
                                    "batch " + id + " no longer is what was told to the bank");
                              }
                              return tx.ask(DIGEST, id, Buffer.buffer(sm3))
                                  .compose(
                                      kept ->
                                          tx.note(
                                              "payment.file",
                                              Long.toString(id),
                                              List.of(tx.actor().org()),
                                              new JsonObject()
                                                  .put("sm3", HexFormat.of().formatHex(sm3))))
                                  .map(noted -> sheet(row, text, gbk));
                            }));
  }

  private static DeskReply sheet(Row row, String text, boolean gbk) {
    return new DeskReply.Sheet(
        gbk ? "text/csv; charset=GBK" : "text/csv; charset=utf-8",
        "ECARD_PAY_" + row.getString("code") + "_" + row.getLong("id") + ".csv",
        text.getBytes(gbk ? Charset.forName("GBK") : StandardCharsets.UTF_8),
        null);
  }

  private static String text(Row row, Iterable<Row> payments, Payees payees) {
    StringBuilder text = new StringBuilder();
    text.append("H,1,PAYMENT,")
        .append(row.getLong("id"))
        .append(',')
        .append(row.getString("code"))
        .append(',')
        .append(row.getLocalDate("through"))
        .append(",CNY\r\n")
        .append("C,序号,户名,开户行,账号,金额(元),商户号,附言\r\n");
    for (Row payment : payments) {
      text.append("D,")
          .append(payment.getInteger("no"))
          .append(',')
          .append(payment.getString("holder_cell"))
          .append(',')
          .append(payment.getString("bank_cell"))
          .append(',')
          .append(payees.open(payment.getBuffer("account").getBytes()))
          .append(',')
          .append(Fen.of(payment.getLong("fen")).yuan())
          .append(',')
          .append(payment.getString("merchant_no"))
          .append(",工会E卡补贴 ")
          .append(row.getLong("id"))
          .append('/')
          .append(payment.getInteger("no"))
          .append("\r\n");
    }
    text.append("T,")
        .append(row.getLong("count"))
        .append(',')
        .append(Fen.of(row.getLong("fen")).yuan())
        .append(',');
    return text + Sm3.hex(text.toString()) + "\r\n";
  }

  static Future<DeskReply> ofMerchant(DeskTransaction tx, String no) {
    return StatementBook.merchant(tx, no)
        .compose(merchant -> tx.ask(OF_MERCHANT, merchant))
        .map(
            rows -> {
              JsonArray payments = new JsonArray();
              for (Row row : rows) {
                JsonObject payment =
                    new JsonObject()
                        .put("batch", row.getLong("batch"))
                        .put("through", row.getLocalDate("through").toString())
                        .put("org", row.getString("code"))
                        .put("orgName", row.getString("name"));
                payments.add(became(payment, row));
              }
              return DeskReply.ok(new JsonObject().put("payments", payments));
            });
  }

  private static JsonObject payment(Row row) {
    return became(
        new JsonObject()
            .put("no", row.getInteger("no"))
            .put("merchant", row.getString("merchant_no"))
            .put("name", row.getString("name")),
        row);
  }

  private static JsonObject became(JsonObject payment, Row row) {
    payment.put("fen", row.getLong("fen")).put("state", row.getString("state"));
    put(payment, "reason", row.getString("reason"));
    put(payment, "account", row.getString("account_mask"));
    put(payment, "bankNo", row.getString("bank_no"));
    LocalDate day = row.getLocalDate("bank_day");
    put(payment, "bankDay", day == null ? null : day.toString());
    return payment;
  }

  private static void put(JsonObject document, String name, @Nullable String value) {
    if (value != null) {
      document.put(name, value);
    }
  }

  private static JsonObject head(Row row) {
    JsonObject head =
        new JsonObject()
            .put("batch", row.getLong("id"))
            .put("org", row.getString("code"))
            .put("orgName", row.getString("name"))
            .put("through", row.getLocalDate("through").toString())
            .put("state", row.getString("state"))
            .put("madeBy", row.getString("made_by"))
            .put("madeAt", Spelling.time(row.getOffsetDateTime("made_at")))
            .put("count", row.getLong("count"))
            .put("fen", row.getLong("fen"))
            .put("capital", Capitals.of(row.getLong("fen")))
            .put("paidFen", row.getLong("paid"))
            .put("rejectedFen", row.getLong("rejected"))
            .put("leftCount", row.getLong("left_count"))
            .put("leftFen", row.getLong("left_fen"));
    if (row.getString("approved_by") != null) {
      head.put("approvedBy", row.getString("approved_by"))
          .put("approvedAt", Spelling.time(row.getOffsetDateTime("approved_at")));
    }
    if (row.getOffsetDateTime("ended_at") != null) {
      head.put("endedAt", Spelling.time(row.getOffsetDateTime("ended_at")));
    }
    return head;
  }
}
