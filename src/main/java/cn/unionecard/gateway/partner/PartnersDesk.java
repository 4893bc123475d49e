package cn.unionecard.gateway.partner;

import static cn.unionecard.gateway.model.Caller.Role.APPROVER;
import static cn.unionecard.gateway.model.Caller.Role.AUDITOR;
import static cn.unionecard.gateway.model.Caller.Role.CLERK;
import static cn.unionecard.gateway.model.Caller.Role.PARTNER;
import static cn.unionecard.gateway.model.Caller.Role.SUPERVISOR;

import cn.unionecard.gateway.desk.Desk;
import cn.unionecard.gateway.desk.DeskCall;
import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskRoutes;
import cn.unionecard.gateway.desk.Fields;
import cn.unionecard.gateway.desk.Office;
import cn.unionecard.gateway.desk.PublicKeys;
import cn.unionecard.gateway.desk.Spelling;
import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.PartnerTerms.Scope;
import cn.unionecard.gateway.model.Written;
import cn.unionecard.gateway.partner.PartnerLife.Step;
import cn.unionecard.gateway.partner.PartnerRow.What;
import cn.unionecard.gateway.runtime.watch.Masking;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.security.SecureRandom;
import java.time.LocalDate;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The routes of partners. One for each event loop. */
final class PartnersDesk implements Desk {
  private static final String PARTNERS = "/v1/partners";
  private static final int ASSERTION_MAX = 4_096;
  private static final int KEY_MAX = 1_000;
  private static final int REASON_MAX = 500;
  private static final int DOCUMENT_NO_MAX = 60;
  private static final int PER_MINUTE_MAX = 60_000;

  private final Office office;
  private final ProgramTokens tokens;
  private final SecureRandom random;

  PartnersDesk(Office office, ProgramTokens tokens, SecureRandom random) {
    this.office = office;
    this.tokens = tokens;
    this.random = random;
  }

  @Override
  public void open(DeskRoutes routes) {
    Set<Caller.Role> readers = Set.of(CLERK, APPROVER, SUPERVISOR, AUDITOR);
    String one = PARTNERS + "/:partner";
    routes.staff(HttpMethod.GET, PARTNERS, readers, this::list);
    routes.staff(HttpMethod.POST, PARTNERS, Set.of(CLERK), this::apply);
    routes.staff(HttpMethod.GET, one, readers, this::find);
    routes.staff(HttpMethod.POST, one + "/steps", Set.of(CLERK, APPROVER, SUPERVISOR), this::take);
    routes.staff(HttpMethod.POST, one + "/terminals", Set.of(CLERK), this::place);
    routes.staff(HttpMethod.GET, "/v1/own-terms", Set.of(PARTNER), this::own);
    routes.anybody(HttpMethod.POST, "/v1/partner-tokens", this::token);
  }

  private Future<DeskReply> token(DeskCall call) {
    return tokens.token(call.fields("assertion").text("assertion", ASSERTION_MAX));
  }

  private Future<DeskReply> own(DeskCall call, Caller.Staff caller) {
    call.onlyQuery();
    return office.serve(caller, Register::own);
  }

  private Future<DeskReply> list(DeskCall call, Caller.Staff caller) {
    call.onlyQuery("state", "before");
    String state = call.query("state", PartnerRow.State.class);
    long before =
        Long.parseLong(
            Objects.requireNonNullElse(call.query("before", Written.ROW), Written.ABOVE_ALL_ROWS));
    return office.serve(caller, tx -> Register.list(tx, state, before));
  }

  private static String no(DeskCall call) {
    return call.path("partner", Written.CASE_NO);
  }

  private Future<DeskReply> find(DeskCall call, Caller.Staff caller) {
    call.onlyQuery();
    String no = no(call);
    return office.serve(caller, tx -> Register.find(tx, no));
  }

  private Future<DeskReply> apply(DeskCall call, Caller.Staff caller) {
    Fields fields =
        call.fields(
            "org", "kind", "name", "purpose", "contact", "scopes", "requestsPerMinute", "reason");
    Register.Application wish =
        new Register.Application(
            fields.matching("org", Written.ORG),
            fields.oneOf("kind", Register.Kind.class),
            fields.text("name", 60),
            Masking.mask(fields.words("purpose", 500)),
            Masking.mask(fields.words("contact", 200)),
            scopes(fields),
            (int) fields.whole("requestsPerMinute", 1, PER_MINUTE_MAX),
            reason(fields));
    String no = Spelling.no(random);
    return office.serve(caller, tx -> Register.apply(tx, wish, no));
  }

  private static String reason(Fields fields) {
    return Masking.mask(fields.words("reason", REASON_MAX));
  }

  private static Set<Scope> scopes(Fields fields) {
    Set<Scope> scopes = EnumSet.noneOf(Scope.class);
    for (String name : fields.texts("scopes", Scope.values().length)) {
      scopes.add(scope(name));
    }
    if (scopes.isEmpty()) {
      throw new Fault.Malformed("scopes", "scopes names none");
    }
    return scopes;
  }

  private static Scope scope(String name) {
    for (Scope one : Scope.values()) {
      if (one.name().equals(name)) {
        return one;
      }
    }
    throw new Fault.Malformed("scopes", "scopes are of " + Set.of(Scope.values()));
  }

  /** What a step needs is asked for, and nothing else may stand there. */
  private Future<DeskReply> take(DeskCall call, Caller.Staff caller) {
    String no = no(call);
    PartnerLife.Wish wish = wish(call);
    return office.serve(caller, tx -> PartnerLife.take(tx, no, wish));
  }

  private static PartnerLife.Wish wish(DeskCall call) {
    Step step =
        Fields.of(
                call.body(),
                "step",
                "reason",
                "what",
                "proposal",
                "publicKey",
                "scopes",
                "requestsPerMinute",
                "agreementNo",
                "agreementUntil")
            .oneOf("step", Step.class);
    return switch (step) {
      case EXAMINE, REJECT, SUSPEND -> {
        Fields fields = call.fields("step", "reason");
        yield wish(step, fields, null, null, null, null, null);
      }
      case AGREE -> {
        Fields fields = call.fields("step", "reason", "agreementNo", "agreementUntil");
        yield wish(step, fields, null, null, null, null, agreement(fields));
      }
      case CONFIRM, DECLINE -> {
        Fields fields = call.fields("step", "reason", "proposal");
        long proposal = fields.whole("proposal", 1, Long.MAX_VALUE);
        yield wish(step, fields, null, proposal, null, null, null);
      }
      case PROPOSE -> proposal(call);
    };
  }

  private static PartnerLife.Wish proposal(DeskCall call) {
    What what =
        Fields.of(
                call.body(),
                "step",
                "reason",
                "what",
                "publicKey",
                "scopes",
                "requestsPerMinute",
                "agreementNo",
                "agreementUntil")
            .oneOf("what", What.class);
    return switch (what) {
      case TRIAL, KEY -> {
        Fields fields = call.fields("step", "reason", "what", "publicKey");
        byte[] key = PublicKeys.p256(fields.words("publicKey", KEY_MAX));
        yield wish(Step.PROPOSE, fields, what, null, key, null, null);
      }
      case TERMS -> {
        Fields fields =
            call.fields(
                "step",
                "reason",
                "what",
                "scopes",
                "requestsPerMinute",
                "agreementNo",
                "agreementUntil");
        PartnerLife.Terms terms =
            new PartnerLife.Terms(
                scopes(fields), (int) fields.whole("requestsPerMinute", 1, PER_MINUTE_MAX));
        boolean renews = call.body().containsKey("agreementNo");
        yield wish(
            Step.PROPOSE, fields, what, null, null, terms, renews ? agreement(fields) : null);
      }
      case LIVE, REINSTATEMENT, END -> {
        Fields fields = call.fields("step", "reason", "what");
        yield wish(Step.PROPOSE, fields, what, null, null, null, null);
      }
    };
  }

  /** Its number and its last day. */
  private record Agreement(String no, LocalDate until) {}

  private static Agreement agreement(Fields fields) {
    return new Agreement(
        fields.text("agreementNo", DOCUMENT_NO_MAX), fields.date("agreementUntil"));
  }

  private static PartnerLife.Wish wish(
      Step step,
      Fields fields,
      @Nullable What what,
      @Nullable Long proposal,
      byte @Nullable [] key,
      PartnerLife.@Nullable Terms terms,
      @Nullable Agreement agreement) {
    return new PartnerLife.Wish(
        step,
        reason(fields),
        what,
        proposal,
        key,
        terms,
        agreement == null ? null : agreement.no(),
        agreement == null ? null : agreement.until());
  }

  private Future<DeskReply> place(DeskCall call, Caller.Staff caller) {
    String no = no(call);
    Fields fields = call.fields("terminal", "placed");
    String terminal = fields.matching("terminal", Written.TERMINAL);
    boolean isPlaced = fields.truth("placed");
    return office.serve(caller, tx -> Placement.set(tx, no, terminal, isPlaced));
  }
}
