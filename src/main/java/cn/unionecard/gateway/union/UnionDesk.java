package cn.unionecard.gateway.union;

import static cn.unionecard.gateway.model.Caller.Role.APPROVER;
import static cn.unionecard.gateway.model.Caller.Role.AUDITOR;
import static cn.unionecard.gateway.model.Caller.Role.CLERK;
import static cn.unionecard.gateway.model.Caller.Role.SUPERVISOR;
import static cn.unionecard.gateway.model.Caller.Role.SYSTEM;

import cn.unionecard.gateway.desk.Desk;
import cn.unionecard.gateway.desk.DeskCall;
import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskRoutes;
import cn.unionecard.gateway.desk.Fields;
import cn.unionecard.gateway.desk.Office;
import cn.unionecard.gateway.desk.Sessions;
import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Written;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The routes of organisations, staff and audit. One instance for each event loop. */
public final class UnionDesk implements Desk {
  private static final Pattern LOGIN = Pattern.compile("[a-z][a-z0-9._-]{2,31}");
  private static final Pattern SESSION = Pattern.compile("[A-Za-z0-9_-]{22}");
  private static final Pattern CODE = Pattern.compile("[0-9]{6}");
  private static final Set<Role> ALL = Set.of(CLERK, APPROVER, SUPERVISOR, AUDITOR, SYSTEM);

  private final Office office;
  private final SignIn signIn;
  private final PasswordWork passwords;

  UnionDesk(Office office, SignIn signIn, PasswordWork passwords) {
    this.office = office;
    this.signIn = signIn;
    this.passwords = passwords;
  }

  @Override
  public void open(DeskRoutes routes) {
    routes.anybody(HttpMethod.POST, "/v1/staff-tokens", this::token);
    routes.sessions(new StaffSessions(office, signIn));
    routes.staff(HttpMethod.GET, "/v1/orgs", ALL, this::orgs);
    routes.staff(HttpMethod.POST, "/v1/orgs", Set.of(SYSTEM), this::addOrg);
    routes.staff(HttpMethod.GET, "/v1/orgs/:org", ALL, this::org);
    routes.staff(HttpMethod.GET, "/v1/staff", Set.of(SYSTEM, AUDITOR), this::staff);
    routes.staff(HttpMethod.POST, "/v1/staff", Set.of(SYSTEM), this::addStaff);
    routes.staff(HttpMethod.POST, "/v1/staff/:login/status", Set.of(SYSTEM), this::setStatus);
    routes.staff(HttpMethod.POST, "/v1/staff/:login/password", Set.of(SYSTEM), this::setPassword);
    routes.staff(
        HttpMethod.POST,
        "/v1/staff/:login/second-factor-removal",
        Set.of(SYSTEM),
        this::removeFactor);
    routes.staff(HttpMethod.POST, "/v1/staff/:login/roles", Set.of(SYSTEM), this::setRoles);
    String requests = "/v1/staff-requests";
    routes.staff(HttpMethod.GET, requests, Set.of(SYSTEM, AUDITOR), this::requests);
    String one = requests + "/:request";
    routes.staff(HttpMethod.GET, one, Set.of(SYSTEM, AUDITOR), this::request);
    routes.staff(HttpMethod.POST, one + "/confirmation", Set.of(SYSTEM), this::confirm);
    routes.staff(HttpMethod.POST, one + "/refusal", Set.of(SYSTEM), this::turnDown);
    routes.anybody(HttpMethod.POST, "/v1/own-password", this::ownPassword);
    routes.anybody(HttpMethod.POST, "/v1/own-second-factor", this::offerFactor);
    routes.anybody(HttpMethod.POST, "/v1/own-second-factor/confirmation", this::takeFactor);
    String own = "/v1/own-sessions";
    Set<Role> everybody = EnumSet.allOf(Role.class);
    routes.staff(HttpMethod.GET, own, everybody, this::ownSessions);
    routes.staff(HttpMethod.POST, own + "/:session/end", everybody, this::endOwn);
    routes.staff(HttpMethod.POST, own + "/end", everybody, this::endAllOwn);
    routes.staff(HttpMethod.GET, "/v1/audit", Set.of(AUDITOR), this::audit);
  }

  private Future<DeskReply> token(DeskCall call) {
    return signIn.token(call.origin(), proof(call.fields("login", "password", "code")));
  }

  private static Sessions.Proof proof(Fields fields) {
    return new Sessions.Proof(
        fields.text("login", 64), fields.text("password", 128), fields.optionalText("code", 32));
  }

  private Future<DeskReply> ownPassword(DeskCall call) {
    Fields fields = call.fields("login", "password", "code", "newPassword");
    Sessions.Proof proof = proof(fields);
    String wanted = fields.text("newPassword", 128);
    if (!Passwords.isAcceptable(wanted)
        || wanted.equals(proof.password())
        || wanted.contains(proof.login())) {
      throw new Fault.Malformed(
          "newPassword",
          "newPassword has not 12 to 128 printable ASCII characters, holds the login, or is the old"
              + " one");
    }
    return signIn.change(call.origin(), proof, wanted);
  }

  private Future<DeskReply> offerFactor(DeskCall call) {
    return signIn.offerFactor(call.origin(), proof(call.fields("login", "password", "code")));
  }

  private Future<DeskReply> takeFactor(DeskCall call) {
    Fields fields = call.fields("login", "password", "newCode");
    Sessions.Proof proof =
        new Sessions.Proof(fields.text("login", 64), fields.text("password", 128), null);
    return signIn.takeFactor(call.origin(), proof, fields.matching("newCode", CODE));
  }

  private Future<DeskReply> ownSessions(DeskCall call, Caller.Staff caller) {
    call.onlyQuery();
    return office.serve(caller, OwnSessions::list);
  }

  private Future<DeskReply> endOwn(DeskCall call, Caller.Staff caller) {
    String session = call.path("session", SESSION);
    Fields unused = call.fields();
    return office.serve(caller, tx -> OwnSessions.end(tx, session));
  }

  private Future<DeskReply> endAllOwn(DeskCall call, Caller.Staff caller) {
    Fields unused = call.fields();
    return office.serve(caller, OwnSessions::endAll);
  }

  private Future<DeskReply> orgs(DeskCall call, Caller.Staff caller) {
    call.onlyQuery("after");
    String after = orElse(call.query("after", Written.ORG), "");
    return office.serve(caller, tx -> OrgBook.list(tx, after));
  }

  private Future<DeskReply> org(DeskCall call, Caller.Staff caller) {
    String code = call.path("org", Written.ORG);
    return office.serve(caller, tx -> OrgBook.find(tx, code));
  }

  private Future<DeskReply> addOrg(DeskCall call, Caller.Staff caller) {
    Fields fields = call.fields("code", "parent", "kind", "name", "areaCode");
    OrgBook.Draft draft =
        new OrgBook.Draft(
            fields.matching("code", Written.ORG),
            fields.matching("parent", Written.ORG),
            fields.oneOf("kind", OrgBook.Kind.class),
            fields.text("name", 60),
            fields.matching("areaCode", Written.AREA));
    return office.serve(caller, tx -> OrgBook.add(tx, draft));
  }

  private Future<DeskReply> staff(DeskCall call, Caller.Staff caller) {
    call.onlyQuery("after");
    String after = orElse(call.query("after", LOGIN), "");
    return office.serve(caller, tx -> StaffBook.list(tx, after));
  }

  private Future<DeskReply> addStaff(DeskCall call, Caller.Staff caller) {
    Fields fields = call.fields("login", "name", "org", "roles", "merchantNo", "reason");
    StaffRequests.Draft draft =
        new StaffRequests.Draft(
            StaffRequests.Action.ADD,
            fields.matching("login", LOGIN),
            fields.matching("org", Written.ORG),
            fields.text("name", 40),
            roles(fields),
            fields.optionalMatching("merchantNo", Written.MERCHANT_NO),
            orElse(fields.optionalWords("reason", 500), "开立账号"));
    return askWithPassword(caller, draft);
  }

  private Future<DeskReply> setStatus(DeskCall call, Caller.Staff caller) {
    String login = call.path("login", LOGIN);
    Fields fields = call.fields("status", "reason");
    StaffBook.Status status = fields.oneOf("status", StaffBook.Status.class);
    String reason = fields.words("reason", 500);
    return office.serve(
        caller,
        tx ->
            status == StaffBook.Status.SUSPENDED
                ? StaffBook.suspend(tx, login, reason)
                : StaffRequests.ask(
                    tx, about(StaffRequests.Action.ACTIVATE, login, null, reason), null));
  }

  private Future<DeskReply> setRoles(DeskCall call, Caller.Staff caller) {
    String login = call.path("login", LOGIN);
    Fields fields = call.fields("roles", "reason");
    Set<Role> roles = roles(fields);
    String reason = fields.words("reason", 500);
    return office.serve(
        caller,
        tx -> StaffRequests.ask(tx, about(StaffRequests.Action.ROLES, login, roles, reason), null));
  }

  private static StaffRequests.Draft about(
      StaffRequests.Action action, String login, @Nullable Set<Role> roles, String reason) {
    return new StaffRequests.Draft(action, login, null, null, roles, null, reason);
  }

  private Future<DeskReply> requests(DeskCall call, Caller.Staff caller) {
    call.onlyQuery("before");
    long before =
        Long.parseLong(orElse(call.query("before", Written.ROW_OR_ZERO), Written.ABOVE_ALL_ROWS));
    return office.serve(caller, tx -> StaffRequests.list(tx, before));
  }

  private Future<DeskReply> request(DeskCall call, Caller.Staff caller) {
    long id = Long.parseLong(call.path("request", Written.ROW_OR_ZERO));
    return office.serve(caller, tx -> StaffRequests.find(tx, id));
  }

  private Future<DeskReply> confirm(DeskCall call, Caller.Staff caller) {
    long id = Long.parseLong(call.path("request", Written.ROW_OR_ZERO));
    Fields unused = call.fields();
    return office.serve(caller, tx -> StaffRequests.confirm(tx, id));
  }

  private Future<DeskReply> turnDown(DeskCall call, Caller.Staff caller) {
    long id = Long.parseLong(call.path("request", Written.ROW_OR_ZERO));
    String reason = call.fields("reason").words("reason", 500);
    return office.serve(caller, tx -> StaffRequests.turnDown(tx, id, reason));
  }

  private Future<DeskReply> setPassword(DeskCall call, Caller.Staff caller) {
    String login = call.path("login", LOGIN);
    String reason = orElse(call.fields("reason").optionalWords("reason", 500), "重置密码");
    return askWithPassword(caller, about(StaffRequests.Action.PASSWORD, login, null, reason));
  }

  private Future<DeskReply> removeFactor(DeskCall call, Caller.Staff caller) {
    String login = call.path("login", LOGIN);
    String reason = call.fields("reason").words("reason", 500);
    return office.serve(
        caller,
        tx ->
            StaffRequests.ask(
                tx, about(StaffRequests.Action.SECOND_FACTOR, login, null, reason), null));
  }

  private Future<DeskReply> askWithPassword(Caller.Staff caller, StaffRequests.Draft draft) {
    String password = passwords.make();
    return passwords
        .hash(password)
        .compose(
            hash ->
                office.serve(
                    caller,
                    tx -> StaffRequests.ask(tx, draft, new StaffRequests.OneTime(password, hash))));
  }

  private Future<DeskReply> audit(DeskCall call, Caller.Staff caller) {
    call.onlyQuery("before");
    long before =
        Long.parseLong(orElse(call.query("before", Written.ROW_OR_ZERO), Written.ABOVE_ALL_ROWS));
    return office.serve(caller, tx -> AuditTrail.page(tx, before));
  }

  private static Set<Role> roles(Fields fields) {
    Set<Role> roles = EnumSet.noneOf(Role.class);
    for (String name : fields.texts("roles", Role.values().length)) {
      try {
        roles.add(Role.valueOf(name));
      } catch (IllegalArgumentException e) {
        throw new Fault.Malformed("roles", "there is no role " + name);
      }
    }
    return roles;
  }

  private static String orElse(@Nullable String value, String otherwise) {
    return Objects.requireNonNullElse(value, otherwise);
  }
}
