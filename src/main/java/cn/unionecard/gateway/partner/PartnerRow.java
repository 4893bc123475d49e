package cn.unionecard.gateway.partner;

import static cn.unionecard.gateway.desk.DeskTransaction.found;

import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.PartnerTerms.Scope;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A partner as it stands.
 *
 * @param org code of the union that answers for it
 * @param account id of its program's account
 * @param tried what its program has shown on trial
 * @param proposal what waits for a second person
 */
record PartnerRow(
    long id,
    String no,
    int orgId,
    String org,
    State state,
    Set<Scope> scopes,
    int requestsPerMinute,
    int appliedBy,
    @Nullable Integer examinedBy,
    @Nullable LocalDate agreementUntil,
    @Nullable Integer account,
    Set<String> tried,
    @Nullable OffsetDateTime liveAt,
    @Nullable Proposal proposal) {

  /** How far it has come. */
  enum State {
    APPLIED,
    EXAMINED,
    AGREED,
    TRIAL,
    LIVE,
    SUSPENDED,
    ENDED,
    REJECTED
  }

  /** What one person asks for and another confirms. */
  enum What {
    /** Its program gets an account, and this first key. */
    TRIAL,
    LIVE,
    /** Another key. */
    KEY,
    /** Other scopes, another rate, a renewed agreement. */
    TERMS,
    REINSTATEMENT,
    END
  }

  /** What is to be done next, for whoever looks at it. */
  enum Next {
    EXAMINE,
    AGREE,
    PROPOSE_TRIAL,
    CONFIRM,
    /** Its program shows what it can. */
    TRY,
    PROPOSE_LIVE,
    PROPOSE_REINSTATEMENT,
    NOTHING
  }

  /**
   * A proposal that waits.
   *
   * @param by id of who made it
   */
  record Proposal(long step, What what, JsonObject detail, int by) {}

  static final String COLUMNS =
      """
      select p.id, p.no, p.org as org_id, o.code as org, p.kind, p.name, p.purpose, p.contact, p.scopes,
        p.requests_per_minute, p.state, p.applied_by, p.examined_by, p.agreement_no, p.agreement_until,
        p.account, p.tried, p.live_at, p.last_token_at, w.id as proposal, w.what, w.detail,
        w.staff as proposed_by
      from partner p join org o on o.id = p.org left join partner_step w on w.id = p.proposal
      """;

  static final String NONE = "no such partner under the caller's union";

  private static final String LOCK = COLUMNS + " where p.id = $1 for update of p";
  private static final String LOCK_SEEN =
      COLUMNS + " where p.no = $1 and $2 = any (o.path) for update of p";

  PartnerRow {
    scopes = Set.copyOf(scopes);
    tried = Set.copyOf(tried);
  }

  /** Null: there is none. */
  static Future<@Nullable PartnerRow> lock(DeskTransaction tx, long id) {
    return tx.first(LOCK, id).map(row -> row == null ? null : of(row));
  }

  /** Fails with {@link Fault.NotFound} for one of a union that is not the caller's. */
  static Future<PartnerRow> lock(DeskTransaction tx, String no) {
    return tx.first(LOCK_SEEN, no, tx.actor().org()).map(found(NONE)).map(PartnerRow::of);
  }

  static Set<Scope> scopes(Row row) {
    Set<Scope> scopes = EnumSet.noneOf(Scope.class);
    for (String scope : row.getArrayOfStrings("scopes")) {
      scopes.add(Scope.valueOf(scope));
    }
    return scopes;
  }

  static PartnerRow of(Row row) {
    Long proposal = row.getLong("proposal");
    return new PartnerRow(
        row.getLong("id"),
        row.getString("no"),
        row.getInteger("org_id"),
        row.getString("org"),
        State.valueOf(row.getString("state")),
        scopes(row),
        row.getInteger("requests_per_minute"),
        row.getInteger("applied_by"),
        row.getInteger("examined_by"),
        row.getLocalDate("agreement_until"),
        row.getInteger("account"),
        Set.of(row.getArrayOfStrings("tried")),
        row.getOffsetDateTime("live_at"),
        proposal == null
            ? null
            : new Proposal(
                proposal,
                What.valueOf(row.getString("what")),
                row.getJsonObject("detail"),
                row.getInteger("proposed_by")));
  }

  /** Whether its program is let in. */
  boolean works() {
    return state == State.TRIAL || state == State.LIVE;
  }

  /** Whether its agreement's last day has passed. */
  boolean isOver(LocalDate today) {
    return agreementUntil == null || agreementUntil.isBefore(today);
  }

  /** What its program still has to show, in order. */
  List<String> untried() {
    List<String> missing = new ArrayList<>();
    if (!tried.contains("TOKEN")) {
      missing.add("TOKEN");
    }
    if (scopes.contains(Scope.REVIEWS) && !tried.contains("REVIEWS")) {
      missing.add("REVIEWS");
    }
    return missing;
  }

  Next next() {
    if (proposal != null) {
      return Next.CONFIRM;
    }
    return switch (state) {
      case APPLIED -> Next.EXAMINE;
      case EXAMINED -> Next.AGREE;
      case AGREED -> Next.PROPOSE_TRIAL;
      case TRIAL -> untried().isEmpty() ? Next.PROPOSE_LIVE : Next.TRY;
      case SUSPENDED -> Next.PROPOSE_REINSTATEMENT;
      case LIVE, ENDED, REJECTED -> Next.NOTHING;
    };
  }

  /** Whether that can be asked for now. */
  boolean mayBecome(What what) {
    return proposal == null
        && switch (what) {
          case TRIAL -> state == State.AGREED;
          case LIVE -> state == State.TRIAL;
          case KEY, TERMS, END -> works() || state == State.SUSPENDED;
          case REINSTATEMENT -> state == State.SUSPENDED;
        };
  }
}
