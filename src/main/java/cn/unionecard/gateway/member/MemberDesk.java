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
import cn.unionecard.gateway.desk.PublicKeys;
import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Written;
import cn.unionecard.gateway.privacy.PersonalText;
import cn.unionecard.gateway.privacy.Reads;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** The routes of members and cards. One instance for each event loop. */
final class MemberDesk implements Desk {
  /** Of what is checked more closely behind it. */
  private static final int TEXT_MAX = 200;

  /** Of a file. */
  private static final int ROWS_MAX = 10_000_000;

  private final Office office;
  private final MemberBook members;
  private final Enrolment enrolment;
  private final Reads reads;
  private final Precedence precedence;

  MemberDesk(
      Office office, MemberBook members, Enrolment enrolment, Reads reads, Precedence precedence) {
    this.office = office;
    this.members = members;
    this.enrolment = enrolment;
    this.reads = reads;
    this.precedence = precedence;
  }

  @Override
  public void open(DeskRoutes routes) {
    Set<Caller.Role> clerk = Set.of(CLERK);
    String card = "/v1/cards/:cardNo";
    routes.staff(HttpMethod.POST, "/v1/members", clerk, this::add);
    routes.staff(HttpMethod.POST, "/v1/member-imports", clerk, this::take);
    routes.staff(HttpMethod.POST, "/v1/member-lists", clerk, this::openList);
    routes.staff(HttpMethod.GET, "/v1/member-lists/:list", clerk, this::list);
    routes.staff(HttpMethod.POST, "/v1/member-lists/:list/end", clerk, this::endList);
    routes.staff(HttpMethod.POST, "/v1/card-searches", clerk, this::search);
    routes.staff(HttpMethod.GET, card, Set.of(CLERK, APPROVER, SUPERVISOR, AUDITOR), this::card);
    routes.staff(HttpMethod.POST, card + "/status", clerk, this::status);
    routes.staff(HttpMethod.POST, card + "/enrolments", clerk, this::enrol);
    routes.staff(HttpMethod.POST, card + "/transfers", clerk, this::transfer);
    routes.anybody(HttpMethod.POST, "/v1/card-bindings", this::bind);
  }

  private Future<DeskReply> add(DeskCall call, Caller.Staff caller) {
    Fields fields = call.fields("identity", "name", "category", "org", "cardNo", "phone");
    Person person =
        Person.of(
            fields.text("identity", TEXT_MAX),
            fields.text("name", TEXT_MAX),
            fields.text("category", TEXT_MAX),
            fields.text("org", TEXT_MAX),
            Objects.requireNonNullElse(fields.optionalText("cardNo", TEXT_MAX), ""),
            Objects.requireNonNullElse(fields.optionalText("phone", TEXT_MAX), ""));
    return office.serve(caller, tx -> members.add(tx, person));
  }

  private Future<DeskReply> take(DeskCall call, Caller.Staff caller) {
    Fields fields = call.fields("csv", "dryRun", "list", "upTo", "rows");
    String csv = fields.raw("csv");
    boolean dryRun = fields.truth("dryRun");
    Long list = fields.optionalWhole("list", 1, Long.MAX_VALUE);
    Long upTo = fields.optionalWhole("upTo", 2, ROWS_MAX);
    if ((list == null) != (upTo == null)) {
      throw new Fault.Malformed("upTo", "list and upTo stand together");
    }
    List<Integer> rows = fields.optionalWholes("rows", MemberSheet.ROWS_MAX, 2, ROWS_MAX);
    if (list == null && rows != null) {
      throw new Fault.Malformed("rows", "rows are of a list");
    }
    return precedence.ofSales(
        () ->
            members
                .read(csv)
                .compose(
                    sheet -> {
                      MemberLists.Part part =
                          list == null || upTo == null
                              ? null
                              : new MemberLists.Part(
                                  list,
                                  upTo.intValue(),
                                  sheet.rows().inFile(upTo.intValue(), rows));
                      return office.serve(caller, tx -> members.take(tx, sheet, dryRun, part));
                    }));
  }

  private Future<DeskReply> openList(DeskCall call, Caller.Staff caller) {
    Fields fields = call.fields("org", "digest", "lastRow", "dryRun");
    String org = fields.matching("org", Written.ORG);
    String digest = fields.digest("digest");
    int lastRow = (int) fields.whole("lastRow", 1, ROWS_MAX);
    boolean dryRun = fields.truth("dryRun");
    return office.serve(caller, tx -> MemberLists.open(tx, org, digest, lastRow, dryRun));
  }

  private Future<DeskReply> list(DeskCall call, Caller.Staff caller) {
    call.onlyQuery();
    long list = Long.parseLong(call.path("list", Written.ROW));
    return office.serve(caller, tx -> MemberLists.find(tx, list));
  }

  private Future<DeskReply> endList(DeskCall call, Caller.Staff caller) {
    long list = Long.parseLong(call.path("list", Written.ROW));
    Long leavers = call.fields("leavers").optionalWhole("leavers", 0, ROWS_MAX);
    return office.serve(caller, tx -> MemberLists.end(tx, list, leavers));
  }

  private Future<DeskReply> search(DeskCall call, Caller.Staff caller) {
    String identity = PersonalText.identity(call.fields("identity").text("identity", TEXT_MAX));
    return office.serve(caller, tx -> members.search(tx, identity));
  }

  private static long serial(DeskCall call) {
    return Long.parseLong(call.path("cardNo", Written.CARD_NO));
  }

  private Future<DeskReply> card(DeskCall call, Caller.Staff caller) {
    call.onlyQuery();
    long serial = serial(call);
    return office.serve(caller, tx -> CardBook.find(tx, serial, reads));
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

  private Future<DeskReply> transfer(DeskCall call, Caller.Staff caller) {
    long serial = serial(call);
    Fields fields = call.fields("org", "reason");
    String org = fields.matching("org", Written.ORG);
    String reason = fields.words("reason", 500);
    return office.serve(caller, tx -> Transfer.move(tx, serial, org, reason));
  }

  private Future<DeskReply> bind(DeskCall call) {
    Fields fields = call.fields("code", "publicKey");
    String code = fields.text("code", 40);
    return enrolment.bind(code, PublicKeys.p256(fields.words("publicKey", 1_000)));
  }
}
