package cn.unionecard.gateway.progress;

import static cn.unionecard.gateway.model.Caller.Role.APPROVER;
import static cn.unionecard.gateway.model.Caller.Role.AUDITOR;
import static cn.unionecard.gateway.model.Caller.Role.CLERK;
import static cn.unionecard.gateway.model.Caller.Role.SUPERVISOR;

import cn.unionecard.gateway.desk.Desk;
import cn.unionecard.gateway.desk.DeskCall;
import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskRoutes;
import cn.unionecard.gateway.desk.Fields;
import cn.unionecard.gateway.desk.Office;
import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Written;
import cn.unionecard.gateway.progress.Milestones.Milestone;
import cn.unionecard.gateway.runtime.Clocks;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/** The routes of progress, tasks and milestones. One for each event loop. */
final class ProgressDesk implements Desk {
  static final Set<Caller.Role> READERS = Set.of(CLERK, APPROVER, SUPERVISOR, AUDITOR);
  static final int DOCUMENT_NO_LENGTH_MAX = 60;
  private static final int YEAR_MIN = 2020;
  private static final int YEAR_MAX = 2100;
  private static final int ROUNDS_MAX = 10_000;
  private static final String UNIONS = "/v1/progress/unions";
  private static final String CSV = "text/csv";
  private static final Pattern YEAR = Pattern.compile("20[2-9][0-9]|2100");
  private static final Pattern FORMAT = Pattern.compile("json|csv");
  private static final Pattern TRUTH = Pattern.compile("true|false");

  private final Office office;
  private final Clock clock;

  ProgressDesk(Office office, Clock clock) {
    this.office = office;
    this.clock = clock;
  }

  @Override
  public void open(DeskRoutes routes) {
    routes.staff(HttpMethod.GET, "/v1/progress", READERS, this::board);
    routes.staff(HttpMethod.GET, UNIONS, READERS, this::unions);
    routes.staff(HttpMethod.GET, "/v1/progress/work", READERS, this::work);
    String targets = "/v1/targets/:org";
    routes.staff(HttpMethod.GET, targets, READERS, this::targets);
    routes.staff(HttpMethod.POST, targets, Set.of(CLERK), this::draftTargets);
    routes.staff(HttpMethod.POST, targets + "/issue", Set.of(APPROVER), this::issueTargets);
    routes.staff(HttpMethod.POST, "/v1/milestones/:org", Set.of(APPROVER), this::setMilestones);
  }

  private Future<DeskReply> board(DeskCall call, Caller.Staff caller) {
    call.onlyQuery("org", "year");
    int year = year(call);
    String org = org(call, caller);
    return office.serve(caller, tx -> Board.read(tx, org, year));
  }

  private Future<DeskReply> unions(DeskCall call, Caller.Staff caller) {
    call.onlyQuery("org", "year", "direct", "after", "format");
    UnionsPage.Wish wish =
        new UnionsPage.Wish(
            org(call, caller),
            year(call),
            Objects.requireNonNullElse(call.query("after", Written.ORG), ""),
            "true".equals(call.query("direct", TRUTH)));
    boolean csv = isCsv(call);
    return office.serve(
        caller,
        tx ->
            UnionsPage.read(tx, wish)
                .map(page -> csv ? UnionsSheet.of(page, UNIONS) : UnionsPage.document(page)));
  }

  private Future<DeskReply> work(DeskCall call, Caller.Staff caller) {
    call.onlyQuery("org", "year");
    int year = year(call);
    String org = org(call, caller);
    return office.serve(caller, tx -> WorkBook.read(tx, org, year));
  }

  static boolean isCsv(DeskCall call) {
    String format = call.query("format", FORMAT);
    return format == null
        ? call.preferred("application/json", CSV).equals(CSV)
        : format.equals("csv");
  }

  static String org(DeskCall call, Caller.Staff caller) {
    return Objects.requireNonNullElse(call.query("org", Written.ORG), caller.org());
  }

  /** The year asked for, else this one. */
  private int year(DeskCall call) {
    String year = call.query("year", YEAR);
    return year == null ? clock.instant().atZone(Clocks.CHINA).getYear() : Integer.parseInt(year);
  }

  static int year(Fields fields) {
    return (int) fields.whole("year", YEAR_MIN, YEAR_MAX);
  }

  private Future<DeskReply> targets(DeskCall call, Caller.Staff caller) {
    call.onlyQuery("year");
    String org = call.path("org", Written.ORG);
    int year = year(call);
    return office.serve(caller, tx -> TargetBook.read(tx, org, year));
  }

  private Future<DeskReply> draftTargets(DeskCall call, Caller.Staff caller) {
    String org = call.path("org", Written.ORG);
    Fields fields = call.fields("year", "cards", "documentNo", "shares");
    TargetBook.Draft draft =
        new TargetBook.Draft(
            year(fields),
            fields.whole("cards", 1, TargetBook.CARDS_MAX),
            fields.text("documentNo", DOCUMENT_NO_LENGTH_MAX),
            call.body().containsKey("shares") ? shares(fields) : Map.of());
    return office.serve(caller, tx -> TargetBook.draft(tx, org, draft));
  }

  private static Map<String, Long> shares(Fields fields) {
    Map<String, Long> shares = new LinkedHashMap<>();
    for (Map<String, Object> one : fields.objects("shares", TargetBook.SHARES_MAX)) {
      Fields share = Fields.of(one, "org", "cards");
      String org = share.matching("org", Written.ORG);
      if (shares.put(org, share.whole("cards", 0, TargetBook.CARDS_MAX)) != null) {
        throw new Fault.Malformed("shares", org + " stands twice");
      }
    }
    return shares;
  }

  private Future<DeskReply> issueTargets(DeskCall call, Caller.Staff caller) {
    String org = call.path("org", Written.ORG);
    Fields fields = call.fields("year", "edition");
    int year = year(fields);
    int edition = (int) fields.whole("edition", 1, 1_000_000);
    return office.serve(caller, tx -> TargetBook.issue(tx, org, year, edition));
  }

  private Future<DeskReply> setMilestones(DeskCall call, Caller.Staff caller) {
    String org = call.path("org", Written.ORG);
    Fields fields = call.fields("year", "documentNo", "rounds", "milestones");
    int year = year(fields);
    Long rounds = fields.optionalWhole("rounds", 0, ROUNDS_MAX);
    List<Milestone> entries = new ArrayList<>();
    for (Map<String, Object> one : fields.objects("milestones", Milestones.MOST)) {
      Fields entry = Fields.of(one, "day", "permille");
      entries.add(new Milestone(entry.date("day"), (int) entry.whole("permille", 1, 1_000)));
    }
    MilestoneBook.Wish wish =
        new MilestoneBook.Wish(
            year,
            fields.text("documentNo", DOCUMENT_NO_LENGTH_MAX),
            rounds == null ? null : rounds.intValue(),
            Milestones.ordered(year, entries));
    return office.serve(caller, tx -> MilestoneBook.set(tx, org, wish));
  }
}
