package cn.unionecard.gateway.campaign;

import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.rules.Card;
import cn.unionecard.gateway.rules.Merchant;
import cn.unionecard.gateway.rules.Shadow;
import cn.unionecard.gateway.runtime.Clocks;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
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
  private static final int FETCH_ROWS = 1_000;

  private static final String ORGS = "select code as name, id from org";
  private static final String MERCHANTS = "select merchant_no as name, id from merchant";

  private static final String SALES =
      """
      select t.id, t.order_fen, t.discount_fen, m.id as merchant, m.merchant_no, m.name, m.category,
        m.authorising_org, o.path as merchant_path, c.serial, c.member, p.org, p.category as member_category,
        po.path as member_path
      from transaction t
      join merchant m on m.id = t.merchant
      join org o on o.id = m.authorising_org
      join card c on c.serial = t.card
      join member p on p.id = c.member
      join org po on po.id = p.org
      where t.id >= ? and t.id < ? and t.type in (2, 4) and t.effect > 0
      order by t.id
      """;

  private final Map<String, Reached> merchants = new HashMap<>();
  private final Set<Long> members = new HashSet<>();
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

  private ShadowDay() {}

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
    return new ShadowDay().run(database, shadow, day);
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

  private Outcome run(Connection database, Shadow shadow, LocalDate day) throws SQLException {
    try (PreparedStatement ask = database.prepareStatement(SALES)) {
      ask.setLong(1, idAt(day));
      ask.setLong(2, idAt(day.plusDays(1)));
      ask.setFetchSize(FETCH_ROWS);
      try (ResultSet rows = ask.executeQuery()) {
        while (rows.next()) {
          sale(shadow, read(rows));
        }
      }
    }
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

  private void sale(Shadow shadow, Shadow.Sale sale) {
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

  private static Shadow.Sale read(ResultSet row) throws SQLException {
    return new Shadow.Sale(
        row.getLong("id"),
        row.getLong("order_fen"),
        row.getLong("discount_fen"),
        new Merchant(
            row.getInt("merchant"),
            row.getString("merchant_no").strip(),
            row.getString("name"),
            row.getString("category"),
            row.getInt("authorising_org")),
        path(row, "merchant_path"),
        new Card(
            row.getLong("serial"),
            row.getLong("member"),
            row.getInt("org"),
            row.getString("member_category"),
            Card.Status.ACTIVE,
            1,
            ""),
        path(row, "member_path"));
  }

  private static List<Integer> path(ResultSet row, String column) throws SQLException {
    Array path = row.getArray(column);
    return Arrays.asList((Integer[]) path.getArray());
  }
}
