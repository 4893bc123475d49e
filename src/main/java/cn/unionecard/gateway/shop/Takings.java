package cn.unionecard.gateway.shop;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.Spelling;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.LocalDate;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a merchant took, by day; of one day by hour and by terminal, too. */
final class Takings {
  /**
   * Effects 1 and 3 sell, −1 and −3 take back; only SALE, COMPLETION and ADVICE sell anew. Who pays
   * which fen of a discount stands in its row. An id begins with its time.
   */
  private static final String MOVED =
      """
      with moved as (
        select t.id, t.terminal, t.order_fen, t.member_pays_fen, p.union_fen, p.own_fen,
          case when t.effect < 0 then 'undone' when t.type in (2, 5, 9) then 'sales'
            else 'restored' end as move
        from transaction t
        cross join lateral (
          select coalesce(sum(abs(fen)) filter (where payer < 0), 0)::bigint as union_fen,
            coalesce(sum(abs(fen)) filter (where payer > 0), 0)::bigint as own_fen
          from unnest(t.payers, t.fens) as a (payer, fen)) p
        where t.merchant = $1 and t.id >= transaction_id_at($2::timestamptz)
          and t.id < transaction_id_at($3::timestamptz) and t.effect in (1, 3, -1, -3)
      )
      """;

  private static final String SUMS =
      """
      , move, count(*) as transactions, sum(order_fen)::bigint as gross,
        sum(member_pays_fen)::bigint as member, sum(union_fen)::bigint as union_fen,
        sum(own_fen)::bigint as own
      """;

  private static final String BY_DAY =
      MOVED
          + "select date '1970-01-01' + transaction_day(id) as day"
          + SUMS
          + "from moved group by transaction_day(id), move";

  /** Hours of the day in China. */
  private static final String BY_PART =
      MOVED
          + "select hour, terminal_no"
          + SUMS
          + """
          from (select moved.*, d.terminal_no, ((moved.id >> 17) / 28800000 + 8) % 24 as hour
            from moved join terminal d on d.id = moved.terminal) part
          group by grouping sets ((hour, move), (terminal_no, move))
          """;

  private Takings() {}

  static Future<DeskReply> read(DeskTransaction tx, int merchant, String no, Days days) {
    return tx.ask(BY_DAY, merchant, days.begin(), days.end())
        .compose(
            rows -> {
              JsonObject read = byDay(rows, no, days);
              read.put("asOf", Spelling.time(tx.at()));
              return days.isOne()
                  ? tx.ask(BY_PART, merchant, days.begin(), days.end())
                      .map(parts -> DeskReply.ok(byPart(parts, read)))
                  : Future.succeededFuture(DeskReply.ok(read));
            });
  }

  /** Every day that was asked for, also one on which nothing was sold. */
  private static JsonObject byDay(RowSet<Row> rows, String no, Days days) {
    SortedMap<LocalDate, Sum> sums = new TreeMap<>();
    for (LocalDate day = days.from(); !day.isAfter(days.to()); day = day.plusDays(1)) {
      sums.put(day, new Sum());
    }
    Sum total = new Sum();
    for (Row row : rows) {
      Sum sum = sums.computeIfAbsent(row.getLocalDate("day"), day -> new Sum());
      sum.add(row);
      total.add(row);
    }
    return new JsonObject()
        .put("merchantNo", no)
        .put("from", days.from().toString())
        .put("to", days.to().toString())
        .put("total", total.into(new JsonObject()))
        .put("days", list(sums, "day"));
  }

  private static JsonObject byPart(RowSet<Row> rows, JsonObject read) {
    SortedMap<Long, Sum> hours = new TreeMap<>();
    SortedMap<String, Sum> terminals = new TreeMap<>();
    for (Row row : rows) {
      Long hour = row.getLong("hour");
      if (hour != null) {
        hours.computeIfAbsent(hour, each -> new Sum()).add(row);
      } else {
        terminals.computeIfAbsent(row.getString("terminal_no"), each -> new Sum()).add(row);
      }
    }
    return read.put("hours", list(hours, "hour")).put("terminals", list(terminals, "terminal"));
  }

  private static <K> JsonArray list(Map<K, Sum> sums, String name) {
    JsonArray all = new JsonArray();
    sums.forEach(
        (of, sum) -> {
          Object key = of instanceof LocalDate day ? day.toString() : of;
          all.add(sum.into(new JsonObject().put(name, key)));
        });
    return all;
  }

  /** The moves of a day, an hour or a terminal. */
  private static final class Sum {
    private final JsonObject sales = none();
    private final JsonObject undone = none();
    private final JsonObject restored = none();
    private long netFen;

    private static JsonObject none() {
      return new JsonObject()
          .put("count", 0L)
          .put("grossFen", 0L)
          .put("memberPaysFen", 0L)
          .put("unionFen", 0L)
          .put("ownFen", 0L);
    }

    void add(Row row) {
      String name = row.getString("move");
      JsonObject move =
          switch (name) {
            case "sales" -> sales;
            case "undone" -> undone;
            default -> restored;
          };
      add(move, "count", row.getLong("transactions"));
      add(move, "grossFen", row.getLong("gross"));
      add(move, "memberPaysFen", row.getLong("member"));
      add(move, "unionFen", row.getLong("union_fen"));
      add(move, "ownFen", row.getLong("own"));
      long due = row.getLong("gross") - row.getLong("own");
      netFen += name.equals("undone") ? -due : due;
    }

    private static void add(JsonObject move, String name, long more) {
      JsonObject unused = move.put(name, move.getLong(name) + more);
    }

    JsonObject into(JsonObject json) {
      return json.put("sales", sales)
          .put("undone", undone)
          .put("restored", restored)
          .put("netFen", netFen);
    }
  }
}
