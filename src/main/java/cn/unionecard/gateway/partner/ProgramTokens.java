package cn.unionecard.gateway.partner;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.KeyProof;
import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.PartnerTerms;
import cn.unionecard.gateway.model.Written;
import cn.unionecard.gateway.partner.PartnerRow.State;
import cn.unionecard.gateway.runtime.Clocks;
import cn.unionecard.gateway.runtime.stores.StoreFailure;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Gives a partner's program a token for an assertion signed with one of its keys. An unknown
 * partner and another's key sound alike; only who proves a key of it is told why it is not let in.
 */
final class ProgramTokens {
  private static final String PROGRAM =
      """
      select p.no, o.code, p.state, p.scopes, p.requests_per_minute, p.agreement_until, s.login, s.epoch,
        k.spki
      from partner p join org o on o.id = p.org join staff s on s.id = p.account
        join partner_key k on k.partner = p.id and (k.until is null or k.until > $2)
      where p.no = $1 order by k.id desc
      """;

  private static final String SHOWN =
      """
      update partner set last_token_at = $2,
        tried = case when 'TOKEN' = any (tried) then tried else array_append(tried, 'TOKEN') end
      where no = $1
      """;

  private final Pool pool;
  private final PartnerProofs proofs;
  private final Clock clock;

  ProgramTokens(Pool pool, PartnerProofs proofs, Clock clock) {
    this.pool = pool;
    this.proofs = proofs;
    this.clock = clock;
  }

  /**
   * The token for that assertion.
   *
   * @return fails with {@link Fault.Unauthenticated} if it does not hold
   */
  Future<DeskReply> token(String assertion) {
    KeyProof claim = proofs.claim(assertion);
    if (!Written.CASE_NO.matcher(claim.subject()).matches()) {
      throw new Fault.Unauthenticated("token's sub names no partner");
    }
    OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
    return StoreFailure.toldOfReading(
        pool.preparedQuery(PROGRAM)
            .execute(Tuple.of(claim.subject(), now))
            .compose(rows -> token(claim, rows, now)));
  }

  private Future<DeskReply> token(KeyProof claim, RowSet<Row> rows, OffsetDateTime now) {
    List<Row> keys = new ArrayList<>();
    rows.forEach(keys::add);
    return signed(claim, keys, 0)
        .compose(row -> claim.useUp().map(first -> row))
        .compose(row -> given(row, now));
  }

  /** The row whose key signed it: the newest first. */
  private static Future<Row> signed(KeyProof claim, List<Row> keys, int at) {
    if (at == keys.size()) {
      return claim
          .signedBy(null)
          .compose(never -> Future.failedFuture(new IllegalStateException("no key signs nothing")));
    }
    Row row = keys.get(at);
    return claim
        .signedBy(row.getBuffer("spki").getBytes())
        .map(signed -> row)
        .recover(
            other ->
                other instanceof Fault.Unauthenticated
                    ? signed(claim, keys, at + 1)
                    : Future.failedFuture(other));
  }

  private Future<DeskReply> given(Row row, OffsetDateTime now) {
    State state = State.valueOf(row.getString("state"));
    LocalDate today = now.atZoneSameInstant(Clocks.CHINA).toLocalDate();
    if (state != State.TRIAL && state != State.LIVE) {
      return Future.succeededFuture(
          DeskReply.refused(
              DeskRefusal.STATE_DOES_NOT_ALLOW,
              "the partner is " + state + "; turn to the union that answers for it"));
    }
    if (row.getLocalDate("agreement_until").isBefore(today)) {
      return Future.succeededFuture(
          DeskReply.refused(
              DeskRefusal.EVIDENCE_MISSING, "the agreement is over; the union renews it"));
    }
    Set<PartnerTerms.Scope> scopes = PartnerRow.scopes(row);
    Caller.Staff program =
        new Caller.Staff(
            row.getString("login"),
            row.getString("code"),
            Set.of(Role.PARTNER),
            row.getLong("epoch"),
            new PartnerTerms(state == State.TRIAL, scopes, row.getInteger("requests_per_minute")));
    return pool.preparedQuery(SHOWN)
        .execute(Tuple.of(row.getString("no"), now))
        .map(noted -> DeskReply.ok(document(program)));
  }

  private JsonObject document(Caller.Staff program) {
    return new JsonObject()
        .put("accessToken", proofs.token(program))
        .put("tokenType", "Bearer")
        .put("expiresIn", proofs.lifetimeSeconds())
        .put("trial", Objects.requireNonNull(program.terms()).trial());
  }
}
