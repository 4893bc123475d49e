package cn.unionecard.gateway.campaign;

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
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Written;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/** The routes of campaigns. One instance for each event loop. */
final class CampaignDesk implements Desk {
  private static final Set<Role> READERS = Set.of(CLERK, APPROVER, SUPERVISOR, AUDITOR);
  private static final Set<Role> MOVERS = Set.of(CLERK, APPROVER, SUPERVISOR);
  private static final int REASON_LENGTH_MAX = 500;

  private static final Pattern NARROWING = Pattern.compile("[1-9][0-9]{0,8}");

  private final Office office;

  CampaignDesk(Office office) {
    this.office = office;
  }

  @Override
  public void open(DeskRoutes routes) {
    String all = "/v1/campaigns";
    String one = all + "/:campaign";
    routes.staff(HttpMethod.GET, all, READERS, this::list);
    routes.staff(HttpMethod.POST, all, Set.of(CLERK), this::add);
    routes.staff(HttpMethod.GET, one, READERS, this::find);
    routes.staff(HttpMethod.GET, one + "/days", READERS, this::days);
    routes.staff(HttpMethod.POST, one + "/draft", Set.of(CLERK), this::rewrite);
    routes.staff(HttpMethod.POST, one + "/steps", MOVERS, this::step);
    routes.staff(HttpMethod.POST, one + "/budget", Set.of(APPROVER), this::budget);
    String below = "/v1/campaign-narrowings";
    routes.staff(HttpMethod.GET, below, READERS, this::narrowings);
    routes.staff(HttpMethod.POST, below, Set.of(CLERK), this::narrow);
    routes.staff(
        HttpMethod.POST,
        below + "/:narrowing/steps",
        Set.of(APPROVER, SUPERVISOR),
        this::moveNarrowing);
    routes.staff(HttpMethod.POST, "/v1/campaign-checks", Set.of(CLERK, APPROVER), this::check);
  }

  private Future<DeskReply> list(DeskCall call, Caller.Staff caller) {
    call.onlyQuery("after");
    String after = Objects.requireNonNullElse(call.query("after", Written.BENEFIT), "");
    return office.serve(caller, tx -> CampaignBook.list(tx, after));
  }

  private Future<DeskReply> find(DeskCall call, Caller.Staff caller) {
    String code = code(call);
    return office.serve(caller, tx -> CampaignBook.find(tx, code));
  }

  private Future<DeskReply> days(DeskCall call, Caller.Staff caller) {
    call.onlyQuery();
    String code = code(call);
    return office.serve(caller, tx -> CampaignDays.read(tx, code));
  }

  private Future<DeskReply> add(DeskCall call, Caller.Staff caller) {
    Terms terms = Terms.of(call.body());
    return office.serve(caller, tx -> CampaignBook.add(tx, terms));
  }

  private Future<DeskReply> rewrite(DeskCall call, Caller.Staff caller) {
    String code = code(call);
    Terms terms = Terms.of(call.body());
    return office.serve(caller, tx -> CampaignBook.rewrite(tx, code, terms));
  }

  private Future<DeskReply> check(DeskCall call, Caller.Staff caller) {
    Terms terms = Terms.of(call.body());
    return office.serve(caller, tx -> CampaignBook.check(tx, terms));
  }

  private Future<DeskReply> step(DeskCall call, Caller.Staff caller) {
    String code = code(call);
    Fields fields = call.fields("step", "reason", "edition");
    CampaignStep step = fields.oneOf("step", CampaignStep.class);
    CampaignLife.Wish wish =
        new CampaignLife.Wish(
            step,
            fields.words("reason", REASON_LENGTH_MAX),
            step == CampaignStep.APPROVE || call.body().containsKey("edition")
                ? (Integer) fields.integer("edition", Integer.MAX_VALUE)
                : null);
    return office.serve(caller, tx -> CampaignLife.take(tx, code, wish));
  }

  private Future<DeskReply> narrowings(DeskCall call, Caller.Staff caller) {
    call.onlyQuery("after");
    String after = Objects.requireNonNullElse(call.query("after", Written.BENEFIT), "");
    return office.serve(caller, tx -> Narrowings.list(tx, after));
  }

  private Future<DeskReply> narrow(DeskCall call, Caller.Staff caller) {
    Fields fields = call.fields("campaign", "org", "documentNo", "terms");
    Narrowings.Wish wish = Narrowings.Wish.of(fields, new JsonObject(call.body()));
    return office.serve(caller, tx -> Narrowings.add(tx, wish));
  }

  private Future<DeskReply> moveNarrowing(DeskCall call, Caller.Staff caller) {
    int id = Integer.parseInt(call.path("narrowing", NARROWING));
    Fields fields = call.fields("step", "reason");
    Narrowings.Step step = fields.oneOf("step", Narrowings.Step.class);
    String reason = fields.words("reason", REASON_LENGTH_MAX);
    if (step == Narrowings.Step.APPROVE && !caller.roles().contains(APPROVER)) {
      throw new Fault.Forbidden("APPROVE is for an APPROVER");
    }
    return office.serve(caller, tx -> Narrowings.step(tx, id, step, reason));
  }

  private Future<DeskReply> budget(DeskCall call, Caller.Staff caller) {
    String code = code(call);
    Fields fields = call.fields("budget", "reason");
    Budget budget = Budget.of(Budget.fields(fields));
    String reason = fields.words("reason", REASON_LENGTH_MAX);
    return office.serve(caller, tx -> CampaignBook.budget(tx, code, budget, reason));
  }

  private static String code(DeskCall call) {
    return call.path("campaign", Written.BENEFIT);
  }
}
