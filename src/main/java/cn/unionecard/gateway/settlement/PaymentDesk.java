package cn.unionecard.gateway.settlement;

import static cn.unionecard.gateway.model.Caller.Role.APPROVER;
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
import cn.unionecard.gateway.runtime.Sm3;
import cn.unionecard.gateway.runtime.config.Config;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.time.LocalDate;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/** The routes of payments: to whom, how much, and what became of it. One for each event loop. */
final class PaymentDesk implements Desk {
  static final int REASON_LENGTH_MAX = 500;
  private static final int NAME_LENGTH_MAX = 60;
  private static final Pattern ACCOUNT = Pattern.compile("[0-9A-Za-z]{8,34}");
  private static final Pattern FORMAT = Pattern.compile("csv|gbk");

  private final Office office;
  private final Payees payees;
  private final Config.Settlement terms;

  PaymentDesk(Office office, Payees payees, Config.Settlement terms) {
    this.office = office;
    this.payees = payees;
    this.terms = terms;
  }

  /** What somebody decides about an account. */
  enum Decision {
    CONFIRM,
    REFUSE
  }

  @Override
  public void open(DeskRoutes routes) {
    String merchant = "/v1/merchants/:merchantNo";
    String batches = "/v1/payment-batches";
    String one = batches + "/:batch";
    int time = Settlement.DEADLINE_MS;
    routes.staff(HttpMethod.GET, merchant + "/payees", SettlementDesk.WITH_MERCHANTS, this::payees);
    routes.staff(HttpMethod.POST, merchant + "/payees", Set.of(CLERK), this::ask);
    routes.staff(HttpMethod.POST, "/v1/payees/:payee/decision", Set.of(APPROVER), this::decide);
    routes.staff(
        HttpMethod.POST, merchant + "/payment-hold", Set.of(APPROVER, SUPERVISOR), this::hold);
    routes.staff(HttpMethod.POST, merchant + "/payment-release", Set.of(APPROVER), this::release);
    routes.staff(
        HttpMethod.GET, merchant + "/payments", SettlementDesk.WITH_MERCHANTS, this::payments);
    routes.staff(HttpMethod.GET, batches, SettlementDesk.READERS, this::list);
    routes.staff(HttpMethod.POST, batches, Set.of(CLERK), time, this::make);
    routes.staff(HttpMethod.GET, one, SettlementDesk.READERS, this::find);
    routes.staff(HttpMethod.POST, one + "/approval", Set.of(APPROVER), time, this::approve);
    routes.staff(HttpMethod.POST, one + "/cancellation", Set.of(CLERK, APPROVER), this::cancel);
    routes.staff(HttpMethod.GET, one + "/file", Set.of(APPROVER), time, this::file);
    routes.staff(HttpMethod.POST, one + "/results", Set.of(CLERK), time, this::results);
    routes.staff(HttpMethod.GET, "/v1/book-entries", SettlementDesk.READERS, this::entries);
    routes.staff(
        HttpMethod.POST, "/v1/book-entries/:entry/correction", Set.of(CLERK), this::correct);
    routes.staff(
        HttpMethod.POST,
        "/v1/book-corrections/:correction/decision",
        Set.of(APPROVER),
        this::decideCorrection);
  }

  private Future<DeskReply> entries(DeskCall call, Caller.Staff caller) {
    call.onlyQuery("org", "merchant", "before");
    String org = Objects.requireNonNullElse(call.query("org", Written.ORG), caller.org());
    String merchant = call.query("merchant", Written.MERCHANT_NO);
    String before = call.query("before", Written.ROW);
    long below = before == null ? Long.MAX_VALUE : Long.parseLong(before);
    return office.serve(caller, tx -> CorrectionBook.list(tx, org, merchant, below));
  }

  private Future<DeskReply> correct(DeskCall call, Caller.Staff caller) {
    long entry = Long.parseLong(call.path("entry", Written.ROW));
    String reason = reason(call);
    return office.serve(caller, tx -> CorrectionBook.ask(tx, entry, reason));
  }

  private Future<DeskReply> decideCorrection(DeskCall call, Caller.Staff caller) {
    long id = Long.parseLong(call.path("correction", Written.ROW));
    Fields fields = call.fields("decision", "reason");
    boolean confirms = fields.oneOf("decision", Decision.class) == Decision.CONFIRM;
    String reason = fields.words("reason", REASON_LENGTH_MAX);
    return office.serve(caller, tx -> CorrectionBook.decide(tx, id, confirms, reason));
  }

  private static String no(DeskCall call) {
    return call.path("merchantNo", Written.MERCHANT_NO);
  }

  private static long batch(DeskCall call) {
    return Long.parseLong(call.path("batch", Written.ROW));
  }

  private static String reason(DeskCall call) {
    return call.fields("reason").words("reason", REASON_LENGTH_MAX);
  }

  private Future<DeskReply> payees(DeskCall call, Caller.Staff caller) {
    String no = no(call);
    return office.serve(caller, tx -> Payees.list(tx, no));
  }

  private Future<DeskReply> ask(DeskCall call, Caller.Staff caller) {
    String no = no(call);
    Fields fields = call.fields("holder", "bank", "account", "reason");
    Payees.Wish wish =
        new Payees.Wish(
            fields.text("holder", NAME_LENGTH_MAX),
            fields.text("bank", NAME_LENGTH_MAX),
            fields.matching("account", ACCOUNT),
            fields.words("reason", REASON_LENGTH_MAX));
    return office.serve(caller, tx -> payees.ask(tx, no, wish));
  }

  private Future<DeskReply> decide(DeskCall call, Caller.Staff caller) {
    long id = Long.parseLong(call.path("payee", Written.ROW));
    Fields fields = call.fields("decision", "reason");
    boolean confirms = fields.oneOf("decision", Decision.class) == Decision.CONFIRM;
    String reason = fields.words("reason", REASON_LENGTH_MAX);
    return office.serve(caller, tx -> payees.decide(tx, id, confirms, reason));
  }

  private Future<DeskReply> hold(DeskCall call, Caller.Staff caller) {
    String no = no(call);
    String reason = reason(call);
    return office.serve(caller, tx -> Holds.hold(tx, no, reason));
  }

  private Future<DeskReply> release(DeskCall call, Caller.Staff caller) {
    String no = no(call);
    String reason = reason(call);
    return office.serve(caller, tx -> Holds.lift(tx, no, reason));
  }

  private Future<DeskReply> payments(DeskCall call, Caller.Staff caller) {
    String no = no(call);
    return office.serve(caller, tx -> BatchBook.ofMerchant(tx, no));
  }

  private Future<DeskReply> list(DeskCall call, Caller.Staff caller) {
    call.onlyQuery("before");
    String before = call.query("before", Written.ROW);
    long below = before == null ? Long.MAX_VALUE : Long.parseLong(before);
    return office.serve(caller, tx -> BatchBook.list(tx, below));
  }

  private Future<DeskReply> make(DeskCall call, Caller.Staff caller) {
    LocalDate through = call.fields("through").optionalDate("through");
    return office.serve(caller, tx -> BatchBook.make(tx, through));
  }

  private Future<DeskReply> find(DeskCall call, Caller.Staff caller) {
    long id = batch(call);
    return office.serve(caller, tx -> BatchBook.find(tx, id));
  }

  private Future<DeskReply> approve(DeskCall call, Caller.Staff caller) {
    long id = batch(call);
    String reason = reason(call);
    return office.serve(caller, tx -> BatchBook.approve(tx, id, reason));
  }

  private Future<DeskReply> cancel(DeskCall call, Caller.Staff caller) {
    long id = batch(call);
    String reason = reason(call);
    return office.serve(caller, tx -> BatchBook.cancel(tx, id, reason));
  }

  private Future<DeskReply> file(DeskCall call, Caller.Staff caller) {
    call.onlyQuery("format");
    long id = batch(call);
    boolean gbk = "gbk".equals(call.query("format", FORMAT));
    return office.serve(caller, tx -> BatchBook.file(tx, id, payees, gbk));
  }

  private Future<DeskReply> results(DeskCall call, Caller.Staff caller) {
    long id = batch(call);
    String text = call.fields("file").raw("file");
    if (text.indexOf('\0') >= 0) {
      throw new Fault.Malformed("file", "file holds what is no text");
    }
    BankResult result = BankResult.of(text);
    byte[] sm3 = Sm3.of(text);
    return office.serve(caller, tx -> ReadBack.read(tx, id, result, sm3, terms));
  }
}
