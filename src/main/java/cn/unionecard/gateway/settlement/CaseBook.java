package cn.unionecard.gateway.settlement;

import static cn.unionecard.gateway.desk.DeskTransaction.found;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.Spelling;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.TransactionId;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Differences as cases: who looks into them, until when, what was found. */
final class CaseBook {
  static final int PAGE_ROWS = 100;

  /** What can be done with a case. */
  enum Step {
    TAKE,
    NOTE,
    CLOSE
  }

  /** What came of it. */
  enum Outcome {
    /** It was so, and is in order. */
    EXPLAINED,
    /** It was put right elsewhere: at the till, at the bank. */
    CORRECTED,
    /** The bank has paid after all; books it. */
    PAID,
    /** The bank has not paid; it is owed again. */
    REJECTED,
    /** It was no difference. */
    UNFOUNDED
  }

  /**
   * A step as it was asked for.
   *
   * @param outcome of CLOSE
   * @param bankNo of outcome PAID
   */
  record Wish(Step step, String text, @Nullable Outcome outcome, @Nullable String bankNo) {}

  private static final String COLUMNS =
      """
      select c.id, c.kind, c.sides, c.merchant, m.merchant_no, m.name, o.code as org, c.org as org_id, c.batch,
        c.statement, c.transaction, c.here_fen, c.there_fen, c.text, c.state, s.login as owner,
        c.opened_at, c.due_at, c.closed_at, c.outcome
      from settlement_case c join merchant m on m.id = c.merchant join org o on o.id = c.org
        left join staff s on s.id = c.owner
      """;

  private static final String LIST =
      COLUMNS
          + """
          where org_within(c.org, $1) and c.id < $2 and ($3::text is null or c.state = $3)
          order by c.id desc limit $4
          """;

  private static final String OF_MERCHANT =
      COLUMNS + "where c.merchant = $1 order by c.id desc limit $2";

  private static final String FIND =
      COLUMNS + "where c.id = $1 and (org_within(c.org, $2) or c.merchant = $3)";

  private static final String LOCK = FIND + " for update of c";

  private static final String STEPS =
      """
      select p.step, p.at, p.text, s.login, s.merchant from settlement_case_step p
      left join staff s on s.id = p.staff where difference = $1 order by p.id
      """;

  private static final String ADD =
      "insert into settlement_case_step (difference, step, staff, at, text) values ($1, $2, $3, $4, $5)";

  private static final String MOVE =
      """
      update settlement_case set state = $2, owner = coalesce(owner, $3), closed_at = $4, outcome = $5
      where id = $1
      """;

  private static final String OWN =
      "update settlement_case set state = 'TAKEN', owner = $2 where id = $1";

  private static final String PAYMENT =
      "select no, state from payment where batch = $1 and merchant = $2";

  private static final String SETTLE = "select payment_settle($1, $2, $3, $4, $5, $6, $7)";

  private static final String OPEN =
      """
      select case_open($1, 'CLAIM', 'MERCHANT', $2, m.signing_org, null, $3, $4, null, $5, $6, $7, $8, $9) as id
      from merchant m where m.id = $2
      """;

  private static final String STANDING =
      """
      select count(*) as n from settlement_case
      where merchant = $1 and kind = 'CLAIM' and state <> 'CLOSED'
      """;

  private static final String OF_STATEMENT =
      """
      select s.id, exists (select from statement_line(s.day, s.party) l where l.id = $3) as has
      from statement s where s.id = $1 and s.kind = 'MERCHANT' and s.party = $2
      """;

  private static final int CLAIMS_MAX = 100;

  private CaseBook() {}

  static Future<DeskReply> list(DeskTransaction tx, @Nullable String state, long below) {
    return tx.ask(LIST, tx.actor().org(), below, state, PAGE_ROWS).map(CaseBook::cases);
  }

  static Future<DeskReply> ofMerchant(DeskTransaction tx, String no) {
    return StatementBook.merchant(tx, no)
        .compose(merchant -> tx.ask(OF_MERCHANT, merchant, PAGE_ROWS))
        .map(CaseBook::cases);
  }

  private static DeskReply cases(Iterable<Row> rows) {
    JsonArray cases = new JsonArray();
    rows.forEach(row -> cases.add(json(row)));
    return DeskReply.ok(new JsonObject().put("cases", cases));
  }

  static Future<DeskReply> find(DeskTransaction tx, long id) {
    return row(tx, FIND, id).compose(row -> document(tx, row)).map(DeskReply::ok);
  }

  private static Future<Row> row(DeskTransaction tx, String sql, long id) {
    return tx.first(sql, id, tx.actor().org(), tx.actor().merchantId())
        .map(found("no such case of the caller's"));
  }

  private static Future<JsonObject> document(DeskTransaction tx, Row row) {
    return tx.ask(STEPS, row.getLong("id"))
        .map(
            rows -> {
              JsonArray steps = new JsonArray();
              for (Row each : rows) {
                JsonObject step =
                    new JsonObject()
                        .put("step", each.getString("step"))
                        .put("at", Spelling.time(each.getOffsetDateTime("at")));
                put(step, "by", each.getString("login"));
                put(step, "text", each.getString("text"));
                steps.add(step);
              }
              return json(row).put("steps", steps);
            });
  }

  static Future<DeskReply> take(DeskTransaction tx, long id, Wish wish) {
    return row(tx, LOCK, id)
        .compose(
            held -> {
              if (held.getString("state").equals("CLOSED")) {
                return Future.succeededFuture(
                    DeskReply.refused(DeskRefusal.STATE_DOES_NOT_ALLOW, "it is CLOSED"));
              }
              boolean isMerchant = tx.actor().merchant() != null;
              if (isMerchant && wish.step() != Step.NOTE) {
                throw new Fault.Forbidden("a merchant adds notes");
              }
              return moved(tx, held, wish)
                  .compose(
                      refused ->
                          refused != null
                              ? Future.succeededFuture(refused)
                              : noted(tx, held, wish));
            });
  }

  private static Future<DeskReply.@Nullable Refused> moved(DeskTransaction tx, Row row, Wish wish) {
    long id = row.getLong("id");
    return switch (wish.step()) {
      case NOTE -> Future.succeededFuture(null);
      case TAKE -> tx.ask(OWN, id, tx.staff()).map(done -> null);
      case CLOSE -> {
        Outcome outcome = Objects.requireNonNull(wish.outcome());
        boolean books = outcome == Outcome.PAID || outcome == Outcome.REJECTED;
        yield (books ? settled(tx, row, wish) : Future.<DeskReply.Refused>succeededFuture(null))
            .compose(
                refused ->
                    refused != null
                        ? Future.succeededFuture(refused)
                        : tx.ask(MOVE, id, "CLOSED", tx.staff(), tx.at(), outcome.name())
                            .map(done -> null));
      }
    };
  }

  /** Books what the bank did of a payment that its files left open. */
  private static Future<DeskReply.@Nullable Refused> settled(
      DeskTransaction tx, Row row, Wish wish) {
    Long batch = row.getLong("batch");
    if (!tx.actor().roles().contains(Role.APPROVER)
        || row.getInteger("org_id") != tx.actor().org()) {
      throw new Fault.Forbidden("an approver of the organisation that pays says what the bank did");
    }
    boolean paid = wish.outcome() == Outcome.PAID;
    return (batch == null
            ? Future.<Row>succeededFuture(null)
            : tx.first(PAYMENT, batch, row.getInteger("merchant")))
        .compose(
            payment -> {
              if (payment == null || !payment.getString("state").equals("TOLD")) {
                return Future.succeededFuture(
                    new DeskReply.Refused(
                        DeskRefusal.STATE_DOES_NOT_ALLOW, "no payment of it is under way"));
              }
              return tx.ask(
                      SETTLE,
                      batch,
                      payment.getInteger("no"),
                      paid,
                      paid ? null : wish.text(),
                      paid ? Objects.requireNonNull(wish.bankNo()) : "-",
                      Days.today(tx),
                      tx.at())
                  .map(done -> null);
            });
  }

  private static Future<DeskReply> noted(DeskTransaction tx, Row row, Wish wish) {
    long id = row.getLong("id");
    JsonObject detail = new JsonObject().put("step", wish.step().name());
    if (wish.outcome() != null) {
      detail.put("outcome", wish.outcome().name());
    }
    return tx.ask(ADD, id, wish.step().name(), tx.staff(), tx.at(), wish.text())
        .compose(added -> row(tx, FIND, id))
        .compose(now -> document(tx, now))
        .compose(
            document ->
                tx.note(
                        "settlement.case",
                        Long.toString(id),
                        List.of(row.getInteger("org_id")),
                        detail)
                    .map(noted -> DeskReply.ok(document)));
  }

  /**
   * What a merchant says is wrong with a statement of its own.
   *
   * @param transaction one of its lines; null: something that is not on it, or all of it
   * @param fen as it should be, or null
   */
  record Claim(
      long statement, @Nullable TransactionId transaction, @Nullable Long fen, String text) {}

  static Future<DeskReply> claim(DeskTransaction tx, String no, Claim claim, int workingDays) {
    int merchant = tx.actor().require(no);
    Long transaction = claim.transaction() == null ? null : (Long) claim.transaction().value();
    return tx.first(OF_STATEMENT, claim.statement(), merchant, transaction)
        .map(found("no such statement of the caller's"))
        .compose(
            row -> {
              if (transaction != null && !row.getBoolean("has")) {
                throw new Fault.NotFound("no such line in that statement");
              }
              return tx.first(STANDING, merchant);
            })
        .compose(
            row ->
                Objects.requireNonNull(row).getLong("n") >= CLAIMS_MAX
                    ? Future.succeededFuture(
                        DeskReply.refused(
                            DeskRefusal.STATE_DOES_NOT_ALLOW, CLAIMS_MAX + " cases stand already"))
                    : opened(tx, merchant, no, claim, transaction, workingDays));
  }

  private static Future<DeskReply> opened(
      DeskTransaction tx,
      int merchant,
      String no,
      Claim claim,
      @Nullable Long transaction,
      int workingDays) {
    String key =
        "claim/"
            + claim.statement()
            + "/"
            + (transaction == null ? tx.at().toInstant().toEpochMilli() : transaction);
    return Hints.due(tx, workingDays)
        .compose(
            due ->
                tx.first(
                    OPEN,
                    key,
                    merchant,
                    claim.statement(),
                    transaction,
                    claim.fen(),
                    claim.text(),
                    tx.staff(),
                    tx.at(),
                    due))
        .compose(
            row -> {
              Long id = Objects.requireNonNull(row).getLong("id");
              if (id == null) {
                return Future.succeededFuture(
                    DeskReply.refused(DeskRefusal.ALREADY_TAKEN, "this line has a case"));
              }
              return row(tx, FIND, id)
                  .compose(made -> document(tx, made))
                  .compose(
                      document ->
                          Payees.orgs(tx, merchant)
                              .compose(
                                  orgs ->
                                      tx.note(
                                          "settlement.claim",
                                          no,
                                          orgs,
                                          new JsonObject().put("case", id)))
                              .map(
                                  noted -> DeskReply.made(document, "/v1/settlement-cases/" + id)));
            });
  }

  private static JsonObject json(Row row) {
    JsonObject one =
        new JsonObject()
            .put("case", row.getLong("id"))
            .put("kind", row.getString("kind"))
            .put("sides", row.getString("sides"))
            .put("merchant", row.getString("merchant_no"))
            .put("name", row.getString("name"))
            .put("org", row.getString("org"))
            .put("state", row.getString("state"))
            .put("openedAt", Spelling.time(row.getOffsetDateTime("opened_at")))
            .put("dueAt", Spelling.time(row.getOffsetDateTime("due_at")));
    put(one, "text", row.getString("text"));
    put(one, "owner", row.getString("owner"));
    put(one, "outcome", row.getString("outcome"));
    if (row.getLong("batch") != null) {
      one.put("batch", row.getLong("batch"));
    }
    if (row.getLong("statement") != null) {
      one.put("statement", row.getLong("statement"));
    }
    if (row.getLong("transaction") != null) {
      one.put("transaction", new TransactionId(row.getLong("transaction")).toString());
    }
    if (row.getLong("here_fen") != null) {
      one.put("hereFen", row.getLong("here_fen"));
    }
    if (row.getLong("there_fen") != null) {
      one.put("thereFen", row.getLong("there_fen"));
    }
    if (row.getOffsetDateTime("closed_at") != null) {
      one.put("closedAt", Spelling.time(row.getOffsetDateTime("closed_at")));
    }
    return one;
  }

  private static void put(JsonObject document, String name, @Nullable String value) {
    if (value != null) {
      document.put(name, value);
    }
  }
}
