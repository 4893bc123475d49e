package cn.unionecard.gateway.partner;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.PartnerTerms.Scope;
import cn.unionecard.gateway.partner.PartnerRow.Proposal;
import cn.unionecard.gateway.partner.PartnerRow.State;
import cn.unionecard.gateway.partner.PartnerRow.What;
import cn.unionecard.gateway.runtime.Clocks;
import cn.unionecard.gateway.runtime.Sha256;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The steps of a partner.
 *
 * <pre>
 * APPLIED ─ EXAMINE → EXAMINED ─ AGREE → AGREED ═ TRIAL → TRIAL ═ LIVE → LIVE ─ SUSPEND → SUSPENDED
 *    └──────────┴── REJECT → REJECTED ─────┘        └───────┴────────────┴══════ END → ENDED
 *
 * ─ by one, each another person     ═ proposed by one, confirmed by another; so are KEY, TERMS and
 *                                     REINSTATEMENT, which leads back
 * </pre>
 */
final class PartnerLife {
  /** For so long the key before holds beside a new one. */
  private static final int OVERLAP_DAYS = 7;

  private static final String STEP =
      """
      insert into partner_step (partner, step, what, detail, answers, from_state, to_state, staff, at,
        reason)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id
      """;

  private static final String MOVE =
      """
      update partner set state = $2, proposal = $3,
        examined_by = case when $2 = 'EXAMINED' then $4 else examined_by end
      where id = $1
      """;

  private static final String AGREE =
      """
      update partner set state = 'AGREED', agreed_by = $2, agreement_no = $3, agreement_until = $4
      where id = $1
      """;

  private static final String OPEN_ACCOUNT =
      """
      with account as (
        insert into staff (login, name, org, roles, status, password, terms)
        select 'partner.' || lower(p.no), substr(p.name, 1, 40), p.org, '{PARTNER}', 'ACTIVE',
          '$argon2id$none', 1
        from partner p where p.id = $1 returning id
      )
      update partner set account = (select id from account) where id = $1
      """;

  private static final String KEY_TAKEN = "select from partner_key where spki = $1";

  private static final String ADD_KEY =
      "insert into partner_key (partner, spki, hash, since) values ($1, $2, sha256($2), $3)";

  private static final String END_KEYS =
      """
      update partner_key set until = greatest(since, $2)
      where partner = $1 and (until is null or until > $2)
      """;

  /** The tokens of before end with it. */
  private static final String NEW_TERMS =
      """
      update staff set terms = terms + 1, status = $2
      where id = (select account from partner where id = $1)
      """;

  private static final String SET_TERMS =
      """
      update partner set scopes = $2, requests_per_minute = $3,
        agreement_no = coalesce($4, agreement_no), agreement_until = coalesce($5, agreement_until)
      where id = $1
      """;

  private static final String LIVE_SINCE = "update partner set live_at = $2 where id = $1";

  private static final String PLACED = "select from partner_terminal where partner = $1 limit 1";

  private static final String HOLD =
      """
      with held as (
        update partner_terminal p set held = true from terminal t
        where p.partner = $1 and t.id = p.terminal and t.status = 'ACTIVE' returning p.terminal
      )
      update terminal t set status = 'SUSPENDED' from held where t.id = held.terminal
      returning t.id, t.terminal_no, t.merchant
      """;

  private static final String LET_GO =
      """
      with held as (
        update partner_terminal p set held = false where p.partner = $1 and p.held returning p.terminal
      )
      update terminal t set status = 'ACTIVE' from held
      where t.id = held.terminal and t.status = 'SUSPENDED'
      returning t.id, t.terminal_no, t.merchant
      """;

  /** What a person does. */
  enum Step {
    EXAMINE(Role.CLERK),
    AGREE(Role.APPROVER),
    REJECT(Role.APPROVER),
    PROPOSE(Role.CLERK),
    CONFIRM(Role.APPROVER),
    DECLINE(Role.APPROVER),
    /** At once, and by one: what it takes away, two people give back. */
    SUSPEND(Role.SUPERVISOR);

    final Role role;

    Step(Role role) {
      this.role = role;
    }
  }

  /**
   * A step as it is asked for.
   *
   * @param what of a proposal
   * @param proposal which one is answered: that which was read
   * @param key of TRIAL and KEY: SubjectPublicKeyInfo of P-256
   * @param terms of TERMS
   * @param agreementNo of AGREE, and of TERMS where it is renewed
   * @param agreementUntil its last day
   */
  record Wish(
      Step step,
      String reason,
      @Nullable What what,
      @Nullable Long proposal,
      byte @Nullable [] key,
      @Nullable Terms terms,
      @Nullable String agreementNo,
      @Nullable LocalDate agreementUntil) {}

  /** Scopes and rate. */
  record Terms(Set<Scope> scopes, int requestsPerMinute) {
    Terms {
      scopes = Set.copyOf(scopes);
    }
  }

  private PartnerLife() {}

  static Future<DeskReply> take(DeskTransaction tx, String no, Wish wish) {
    if (!tx.actor().roles().contains(wish.step().role)) {
      throw new Fault.Forbidden(wish.step() + " is a step of the role " + wish.step().role);
    }
    return PartnerRow.lock(tx, no)
        .compose(
            partner ->
                refusal(tx, partner, wish)
                    .compose(
                        refused ->
                            refused == null
                                ? done(tx, partner, wish)
                                : tx.noteRefused(
                                        "partner.step", no, List.of(partner.orgId()), refused)
                                    .map(noted -> refused)));
  }

  private static Future<DeskReply> done(DeskTransaction tx, PartnerRow partner, Wish wish) {
    return take(tx, partner, wish)
        .compose(taken -> Register.document(tx, partner.no()))
        .map(said -> DeskReply.made(said, "/v1/partners/" + partner.no()));
  }

  // ---- what speaks against it

  private static Future<DeskReply.@Nullable Refused> refusal(
      DeskTransaction tx, PartnerRow partner, Wish wish) {
    DeskReply.Refused refused = wrong(tx, partner, wish);
    if (refused != null) {
      return Future.succeededFuture(refused);
    }
    if (wish.key() != null) {
      return tx.ask(KEY_TAKEN, Buffer.buffer(wish.key()))
          .map(
              rows ->
                  rows.size() == 0
                      ? null
                      : new DeskReply.Refused(
                          DeskRefusal.ALREADY_TAKEN,
                          "publicKey: make a new key, each is used once"));
    }
    boolean givesUpTerminals =
        wish.terms() != null && !wish.terms().scopes().contains(Scope.REDEEM);
    return givesUpTerminals
        ? tx.ask(PLACED, partner.id())
            .map(
                rows ->
                    rows.size() == 0
                        ? null
                        : not("terminals are placed with it: take them away first"))
        : Future.succeededFuture(null);
  }

  private static DeskReply.Refused not(String detail) {
    return new DeskReply.Refused(DeskRefusal.STATE_DOES_NOT_ALLOW, detail);
  }

  private static DeskReply.Refused samePerson(String detail) {
    return new DeskReply.Refused(DeskRefusal.SAME_PERSON, detail);
  }

  private static DeskReply.@Nullable Refused wrong(
      DeskTransaction tx, PartnerRow partner, Wish wish) {
    String next = "it is " + partner.state() + "; next: " + partner.next();
    int who = tx.actor().id();
    return switch (wish.step()) {
      case EXAMINE ->
          partner.state() != State.APPLIED
              ? not(next)
              : partner.appliedBy() == who
                  ? samePerson("a clerk who has not applied for it examines it")
                  : null;
      case AGREE ->
          partner.state() != State.EXAMINED
              ? not(next)
              : partner.appliedBy() == who || Objects.equals(partner.examinedBy(), who)
                  ? samePerson("an approver who has neither applied nor examined agrees")
                  : null;
      case REJECT ->
          partner.proposal() == null
                  && Set.of(State.APPLIED, State.EXAMINED, State.AGREED).contains(partner.state())
              ? null
              : not(next);
      case PROPOSE -> wrongProposal(tx, partner, wish, next);
      case CONFIRM, DECLINE -> wrongAnswer(tx, partner, wish, next);
      case SUSPEND -> partner.works() ? null : not(next);
    };
  }

  private static DeskReply.@Nullable Refused wrongProposal(
      DeskTransaction tx, PartnerRow partner, Wish wish, String next) {
    What what = Objects.requireNonNull(wish.what());
    return partner.mayBecome(what) ? unready(tx, partner, what) : not(next);
  }

  private static DeskReply.@Nullable Refused wrongAnswer(
      DeskTransaction tx, PartnerRow partner, Wish wish, String next) {
    Proposal proposal = partner.proposal();
    if (proposal == null) {
      return not(next);
    }
    if (!Objects.equals(wish.proposal(), proposal.step())) {
      return not("another proposal waits by now: read it, it is " + proposal.step());
    }
    if (wish.step() == Step.DECLINE) {
      return null;
    }
    return proposal.by() == tx.actor().id()
        ? samePerson("somebody else than who proposed it confirms")
        : unready(tx, partner, proposal.what());
  }

  /** What is missing for it, then and when it is confirmed. */
  private static DeskReply.@Nullable Refused unready(
      DeskTransaction tx, PartnerRow partner, What what) {
    if (what == What.LIVE && !partner.untried().isEmpty()) {
      return new DeskReply.Refused(
          DeskRefusal.EVIDENCE_MISSING,
          "its program has still to show on trial: " + partner.untried());
    }
    boolean needsAgreement = what == What.TRIAL || what == What.LIVE || what == What.REINSTATEMENT;
    return needsAgreement && partner.isOver(today(tx))
        ? new DeskReply.Refused(
            DeskRefusal.EVIDENCE_MISSING, "the agreement is over: propose TERMS that renew it")
        : null;
  }

  static LocalDate today(DeskTransaction tx) {
    return tx.at().atZoneSameInstant(Clocks.CHINA).toLocalDate();
  }

  // ---- what is done

  private static Future<?> take(DeskTransaction tx, PartnerRow partner, Wish wish) {
    return switch (wish.step()) {
      case EXAMINE -> move(tx, partner, wish, State.EXAMINED);
      case REJECT -> move(tx, partner, wish, State.REJECTED);
      case AGREE ->
          tx.ask(AGREE, partner.id(), tx.actor().id(), wish.agreementNo(), wish.agreementUntil())
              .compose(agreed -> step(tx, partner, wish, State.AGREED, null));
      case PROPOSE ->
          step(tx, partner, wish, partner.state(), null)
              .compose(id -> tx.ask(MOVE, partner.id(), partner.state().name(), id, null));
      case DECLINE ->
          tx.ask(MOVE, partner.id(), partner.state().name(), null, null)
              .compose(gone -> step(tx, partner, wish, partner.state(), wish.proposal()));
      case CONFIRM -> confirm(tx, partner, wish, Objects.requireNonNull(partner.proposal()));
      case SUSPEND -> suspend(tx, partner, wish.reason());
    };
  }

  private static Future<Long> move(DeskTransaction tx, PartnerRow partner, Wish wish, State to) {
    return tx.ask(MOVE, partner.id(), to.name(), null, tx.actor().id())
        .compose(moved -> step(tx, partner, wish, to, null));
  }

  /** The first step of all, behind which it is there. */
  static Future<Long> begun(DeskTransaction tx, PartnerRow partner, String reason) {
    return step(tx, partner, "APPLY", null, null, null, State.APPLIED, reason);
  }

  private static Future<Long> step(
      DeskTransaction tx, PartnerRow partner, Wish wish, State to, @Nullable Long answers) {
    return step(
        tx, partner, wish.step().name(), wish.what(), detail(wish), answers, to, wish.reason());
  }

  /** The terms of it, in words that stay. */
  private static @Nullable JsonObject detail(Wish wish) {
    JsonObject detail = new JsonObject();
    if (wish.key() != null) {
      detail.put("spki", wish.key()).put("fingerprint", Sha256.hex(wish.key()));
    }
    if (wish.terms() != null) {
      detail
          .put("scopes", new JsonArray(List.of(Register.names(wish.terms().scopes()))))
          .put("requestsPerMinute", wish.terms().requestsPerMinute());
    }
    if (wish.agreementNo() != null) {
      detail
          .put("agreementNo", wish.agreementNo())
          .put("agreementUntil", Objects.requireNonNull(wish.agreementUntil()).toString());
    }
    return detail.isEmpty() && wish.step() != Step.PROPOSE ? null : detail;
  }

  /** Noted in its own history, in the audit, and told to its union. */
  private static Future<Long> step(
      DeskTransaction tx,
      PartnerRow partner,
      String step,
      @Nullable What what,
      @Nullable JsonObject detail,
      @Nullable Long answers,
      State to,
      String reason) {
    String from = step.equals("APPLY") ? null : partner.state().name();
    JsonObject said = new JsonObject().put("step", step).put("to", to.name()).put("reason", reason);
    JsonObject told =
        new JsonObject()
            .put("partner", partner.no())
            .put("owner", partner.org())
            .put("step", step)
            .put("state", to.name());
    if (what != null) {
      said.put("what", what.name());
      told.put("what", what.name());
    }
    String name = what == null ? null : what.name();
    return tx.first(
            STEP,
            partner.id(),
            step,
            name,
            detail,
            answers,
            from,
            to.name(),
            tx.staff(),
            tx.at(),
            reason)
        .map(row -> Objects.requireNonNull(row).getLong("id"))
        .compose(
            id ->
                tx.tellOf(-partner.orgId(), "partner.changed", id, told)
                    .compose(sent -> note(tx, partner, step, said))
                    .map(noted -> id));
  }

  private static Future<Void> note(
      DeskTransaction tx, PartnerRow partner, String step, JsonObject said) {
    List<Integer> orgs = List.of(partner.orgId());
    return step.equals("APPLY")
        ? tx.note("partner.applied", partner.no(), orgs, said)
        : tx.note("partner.step", partner.no(), orgs, said);
  }

  private static Future<Long> confirm(
      DeskTransaction tx, PartnerRow partner, Wish wish, Proposal proposal) {
    JsonObject terms = proposal.detail();
    State to =
        switch (proposal.what()) {
          case TRIAL -> State.TRIAL;
          case LIVE -> State.LIVE;
          case KEY, TERMS -> partner.state();
          case REINSTATEMENT -> partner.liveAt() == null ? State.TRIAL : State.LIVE;
          case END -> State.ENDED;
        };
    Future<?> effect =
        switch (proposal.what()) {
          case TRIAL ->
              tx.ask(OPEN_ACCOUNT, partner.id()).compose(open -> addKey(tx, partner, terms));
          case LIVE ->
              tx.ask(LIVE_SINCE, partner.id(), tx.at()).compose(live -> renew(tx, partner, true));
          case KEY -> endKeys(tx, partner).compose(ended -> addKey(tx, partner, terms));
          case TERMS ->
              setTerms(tx, partner, terms).compose(set -> renew(tx, partner, partner.works()));
          case REINSTATEMENT ->
              renew(tx, partner, true)
                  .compose(open -> terminals(tx, LET_GO, partner, "terminal.restored", "ACTIVE"));
          case END ->
              renew(tx, partner, false)
                  .compose(shut -> tx.ask(END_KEYS, partner.id(), tx.at()))
                  .compose(gone -> hold(tx, partner));
        };
    return effect
        .compose(done -> tx.ask(MOVE, partner.id(), to.name(), null, null))
        .compose(moved -> step(tx, partner, wish, to, proposal.step()));
  }

  private static Future<?> addKey(DeskTransaction tx, PartnerRow partner, JsonObject terms) {
    return tx.ask(ADD_KEY, partner.id(), Buffer.buffer(terms.getBinary("spki")), tx.at());
  }

  /** Of a partner that is suspended at once: its key may be why. */
  private static Future<?> endKeys(DeskTransaction tx, PartnerRow partner) {
    OffsetDateTime until = partner.works() ? tx.at().plusDays(OVERLAP_DAYS) : tx.at();
    return tx.ask(END_KEYS, partner.id(), until);
  }

  private static Future<?> renew(DeskTransaction tx, PartnerRow partner, boolean isLetIn) {
    return tx.ask(NEW_TERMS, partner.id(), isLetIn ? "ACTIVE" : "SUSPENDED");
  }

  private static Future<?> setTerms(DeskTransaction tx, PartnerRow partner, JsonObject terms) {
    String[] scopes = terms.getJsonArray("scopes").stream().toArray(String[]::new);
    String until = terms.getString("agreementUntil");
    return tx.ask(
        SET_TERMS,
        partner.id(),
        scopes,
        terms.getInteger("requestsPerMinute"),
        terms.getString("agreementNo"),
        until == null ? null : LocalDate.parse(until));
  }

  /** Its program is let in no longer, nor are its terminals; what waited for an answer is over. */
  static Future<Long> suspend(DeskTransaction tx, PartnerRow partner, String reason) {
    return tx.ask(MOVE, partner.id(), State.SUSPENDED.name(), null, null)
        .compose(moved -> renew(tx, partner, false))
        .compose(shut -> hold(tx, partner))
        .compose(held -> step(tx, partner, "SUSPEND", null, null, null, State.SUSPENDED, reason));
  }

  private static Future<Void> hold(DeskTransaction tx, PartnerRow partner) {
    return terminals(tx, HOLD, partner, "terminal.suspended", "SUSPENDED");
  }

  private static Future<Void> terminals(
      DeskTransaction tx, String sql, PartnerRow partner, String kind, String status) {
    return tx.ask(sql, partner.id())
        .compose(
            rows -> {
              Future<Void> told = Future.succeededFuture();
              for (var row : rows) {
                JsonObject body =
                    new JsonObject()
                        .put("terminal", row.getString("terminal_no"))
                        .put("status", status);
                int merchant = row.getInteger("merchant");
                int terminal = row.getInteger("id");
                told = told.compose(before -> tx.tellOf(merchant, kind, terminal, body));
              }
              return told;
            });
  }
}
