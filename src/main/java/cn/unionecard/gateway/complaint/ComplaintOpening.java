package cn.unionecard.gateway.complaint;

import static cn.unionecard.gateway.desk.DeskTransaction.found;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.Spelling;
import cn.unionecard.gateway.model.CardNo;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.runtime.Sha256;
import cn.unionecard.gateway.supervision.ComplaintSeverity;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.OffsetDateTime;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Opens complaints and finds out who has to act. */
final class ComplaintOpening {
  private static final String BY_RECEIPT =
      """
      select t.merchant from transaction t where t.id = $1 and sha256(t.body) = $2
      """;

  private static final String BY_CARD =
      "select p.merchant from review_purchase p where p.id = $1 and p.card = $2";

  private static final String BY_NUMBER =
      """
      select m.id as merchant from merchant m
      where m.merchant_no = $1
        and (org_within(m.authorising_org, $2) or org_within(m.signing_org, $2))
      """;

  /** who signed is responsible; labour rights and privacy have desks of their own. */
  private static final String OWNER =
      """
      select coalesce(case
        when $2 = 'LABOUR' then (
          select o.id from org o where o.id = any (s.path)
            and o.kind in ('COUNTY', 'DISTRICT', 'ZONE', 'CITY', 'PROVINCE')
          order by cardinality(o.path) desc limit 1)
        when $2 = 'PRIVACY' then (
          select o.id from org o where o.id = any (s.path) and o.kind in ('CITY', 'PROVINCE')
          order by cardinality(o.path) desc limit 1)
        end, s.id) as owner, null::integer[] as concerned
      from merchant m join org s on s.id = m.signing_org where m.id = $1
      """;

  private static final String ABOVE =
      """
      select complaint_above(c.concerned) as owner, c.concerned from (
        select array(
          select unnest(array[m.authorising_org, m.signing_org]) from merchant m where m.id = $1
          union select o.id from org o where o.code = $2) as concerned) c
      where cardinality(c.concerned) > 0
      """;

  private static final String ADD =
      """
      insert into complaint (no, lane, kind, severity, state, merchant, owner, concerned,
        transaction, text, token_hash, staff, opened_at, deadline)
      values ($1, $2, $3, 'GENERAL', 'OPENED', $4, $5, $6, $7, $8, $9, $10, $11, $12)
      on conflict (transaction, kind) where closed_at is null do nothing
      returning id
      """;

  /** An allegation is no evidence, but a reason to look again. */
  private static final String VETO = "select merchant_veto_apply($1, null, $2)";

  /**
   * What is opened.
   *
   * @param receipt id of the purchase, or null
   * @param digest SHA-256 of the receipt's body, hex; goes with it, if no card does
   * @param card of the member whose purchase it is, or null
   * @param merchantNo the merchant, or null
   * @param org code of the union a tip is about, or null
   */
  record Draft(
      ComplaintKind kind,
      String text,
      @Nullable TransactionId receipt,
      @Nullable String digest,
      @Nullable CardNo card,
      @Nullable String merchantNo,
      @Nullable String org) {
    Draft {
      if (receipt == null ? digest != null : digest == null && card == null) {
        throw new Fault.Malformed("digest", "transaction and digest go together");
      }
      if (org != null && !kind.isWhistle()) {
        throw new Fault.Malformed("org", "only a CORRUPTION tip names a union");
      }
      if (receipt == null && merchantNo == null && org == null) {
        throw new Fault.Malformed("transaction", "a complaint comes with a receipt");
      }
    }
  }

  /**
   * The names of a new complaint.
   *
   * @param token the opener's, told once
   */
  record Names(String no, String token) {}

  private record Route(@Nullable Integer merchant, int owner, Integer[] concerned) {}

  private ComplaintOpening() {}

  /** By the opener himself. */
  static Future<DeskReply> byOpener(DeskTransaction tx, Draft draft, Names names) {
    return merchantOf(tx, draft)
        .compose(merchant -> route(tx, draft, merchant))
        .compose(route -> route == null ? nobodyAbove() : add(tx, draft, names, route));
  }

  /** By staff for somebody. */
  static Future<DeskReply> byStaff(DeskTransaction tx, Draft draft, Names names) {
    return tx.first(BY_NUMBER, draft.merchantNo(), tx.actor().org())
        .map(found("no such merchant under the caller's organisation"))
        .map(row -> row.getInteger("merchant"))
        .compose(merchant -> route(tx, draft, merchant))
        .compose(
            route ->
                route == null
                    ? nobodyAbove()
                    : add(tx, draft, names, route)
                        .compose(reply -> noted(tx, names, route, draft, reply)));
  }

  /** Who opened a tip for somebody is told to nobody but those who may see the tip. */
  private static Future<DeskReply> noted(
      DeskTransaction tx, Names names, Route route, Draft draft, DeskReply reply) {
    JsonObject detail = new JsonObject().put("kind", draft.kind().name());
    return tx.note("complaint.opened", names.no(), List.of(route.owner()), detail).map(reply);
  }

  private static Future<DeskReply> nobodyAbove() {
    return Future.succeededFuture(DeskReply.refused(DeskRefusal.NOBODY_ABOVE));
  }

  private static Future<@Nullable Integer> merchantOf(DeskTransaction tx, Draft draft) {
    TransactionId receipt = draft.receipt();
    if (receipt == null) {
      return Future.succeededFuture(null);
    }
    String digest = draft.digest();
    Future<@Nullable Row> purchase =
        digest == null
            ? tx.first(BY_CARD, receipt.value(), Objects.requireNonNull(draft.card()).serial())
            : tx.first(
                BY_RECEIPT, receipt.value(), Spelling.bytes(HexFormat.of().parseHex(digest)));
    return purchase
        .map(found("no purchase with this receipt"))
        .map(row -> row.getInteger("merchant"));
  }

  /** Gives null when no union stands above those a tip is about. */
  private static Future<@Nullable Route> route(
      DeskTransaction tx, Draft draft, @Nullable Integer merchant) {
    Future<@Nullable Row> found =
        draft.kind().isWhistle()
            ? tx.first(ABOVE, merchant, draft.org())
            : tx.first(OWNER, merchant, draft.kind().name());
    return found
        .map(found("no such organisation"))
        .map(
            row -> {
              Integer owner = row.getInteger("owner");
              Integer[] concerned = row.getArrayOfIntegers("concerned");
              return owner == null
                  ? null
                  : new Route(merchant, owner, concerned == null ? new Integer[0] : concerned);
            });
  }

  private static Future<DeskReply> add(DeskTransaction tx, Draft draft, Names names, Route route) {
    ComplaintStep.Clock clock = ComplaintStep.OPEN.clock;
    TransactionId receipt = draft.receipt();
    return ComplaintClocks.after(tx, draft.kind().name(), ComplaintSeverity.GENERAL, clock, null)
        .compose(
            deadline ->
                tx.first(
                        ADD,
                        names.no(),
                        draft.kind().isWhistle() ? "WHISTLE" : "OPEN",
                        draft.kind().name(),
                        route.merchant(),
                        route.owner(),
                        route.concerned(),
                        receipt == null ? null : receipt.value(),
                        draft.text(),
                        Spelling.bytes(Sha256.of(names.token())),
                        tx.staff(),
                        tx.at(),
                        deadline)
                    .compose(
                        row ->
                            row == null
                                ? Future.succeededFuture(
                                    DeskReply.refused(DeskRefusal.ALREADY_TAKEN, "transaction"))
                                : opened(tx, draft, names, route, row.getLong("id"), deadline)
                                    .map(
                                        told ->
                                            DeskReply.made(
                                                new JsonObject()
                                                    .put("complaint", names.no())
                                                    .put("token", names.token())
                                                    .put("state", "OPENED")
                                                    .put("deadline", Spelling.time(deadline)),
                                                "/v1/complaints/" + names.no()))));
  }

  private static Future<Void> opened(
      DeskTransaction tx,
      Draft draft,
      Names names,
      Route route,
      long complaint,
      @Nullable OffsetDateTime deadline) {
    JsonObject body =
        new JsonObject().put("complaint", names.no()).put("kind", draft.kind().name());
    if (deadline != null) {
      body.put("deadline", Spelling.time(deadline));
    }
    Integer merchant = draft.kind().isWhistle() ? null : route.merchant();
    return ComplaintLife.record(
            tx,
            complaint,
            ComplaintStep.OPEN,
            ComplaintState.NONE,
            route.owner(),
            route.owner(),
            null,
            deadline,
            null)
        .compose(
            step ->
                ComplaintLife.event(tx, "complaint.opened", merchant, route.owner(), step, body))
        .compose(
            told ->
                draft.kind() == ComplaintKind.LABOUR
                    ? tx.ask(VETO, route.merchant(), tx.at()).<Void>mapEmpty()
                    : Future.<Void>succeededFuture());
  }
}
