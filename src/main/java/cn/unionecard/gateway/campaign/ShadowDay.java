package cn.unionecard.gateway.campaign;

import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Scene;
import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.rules.Allowance;
import cn.unionecard.gateway.rules.CampaignRule;
import cn.unionecard.gateway.rules.Card;
import cn.unionecard.gateway.rules.Merchant;
import cn.unionecard.gateway.rules.Shadow;
import cn.unionecard.gateway.runtime.Clocks;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A day of recorded sales through a campaign's file: what it would have cost, whom it would have
 * reached, beside what really happened. Reads only.
 *
 * <p>The campaign is given alone, to who would have got more by it than he did; its window is laid
 * over the day, its budget and limits are those of the file, used up sale by sale. Sales that were
 * refused, offline or undone later count as they were made; marked lines are not recorded, so a
 * benefit on these gives nothing.
 */
public final class ShadowDay {
  private static final int PAGE_SALES = 1_000;

  private static final String ORGS = "select code as name, id from org";
  private static final String MERCHANTS = "select merchant_no as name, id from merchant";

  private static final String PAGE = "select shadow_page($1, $2, $3, $4) as page";

  private static final String CAMPAIGN =
      """
      select c.id, c.code, c.public_name, c.rule::text as rule, c.narrowed::text as narrowed, b.limit_fen, b.limit_count,
        b.day_limit_fen, b.day_limit_count
      from campaign c join org o on o.id = c.org
      left join allowance b on b.holder = 0 and b.kind = 1 and b.owner = c.id
      where $1 = any (o.path) and c.code = $2
      """;

  private final Map<String, Reached> merchants = new HashMap<>();
  private final Set<Long> members = new HashSet<>();
  private final Shadow shadow;
  private final long upto;
  private long from;
  private boolean over;
  private long sales;
  private long orderFen;
  private long givenFen;
  private long winners;
  private long costFen;
  private long insteadFen;

  /**
   * One merchant of those reached.
   *
   * @param count sales
   * @param fen what the campaign gives there
   */
  public record Reached(String no, String name, long count, long fen) {
    private Reached plus(long more) {
      return new Reached(no, name, count + 1, fen + more);
    }
  }

  /**
   * What came out.
   *
   * @param sales all of the day
   * @param orderFen of all of them
   * @param givenFen what was really given
   * @param winners sales that would have got more
   * @param members whose these are
   * @param costFen what the campaign gives
   * @param insteadFen what was really given for these, and would not have been
   * @param merchants where, the most fen first
   */
  public record Outcome(
      long sales,
      long orderFen,
      long givenFen,
      long winners,
      long members,
      long costFen,
      long insteadFen,
      List<Reached> merchants) {
    public Outcome {
      merchants = List.copyOf(merchants);
    }
  }

  private ShadowDay(Shadow shadow, LocalDate day) {
    this.shadow = shadow;
    from = idAt(day);
    upto = idAt(day.plusDays(1));
  }

  /**
   * Runs a day through a file; of what the campaign gives out first, as if everybody had it.
   *
   * @param database in a transaction that reads one snapshot
   * @param text the file's
   * @param day in Asia/Shanghai
   */
  public static Outcome run(Connection database, String text, LocalDate day, Instant now)
      throws SQLException {
    RuleFile file = RuleFile.read(text, now, names(database, ORGS), names(database, MERCHANTS));
    Shadow shadow = new Shadow(file.campaign().giving(null).from(0, Long.MAX_VALUE), file.caps());
    ShadowDay run = new ShadowDay(shadow, day);
    try (PreparedStatement ask =
        database.prepareStatement("select shadow_page(?, ?, null, ?)::text")) {
      while (!run.over) {
        ask.setLong(1, run.from);
        ask.setLong(2, run.upto);
        ask.setInt(3, PAGE_SALES);
        try (ResultSet page = ask.executeQuery()) {
          run.take(new JsonObject(page.next() ? page.getString(1) : "{}"));
        }
      }
    }
    return run.outcome();
  }

  /**
   * Runs a day through a campaign of the caller's union, whatever its state and as unions below
   * have tightened it; of the sales those at merchants of that union and of the unions below it.
   */
  static Future<Outcome> run(DeskTransaction tx, String code, LocalDate day) {
    return tx.first(CAMPAIGN, tx.actor().org(), code)
        .compose(
            row -> {
              if (row == null) {
                throw new Fault.NotFound("no such campaign under the caller's union");
              }
              return new ShadowDay(shadow(row), day).pages(tx);
            });
  }

  private static Shadow shadow(Row row) {
    Long fen = row.getLong("limit_fen");
    return new Shadow(
        CampaignRule.parse(
                row.getInteger("id"),
                row.getString("code"),
                row.getString("public_name"),
                false,
                0,
                Long.MAX_VALUE,
                row.getString("rule"))
            .narrowedBy(CampaignRule.narrowings(row.getString("narrowed"))),
        new Allowance.Caps(
            fen == null ? 0 : fen,
            row.getLong("limit_count"),
            row.getLong("day_limit_fen"),
            row.getLong("day_limit_count")));
  }

  private Future<Outcome> pages(DeskTransaction tx) {
    return tx.ask(PAGE, from, upto, tx.actor().org(), PAGE_SALES)
        .compose(
            rows -> {
              JsonObject page = rows.iterator().next().getJsonObject("page");
              // a thousand sales at a time, on no event loop
              return Vertx.currentContext()
                  .executeBlocking(
                      () -> {
                        take(page);
                        return over;
                      });
            })
        .compose(last -> last ? Future.succeededFuture(outcome()) : pages(tx));
  }

  private void take(JsonObject page) {
    for (Object sale : page.getJsonArray("sales", new JsonArray())) {
      sale(read((JsonArray) sale));
    }
    Long last = page.getLong("last");
    over = last == null;
    from = last == null ? from : last + 1;
  }

  private static Map<String, Integer> names(Connection database, String sql) throws SQLException {
    Map<String, Integer> ids = new HashMap<>();
    try (PreparedStatement ask = database.prepareStatement(sql);
        ResultSet rows = ask.executeQuery()) {
      while (rows.next()) {
        ids.put(rows.getString("name").strip(), rows.getInt("id"));
      }
    }
    return ids;
  }

  private Outcome outcome() {
    List<Reached> reached =
        merchants.values().stream()
            .sorted(Comparator.comparingLong(Reached::fen).reversed().thenComparing(Reached::no))
            .toList();
    return new Outcome(
        sales, orderFen, givenFen, winners, members.size(), costFen, insteadFen, reached);
  }

  private static long idAt(LocalDate day) {
    long ms = day.atStartOfDay(Clocks.CHINA).toInstant().toEpochMilli();
    return TransactionId.of(Math.max(0, TransactionId.tickOf(ms)), 0, 0).value();
  }

  private void sale(Shadow.Sale sale) {
    sales++;
    orderFen += sale.orderFen();
    givenFen += sale.givenFen();
    long fen = shadow.give(sale);
    if (fen > 0) {
      winners++;
      costFen += fen;
      insteadFen += sale.givenFen();
      members.add(sale.card().member());
      Merchant merchant = sale.merchant();
      merchants.compute(
          merchant.no(),
          (no, before) ->
              (before == null ? new Reached(no, merchant.name(), 0, 0) : before).plus(fen));
    }
  }

  private static Shadow.Sale read(JsonArray row) {
    return new Shadow.Sale(
        row.getLong(0),
        row.getLong(1),
        row.getLong(2),
        new Merchant(
            row.getInteger(3),
            row.getString(4).strip(),
            row.getString(5),
            row.getString(6),
            row.getInteger(7)),
        path(row.getJsonArray(8)),
        Scene.valueOf(row.getString(14)),
        new Card(
            row.getLong(9),
            row.getLong(10),
            row.getInteger(11),
            row.getString(12),
            Card.Status.ACTIVE,
            1,
            ""),
        path(row.getJsonArray(13)));
  }

  static List<Integer> path(JsonArray path) {
    return path.stream().map(Integer.class::cast).toList();
  }
}
