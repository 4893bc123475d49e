package cn.unionecard.gateway.province;

import static cn.unionecard.gateway.model.Caller.Role.APPROVER;
import static cn.unionecard.gateway.model.Caller.Role.AUDITOR;
import static cn.unionecard.gateway.model.Caller.Role.CLERK;
import static cn.unionecard.gateway.model.Caller.Role.SUPERVISOR;

import cn.unionecard.gateway.desk.Desk;
import cn.unionecard.gateway.desk.DeskCall;
import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskRoutes;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.Fields;
import cn.unionecard.gateway.desk.FileSigner;
import cn.unionecard.gateway.desk.Office;
import cn.unionecard.gateway.desk.Spelling;
import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.CardNo;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Written;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.OffsetDateTime;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How the link to the province stands, and each row that could not be taken, with why. */
final class ProvinceDesk implements Desk {
  private static final int PAGE_ROWS = 100;

  private static final String STANDING =
      """
      select o.code, l.in_ok_at, l.in_failure, l.in_began_at, l.in_whole_at, l.out_ok_at, l.out_failure,
        l.compared_at, l.differences,
        (select count(*) from province_row r join org w on w.id = coalesce(r.org, l.org)
          where r.bad is not null and $1 = any (w.path)) as bad,
        (select count(*) from province_card p join card c on c.serial = p.card
          join member m on m.id = c.member join org w on w.id = m.org
          where p.sent < p.revision and p.refused is distinct from p.revision and $1 = any (w.path)) as due,
        (select count(*) from province_card p join card c on c.serial = p.card
          join member m on m.id = c.member join org w on w.id = m.org
          where p.refused is not null and $1 = any (w.path)) as refused
      from province_link l left join org o on o.id = l.org
      """;

  private static final String ROWS =
      """
      select r.id, r.kind, r.shown, r.field, r.reason, r.bad, r.at, o.code
      from province_row r cross join province_link l left join org o on o.id = r.org
      join org w on w.id = coalesce(r.org, l.org)
      where r.bad is not null and $1 = any (w.path) and r.id < $2
      order by r.id desc limit $3
      """;

  private static final String REFUSED =
      """
      select p.card, p.reason, o.code from province_card p join card c on c.serial = p.card
      join member m on m.id = c.member join org o on o.id = m.org
      where p.refused is not null and $1 = any (o.path) order by p.card limit $2
      """;

  private static final String FILES = "/v1/province/files";
  private static final int REASON_MAX = 500;
  private static final Pattern FILE_NO = Pattern.compile("[1-9][0-9]{0,8}");
  private static final Pattern FORMAT = Pattern.compile("json|csv");

  private final Office office;
  private final Supplier<FileSigner> signers;

  ProvinceDesk(Office office, Supplier<FileSigner> signers) {
    this.office = office;
    this.signers = signers;
  }

  @Override
  public void open(DeskRoutes routes) {
    Set<Caller.Role> readers = Set.of(CLERK, APPROVER, SUPERVISOR, AUDITOR);
    routes.staff(HttpMethod.GET, "/v1/province", readers, this::standing);
    routes.staff(HttpMethod.GET, "/v1/province/rows", readers, this::rows);
    String one = FILES + "/:provinceFile";
    routes.staff(HttpMethod.GET, FILES, readers, this::files);
    routes.staff(HttpMethod.POST, FILES, Set.of(CLERK), this::make);
    routes.staff(HttpMethod.GET, one, readers, this::file);
    routes.staff(HttpMethod.GET, one + "/signature", readers, this::signature);
    routes.staff(HttpMethod.POST, one + "/receipts", Set.of(CLERK), this::receipt);
    routes.staff(HttpMethod.POST, one + "/end", Set.of(CLERK), this::end);
  }

  private Future<DeskReply> files(DeskCall call, Caller.Staff caller) {
    call.onlyQuery("before");
    String before = call.query("before", FILE_NO);
    int no = before == null ? Integer.MAX_VALUE : Integer.parseInt(before);
    return office.serve(caller, tx -> FileBook.list(tx, no));
  }

  private Future<DeskReply> make(DeskCall call, Caller.Staff caller) {
    Fields unused = call.fields();
    return office.serve(caller, FileBook::make);
  }

  private static int no(DeskCall call) {
    return Integer.parseInt(call.path("provinceFile", FILE_NO));
  }

  private Future<DeskReply> file(DeskCall call, Caller.Staff caller) {
    call.onlyQuery("format");
    int no = no(call);
    String asked = call.query("format", FORMAT);
    boolean csv =
        asked == null
            ? call.preferred("application/json", "text/csv").equals("text/csv")
            : asked.equals("csv");
    return office.serve(caller, tx -> csv ? FileBook.sheet(tx, no) : FileBook.find(tx, no));
  }

  private Future<DeskReply> signature(DeskCall call, Caller.Staff caller) {
    int no = no(call);
    return office.serve(caller, tx -> FileBook.signature(tx, no, signers.get()));
  }

  private Future<DeskReply> receipt(DeskCall call, Caller.Staff caller) {
    int no = no(call);
    String text = call.fields("file").raw("file");
    if (text.indexOf('\0') >= 0) {
      throw new Fault.Malformed("file", "file holds what is no text");
    }
    FileReceipt receipt = FileReceipt.of(text);
    return office.serve(caller, tx -> FileBook.read(tx, no, receipt));
  }

  private Future<DeskReply> end(DeskCall call, Caller.Staff caller) {
    int no = no(call);
    String reason = call.fields("reason").words("reason", REASON_MAX);
    return office.serve(caller, tx -> FileBook.end(tx, no, reason));
  }

  private Future<DeskReply> standing(DeskCall call, Caller.Staff caller) {
    call.onlyQuery();
    return office.serve(
        caller,
        tx ->
            tx.first(STANDING, tx.actor().org())
                .map(row -> DeskReply.ok(standing(Objects.requireNonNull(row)))));
  }

  private static JsonObject standing(Row row) {
    JsonObject in =
        new JsonObject()
            .put("bad", row.getLong("bad"))
            .put("reading", row.getOffsetDateTime("in_began_at") != null);
    put(in, "okAt", row.getOffsetDateTime("in_ok_at"));
    put(in, "wholeAt", row.getOffsetDateTime("in_whole_at"));
    put(in, "failure", row.getString("in_failure"));
    JsonObject out =
        new JsonObject()
            .put("due", row.getLong("due"))
            .put("refused", row.getLong("refused"))
            .put("differences", row.getInteger("differences"));
    put(out, "okAt", row.getOffsetDateTime("out_ok_at"));
    put(out, "comparedAt", row.getOffsetDateTime("compared_at"));
    put(out, "failure", row.getString("out_failure"));
    JsonObject said = new JsonObject();
    put(said, "org", row.getString("code"));
    return said.put("in", in).put("out", out);
  }

  private static void put(JsonObject into, String name, @Nullable OffsetDateTime at) {
    put(into, name, Spelling.time(at));
  }

  private static void put(JsonObject into, String name, @Nullable String value) {
    JsonObject unused = value == null ? into : into.put(name, value);
  }

  private Future<DeskReply> rows(DeskCall call, Caller.Staff caller) {
    call.onlyQuery("before");
    long before =
        Long.parseLong(
            Objects.requireNonNullElse(call.query("before", Written.ROW), Written.ABOVE_ALL_ROWS));
    return office.serve(caller, tx -> rows(tx, before));
  }

  private static Future<DeskReply> rows(DeskTransaction tx, long before) {
    return tx.ask(ROWS, tx.actor().org(), before, PAGE_ROWS)
        .compose(
            rows -> {
              JsonArray bad = new JsonArray();
              Long last = null;
              for (Row row : rows) {
                bad.add(bad(row));
                last = row.getLong("id");
              }
              JsonObject said = new JsonObject().put("rows", bad);
              if (last != null && bad.size() == PAGE_ROWS) {
                said.put("next", last);
              }
              return tx.ask(REFUSED, tx.actor().org(), PAGE_ROWS)
                  .map(cards -> DeskReply.ok(said.put("cards", refused(cards))));
            });
  }

  private static JsonObject bad(Row row) {
    JsonObject bad =
        new JsonObject()
            .put("row", row.getLong("id"))
            .put("kind", row.getString("kind"))
            .put("shown", row.getString("shown"))
            .put("field", row.getString("field"))
            .put("reason", row.getString("reason"))
            .put("revision", row.getLong("bad"))
            .put("at", Spelling.time(row.getOffsetDateTime("at")));
    put(bad, "org", row.getString("code"));
    return bad;
  }

  private static JsonArray refused(Iterable<Row> cards) {
    JsonArray refused = new JsonArray();
    cards.forEach(
        row ->
            refused.add(
                new JsonObject()
                    .put("cardNo", new CardNo(row.getLong("card")).digits())
                    .put("org", row.getString("code"))
                    .put("reason", row.getString("reason"))));
    return refused;
  }
}
