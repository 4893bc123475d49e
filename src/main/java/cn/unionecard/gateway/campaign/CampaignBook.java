package cn.unionecard.gateway.campaign;

import static cn.unionecard.gateway.desk.DeskTransaction.found;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.model.BenefitName;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.rules.Campaign;
import cn.unionecard.gateway.rules.CampaignRule;
import cn.unionecard.gateway.runtime.Clocks;
import io.vertx.core.Future;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The campaigns of the caller's union and of those below, as they are written down. */
final class CampaignBook {
  static final int PAGE_ROWS = 100;

  private static final String COLUMNS =
      """
      select c.id, c.code, o.code as org, c.org as org_id, c.name, c.public_name, c.document_no,
             c.budget_source, c.deed,
             c.status, c.edition, c.starts_at, c.ends_at, c.rule, c.prepared_by as preparer,
             p.login as prepared_by, c.submitted_by as submitter, u.login as submitted_by,
             a.login as approved_by, c.raise, c.raised_by as raiser,
             r.login as raised_by, b.limit_fen, b.day_limit_fen, b.limit_count,
             b.day_limit_count, b.used_fen, b.used_count
      from campaign c join org o on o.id = c.org
      left join allowance b on b.holder = 0 and b.kind = 1 and b.owner = c.id
      left join staff p on p.id = c.prepared_by
      left join staff u on u.id = c.submitted_by
      left join staff a on a.id = c.approved_by
      left join staff r on r.id = c.raised_by
      """;

  private static final String LIST =
      COLUMNS + "where $1 = any (o.path) and c.code > $2 order by c.code limit $3";

  private static final String FIND = COLUMNS + "where $1 = any (o.path) and c.code = $2";

  /** Two who decide about one campaign decide one after the other. */
  private static final String LOCK = FIND + " for update of c";

  private static final String PUBLIC = "select is_public_name($1)";

  private static final String ADD =
      """
      insert into campaign (id, code, org, name, public_name, document_no, status, starts_at,
                            ends_at, rule, prepared_by, budget_source, deed)
      values (nextval('campaign_id'), $1, $2, $3, $4, $5, 'DRAFT', $6, $7, $8, $9, $10, $11)
      on conflict (code) do nothing returning id
      """;

  private static final String REWRITE =
      """
      update campaign set name = $2, public_name = $3, document_no = $4, starts_at = $5,
        ends_at = $6, rule = $7, prepared_by = $8, approved_by = null,
        edition = edition + 1, budget_source = $9, deed = $10
      where id = $1
      """;

  private static final String RAISE =
      "update campaign set raise = $2, raised_by = $3 where id = $1";

  /** What was used on an earlier day counts as nothing today, here as on the line. */
  private static final String BUDGET =
      """
      insert into allowance (holder, kind, owner, limit_fen, day_limit_fen, limit_count,
                             day_limit_count, day)
      values (0, 1, $1, $2, $3, $4, $5,
        floor(extract(epoch from $6::timestamptz at time zone 'Asia/Shanghai') / 86400)::integer)
      on conflict (holder, kind, owner) do update set limit_fen = excluded.limit_fen,
        day_limit_fen = excluded.day_limit_fen, limit_count = excluded.limit_count,
        day_limit_count = excluded.day_limit_count,
        day = greatest(allowance.day, excluded.day),
        day_fen = case when allowance.day < excluded.day then 0 else allowance.day_fen end,
        day_count = case when allowance.day < excluded.day then 0 else allowance.day_count end
      where allowance.used_fen <= excluded.limit_fen
        and (excluded.limit_count is null or allowance.used_count <= excluded.limit_count)
        and (allowance.day < excluded.day or excluded.day_limit_fen is null
          or allowance.day_fen <= excluded.day_limit_fen)
        and (allowance.day < excluded.day or excluded.day_limit_count is null
          or allowance.day_count <= excluded.day_limit_count)
      returning owner
      """;

  /** Before them a budget is part of the terms, behind them of history. */
  private static final Set<CampaignState> SET_AFTERWARDS =
      EnumSet.of(CampaignState.APPROVED, CampaignState.RUNNING, CampaignState.PAUSED);

  private CampaignBook() {}

  /** A rule in both spellings, read as the line reads it. */
  private record Written(JsonObject inside, Campaign campaign, JsonObject outside) {}

  static Future<DeskReply> list(DeskTransaction tx, String after) {
    return tx.ask(LIST, tx.actor().org(), after, PAGE_ROWS)
        .map(
            rows -> {
              JsonArray campaigns = new JsonArray();
              rows.forEach(row -> campaigns.add(head(row)));
              return DeskReply.ok(new JsonObject().put("campaigns", campaigns));
            });
  }

  static Future<DeskReply> find(DeskTransaction tx, String code) {
    return row(tx, FIND, code).compose(row -> document(tx, row)).map(DeskReply::ok);
  }

  /** The row, held until the transaction ends. */
  static Future<Row> lock(DeskTransaction tx, String code) {
    return row(tx, LOCK, code);
  }

  private static Future<Row> row(DeskTransaction tx, String sql, String code) {
    return tx.first(sql, tx.actor().org(), code)
        .map(found("no such campaign under the caller's union"));
  }

  /** What the terms say; writes nothing. */
  static Future<DeskReply> check(DeskTransaction tx, Terms terms) {
    return tx.org(terms.org())
        .compose(org -> read(tx, terms))
        .map(
            written ->
                DeskReply.ok(
                    Explanation.into(
                        new JsonObject().put("rule", written.outside()),
                        written.campaign(),
                        written.outside(),
                        terms.budget(),
                        tx.at().toInstant())));
  }

  /** Writes a draft down. */
  static Future<DeskReply> add(DeskTransaction tx, Terms terms) {
    return tx.org(terms.org())
        .compose(
            org ->
                read(tx, terms)
                    .compose(
                        written ->
                            tx.first(
                                ADD,
                                terms.code(),
                                org,
                                terms.name(),
                                publicName(terms),
                                terms.documentNo(),
                                terms.startsAt().atOffset(ZoneOffset.UTC),
                                terms.endsAt().atOffset(ZoneOffset.UTC),
                                written.inside(),
                                tx.staff(),
                                terms.budgetSource(),
                                terms.deed()))
                    .compose(row -> added(tx, terms, org, row)));
  }

  private static Future<DeskReply> added(
      DeskTransaction tx, Terms terms, int org, @Nullable Row row) {
    if (row == null) {
      return Future.succeededFuture(DeskReply.refused(DeskRefusal.ALREADY_TAKEN, "code"));
    }
    return setBudget(tx, row.getInteger("id"), terms.budget())
        .compose(set -> row(tx, FIND, terms.code()))
        .compose(made -> document(tx, made))
        .compose(
            document ->
                tx.note("campaign.prepared", terms.code(), List.of(org), noted(terms))
                    .map(noted -> DeskReply.made(document, "/v1/campaigns/" + terms.code())));
  }

  /** Writes a draft anew; who does so prepares it from here on. */
  static Future<DeskReply> rewrite(DeskTransaction tx, String code, Terms terms) {
    return lock(tx, code)
        .compose(
            row -> {
              if (!state(row).equals(CampaignState.DRAFT)) {
                return Future.succeededFuture(
                    DeskReply.refused(
                        DeskRefusal.STATE_DOES_NOT_ALLOW,
                        "only a draft is rewritten, not " + state(row)));
              }
              if (!terms.code().equals(code) || !terms.org().equals(row.getString("org"))) {
                throw new Fault.Malformed("code", "code and org of a campaign stay as they are");
              }
              return read(tx, terms)
                  .compose(
                      written ->
                          tx.ask(
                              REWRITE,
                              row.getInteger("id"),
                              terms.name(),
                              publicName(terms),
                              terms.documentNo(),
                              terms.startsAt().atOffset(ZoneOffset.UTC),
                              terms.endsAt().atOffset(ZoneOffset.UTC),
                              written.inside(),
                              tx.staff(),
                              terms.budgetSource(),
                              terms.deed()))
                  .compose(done -> setBudget(tx, row.getInteger("id"), terms.budget()))
                  .compose(set -> told(tx, row, "campaign.rewritten", noted(terms)));
            });
  }

  /** Sets what a campaign may spend, not below what it has spent; of no draft's, see rewrite. */
  static Future<DeskReply> budget(DeskTransaction tx, String code, Budget budget, String reason) {
    return lock(tx, code)
        .compose(
            row -> {
              CampaignState state = state(row);
              if (!SET_AFTERWARDS.contains(state)) {
                return Future.succeededFuture(
                    DeskReply.refused(
                        DeskRefusal.STATE_DOES_NOT_ALLOW, "a campaign in state " + state));
              }
              if (readable(row) == null) {
                return Future.succeededFuture(unreadable());
              }
              if (isPreparer(tx, row)) {
                return Future.succeededFuture(DeskReply.refused(DeskRefusal.SAME_PERSON));
              }
              return requireAnswerable(tx, row)
                  .compose(
                      may ->
                          budget.costsMoreThan(Budget.onTheLine(row))
                                  && !isConfirmed(tx, row, budget)
                              ? raise(tx, row, budget, reason)
                              : setAndForgetRaise(tx, row, budget, reason));
            });
  }

  /** Whether another person has asked for the same before. */
  private static boolean isConfirmed(DeskTransaction tx, Row row, Budget budget) {
    Integer raiser = row.getInteger("raiser");
    return raiser != null
        && !raiser.equals(tx.staff())
        && budget.json().equals(row.getJsonObject("raise"));
  }

  /** More than was approved: noted, until another asks for the same. */
  private static Future<DeskReply> raise(
      DeskTransaction tx, Row row, Budget budget, String reason) {
    return tx.ask(RAISE, row.getInteger("id"), budget.json(), tx.staff())
        .compose(noted -> told(tx, row, "campaign.raise", budgetDetail(budget, reason)));
  }

  private static Future<DeskReply> setAndForgetRaise(
      DeskTransaction tx, Row row, Budget budget, String reason) {
    return setBudget(tx, row.getInteger("id"), budget)
        .compose(
            set ->
                set
                    ? tx.ask(RAISE, row.getInteger("id"), null, null)
                        .compose(
                            forgotten ->
                                told(tx, row, "campaign.budget", budgetDetail(budget, reason)))
                    : Future.succeededFuture(
                        DeskReply.refused(
                            DeskRefusal.STATE_DOES_NOT_ALLOW, "less than what is used already")));
  }

  private static JsonObject budgetDetail(Budget budget, String reason) {
    return new JsonObject().put("budget", budget.json()).put("reason", reason);
  }

  static DeskReply.Refused unreadable() {
    return new DeskReply.Refused(
        DeskRefusal.STATE_DOES_NOT_ALLOW,
        "its rule cannot be read, so it gives nothing; a draft is written anew first");
  }

  /** Whether the caller wrote the terms; by the row that is held, not by what is joined to it. */
  static boolean isPreparer(DeskTransaction tx, Row row) {
    return Objects.equals(tx.staff(), row.getInteger("preparer"));
  }

  /** Whether the caller handed it in. */
  static boolean isSubmitter(DeskTransaction tx, Row row) {
    return Objects.equals(tx.staff(), row.getInteger("submitter"));
  }

  /**
   * Passes who answers for all that pay or are named in the rule.
   *
   * @return fails with {@link Fault.Forbidden} for whom another union has to decide
   */
  static Future<Void> requireAnswerable(DeskTransaction tx, Row row) {
    return RuleNumbers.areWithin(tx, row.getJsonObject("rule"))
        .map(
            within -> {
              if (!within) {
                throw new Fault.Forbidden(
                    "the rule names others than the caller's union and those below: a union above"
                        + " them decides");
              }
              return null;
            });
  }

  /** Notes what was done to a campaign and answers with how it stands now. */
  static Future<DeskReply> told(DeskTransaction tx, Row row, String action, JsonObject detail) {
    String code = row.getString("code");
    return row(tx, FIND, code)
        .compose(now -> document(tx, now))
        .compose(
            document ->
                tx.note(action, code, List.of(row.getInteger("org_id")), detail)
                    .map(noted -> DeskReply.ok(document)));
  }

  static CampaignState state(Row row) {
    return CampaignState.valueOf(row.getString("status"));
  }

  private static Future<Boolean> setBudget(DeskTransaction tx, int campaign, Budget budget) {
    return tx.first(
            BUDGET,
            (long) campaign,
            budget.fen(),
            budget.dayFen(),
            budget.count(),
            budget.dayCount(),
            tx.at())
        .map(row -> row != null);
  }

  private static Future<Written> read(DeskTransaction tx, Terms terms) {
    return tx.first(PUBLIC, publicName(terms))
        .compose(
            row -> {
              if (row == null || !Boolean.TRUE.equals(row.getBoolean(0))) {
                throw new Fault.Malformed(
                    "publicName",
                    "publicName tells who may use the campaign, or is not 1 to 40 characters; a till"
                        + " would learn it");
              }
              return RuleNumbers.inside(tx, terms.org(), terms.rule());
            })
        .compose(
            inside -> {
              Campaign campaign = campaign(terms, inside);
              return RuleNumbers.outside(tx, inside)
                  .map(outside -> new Written(inside, campaign, outside));
            });
  }

  private static Campaign campaign(Terms terms, JsonObject inside) {
    try {
      return CampaignRule.parse(
          0,
          terms.code(),
          publicName(terms),
          false,
          terms.startsAt().toEpochMilli(),
          terms.endsAt().toEpochMilli(),
          inside.encode());
    } catch (IllegalArgumentException e) {
      throw new Fault.Malformed("rule", "rule: " + e.getMessage());
    }
  }

  private static String publicName(Terms terms) {
    return Objects.requireNonNullElse(terms.publicName(), BenefitName.NEUTRAL);
  }

  private static JsonObject noted(Terms terms) {
    JsonObject noted =
        new JsonObject()
            .put("documentNo", terms.documentNo())
            .put("budget", terms.budget().json())
            .put("rule", terms.rule());
    put(noted, "budgetSource", terms.budgetSource());
    put(noted, "deed", terms.deed());
    return noted;
  }

  private static JsonObject head(Row row) {
    JsonObject head =
        new JsonObject()
            .put("code", row.getString("code"))
            .put("org", row.getString("org"))
            .put("name", row.getString("name"))
            .put("publicName", row.getString("public_name"))
            .put("documentNo", row.getString("document_no"))
            .put("status", row.getString("status"))
            .put("edition", row.getInteger("edition"))
            .put("startsAt", Clocks.RFC_3339.format(row.getOffsetDateTime("starts_at")))
            .put("endsAt", Clocks.RFC_3339.format(row.getOffsetDateTime("ends_at")));
    put(head, "budgetSource", row.getString("budget_source"));
    put(head, "deed", row.getString("deed"));
    Budget budget = Budget.of(row);
    if (budget != null) {
      head.put("budget", budget.used(row));
    }
    put(head, "preparedBy", row.getString("prepared_by"));
    put(head, "submittedBy", row.getString("submitted_by"));
    put(head, "approvedBy", row.getString("approved_by"));
    if (row.getJsonObject("raise") != null) {
      head.put(
          "raise",
          new JsonObject()
              .put("budget", row.getJsonObject("raise"))
              .put("by", row.getString("raised_by")));
    }
    return head;
  }

  private static Future<JsonObject> document(DeskTransaction tx, Row row) {
    JsonArray steps = new JsonArray();
    JsonObject document = head(row).put("steps", steps);
    Campaign campaign = readable(row);
    if (campaign == null) {
      return Future.succeededFuture(Explanation.ofUnreadable(document));
    }
    CampaignStep.possibleIn(state(row)).forEach(step -> steps.add(step.name()));
    return RuleNumbers.outside(tx, row.getJsonObject("rule"))
        .map(
            outside ->
                Explanation.into(
                    document.put("rule", outside),
                    campaign,
                    outside,
                    Budget.onTheLine(row),
                    tx.at().toInstant()));
  }

  /** As the line reads it; null: it was loaded, and the line cannot. No CHECK lets it move then. */
  static @Nullable Campaign readable(Row row) {
    try {
      return CampaignRule.parse(
          row.getInteger("id"),
          row.getString("code"),
          row.getString("public_name"),
          false,
          row.getOffsetDateTime("starts_at").toInstant().toEpochMilli(),
          row.getOffsetDateTime("ends_at").toInstant().toEpochMilli(),
          Json.encode(row.getValue("rule")));
    } catch (IllegalArgumentException | ArithmeticException unreadable) {
      return null;
    }
  }

  private static void put(JsonObject document, String name, @Nullable String value) {
    if (value != null) {
      document.put(name, value);
    }
  }
}
