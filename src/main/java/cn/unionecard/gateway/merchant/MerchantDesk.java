package cn.unionecard.gateway.merchant;

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
import cn.unionecard.gateway.model.CreditCode;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Written;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The routes of merchants and their papers. One instance for each event loop. */
final class MerchantDesk implements Desk {
  private static final Pattern DATE = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");
  private static final Set<Role> READERS = Set.of(CLERK, APPROVER, SUPERVISOR, AUDITOR);
  private static final Set<Role> ACTORS = Set.of(CLERK, APPROVER, SUPERVISOR);
  private static final int PEOPLE_MAX = 10_000_000;

  private final Office office;

  MerchantDesk(Office office) {
    this.office = office;
  }

  @Override
  public void open(DeskRoutes routes) {
    String one = "/v1/merchants/:merchantNo";
    routes.staff(HttpMethod.GET, "/v1/merchants", READERS, this::list);
    routes.staff(HttpMethod.POST, "/v1/merchants", Set.of(CLERK), this::recommend);
    routes.staff(
        HttpMethod.GET, one, Set.of(CLERK, APPROVER, SUPERVISOR, AUDITOR, MERCHANT), this::show);
    routes.staff(HttpMethod.POST, one + "/steps", ACTORS, this::step);
    routes.staff(HttpMethod.POST, one + "/unions", Set.of(APPROVER), this::entrust);
    routes.staff(HttpMethod.POST, one + "/documents", Set.of(CLERK), this::document);
    routes.staff(HttpMethod.POST, one + "/selections", Set.of(CLERK), this::selection);
    routes.staff(HttpMethod.POST, one + "/declarations", ACTORS, this::declaration);
    routes.staff(HttpMethod.POST, one + "/labour-facts", Set.of(CLERK, SUPERVISOR), this::labour);
    routes.staff(HttpMethod.POST, one + "/violations", Set.of(CLERK, SUPERVISOR), this::violation);
    routes.staff(
        HttpMethod.POST, one + "/violations/:violation/annulment", Set.of(APPROVER), this::annul);
  }

  private static String no(DeskCall call) {
    return call.path("merchantNo", Written.MERCHANT_NO);
  }

  private Future<DeskReply> list(DeskCall call, Caller.Staff caller) {
    call.onlyQuery("after", "status", "expiringBefore");
    String after = Objects.requireNonNullElse(call.query("after", Written.MERCHANT_NO), "");
    String state = call.query("status", State.class);
    LocalDate expiring = date(call.query("expiringBefore", DATE));
    return office.serve(caller, tx -> Register.list(tx, after, state, expiring));
  }

  private static @Nullable LocalDate date(@Nullable String text) {
    try {
      return text == null ? null : LocalDate.parse(text);
    } catch (DateTimeParseException e) {
      throw new Fault.Malformed("expiringBefore", "no such day");
    }
  }

  private Future<DeskReply> show(DeskCall call, Caller.Staff caller) {
    String no = no(call);
    return office.serve(
        caller,
        tx -> tx.actor().merchant() == null ? MerchantFile.show(tx, no) : OwnView.show(tx, no));
  }

  private Future<DeskReply> recommend(DeskCall call, Caller.Staff caller) {
    Fields fields =
        call.fields(
            "name",
            "creditCode",
            "creditCodeProof",
            "category",
            "areaCode",
            "authorisingOrg",
            "signingOrg",
            "reason");
    Register.Draft draft =
        new Register.Draft(
            fields.text("name", 60),
            CreditCode.fold(fields.text("creditCode", 60)),
            call.body().containsKey("creditCodeProof")
                ? paper(fields.object("creditCodeProof", "reference", "digest"))
                : null,
            fields.oneOf("category", Register.Category.class),
            fields.matching("areaCode", Written.AREA),
            fields.matching("authorisingOrg", Written.ORG),
            fields.matching("signingOrg", Written.ORG),
            fields.words("reason", 500));
    return office.serve(caller, tx -> Register.recommend(tx, draft));
  }

  private Future<DeskReply> step(DeskCall call, Caller.Staff caller) {
    String no = no(call);
    Fields fields = call.fields("step", "reason", "documentNo");
    Life.Wish wish =
        new Life.Wish(
            fields.oneOf("step", Step.class),
            fields.words("reason", 500),
            fields.optionalText("documentNo", 60));
    return office.serve(caller, tx -> Life.take(tx, no, wish));
  }

  private Future<DeskReply> entrust(DeskCall call, Caller.Staff caller) {
    String no = no(call);
    Fields fields = call.fields("authorisingOrg", "signingOrg", "reason");
    String authorising = fields.matching("authorisingOrg", Written.ORG);
    String signing = fields.matching("signingOrg", Written.ORG);
    String reason = fields.words("reason", 500);
    return office.serve(caller, tx -> Register.entrust(tx, no, authorising, signing, reason));
  }

  private static @Nullable String folded(@Nullable String code) {
    return code == null ? null : CreditCode.fold(code);
  }

  private static Dossier.Paper paper(Fields fields) {
    return new Dossier.Paper(fields.text("reference", 200), fields.digest("digest"));
  }

  private Future<DeskReply> document(DeskCall call, Caller.Staff caller) {
    String no = no(call);
    Fields fields = call.fields("kind", "number", "reference", "digest", "validFrom", "validUntil");
    Dossier.Document document =
        new Dossier.Document(
            fields.oneOf("kind", Dossier.DocumentKind.class),
            fields.text("number", 60),
            paper(fields),
            fields.date("validFrom"),
            fields.optionalDate("validUntil"));
    return office.serve(caller, tx -> Dossier.add(tx, no, document));
  }

  private Future<DeskReply> selection(DeskCall call, Caller.Staff caller) {
    String no = no(call);
    Fields fields =
        call.fields(
            "candidates", "criteria", "score", "meeting", "decidedOn", "reference", "digest");
    Dossier.Selection selection =
        new Dossier.Selection(
            fields.integer("candidates", 1_000),
            fields.words("criteria", 500),
            fields.integer("score", 100),
            fields.text("meeting", 200),
            fields.date("decidedOn"),
            paper(fields));
    return office.serve(caller, tx -> Dossier.add(tx, no, selection));
  }

  private Future<DeskReply> declaration(DeskCall call, Caller.Staff caller) {
    String no = no(call);
    Fields fields = call.fields("conflict", "statement");
    boolean conflict = fields.truth("conflict");
    String statement = fields.words("statement", 500);
    return office.serve(caller, tx -> Dossier.declare(tx, no, conflict, statement));
  }

  private Future<DeskReply> labour(DeskCall call, Caller.Staff caller) {
    String no = no(call);
    Fields fields = call.fields("asOf", "employees", "members", "unionCode", "reference", "digest");
    Labour.Employer labour =
        new Labour.Employer(
            fields.date("asOf"),
            fields.integer("employees", PEOPLE_MAX),
            fields.integer("members", PEOPLE_MAX),
            folded(fields.optionalText("unionCode", 60)),
            paper(fields));
    return office.serve(caller, tx -> Labour.add(tx, no, labour));
  }

  private Future<DeskReply> violation(DeskCall call, Caller.Staff caller) {
    String no = no(call);
    Fields fields = call.fields("source", "documentNo", "decidedOn", "reference", "digest");
    Labour.Violation violation =
        new Labour.Violation(
            fields.oneOf("source", Labour.Source.class),
            fields.text("documentNo", 60),
            fields.date("decidedOn"),
            paper(fields));
    return office.serve(caller, tx -> Labour.add(tx, no, violation));
  }

  private Future<DeskReply> annul(DeskCall call, Caller.Staff caller) {
    String no = no(call);
    long violation = Long.parseLong(call.path("violation", Written.ROW_OR_ZERO));
    Fields fields = call.fields("reason", "documentNo");
    String reason = fields.words("reason", 500);
    String documentNo = fields.text("documentNo", 60);
    return office.serve(caller, tx -> Labour.annul(tx, no, violation, reason, documentNo));
  }
}
