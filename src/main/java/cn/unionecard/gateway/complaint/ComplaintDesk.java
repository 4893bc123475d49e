package cn.unionecard.gateway.complaint;

import static cn.unionecard.gateway.model.Caller.Role.APPROVER;
import static cn.unionecard.gateway.model.Caller.Role.AUDITOR;
import static cn.unionecard.gateway.model.Caller.Role.CLERK;
import static cn.unionecard.gateway.model.Caller.Role.MERCHANT;
import static cn.unionecard.gateway.model.Caller.Role.SUPERVISOR;

import cn.unionecard.gateway.desk.Desk;
import cn.unionecard.gateway.desk.DeskCall;
import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskRoutes;
import cn.unionecard.gateway.desk.Fields;
import cn.unionecard.gateway.desk.Office;
import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.model.Written;
import cn.unionecard.gateway.supervision.ComplaintSeverity;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The unions' and merchants' routes of complaints. One instance for each event loop. */
final class ComplaintDesk implements Desk {
  private static final Pattern TRUTH = Pattern.compile("true|false");
  private static final Pattern ORDER = Pattern.compile("NUMBER|DEADLINE");
  private static final Set<Role> READERS = Set.of(CLERK, APPROVER, SUPERVISOR, AUDITOR);

  private final Office office;
  private final SecureRandom random;

  ComplaintDesk(Office office, SecureRandom random) {
    this.office = office;
    this.random = random;
  }

  @Override
  public void open(DeskRoutes routes) {
    routes.staff(HttpMethod.GET, "/v1/complaints", READERS, this::list);
    routes.staff(HttpMethod.GET, "/v1/complaint-counts", READERS, this::counts);
    routes.staff(HttpMethod.GET, "/v1/complaints/:complaint", READERS, this::find);
    routes.staff(
        HttpMethod.POST,
        "/v1/complaints/:complaint/steps",
        Set.of(CLERK, SUPERVISOR, MERCHANT),
        this::step);
    routes.staff(HttpMethod.POST, "/v1/complaints/:complaint/evidence", Set.of(CLERK), this::paper);
    String put = "/v1/merchants/:merchantNo/complaints";
    routes.staff(HttpMethod.POST, put, Set.of(CLERK), this::onBehalf);
    routes.staff(HttpMethod.GET, put, Set.of(MERCHANT), this::heard);
    routes.staff(HttpMethod.GET, put + "/:complaint", Set.of(MERCHANT), this::hear);
  }

  private Future<DeskReply> list(DeskCall call, Caller.Staff caller) {
    call.onlyQuery("after", "state", "overdue", "owner", "order");
    ComplaintBook.Wish wish =
        new ComplaintBook.Wish(
            call.query("state", ComplaintState.class),
            "true".equals(call.query("overdue", TRUTH)),
            call.query("owner", Written.ORG));
    if ("DEADLINE".equals(call.query("order", ORDER))) {
      DuePlace place = DuePlace.after(call.query("after", DuePlace.FORM));
      return office.serve(caller, tx -> ComplaintBook.due(tx, wish, place));
    }
    String after = Objects.requireNonNullElse(call.query("after", Written.CASE_NO), "");
    return office.serve(caller, tx -> ComplaintBook.list(tx, wish, after));
  }

  private Future<DeskReply> heard(DeskCall call, Caller.Staff caller) {
    String merchant = call.path("merchantNo", Written.MERCHANT_NO);
    call.onlyQuery("after", "state");
    String after = Objects.requireNonNullElse(call.query("after", Written.CASE_NO), "");
    String state = call.query("state", ComplaintState.class);
    return office.serve(caller, tx -> Hearing.list(tx, tx.actor().require(merchant), after, state));
  }

  private Future<DeskReply> hear(DeskCall call, Caller.Staff caller) {
    String merchant = call.path("merchantNo", Written.MERCHANT_NO);
    String no = call.path("complaint", Written.CASE_NO);
    return office.serve(caller, tx -> Hearing.find(tx, tx.actor().require(merchant), no));
  }

  private Future<DeskReply> counts(DeskCall call, Caller.Staff caller) {
    return office.serve(caller, ComplaintBook::counts);
  }

  private Future<DeskReply> find(DeskCall call, Caller.Staff caller) {
    String no = call.path("complaint", Written.CASE_NO);
    return office.serve(caller, tx -> ComplaintBook.find(tx, no));
  }

  private Future<DeskReply> step(DeskCall call, Caller.Staff caller) {
    String no = call.path("complaint", Written.CASE_NO);
    Fields fields = call.fields("step", "text", "to", "severity", "upheld");
    ComplaintLife.Wish wish =
        new ComplaintLife.Wish(
            fields.oneOf("step", ComplaintStep.class),
            fields.optionalWords("text", OpenersDesk.TEXT_MAX),
            fields.optionalMatching("to", Written.ORG),
            severity(call, fields),
            upheld(call, fields));
    return office.serve(caller, tx -> ComplaintLife.byStaff(tx, no, wish));
  }

  private static @Nullable ComplaintSeverity severity(DeskCall call, Fields fields) {
    return call.body().containsKey("severity")
        ? fields.oneOf("severity", ComplaintSeverity.class)
        : null;
  }

  private static @Nullable Boolean upheld(DeskCall call, Fields fields) {
    return call.body().containsKey("upheld") ? (Boolean) fields.truth("upheld") : null;
  }

  private Future<DeskReply> paper(DeskCall call, Caller.Staff caller) {
    String no = call.path("complaint", Written.CASE_NO);
    ComplaintBook.Paper paper =
        OpenersDesk.paper(call.fields("reference", "digest", "sizeBytes", "mediaType"));
    return office.serve(
        caller,
        tx -> {
          return ComplaintRow.lock(tx, no)
              .compose(
                  row ->
                      ComplaintBook.file(tx, row, paper)
                          .compose(
                              reply ->
                                  tx.note(
                                          "complaint.evidence",
                                          no,
                                          row.orgs(),
                                          new JsonObject().put("digest", paper.digest()))
                                      .map(reply)));
        });
  }

  private Future<DeskReply> onBehalf(DeskCall call, Caller.Staff caller) {
    String merchant = call.path("merchantNo", Written.MERCHANT_NO);
    Fields fields = call.fields("kind", "text");
    ComplaintOpening.Draft draft =
        new ComplaintOpening.Draft(
            fields.oneOf("kind", ComplaintKind.class),
            fields.words("text", OpenersDesk.TEXT_MAX),
            null,
            null,
            null,
            merchant,
            null);
    return office.serve(
        caller, tx -> ComplaintOpening.byStaff(tx, draft, OpenersDesk.names(random)));
  }

  /** Numbers in a list that may be absent. */
  static List<String> numbers(DeskCall call, Fields fields, String name) {
    return call.body().containsKey(name) ? fields.texts(name, 100) : List.of();
  }
}
