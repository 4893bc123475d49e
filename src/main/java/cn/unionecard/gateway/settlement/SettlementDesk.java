package cn.unionecard.gateway.settlement;

import static cn.unionecard.gateway.model.Caller.Role.APPROVER;
import static cn.unionecard.gateway.model.Caller.Role.AUDITOR;
import static cn.unionecard.gateway.model.Caller.Role.CLERK;
import static cn.unionecard.gateway.model.Caller.Role.MERCHANT;
import static cn.unionecard.gateway.model.Caller.Role.SUPERVISOR;

import cn.unionecard.gateway.desk.Desk;
import cn.unionecard.gateway.desk.DeskCall;
import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskRoutes;
import cn.unionecard.gateway.desk.FileSigner;
import cn.unionecard.gateway.desk.Office;
import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Written;
import cn.unionecard.gateway.runtime.Clocks;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.time.Clock;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** The routes of days, statements and obligations, which are only read. One for each event loop. */
final class SettlementDesk implements Desk {
  static final Set<Caller.Role> READERS = Set.of(CLERK, APPROVER, SUPERVISOR, AUDITOR);
  static final Set<Caller.Role> WITH_MERCHANTS =
      Set.of(CLERK, APPROVER, SUPERVISOR, AUDITOR, MERCHANT);
  private static final String CSV = "text/csv";
  private static final Pattern KIND = Pattern.compile("FUNDER|UNION");
  private static final Pattern FORMAT = Pattern.compile("json|csv|gbk");
  private static final Pattern PLACE = Pattern.compile("[0-9]{15}/[A-Z0-9-]{1,24}");
  static final LocalDate FIRST = LocalDate.of(2026, 1, 1);
  static final LocalDate LAST = LocalDate.of(2099, 12, 31);

  private final Office office;
  private final Supplier<FileSigner> signers;
  private final Clock clock;

  SettlementDesk(Office office, Supplier<FileSigner> signers, Clock clock) {
    this.office = office;
    this.signers = signers;
    this.clock = clock;
  }

  @Override
  public void open(DeskRoutes routes) {
    String one = "/v1/statements/:statement";
    int time = Settlement.DEADLINE_MS;
    routes.staff(HttpMethod.GET, "/v1/settlement-days", READERS, time, this::days);
    routes.staff(HttpMethod.GET, "/v1/statements", READERS, time, this::ofOrg);
    routes.staff(
        HttpMethod.GET,
        "/v1/merchants/:merchantNo/statements",
        WITH_MERCHANTS,
        time,
        this::ofMerchant);
    routes.staff(HttpMethod.GET, one, WITH_MERCHANTS, time, this::read);
    routes.staff(HttpMethod.GET, one + "/signature", WITH_MERCHANTS, time, this::signature);
    routes.staff(HttpMethod.GET, "/v1/obligations", READERS, time, this::obligations);
  }

  private static LocalDate before(DeskCall call) {
    LocalDate before = call.date("before");
    return before == null ? LAST : before;
  }

  private Future<DeskReply> days(DeskCall call, Caller.Staff caller) {
    call.onlyQuery("before");
    LocalDate before = before(call);
    return office.serve(caller, tx -> StatementBook.closes(tx, before));
  }

  private Future<DeskReply> ofOrg(DeskCall call, Caller.Staff caller) {
    call.onlyQuery("org", "kind", "from", "to", "before");
    String org = Objects.requireNonNullElse(call.query("org", Written.ORG), caller.org());
    String kind = Objects.requireNonNullElse(call.query("kind", KIND), "FUNDER");
    LocalDate from = Objects.requireNonNullElse(call.date("from"), FIRST);
    LocalDate to = Objects.requireNonNullElse(call.date("to"), LAST);
    String below = call.query("before", Written.ROW);
    long id = below == null ? Long.MAX_VALUE : Long.parseLong(below);
    return office.serve(caller, tx -> StatementBook.ofOrg(tx, kind, org, from, to, id));
  }

  private Future<DeskReply> ofMerchant(DeskCall call, Caller.Staff caller) {
    call.onlyQuery("before");
    String no = call.path("merchantNo", Written.MERCHANT_NO);
    LocalDate before = before(call);
    return office.serve(caller, tx -> StatementBook.ofMerchant(tx, no, before));
  }

  private static long statement(DeskCall call) {
    return Long.parseLong(call.path("statement", Written.ROW));
  }

  private Future<DeskReply> read(DeskCall call, Caller.Staff caller) {
    call.onlyQuery("format");
    long id = statement(call);
    String asked = call.query("format", FORMAT);
    String format =
        asked != null
            ? asked
            : call.preferred("application/json", CSV).equals(CSV) ? "csv" : "json";
    return office.serve(
        caller,
        tx ->
            format.equals("json")
                ? StatementBook.read(tx, id)
                : StatementBook.sheet(tx, id, format.equals("gbk")));
  }

  private Future<DeskReply> signature(DeskCall call, Caller.Staff caller) {
    long id = statement(call);
    return office.serve(caller, tx -> StatementBook.signature(tx, id, signers.get()));
  }

  private Future<DeskReply> obligations(DeskCall call, Caller.Staff caller) {
    call.onlyQuery("org", "on", "after");
    String org = Objects.requireNonNullElse(call.query("org", Written.ORG), caller.org());
    String after = Objects.requireNonNullElse(call.query("after", PLACE), "");
    LocalDate on = call.date("on");
    if (on != null && on.isBefore(FIRST)) {
      throw new Fault.Malformed("on", "on lies before any book");
    }
    OffsetDateTime at =
        on == null
            ? clock.instant().atOffset(ZoneOffset.UTC)
            : on.plusDays(1).atStartOfDay(Clocks.CHINA).toOffsetDateTime();
    return office.serve(caller, tx -> ObligationBook.read(tx, org, at, after));
  }
}
