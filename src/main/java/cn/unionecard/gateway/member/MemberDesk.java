package cn.unionecard.gateway.member;

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
import cn.unionecard.gateway.model.Written;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.Objects;
import java.util.Set;

/** The routes of members and cards. One instance for each event loop. */
final class MemberDesk implements Desk {
  /** Of what is checked more closely behind it. */
  private static final int TEXT_MAX = 200;

  private final Office office;
  private final MemberBook members;
  private final Enrolment enrolment;

  MemberDesk(Office office, MemberBook members, Enrolment enrolment) {
    this.office = office;
    this.members = members;
    this.enrolment = enrolment;
  }

  @Override
  public void open(DeskRoutes routes) {
    Set<Caller.Role> clerk = Set.of(CLERK);
    String card = "/v1/cards/:cardNo";
    routes.staff(HttpMethod.POST, "/v1/members", clerk, this::add);
    routes.staff(HttpMethod.POST, "/v1/member-imports", clerk, this::take);
    routes.staff(HttpMethod.POST, "/v1/card-searches", clerk, this::search);
    routes.staff(HttpMethod.GET, card, Set.of(CLERK, APPROVER, SUPERVISOR, AUDITOR), this::card);
    routes.staff(HttpMethod.POST, card + "/status", clerk, this::status);
    routes.staff(HttpMethod.POST, card + "/enrolments", clerk, this::enrol);
    routes.anybody(HttpMethod.POST, "/v1/card-bindings", this::bind);
  }

  private Future<DeskReply> add(DeskCall call, Caller.Staff caller) {
    Fields fields = call.fields("identity", "name", "category", "org", "cardNo");
    Person person =
        Person.of(
            fields.text("identity", TEXT_MAX),
            fields.text("name", TEXT_MAX),
            fields.text("category", TEXT_MAX),
            fields.text("org", TEXT_MAX),
            Objects.requireNonNullElse(fields.optionalText("cardNo", TEXT_MAX), ""));
    return office.serve(caller, tx -> members.add(tx, person));
  }

  private Future<DeskReply> take(DeskCall call, Caller.Staff caller) {
    Fields fields = call.fields("csv", "dryRun");
    MemberSheet sheet = MemberSheet.read(fields.raw("csv"));
    boolean dryRun = fields.truth("dryRun");
    return office.serve(caller, tx -> members.take(tx, sheet, dryRun));
  }

  private Future<DeskReply> search(DeskCall call, Caller.Staff caller) {
    String identity = Person.identity(call.fields("identity").text("identity", TEXT_MAX));
    return office.serve(caller, tx -> members.search(tx, identity));
  }

  private static long serial(DeskCall call) {
    return Long.parseLong(call.path("cardNo", Written.CARD_NO));
  }

  private Future<DeskReply> card(DeskCall call, Caller.Staff caller) {
    call.onlyQuery();
    long serial = serial(call);
    return office.serve(caller, tx -> CardBook.find(tx, serial));
  }

  private Future<DeskReply> status(DeskCall call, Caller.Staff caller) {
    long serial = serial(call);
    Fields fields = call.fields("status", "reason");
    CardStatus status = fields.oneOf("status", CardStatus.class);
    String reason = fields.words("reason", 500);
    return office.serve(caller, tx -> CardBook.move(tx, serial, status, reason));
  }

  private Future<DeskReply> enrol(DeskCall call, Caller.Staff caller) {
    long serial = serial(call);
    Fields unused = call.fields();
    return office.serve(caller, tx -> enrolment.issue(tx, serial));
  }

  private Future<DeskReply> bind(DeskCall call) {
    Fields fields = call.fields("code", "publicKey");
    String code = fields.text("code", 40);
    return enrolment.bind(code, PhoneKey.read(fields.words("publicKey", 1_000)));
  }
}
