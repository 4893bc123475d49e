package cn.unionecard.gateway.settlement;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.runtime.Clocks;
import cn.unionecard.gateway.runtime.config.Config;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a bank says became of a batch. What agrees is booked; what does not is a case and
 * leaves the payment as it is. The same file read again changes nothing.
 */
final class ReadBack {
  private static final String READ = "select id from payment_result where batch = $1 and sm3 = $2";

  private static final String PAYMENTS =
      """
      select p.no, p.merchant, p.fen, p.state, p.bank_no, right(y.account_mask, 4) as tail
      from payment p left join payee y on y.id = p.payee where p.batch = $1
      """;

  private static final String SETTLE = "select payment_settle($1, $2, $3, $4, $5, $6, $7)";

  private static final String OPEN =
      "select case_open($1, $2, 'BANK', $3, $4, $5, null, null, $6, $7, $8, null, $9, $10) as id";

  private static final String KEEP =
      """
      insert into payment_result (batch, sm3, staff, at, lines, paid, rejected, differences)
      values ($1, $2, $3, $4, $5, $6, $7, $8)
      """;

  /** A payment as it stands. */
  private record Payment(
      int merchant, long fen, String state, @Nullable String bankNo, @Nullable String tail) {}

  private final DeskTransaction tx;
  private final Row batch;
  private final BankResult result;
  private final OffsetDateTime due;
  private final Map<Integer, Payment> payments = new HashMap<>();
  private final Set<Integer> seen = new HashSet<>();
  private int first;
  private int paid;
  private int rejected;
  private int differences;

  private ReadBack(DeskTransaction tx, Row batch, BankResult result, OffsetDateTime due) {
    this.tx = tx;
    this.batch = batch;
    this.result = result;
    this.due = due;
  }

  static Future<DeskReply> read(
      DeskTransaction tx, long id, BankResult result, byte[] sm3, Config.Settlement terms) {
    if (result.batch() != id) {
      throw new Fault.Malformed("file", "line 1: it is of batch " + result.batch());
    }
    return BatchBook.lock(tx, id)
        .compose(
            row -> {
              if (row.getOffsetDateTime("approved_at") == null) {
                return Future.succeededFuture(
                    DeskReply.refused(
                        DeskRefusal.STATE_DOES_NOT_ALLOW, "it is " + row.getString("state")));
              }
              return tx.first(READ, id, Buffer.buffer(sm3))
                  .compose(
                      before ->
                          before != null
                              ? BatchBook.find(tx, id)
                              : Hints.due(tx, terms.caseWorkingDays())
                                  .compose(
                                      due -> new ReadBack(tx, row, result, due).book(id, sm3)));
            });
  }

  private Future<DeskReply> book(long id, byte[] sm3) {
    return tx.ask(PAYMENTS, id)
        .compose(
            rows -> {
              for (Row row : rows) {
                first = row.getInteger("no") == 1 ? row.getInteger("merchant") : first;
                payments.put(
                    row.getInteger("no"),
                    new Payment(
                        row.getInteger("merchant"),
                        row.getLong("fen"),
                        row.getString("state"),
                        row.getString("bank_no"),
                        row.getString("tail")));
              }
              Future<Void> chain = Future.succeededFuture();
              for (BankResult.Line line : result.lines()) {
                chain = chain.compose(before -> line(id, line));
              }
              return result.isFinal() ? chain.compose(over -> missing(id)) : chain;
            })
        .compose(
            over ->
                tx.ask(
                    KEEP,
                    id,
                    Buffer.buffer(sm3),
                    tx.staff(),
                    tx.at(),
                    result.lines().size(),
                    paid,
                    rejected,
                    differences))
        .compose(
            kept ->
                BatchBook.told(
                    tx,
                    id,
                    "payment.result",
                    new JsonObject()
                        .put("lines", result.lines().size())
                        .put("paid", paid)
                        .put("rejected", rejected)
                        .put("differences", differences)))
        .map(DeskReply::ok);
  }

  private Future<Void> line(long id, BankResult.Line line) {
    Payment payment = payments.get(line.no());
    if (payment == null || payment.state().equals("LEFT")) {
      return differs(id, line, payment, "ONE_SIDED", 0L);
    }
    if (!seen.add(line.no())) {
      return differs(id, line, payment, "TWICE", payment.fen());
    }
    if (!payment.state().equals("TOLD")) {
      return decided(id, line, payment);
    }
    if (line.fen() != payment.fen()) {
      return differs(id, line, payment, "AMOUNT", payment.fen());
    }
    if (!line.tail().equals(payment.tail())) {
      return differs(id, line, payment, "WRONG_PAYEE", payment.fen());
    }
    Future<Void> booked =
        tx.ask(
                SETTLE,
                id,
                line.no(),
                line.paid(),
                line.reason().isEmpty() ? null : line.reason(),
                line.bankNo(),
                result.day(),
                tx.at())
            .mapEmpty();
    paid += line.paid() ? 1 : 0;
    rejected += line.paid() ? 0 : 1;
    return isWrongDay()
        ? booked.compose(done -> differs(id, line, payment, "WRONG_DAY", payment.fen()))
        : booked;
  }

  /** Of a payment of which it is known already what became. */
  private Future<Void> decided(long id, BankResult.Line line, Payment payment) {
    boolean wasPaid = payment.state().equals("PAID");
    if (wasPaid != line.paid()) {
      return differs(id, line, payment, "STATE", wasPaid ? payment.fen() : 0);
    }
    return wasPaid && !line.bankNo().equals(payment.bankNo())
        ? differs(id, line, payment, "TWICE", payment.fen())
        : Future.succeededFuture();
  }

  /** Before it was approved, or in days to come. */
  private boolean isWrongDay() {
    LocalDate approved =
        batch.getOffsetDateTime("approved_at").atZoneSameInstant(Clocks.CHINA).toLocalDate();
    return result.day().isBefore(approved) || result.day().isAfter(Days.today(tx));
  }

  /** What the bank was told and says nothing of, though it says that this was all. */
  private Future<Void> missing(long id) {
    Future<Void> chain = Future.succeededFuture();
    for (Map.Entry<Integer, Payment> one : payments.entrySet()) {
      if (one.getValue().state().equals("TOLD") && !seen.contains(one.getKey())) {
        BankResult.Line none = new BankResult.Line(one.getKey(), 0, false, "", "-", "");
        chain =
            chain.compose(
                before -> differs(id, none, one.getValue(), "SHORT", one.getValue().fen()));
      }
    }
    return chain;
  }

  private Future<Void> differs(
      long id, BankResult.Line line, @Nullable Payment payment, String kind, long here) {
    differences++;
    // a payment of nobody we know is looked into with the first of the batch: its bank made it
    int merchant = payment == null ? first : payment.merchant();
    String key = "bank/" + id + "/" + line.no() + "/" + line.bankNo() + "/" + kind;
    return tx.first(
            OPEN,
            key,
            kind,
            merchant,
            batch.getInteger("funder"),
            id,
            here,
            line.paid() ? line.fen() : 0L,
            "no. " + line.no() + ", bank " + line.bankNo() + ", ****" + line.tail(),
            tx.at(),
            due)
        .mapEmpty();
  }
}
