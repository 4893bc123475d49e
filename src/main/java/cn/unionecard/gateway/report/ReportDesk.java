package cn.unionecard.gateway.report;

import static cn.unionecard.gateway.model.Caller.Role.APPROVER;
import static cn.unionecard.gateway.model.Caller.Role.AUDITOR;
import static cn.unionecard.gateway.model.Caller.Role.CLERK;
import static cn.unionecard.gateway.model.Caller.Role.SUPERVISOR;

import cn.unionecard.gateway.desk.Desk;
import cn.unionecard.gateway.desk.DeskCall;
import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskRoutes;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.Office;
import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.UnionSide;
import cn.unionecard.gateway.model.Written;
import cn.unionecard.gateway.runtime.Clocks;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.time.LocalDate;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/** The routes of reports. One for each event loop. */
final class ReportDesk implements Desk {
  private static final String PATH = "/v1/reports/unions";
  private static final String CSV = "text/csv";
  private static final Pattern SIDE = Pattern.compile("AUTHORISING|SIGNING");
  private static final Pattern FORMAT = Pattern.compile("json|csv");
  private static final Set<Caller.Role> READERS = Set.of(CLERK, APPROVER, SUPERVISOR, AUDITOR);

  private final Office office;
  private final Clock clock;

  ReportDesk(Office office, Clock clock) {
    this.office = office;
    this.clock = clock;
  }

  @Override
  public void open(DeskRoutes routes) {
    routes.staff(HttpMethod.GET, PATH, READERS, Reports.DEADLINE_MS, this::unions);
    routes.staff(HttpMethod.GET, "/v1/reports/days", READERS, Reports.DEADLINE_MS, this::days);
  }

  private Future<DeskReply> unions(DeskCall call, Caller.Staff caller) {
    call.onlyQuery("from", "to", "org", "side", "format", "after");
    Period period = period(call, Period.DAYS_MAX);
    String side = call.query("side", SIDE);
    UnionReport.Wish wish =
        new UnionReport.Wish(
            Objects.requireNonNullElse(call.query("org", Written.ORG), caller.org()),
            side == null ? UnionSide.AUTHORISING : UnionSide.valueOf(side),
            Objects.requireNonNullElse(call.query("after", Written.ORG), ""));
    boolean csv = isCsv(call);
    return office.serve(caller, tx -> report(tx, wish, period, csv));
  }

  private Future<DeskReply> days(DeskCall call, Caller.Staff caller) {
    call.onlyQuery("from", "to", "org", "side");
    Period period = period(call, DayReport.DAYS_MAX);
    String side = call.query("side", SIDE);
    UnionSide counted = side == null ? UnionSide.AUTHORISING : UnionSide.valueOf(side);
    String org = Objects.requireNonNullElse(call.query("org", Written.ORG), caller.org());
    return office.serve(caller, tx -> DayReport.read(tx, org, counted, period).map(DeskReply::ok));
  }

  private static boolean isCsv(DeskCall call) {
    String format = call.query("format", FORMAT);
    return format == null
        ? call.preferred("application/json", CSV).equals(CSV)
        : format.equals("csv");
  }

  /** As asked for; without a beginning that of the month, without an end today. */
  private Period period(DeskCall call, int daysMax) {
    LocalDate given = call.date("to");
    LocalDate to = given == null ? clock.instant().atZone(Clocks.CHINA).toLocalDate() : given;
    LocalDate from = call.date("from");
    return Period.of(from == null ? to.withDayOfMonth(1) : from, to, clock.instant(), daysMax);
  }

  private static Future<DeskReply> report(
      DeskTransaction tx, UnionReport.Wish wish, Period period, boolean csv) {
    return UnionReport.read(tx, wish, period)
        .map(report -> csv ? sheet(report, wish, period) : document(report, wish, period));
  }

  private static DeskReply sheet(UnionReport report, UnionReport.Wish wish, Period period) {
    return new DeskReply.Sheet(
        CSV + "; charset=utf-8; header=present",
        Sheet.fileName(wish.org(), period, wish.after()),
        Sheet.of(report.lines()),
        report.next() == null ? null : next(wish, period, report.next()));
  }

  private static String next(UnionReport.Wish wish, Period period, String after) {
    return PATH
        + "?format=csv&org="
        + wish.org()
        + "&side="
        + wish.side()
        + "&from="
        + period.from()
        + "&to="
        + period.to()
        + "&after="
        + after;
  }

  private static DeskReply document(UnionReport report, UnionReport.Wish wish, Period period) {
    JsonObject document =
        new JsonObject()
            .put("org", wish.org())
            .put("side", wish.side().name())
            .put("from", period.from().toString())
            .put("to", period.to().toString())
            .put("asOf", Clocks.RFC_3339.format(period.asOf()))
            .put("total", report.lines().total().into(new JsonObject()))
            .put("unions", report.lines().json());
    return DeskReply.ok(report.next() == null ? document : document.put("next", report.next()));
  }
}
