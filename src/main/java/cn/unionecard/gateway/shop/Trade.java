package cn.unionecard.gateway.shop;

import static cn.unionecard.gateway.desk.DeskTransaction.found;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.gateway.runtime.Clocks;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.Instant;

/**
 * A merchant's transactions, each with what became of it. No card, no holder; whoever comes again
 * has the same name here, and another one at each other merchant.
 */
final class Trade {
  private static final int PAGE_ROWS = 50;

  private static final String SHOWN =
      """
      select t.id, t.type, t.refusal, t.effect, d.terminal_no, t.order_fen, t.member_pays_fen,
        t.discount_fen, t.original, p.union_fen, p.own_fen, u.undone_fen, u.whole,
        u.transaction as undone_by, h.state as hold, c.member, k.wrapped
      from transaction t
      join terminal d on d.id = t.terminal
      left join card c on c.serial =
        coalesce(t.card, (select s.card from transaction s where s.id = t.original))
      left join member_key k on k.member = c.member
      left join undo u on u.original = t.id
      left join hold h on h.origin = t.id
      cross join lateral (
        select coalesce(sum(abs(fen)) filter (where payer < 0), 0)::bigint as union_fen,
          coalesce(sum(abs(fen)) filter (where payer > 0), 0)::bigint as own_fen
        from unnest(t.payers, t.fens) as a (payer, fen) where t.effect in (1, 3, -1, -3)) p
      where t.merchant = $1
      """;

  private static final String LIST =
      SHOWN
          + """
            and t.id >= transaction_id_at($2::timestamptz)
            and t.id < least(transaction_id_at($3::timestamptz), $4)
          order by t.id desc limit $5
          """;

  private static final String FIND = SHOWN + " and t.id = $2";

  private final Customers customers;

  /**
   * @param customers of this event loop
   */
  Trade(Customers customers) {
    this.customers = customers;
  }

  /** Those of a day, newest first. */
  Future<DeskReply> list(DeskTransaction tx, int merchant, Days days, long below) {
    return tx.ask(LIST, merchant, days.begin(), days.end(), below, PAGE_ROWS + 1)
        .map(
            rows -> {
              JsonArray all = new JsonArray();
              JsonObject page =
                  new JsonObject().put("day", days.from().toString()).put("transactions", all);
              for (Row row : rows) {
                if (all.size() == PAGE_ROWS) {
                  page.put("next", all.getJsonObject(PAGE_ROWS - 1).getString("id"));
                  break;
                }
                all.add(json(merchant, row));
              }
              return DeskReply.ok(page);
            });
  }

  Future<DeskReply> find(DeskTransaction tx, int merchant, TransactionId id) {
    return tx.first(FIND, merchant, id.value())
        .map(found("no such transaction"))
        .map(row -> DeskReply.ok(json(merchant, row)));
  }

  /** Amounts are below zero where money goes back. */
  private JsonObject json(int merchant, Row row) {
    TransactionId id = new TransactionId(row.getLong("id"));
    long sign = row.getInteger("effect") < 0 ? -1 : 1;
    JsonObject shown =
        new JsonObject()
            .put("id", id.toString())
            .put("at", Clocks.RFC_3339.format(Instant.ofEpochMilli(id.epochMs())))
            .put("terminal", row.getString("terminal_no"))
            .put("type", TransactionType.of(row.getInteger("type")).name())
            .put("orderFen", sign * row.getLong("order_fen"))
            .put("memberPaysFen", sign * row.getLong("member_pays_fen"))
            .put("discountFen", sign * row.getLong("discount_fen"))
            .put("unionFen", sign * row.getLong("union_fen"))
            .put("ownFen", sign * row.getLong("own_fen"));
    Buffer wrapped = row.getBuffer("wrapped");
    String customer =
        wrapped == null
            ? null
            : customers.name(merchant, row.getLong("member"), wrapped.getBytes());
    if (customer != null) {
      shown.put("customer", customer);
    }
    if (row.getString("refusal") != null) {
      shown.put("refusal", row.getString("refusal"));
    }
    if (row.getLong("original") != null) {
      shown.put("original", new TransactionId(row.getLong("original")).toString());
    }
    if (row.getLong("undone_fen") != null) {
      shown
          .put("undoneFen", row.getLong("undone_fen"))
          .put("undoneWhole", row.getBoolean("whole"))
          .put("undoneBy", new TransactionId(row.getLong("undone_by")).toString());
    }
    return row.getString("hold") == null ? shown : shown.put("hold", row.getString("hold"));
  }
}
