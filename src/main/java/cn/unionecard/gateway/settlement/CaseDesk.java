package cn.unionecard.gateway.settlement;

import static cn.unionecard.gateway.model.Caller.Role.APPROVER;
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
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.model.Written;
import cn.unionecard.gateway.runtime.config.Config;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.time.LocalDate;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The routes of differences, hints and promises. One for each event loop. */
final class CaseDesk implements Desk {
  private static final int TEXT_LENGTH_MAX = 1_000;
  private static final int DOCUMENT_LENGTH_MAX = 60;
  private static final int WHOLE_BASIS_POINTS = 10_000;
  private static final Pattern BANK_NO = Pattern.compile("[0-9A-Za-z-]{1,64}");
  private static final Pattern STATE = Pattern.compile("OPEN|TAKEN|CLOSED");

  private final Office office;
  private final Config.Settlement terms;

  CaseDesk(Office office, Config.Settlement terms) {
    this.office = office;
    this.terms = terms;
  }

  @Override
  public void open(DeskRoutes routes) {
    String all = "/v1/settlement-cases";
    String own = "/v1/merchants/:merchantNo/settlement-cases";
    routes.staff(HttpMethod.GET, all, SettlementDesk.READERS, this::list);
    routes.staff(HttpMethod.GET, all + "/:case", SettlementDesk.WITH_MERCHANTS, this::find);
    routes.staff(
        HttpMethod.POST,
        all + "/:case/steps",
        Set.of(CLERK, APPROVER, SUPERVISOR, MERCHANT),
        this::step);
    routes.staff(HttpMethod.GET, own, SettlementDesk.WITH_MERCHANTS, this::ofMerchant);
    routes.staff(HttpMethod.POST, own, Set.of(MERCHANT), this::claim);
    routes.staff(HttpMethod.GET, "/v1/settlement-hints", SettlementDesk.READERS, this::hints);
    routes.staff(
        HttpMethod.POST, "/v1/merchants/:merchantNo/promises", Set.of(CLERK), this::promise);
  }

  private static long below(DeskCall call) {
    String before = call.query("before", Written.ROW);
    return before == null ? Long.MAX_VALUE : Long.parseLong(before);
  }

  private static String no(DeskCall call) {
    return call.path("merchantNo", Written.MERCHANT_NO);
  }

  private Future<DeskReply> list(DeskCall call, Caller.Staff caller) {
    call.onlyQuery("state", "before");
    String state = call.query("state", STATE);
    long below = below(call);
    return office.serve(caller, tx -> CaseBook.list(tx, state, below));
  }

  private Future<DeskReply> find(DeskCall call, Caller.Staff caller) {
    long id = Long.parseLong(call.path("case", Written.ROW));
    return office.serve(caller, tx -> CaseBook.find(tx, id));
  }

  private Future<DeskReply> step(DeskCall call, Caller.Staff caller) {
    long id = Long.parseLong(call.path("case", Written.ROW));
    Fields fields = call.fields("step", "text", "outcome", "bankNo");
    CaseBook.Step step = fields.oneOf("step", CaseBook.Step.class);
    String text = fields.words("text", TEXT_LENGTH_MAX);
    CaseBook.Outcome outcome =
        step == CaseBook.Step.CLOSE ? fields.oneOf("outcome", CaseBook.Outcome.class) : null;
    if (step != CaseBook.Step.CLOSE && call.body().containsKey("outcome")) {
      throw new Fault.Malformed("outcome", "outcome is of CLOSE");
    }
    String bankNo = fields.optionalMatching("bankNo", BANK_NO);
    if ((outcome == CaseBook.Outcome.PAID) != (bankNo != null)) {
      throw new Fault.Malformed("bankNo", "bankNo is of outcome PAID, and needed there");
    }
    return office.serve(
        caller, tx -> CaseBook.take(tx, id, new CaseBook.Wish(step, text, outcome, bankNo)));
  }

  private Future<DeskReply> ofMerchant(DeskCall call, Caller.Staff caller) {
    String no = no(call);
    return office.serve(caller, tx -> CaseBook.ofMerchant(tx, no));
  }

  private Future<DeskReply> claim(DeskCall call, Caller.Staff caller) {
    String no = no(call);
    Fields fields = call.fields("statement", "transaction", "fen", "text");
    CaseBook.Claim claim =
        new CaseBook.Claim(
            fields.whole("statement", 1, Long.MAX_VALUE),
            transaction(fields.optionalMatching("transaction", Written.TRANSACTION)),
            fields.optionalWhole("fen", 0, Fen.MAX),
            fields.words("text", TEXT_LENGTH_MAX));
    return office.serve(caller, tx -> CaseBook.claim(tx, no, claim, terms.caseWorkingDays()));
  }

  private static @Nullable TransactionId transaction(@Nullable String text) {
    try {
      return text == null ? null : TransactionId.parse(text);
    } catch (IllegalArgumentException beyond) {
      throw new Fault.Malformed("transaction", "no transaction has that id");
    }
  }

  private Future<DeskReply> hints(DeskCall call, Caller.Staff caller) {
    call.onlyQuery("before");
    long below = below(call);
    return office.serve(caller, tx -> HintBook.list(tx, below));
  }

  private Future<DeskReply> promise(DeskCall call, Caller.Staff caller) {
    String no = no(call);
    Fields fields = call.fields("basisPoints", "documentNo", "validFrom");
    int basisPoints = fields.integer("basisPoints", WHOLE_BASIS_POINTS);
    String document = fields.text("documentNo", DOCUMENT_LENGTH_MAX);
    LocalDate from = fields.date("validFrom");
    if (from.isBefore(SettlementDesk.FIRST) || from.isAfter(SettlementDesk.LAST)) {
      throw new Fault.Malformed("validFrom", "validFrom is no day of these");
    }
    return office.serve(caller, tx -> HintBook.promise(tx, no, basisPoints, document, from));
  }
}
