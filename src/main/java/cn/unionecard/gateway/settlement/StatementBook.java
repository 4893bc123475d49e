package cn.unionecard.gateway.settlement;

import static cn.unionecard.gateway.desk.DeskTransaction.found;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.FileSigner;
import cn.unionecard.gateway.desk.Spelling;
import cn.unionecard.gateway.runtime.Sm3;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Statements: of whom somebody may see them, what they say, and their files. */
final class StatementBook {
  static final int PAGE_ROWS = 100;
  static final int LINES_MAX = 500;
  private static final Charset GBK = Charset.forName("GBK");

  private static final String COLUMNS =
      """
      select s.id, s.day, s.kind, s.code, s.name, s.sales, s.sales_fen, s.sales_member_fen,
        s.sales_own_fen, s.sales_union_fen, s.returns, s.returns_fen, s.returns_member_fen,
        s.returns_own_fen, s.returns_union_fen, s.late, s.sm3, c.due, c.closed_at, s.party
      from statement s join settlement_close c on c.day = s.day
      """;

  /** By the union or merchant that asks: a merchant's by who answers for it now. */
  private static final String VISIBLE =
      """
       c.state = 'CLOSED' and case s.kind
        when 'MERCHANT' then s.party = $2 or exists (select from merchant m where m.id = s.party
          and (org_within(m.signing_org, $1) or org_within(m.authorising_org, $1)))
        else org_within(s.party, $1) end
      """;

  private static final String FIND = COLUMNS + "where s.id = $3 and" + VISIBLE;

  private static final String OF_MERCHANT =
      COLUMNS
          + "where s.kind = 'MERCHANT' and s.code = $3 and s.day < $4 and"
          + VISIBLE
          + "order by s.day desc limit $5";

  private static final String OF_ORG =
      COLUMNS
          + """
          where s.kind = $3 and s.day >= $4 and s.day <= $5 and s.id < $6
            and s.party in (select o.id from org o where o.code = $7 and $1 = any (o.path)) and
          """
          + VISIBLE
          + "order by s.id desc limit $8";

  private static final String MERCHANT =
      """
      select id from merchant m where merchant_no = $3
        and (m.id = $2 or org_within(m.signing_org, $1) or org_within(m.authorising_org, $1))
      """;

  private static final String LINES =
      """
      select transaction_no(id) as no, at, terminal, type_name(type) as type, effect,
        order_fen, member_fen, own_fen, union_fen, reason, sold_on
      from statement_line($1, $2) order by id limit $3
      """;

  private static final String PARTS =
      """
      select m.merchant_no, m.name, coalesce(c.code, e.campaign::text) as campaign,
        coalesce(sum(e.fen) filter (where e.debit = 'SUBSIDY'), 0)::bigint as sold,
        coalesce(sum(e.fen) filter (where e.debit = 'OWED'), 0)::bigint as returned
      from book_entry e join merchant m on m.id = e.merchant left join campaign c on c.id = e.campaign
      where e.day = $1 and e.source = 'CLOSE' and e.funder = $2
      group by m.merchant_no, m.name, 3 order by 1, 3 limit $3
      """;

  private static final String MERCHANTS =
      """
      select code, name, sales + returns as count, sales_fen - returns_fen as order_fen,
        sales_own_fen - returns_own_fen as own_fen, sales_union_fen - returns_union_fen as union_fen,
        sales_member_fen - returns_member_fen as member_fen
      from statement where day = $1 and kind = 'MERCHANT' and signing_org = $2 order by code limit $3
      """;

  private static final String TEXT =
      "select statement_text(id) || statement_trailer(s) || ',' as text from statement s where id = $1";

  private static final String CLOSES =
      """
      select day, state, fenced_at, closed_at, due, transactions, late,
        (select count(*) from statement s where s.day = c.day) as statements
      from settlement_close c where day < $1 order by day desc limit $2
      """;

  private StatementBook() {}

  /** The file of a statement as it was sealed. */
  record File(String name, byte[] bytes) {
    byte[] gbk() {
      return new String(bytes, StandardCharsets.UTF_8).getBytes(GBK);
    }
  }

  static Future<DeskReply> closes(DeskTransaction tx, LocalDate before) {
    return tx.ask(CLOSES, before, PAGE_ROWS)
        .map(
            rows -> {
              JsonArray days = new JsonArray();
              for (Row row : rows) {
                JsonObject day =
                    new JsonObject()
                        .put("day", row.getLocalDate("day").toString())
                        .put("state", row.getString("state"))
                        .put("fencedAt", Spelling.time(row.getOffsetDateTime("fenced_at")))
                        .put("statements", row.getLong("statements"));
                if (row.getLocalDate("due") != null) {
                  day.put("due", row.getLocalDate("due").toString())
                      .put("transactions", row.getLong("transactions"))
                      .put("late", row.getLong("late"));
                }
                if (row.getOffsetDateTime("closed_at") != null) {
                  day.put("closedAt", Spelling.time(row.getOffsetDateTime("closed_at")));
                }
                days.add(day);
              }
              return DeskReply.ok(new JsonObject().put("days", days));
            });
  }

  static Future<DeskReply> ofMerchant(DeskTransaction tx, String no, LocalDate before) {
    return merchant(tx, no)
        .compose(
            id ->
                tx.ask(
                    OF_MERCHANT, tx.actor().org(), tx.actor().merchantId(), no, before, PAGE_ROWS))
        .map(StatementBook::list);
  }

  /** The merchant of that number, if the caller may see it. */
  static Future<Integer> merchant(DeskTransaction tx, String no) {
    return tx.first(MERCHANT, tx.actor().org(), tx.actor().merchantId(), no)
        .map(found("no such merchant under the caller's organisation"))
        .map(row -> row.getInteger("id"));
  }

  static Future<DeskReply> ofOrg(
      DeskTransaction tx, String kind, String org, LocalDate from, LocalDate to, long below) {
    return tx.org(org)
        .compose(
            id ->
                tx.ask(
                    OF_ORG,
                    tx.actor().org(),
                    tx.actor().merchantId(),
                    kind,
                    from,
                    to,
                    below,
                    org,
                    PAGE_ROWS))
        .map(StatementBook::list);
  }

  private static DeskReply list(Iterable<Row> rows) {
    JsonArray statements = new JsonArray();
    rows.forEach(row -> statements.add(head(row)));
    return DeskReply.ok(new JsonObject().put("statements", statements));
  }

  static Future<Row> find(DeskTransaction tx, long id) {
    return tx.first(FIND, tx.actor().org(), tx.actor().merchantId(), id)
        .map(found("no such statement of the caller's"));
  }

  static Future<DeskReply> read(DeskTransaction tx, long id) {
    return find(tx, id)
        .compose(
            row -> {
              String kind = row.getString("kind");
              String sql =
                  switch (kind) {
                    case "MERCHANT" -> LINES;
                    case "FUNDER" -> PARTS;
                    default -> MERCHANTS;
                  };
              return tx.ask(sql, row.getLocalDate("day"), row.getInteger("party"), LINES_MAX)
                  .map(lines -> DeskReply.ok(document(row, kind, lines)));
            });
  }

  private static JsonObject document(Row row, String kind, Iterable<Row> rows) {
    JsonArray lines = new JsonArray();
    for (Row line : rows) {
      lines.add(
          switch (kind) {
            case "MERCHANT" -> line(line);
            case "FUNDER" ->
                new JsonObject()
                    .put("merchant", line.getString("merchant_no"))
                    .put("name", line.getString("name"))
                    .put("campaign", line.getString("campaign"))
                    .put("soldFen", line.getLong("sold"))
                    .put("returnedFen", line.getLong("returned"));
            default ->
                new JsonObject()
                    .put("merchant", line.getString("code"))
                    .put("name", line.getString("name"))
                    .put("count", line.getLong("count"))
                    .put("orderFen", line.getLong("order_fen"))
                    .put("ownFen", line.getLong("own_fen"))
                    .put("unionFen", line.getLong("union_fen"))
                    .put("memberFen", line.getLong("member_fen"));
          });
    }
    long due = row.getLong("sales_union_fen") - row.getLong("returns_union_fen");
    return head(row).put("capital", Capitals.of(due)).put("lines", lines);
  }

  private static JsonObject line(Row row) {
    JsonObject line =
        new JsonObject()
            .put("transaction", row.getString("no"))
            .put("at", Spelling.time(row.getOffsetDateTime("at")))
            .put("terminal", row.getString("terminal"))
            .put("type", row.getString("type"))
            .put("returns", row.getShort("effect") < 0)
            .put("orderFen", row.getLong("order_fen"))
            .put("memberFen", row.getLong("member_fen"))
            .put("ownFen", row.getLong("own_fen"))
            .put("unionFen", row.getLong("union_fen"));
    if (row.getString("reason") != null) {
      line.put("reason", row.getString("reason"))
          .put("soldOn", row.getLocalDate("sold_on").toString());
    }
    return line;
  }

  static JsonObject head(Row row) {
    return new JsonObject()
        .put("id", row.getLong("id"))
        .put("day", row.getLocalDate("day").toString())
        .put("kind", row.getString("kind"))
        .put("code", row.getString("code"))
        .put("name", row.getString("name"))
        .put("due", row.getLocalDate("due").toString())
        .put("closedAt", Spelling.time(row.getOffsetDateTime("closed_at")))
        .put("sales", side(row, "sales"))
        .put("returns", side(row, "returns"))
        .put("dueFen", row.getLong("sales_union_fen") - row.getLong("returns_union_fen"))
        .put("late", row.getLong("late"))
        .put("sm3", HexFormat.of().formatHex(row.getBuffer("sm3").getBytes()));
  }

  private static JsonObject side(Row row, String name) {
    return new JsonObject()
        .put("count", row.getLong(name))
        .put("orderFen", row.getLong(name + "_fen"))
        .put("memberFen", row.getLong(name + "_member_fen"))
        .put("ownFen", row.getLong(name + "_own_fen"))
        .put("unionFen", row.getLong(name + "_union_fen"));
  }

  /** What was sealed, made again; one that comes out otherwise is given to nobody. */
  static Future<File> file(DeskTransaction tx, Row row) {
    return tx.first(TEXT, row.getLong("id"))
        .map(
            made -> {
              String text = Objects.requireNonNull(made).getString("text");
              byte[] digest = Sm3.of(text);
              byte @Nullable [] sealed = row.getBuffer("sm3").getBytes();
              if (!Arrays.equals(digest, sealed)) {
                throw new IllegalStateException(
                    "statement "
                        + row.getLong("id")
                        + " no longer is what was sealed: run the audit");
              }
              String name =
                  "ECARD_STL_"
                      + row.getString("code")
                      + "_"
                      + row.getLocalDate("day").toString().replace("-", "")
                      + ("MERCHANT".equals(row.getString("kind"))
                          ? ""
                          : "_" + row.getString("kind"))
                      + ".csv";
              String whole = text + HexFormat.of().formatHex(digest) + "\r\n";
              return new File(name, whole.getBytes(StandardCharsets.UTF_8));
            });
  }

  static Future<DeskReply> sheet(DeskTransaction tx, long id, boolean gbk) {
    return find(tx, id)
        .compose(row -> file(tx, row))
        .map(
            file ->
                new DeskReply.Sheet(
                    gbk ? "text/csv; charset=GBK" : "text/csv; charset=utf-8",
                    file.name(),
                    gbk ? file.gbk() : file.bytes(),
                    null));
  }

  /** Signs the file in UTF-8, apart from it. */
  static Future<DeskReply> signature(DeskTransaction tx, long id, FileSigner signer) {
    return find(tx, id)
        .compose(row -> file(tx, row))
        .map(file -> DeskReply.ok(signer.document(file.name(), file.bytes())));
  }
}
