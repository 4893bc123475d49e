package cn.unionecard.gateway.voucher;

import static cn.unionecard.gateway.model.Caller.Role.APPROVER;
import static cn.unionecard.gateway.model.Caller.Role.AUDITOR;
import static cn.unionecard.gateway.model.Caller.Role.CLERK;
import static cn.unionecard.gateway.model.Caller.Role.SUPERVISOR;

import cn.unionecard.gateway.desk.Desk;
import cn.unionecard.gateway.desk.DeskCall;
import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskRoutes;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.Fields;
import cn.unionecard.gateway.desk.Office;
import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.Written;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import java.util.Set;
import java.util.regex.Pattern;

/** The routes of staff, and the one of lotteries for anybody. One instance for each event loop. */
final class VoucherDesk implements Desk {
  private static final Set<Role> READERS = Set.of(CLERK, APPROVER, SUPERVISOR, AUDITOR);
  private static final int REASON_LENGTH_MAX = 500;
  private static final int WITNESS_LENGTH_MAX = 100;
  private static final int DOCUMENT_LENGTH_MAX = 60;
  private static final Pattern STATE = Pattern.compile("DRAFT|OPEN|DONE|STOPPED");

  /** A round's number. */
  static final Pattern ROUND = Pattern.compile("[1-9][0-9]{0,8}");

  /** A draw gives to all who won at once. */
  private static final int DRAW_MS = 30_000;

  private final Office office;
  private final Pool pool;
  private final Clock clock;
  private final RoundBook rounds;

  VoucherDesk(Office office, Pool pool, Clock clock, RoundBook rounds) {
    this.office = office;
    this.pool = pool;
    this.clock = clock;
    this.rounds = rounds;
  }

  @Override
  public void open(DeskRoutes routes) {
    String grants = "/v1/campaigns/:campaign/grants";
    String all = "/v1/vouchers/rounds";
    String one = all + "/:round";
    routes.staff(HttpMethod.GET, grants, READERS, this::grants);
    routes.staff(HttpMethod.POST, grants, Set.of(CLERK), this::setGrants);
    routes.staff(HttpMethod.GET, all, READERS, this::list);
    routes.staff(HttpMethod.POST, all, Set.of(CLERK), this::add);
    routes.staff(HttpMethod.GET, one, READERS, this::find);
    routes.staff(
        HttpMethod.POST, one + "/steps", Set.of(APPROVER, SUPERVISOR), DRAW_MS, this::step);
    routes.staff(HttpMethod.POST, one + "/sheets", Set.of(CLERK), this::sheet);
    routes.staff(HttpMethod.GET, one + "/vouchers", READERS, this::ofRound);
    routes.staff(HttpMethod.GET, "/v1/cards/:cardNo/vouchers", READERS, this::ofCard);
    routes.staff(HttpMethod.POST, "/v1/vouchers/:voucher/steps", Set.of(APPROVER), this::change);
    routes.staff(HttpMethod.GET, "/v1/benefit-caps", READERS, this::caps);
    routes.staff(HttpMethod.POST, "/v1/benefit-caps", Set.of(APPROVER), this::setCap);
    routes.anybody(HttpMethod.GET, "/v1/lotteries/:round", this::lottery);
  }

  private Future<DeskReply> grants(DeskCall call, Caller.Staff caller) {
    call.onlyQuery();
    String code = call.path("campaign", Written.BENEFIT);
    return office.serve(caller, tx -> CampaignGrants.find(tx, code));
  }

  private Future<DeskReply> setGrants(DeskCall call, Caller.Staff caller) {
    String code = call.path("campaign", Written.BENEFIT);
    JsonObject terms = GrantTerms.of(call.body());
    return office.serve(caller, tx -> CampaignGrants.write(tx, code, terms));
  }

  private Future<DeskReply> list(DeskCall call, Caller.Staff caller) {
    call.onlyQuery("campaign", "state", "before");
    String campaign = call.query("campaign", Written.BENEFIT);
    String state = call.query("state", STATE);
    String before = call.query("before", ROUND);
    int below = before == null ? Integer.MAX_VALUE : Integer.parseInt(before);
    return office.serve(caller, tx -> RoundBook.list(tx, campaign, state, below));
  }

  private Future<DeskReply> add(DeskCall call, Caller.Staff caller) {
    RoundTerms terms = RoundTerms.of(call.body());
    return office.serve(caller, tx -> rounds.add(tx, terms));
  }

  private static int round(DeskCall call) {
    return Integer.parseInt(call.path("round", ROUND));
  }

  private Future<DeskReply> find(DeskCall call, Caller.Staff caller) {
    call.onlyQuery();
    int round = round(call);
    return office.serve(caller, tx -> RoundBook.find(tx, round));
  }

  private Future<DeskReply> step(DeskCall call, Caller.Staff caller) {
    int round = round(call);
    Fields fields = call.fields("step", "reason", "witness");
    RoundBook.Step step = fields.oneOf("step", RoundBook.Step.class);
    boolean draws = step == RoundBook.Step.DRAW;
    if (draws != call.body().containsKey("witness")) {
      throw new Fault.Malformed("witness", "a draw needs a witness, and no other step has one");
    }
    if (!caller.roles().contains(APPROVER) && step != RoundBook.Step.STOP) {
      throw new Fault.Forbidden("this needs the role APPROVER");
    }
    String reason = fields.words("reason", REASON_LENGTH_MAX);
    String witness = fields.optionalText("witness", WITNESS_LENGTH_MAX);
    return office.serve(caller, tx -> rounds.take(tx, round, step, reason, witness));
  }

  private Future<DeskReply> sheet(DeskCall call, Caller.Staff caller) {
    int round = round(call);
    GrantSheet sheet = GrantSheet.read(call.fields("csv").raw("csv"));
    return office.serve(caller, tx -> rounds.give(tx, round, sheet));
  }

  private Future<DeskReply> ofRound(DeskCall call, Caller.Staff caller) {
    call.onlyQuery("after", "voucher");
    int round = round(call);
    String after = call.query("after", Written.ROW);
    String voucher = call.query("voucher", Written.ROW);
    long above = after == null ? 0 : Long.parseLong(after);
    Long one = voucher == null ? null : (Long) Long.parseLong(voucher);
    return office.serve(caller, tx -> GrantBook.ofRound(tx, round, above, one));
  }

  private Future<DeskReply> ofCard(DeskCall call, Caller.Staff caller) {
    call.onlyQuery();
    long card = Long.parseLong(call.path("cardNo", Written.CARD_NO));
    return office.serve(caller, tx -> GrantBook.ofCard(tx, card));
  }

  private Future<DeskReply> change(DeskCall call, Caller.Staff caller) {
    long voucher = Long.parseLong(call.path("voucher", Written.ROW));
    Fields fields = call.fields("step", "reason");
    GrantBook.Step step = fields.oneOf("step", GrantBook.Step.class);
    String reason = fields.words("reason", REASON_LENGTH_MAX);
    return office.serve(caller, tx -> GrantBook.take(tx, voucher, step, reason));
  }

  private Future<DeskReply> caps(DeskCall call, Caller.Staff caller) {
    call.onlyQuery();
    return office.serve(caller, CapBook::list);
  }

  private Future<DeskReply> setCap(DeskCall call, Caller.Staff caller) {
    Fields fields = call.fields("org", "year", "pool", "fen", "documentNo");
    CapBook.Cap cap =
        new CapBook.Cap(
            fields.matching("org", Written.ORG),
            (int) fields.whole("year", CapBook.YEAR_MIN, CapBook.YEAR_MAX),
            fields.oneOf("pool", GrantTerms.Pool.class),
            fields.whole("fen", 0, Fen.MAX),
            fields.text("documentNo", DOCUMENT_LENGTH_MAX));
    return office.serve(caller, tx -> CapBook.set(tx, cap));
  }

  private Future<DeskReply> lottery(DeskCall call) {
    call.onlyQuery();
    int round = round(call);
    return DeskTransaction.run(
        pool, clock, DeskTransaction.By.OPENER, tx -> RoundBook.lottery(tx, round));
  }
}
