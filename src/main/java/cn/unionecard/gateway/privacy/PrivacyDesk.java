package cn.unionecard.gateway.privacy;

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
import cn.unionecard.gateway.model.CardNo;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Written;
import cn.unionecard.gateway.runtime.Clocks;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.time.YearMonth;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The routes by which staff handle what is a member's own. One for each event loop. */
final class PrivacyDesk implements Desk {
  private static final Pattern FORMAT = Pattern.compile("json|csv");
  private static final Pattern MONTH = Pattern.compile("20[0-9]{2}-(0[1-9]|1[0-2])");
  private static final String CSV = "text/csv";
  private static final String REQUESTS = "/v1/data-requests";
  private static final int REASON_MAX = 500;
  private static final int DAYS_MAX = 36_500;
  private static final Pattern KEPT = Pattern.compile("[A-Z_]{3,20}");

  /** Of what is checked more closely behind it. */
  private static final int TEXT_MAX = 200;

  private final Office office;
  private final Office analysts;
  private final HolderBook holders;
  private final RequestBook requests;

  /**
   * @param analysts who look for long, and write nothing
   */
  PrivacyDesk(Office office, Office analysts, HolderBook holders, RequestBook requests) {
    this.office = office;
    this.analysts = analysts;
    this.holders = holders;
    this.requests = requests;
  }

  @Override
  public void open(DeskRoutes routes) {
    Set<Caller.Role> readers = Set.of(CLERK, APPROVER, SUPERVISOR, AUDITOR);
    Set<Caller.Role> handlers = Set.of(CLERK, APPROVER);
    String one = REQUESTS + "/:dataRequest";
    routes.staff(HttpMethod.POST, "/v1/cards/:cardNo/reads", handlers, this::holder);
    routes.staff(HttpMethod.GET, REQUESTS, readers, this::list);
    routes.staff(HttpMethod.POST, REQUESTS, Set.of(CLERK), this::ask);
    routes.staff(HttpMethod.GET, one, readers, this::find);
    routes.staff(HttpMethod.GET, one + "/copy", Set.of(CLERK), this::copy);
    routes.staff(HttpMethod.POST, one + "/steps", handlers, this::take);
    routes.staff(HttpMethod.GET, "/v1/personal-reads", Set.of(SUPERVISOR, AUDITOR), this::reads);
    routes.staff(HttpMethod.GET, "/v1/retention", readers, this::retention);
    String kept = "/v1/retention/:kept/";
    routes.staff(HttpMethod.POST, kept + "changes", Set.of(CLERK), this::keep);
    routes.staff(HttpMethod.POST, kept + "decision", Set.of(APPROVER), this::decide);
    routes.staff(HttpMethod.GET, "/v1/analysis", readers, Privacy.ANALYSIS_MS_MAX, this::analysis);
  }

  static boolean isCsv(DeskCall call) {
    String format = call.query("format", FORMAT);
    return format == null
        ? call.preferred("application/json", CSV).equals(CSV)
        : format.equals("csv");
  }

  private Future<DeskReply> holder(DeskCall call, Caller.Staff caller) {
    CardNo card = new CardNo(Long.parseLong(call.path("cardNo", Written.CARD_NO)));
    String reason = call.fields("reason").words("reason", REASON_MAX);
    return office.serve(caller, tx -> holders.read(tx, card, reason));
  }

  private Future<DeskReply> list(DeskCall call, Caller.Staff caller) {
    call.onlyQuery("state", "before");
    String state = call.query("state", RequestBook.State.class);
    long before = before(call);
    return office.serve(caller, tx -> RequestBook.list(tx, state, before));
  }

  private static long before(DeskCall call) {
    return Long.parseLong(
        Objects.requireNonNullElse(call.query("before", Written.ROW), Written.ABOVE_ALL_ROWS));
  }

  private Future<DeskReply> ask(DeskCall call, Caller.Staff caller) {
    Fields fields = call.fields("cardNo", "kind", "words");
    CardNo card = new CardNo(Long.parseLong(fields.matching("cardNo", Written.CARD_NO)));
    RequestBook.Kind kind = fields.oneOf("kind", RequestBook.Kind.class);
    String words = fields.optionalWords("words", OwnPrivacyDesk.WORDS_MAX);
    return office.serve(caller, tx -> requests.ask(tx, card, kind, words, tx.actor().org()));
  }

  private Future<DeskReply> keep(DeskCall call, Caller.Staff caller) {
    String what = call.path("kept", KEPT);
    Fields fields = call.fields("days", "reason");
    int days = fields.integer("days", DAYS_MAX);
    String reason = fields.words("reason", REASON_MAX);
    return office.serve(caller, tx -> RetentionBook.ask(tx, what, days, reason));
  }

  private Future<DeskReply> decide(DeskCall call, Caller.Staff caller) {
    String what = call.path("kept", KEPT);
    Fields fields = call.fields("decision", "reason");
    boolean refuses =
        fields.oneOf("decision", RetentionBook.Decision.class) == RetentionBook.Decision.REFUSE;
    String reason = fields.optionalWords("reason", REASON_MAX);
    if (refuses == (reason == null)) {
      throw new Fault.Malformed("reason", "whoever refuses says why, and nobody else does");
    }
    return office.serve(caller, tx -> RetentionBook.decide(tx, what, reason));
  }

  private static long id(DeskCall call) {
    return Long.parseLong(call.path("dataRequest", Written.ROW));
  }

  private Future<DeskReply> find(DeskCall call, Caller.Staff caller) {
    call.onlyQuery();
    long id = id(call);
    return office.serve(caller, tx -> requests.find(tx, id));
  }

  private Future<DeskReply> copy(DeskCall call, Caller.Staff caller) {
    call.onlyQuery("format");
    long id = id(call);
    boolean csv = isCsv(call);
    return office.serve(caller, tx -> requests.copy(tx, id, csv));
  }

  private Future<DeskReply> take(DeskCall call, Caller.Staff caller) {
    long id = id(call);
    Fields fields = call.fields("step", "reason", "name", "identity", "phone");
    RequestBook.Step step = fields.oneOf("step", RequestBook.Step.class);
    String reason = fields.optionalWords("reason", REASON_MAX);
    if ((reason == null) == (step == RequestBook.Step.REFUSE)) {
      throw new Fault.Malformed("reason", "whoever refuses says why, and nobody else");
    }
    String name = text(fields, "name");
    String identity = text(fields, "identity");
    String phone = text(fields, "phone");
    RequestBook.Wish wish =
        new RequestBook.Wish(
            step,
            reason,
            name == null ? null : PersonalText.name(name),
            identity == null ? null : PersonalText.identity(identity),
            phone == null ? null : PersonalText.phone(phone));
    return office.serve(caller, tx -> requests.take(tx, id, wish));
  }

  private static @Nullable String text(Fields fields, String name) {
    return fields.optionalText(name, TEXT_MAX);
  }

  private Future<DeskReply> reads(DeskCall call, Caller.Staff caller) {
    call.onlyQuery("before");
    long before = before(call);
    return office.serve(caller, tx -> HolderBook.reads(tx, before));
  }

  private Future<DeskReply> retention(DeskCall call, Caller.Staff caller) {
    call.onlyQuery();
    return office.serve(caller, RetentionBook::list);
  }

  private Future<DeskReply> analysis(DeskCall call, Caller.Staff caller) {
    call.onlyQuery("org", "month");
    String org = Objects.requireNonNullElse(call.query("org", Written.ORG), caller.org());
    String month = call.query("month", MONTH);
    return analysts.serve(
        caller,
        tx ->
            Analysis.read(
                tx,
                org,
                month == null
                    ? YearMonth.from(tx.at().atZoneSameInstant(Clocks.CHINA)).minusMonths(1)
                    : YearMonth.parse(month)));
  }
}
