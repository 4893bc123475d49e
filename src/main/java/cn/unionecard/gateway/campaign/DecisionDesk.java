package cn.unionecard.gateway.campaign;

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
import cn.unionecard.gateway.model.OrderLine;
import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.model.Written;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The routes by which decisions are explained and tried. Whoever hears why a member got what he got
 * hears what that member is: the member himself, and staff who say what for, which is kept. One
 * instance for each event loop.
 */
final class DecisionDesk implements Desk {
  private static final Set<Role> EXPLAINED_TO = Set.of(APPROVER, SUPERVISOR, AUDITOR);
  private static final Set<Role> SHADOWERS = Set.of(CLERK, APPROVER, SUPERVISOR, AUDITOR);
  private static final int REASON_LENGTH_MAX = 500;
  private static final int SHADOW_MS_MAX = 60_000;
  private static final int MERCHANTS_MAX = 100;

  /** Of a merchant of the caller's union; whose card it was. */
  private static final String OF_UNION =
      """
      select m.authorising_org as org from transaction t join merchant m on m.id = t.merchant
      join org o on o.id = m.authorising_org join org s on s.id = m.signing_org
      where t.id = $2 and ($1 = any (o.path) or $1 = any (s.path))
      """;

  /** Of a card of the member whose phone it is, or following such a one. */
  private static final String OF_MEMBER =
      """
      select t.id from transaction t
      join card c on c.serial = coalesce(t.card, (select s.card from transaction s where s.id = t.original))
      where t.id = $2 and c.member = (select member from card where serial = $1)
      """;

  private final Office office;
  private final Pool pool;
  private final Clock clock;
  private final AtomicBoolean shadowing;

  /**
   * @param shadowing whether a day is being tried: one at a time on a node
   */
  DecisionDesk(Office office, Pool pool, Clock clock, AtomicBoolean shadowing) {
    this.office = office;
    this.pool = pool;
    this.clock = clock;
    this.shadowing = shadowing;
  }

  @Override
  public void open(DeskRoutes routes) {
    routes.staff(HttpMethod.POST, "/v1/decisions/explain", EXPLAINED_TO, this::explain);
    routes.staff(HttpMethod.POST, "/v1/decisions/what-if", EXPLAINED_TO, this::whatIf);
    routes.staff(HttpMethod.POST, "/v1/decisions/shadow", SHADOWERS, SHADOW_MS_MAX, this::shadow);
    routes.member(HttpMethod.POST, "/v1/cards/mine/explanations", this::own);
  }

  private static TransactionId transaction(Fields fields) {
    return TransactionId.parse(fields.matching("transaction", Written.TRANSACTION));
  }

  private static Fault.NotFound noTransaction() {
    return new Fault.NotFound("no such transaction");
  }

  private Future<DeskReply> explain(DeskCall call, Caller.Staff caller) {
    Fields fields = call.fields("transaction", "reason");
    TransactionId id = transaction(fields);
    String reason = fields.words("reason", REASON_LENGTH_MAX);
    return office.serve(
        caller,
        tx ->
            tx.first(OF_UNION, tx.actor().org(), id.value())
                .compose(
                    row -> {
                      if (row == null) {
                        throw noTransaction();
                      }
                      return StoredDecision.of(tx, id)
                          .compose(decision -> explained(tx, row, id, decision, reason));
                    }));
  }

  private static Future<DeskReply> explained(
      DeskTransaction tx,
      Row row,
      TransactionId id,
      @Nullable StoredDecision decision,
      String reason) {
    if (decision == null) {
      throw noTransaction();
    }
    JsonObject detail =
        new JsonObject().put("reason", reason).put("same", decision.differences().isEmpty());
    return tx.note(
            "decision.explained", "transaction " + id, List.of(row.getInteger("org")), detail)
        .map(noted -> DeskReply.ok(decision.forStaff(tx.actor().org())));
  }

  private Future<DeskReply> own(DeskCall call, Caller.Member member) {
    call.onlyQuery();
    TransactionId id = transaction(call.fields("transaction"));
    return DeskTransaction.run(
        pool,
        clock,
        DeskTransaction.By.OPENER,
        tx ->
            tx.first(OF_MEMBER, member.card().serial(), id.value())
                .compose(
                    row -> {
                      if (row == null) {
                        throw noTransaction();
                      }
                      return StoredDecision.of(tx, id);
                    })
                .map(
                    decision -> {
                      if (decision == null) {
                        throw noTransaction();
                      }
                      return DeskReply.ok(decision.forMember());
                    }));
  }

  private Future<DeskReply> whatIf(DeskCall call, Caller.Staff caller) {
    Fields fields = call.fields("merchantNo", "scene", "cardNo", "orderFen", "lines", "reason");
    List<Map<String, Object>> lines =
        call.body().containsKey("lines") ? fields.objects("lines", OrderLine.LINES_MAX) : List.of();
    Basket basket = Basket.of(fields, lines);
    String reason = fields.words("reason", REASON_LENGTH_MAX);
    return office.serve(caller, tx -> basket.decide(tx, reason));
  }

  private Future<DeskReply> shadow(DeskCall call, Caller.Staff caller) {
    Fields fields = call.fields("campaign", "day");
    String code = fields.matching("campaign", Written.BENEFIT);
    LocalDate day = fields.date("day");
    if (!shadowing.compareAndSet(false, true)) {
      return Future.failedFuture(new Fault.Busy("another day is being tried; ask again"));
    }
    return office
        .serve(
            caller,
            tx ->
                ShadowDay.run(tx, code, day)
                    .compose(
                        outcome ->
                            tx.note(
                                    "decision.shadowed",
                                    "campaign " + code,
                                    List.of(tx.actor().org()),
                                    new JsonObject().put("day", day.toString()))
                                .map(noted -> DeskReply.ok(json(code, day, outcome)))))
        .onComplete(over -> shadowing.set(false));
  }

  private static JsonObject json(String code, LocalDate day, ShadowDay.Outcome outcome) {
    JsonArray merchants = new JsonArray();
    outcome.merchants().stream()
        .limit(MERCHANTS_MAX)
        .forEach(
            one ->
                merchants.add(
                    new JsonObject()
                        .put("merchantNo", one.no())
                        .put("name", one.name())
                        .put("count", one.count())
                        .put("fen", one.fen())));
    return new JsonObject()
        .put("campaign", code)
        .put("day", day.toString())
        .put("sales", outcome.sales())
        .put("orderFen", outcome.orderFen())
        .put("givenFen", outcome.givenFen())
        .put("winners", outcome.winners())
        .put("members", outcome.members())
        .put("costFen", outcome.costFen())
        .put("insteadFen", outcome.insteadFen())
        .put("merchantCount", outcome.merchants().size())
        .put("merchants", merchants);
  }
}
