package cn.unionecard.gateway.supervision;

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
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Written;
import cn.unionecard.gateway.runtime.config.Config;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.Set;
import java.util.regex.Pattern;

/** The routes of policies, decisions and appeals. One instance for each event loop. */
public final class SupervisionDesk implements Desk {
  private static final String DECISION = "/v1/supervision/decisions/:decision";
  private static final Set<Caller.Role> READERS = Set.of(CLERK, APPROVER, SUPERVISOR, AUDITOR);
  private static final Set<Caller.Role> CONCERNED =
      Set.of(CLERK, APPROVER, SUPERVISOR, AUDITOR, MERCHANT);
  private static final String[] COMPLAINT_FIELDS = {
    "sampleComplainants",
    "difficultWeight",
    "complexWeight",
    "warnWeight",
    "rectifyWeight",
    "suspendWeight",
    "seriousCounts"
  };
  private static final Pattern STATE = Pattern.compile("PROPOSED|APPEALED|STANDING|ENDED");
  private static final int REASON_CHARACTERS_MAX = 500;
  private static final int DOCUMENT_CHARACTERS_MAX = 60;

  private final Office office;
  private final Config.Review limits;

  public SupervisionDesk(Office office, Config.Review limits) {
    this.office = office;
    this.limits = limits;
  }

  @Override
  public void open(DeskRoutes routes) {
    routes.staff(HttpMethod.GET, "/v1/supervision/policies/:org", READERS, this::policy);
    routes.staff(
        HttpMethod.POST, "/v1/supervision/policies/:org", Set.of(SUPERVISOR), this::setPolicy);
    routes.staff(HttpMethod.GET, "/v1/supervision/standings", READERS, this::standings);
    routes.staff(HttpMethod.GET, "/v1/supervision/decisions", CONCERNED, this::decisions);
    routes.staff(HttpMethod.GET, DECISION, CONCERNED, this::decision);
    routes.staff(HttpMethod.POST, DECISION + "/appeal", Set.of(CLERK, MERCHANT), this::appeal);
    routes.staff(HttpMethod.POST, DECISION + "/appeal/answer", Set.of(APPROVER), this::answer);
  }

  private Future<DeskReply> policy(DeskCall call, Caller.Staff caller) {
    String org = call.path("org", Written.ORG);
    return office.serve(caller, tx -> PolicyBook.read(tx, org));
  }

  private Future<DeskReply> setPolicy(DeskCall call, Caller.Staff caller) {
    String org = call.path("org", Written.ORG);
    Policy policy =
        policy(
            call.fields(
                "windowDays",
                "samplePayers",
                "zMilli",
                "warnPermille",
                "rectifyPermille",
                "suspendPermille",
                "autoRectify",
                "autoSuspend",
                "appealDays",
                "complaints"));
    return office.serve(caller, tx -> PolicyBook.set(tx, org, policy));
  }

  private static Policy policy(Fields fields) {
    try {
      return new Policy(
          fields.integer("windowDays", 730),
          fields.integer("samplePayers", 10_000),
          fields.integer("zMilli", 5_000),
          fields.integer("warnPermille", 1_000),
          fields.integer("rectifyPermille", 1_000),
          fields.integer("suspendPermille", 1_000),
          fields.truth("autoRectify"),
          fields.truth("autoSuspend"),
          fields.integer("appealDays", 90),
          complaints(fields.object("complaints", COMPLAINT_FIELDS)));
    } catch (IllegalArgumentException e) {
      throw new Fault.Malformed("", String.valueOf(e.getMessage()));
    }
  }

  private static ComplaintPolicy complaints(Fields fields) {
    return new ComplaintPolicy(
        fields.integer("sampleComplainants", 1_000),
        fields.integer("difficultWeight", 1_000),
        fields.integer("complexWeight", 1_000),
        fields.integer("warnWeight", 100_000),
        fields.integer("rectifyWeight", 100_000),
        fields.integer("suspendWeight", 100_000),
        fields.truth("seriousCounts"));
  }

  private Future<DeskReply> standings(DeskCall call, Caller.Staff caller) {
    call.onlyQuery("org");
    String org = call.query("org", Written.ORG);
    return office.serve(caller, tx -> Standings.list(tx, org));
  }

  private Future<DeskReply> decisions(DeskCall call, Caller.Staff caller) {
    call.onlyQuery("merchant", "state", "before");
    String state = call.query("state", STATE);
    DecisionBook.Standing standing = state == null ? null : DecisionBook.Standing.valueOf(state);
    String merchant = call.query("merchant", Written.MERCHANT_NO);
    String before = call.query("before", Written.ROW);
    long below = Long.parseLong(before == null ? Written.ABOVE_ALL_ROWS : before);
    return office.serve(
        caller, tx -> DecisionBook.list(tx, merchant, standing, below, limits.pageRows()));
  }

  private Future<DeskReply> decision(DeskCall call, Caller.Staff caller) {
    long decision = number(call);
    return office.serve(caller, tx -> DecisionBook.find(tx, decision));
  }

  private Future<DeskReply> appeal(DeskCall call, Caller.Staff caller) {
    long decision = number(call);
    String reason = call.fields("reason").words("reason", REASON_CHARACTERS_MAX);
    return office.serve(caller, tx -> Appeals.enter(tx, decision, reason));
  }

  private Future<DeskReply> answer(DeskCall call, Caller.Staff caller) {
    long decision = number(call);
    Fields fields = call.fields("verdict", "reason", "documentNo");
    Appeals.Answer answer =
        new Appeals.Answer(
            fields.oneOf("verdict", Appeals.Verdict.class),
            fields.words("reason", REASON_CHARACTERS_MAX),
            fields.text("documentNo", DOCUMENT_CHARACTERS_MAX));
    return office.serve(caller, tx -> Appeals.answer(tx, decision, answer));
  }

  private static long number(DeskCall call) {
    return Long.parseLong(call.path("decision", Written.ROW));
  }
}
