package cn.unionecard.gateway.campaign;

import static cn.unionecard.gateway.desk.DeskTransaction.found;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.Fields;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Written;
import cn.unionecard.gateway.rules.Campaign;
import cn.unionecard.gateway.rules.CampaignRule;
import cn.unionecard.gateway.rules.Narrowing;
import cn.unionecard.gateway.runtime.Clocks;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What unions below a campaign's own tighten of it, for the merchants that they authorised: written
 * down by one person, in force when another approves it, ended by whoever may. Their staff hear of
 * such a campaign its public name and what it gives where and when, not to whom nor at whose cost.
 */
final class Narrowings {
  static final int PAGE_ROWS = 100;

  private static final Set<String> TERMS =
      Set.of("merchants", "limits", "times", "scenes", "orderFenMin");
  private static final String MERCHANTS = "merchants";
  private static final String ORGS = "orgs";

  private static final String CAMPAIGN =
      """
      select c.id, c.code, c.public_name, c.status, c.starts_at, c.ends_at, c.rule, c.org as org_id, o.code as org, o.name as org_name
      from campaign c join org o on o.id = c.org
      """;

  /** Those of unions above the caller's, and of its own what others tightened. */
  private static final String LIST =
      CAMPAIGN
          + """
          where c.status in ('APPROVED', 'RUNNING', 'PAUSED') and c.code > $2
            and (c.org <> $1 and c.org = any ((select path from org where id = $1)::integer[])
              or $1 = any (o.path) and exists (
                select from campaign_narrowing n where n.campaign = c.id and n.state <> 'ENDED'))
          order by c.code limit $3
          """;

  private static final String NARROWING =
      """
      select n.id, n.campaign, n.org as org_id, o.code as org, o.name as org_name, n.state, n.document_no, n.written,
        n.prepared_by as preparer, p.login as prepared_by, n.prepared_at, a.login as approved_by, n.approved_at
      from campaign_narrowing n join org o on o.id = n.org
      join staff p on p.id = n.prepared_by left join staff a on a.id = n.approved_by
      """;

  private static final String OF_CAMPAIGNS =
      NARROWING
          + """
          where n.campaign = any ($2) and n.state <> 'ENDED'
            and ($1 = any (o.path) or n.org = any ((select path from org where id = $1)::integer[]))
          order by cardinality(o.path), o.code, n.id
          """;

  private static final String LOCK =
      NARROWING + "where $1 = any (o.path) and n.id = $2 for update of n";

  /** A campaign of a union above that one. */
  private static final String ABOVE =
      CAMPAIGN
          + """
          where c.code = $2 and c.org <> $1 and c.org = any ((select path from org where id = $1)::integer[])
          """;

  private static final String ADD =
      """
      insert into campaign_narrowing (campaign, org, state, document_no, terms, written, prepared_by, prepared_at)
      values ($1, $2, 'DRAFT', $3, $4, $5, $6, $7) returning id
      """;

  /** What was in force before ends with the approval of another. */
  private static final String REPLACE =
      """
      update campaign_narrowing set state = 'ENDED', ended_by = $3, ended_at = $4
      where campaign = $1 and org = $2 and state = 'IN_FORCE'
      """;

  private static final String APPROVE =
      "update campaign_narrowing set state = 'IN_FORCE', approved_by = $2, approved_at = $3 where id = $1";

  private static final String END =
      "update campaign_narrowing set state = 'ENDED', ended_by = $2, ended_at = $3 where id = $1";

  private Narrowings() {}

  /** What can be done with one. */
  enum Step {
    APPROVE,
    END
  }

  /**
   * As somebody asks for it.
   *
   * @param terms with merchants by their public numbers
   */
  record Wish(String campaign, String org, String documentNo, JsonObject terms) {
    static Wish of(Fields fields, JsonObject body) {
      if (!(body.getValue("terms") instanceof JsonObject terms)) {
        throw new Fault.Malformed("terms", "terms is not an object");
      }
      for (String name : terms.fieldNames()) {
        if (!TERMS.contains(name)) {
          throw new Fault.Malformed("terms." + name, "terms." + name + " is not known here");
        }
      }
      if (terms.isEmpty()) {
        throw new Fault.Malformed("terms", "terms says nothing");
      }
      if (terms.getValue(MERCHANTS) instanceof JsonObject where && where.containsKey(ORGS)) {
        throw new Fault.Malformed("terms.merchants.orgs", "it holds at the union's own merchants");
      }
      return new Wish(
          fields.matching("campaign", Written.BENEFIT),
          fields.matching("org", Written.ORG),
          fields.text("documentNo", 60),
          terms);
    }
  }

  // ---- read

  static Future<DeskReply> list(DeskTransaction tx, String after) {
    return tx.ask(LIST, tx.actor().org(), after, PAGE_ROWS)
        .compose(
            campaigns -> {
              Integer[] ids = new Integer[campaigns.size()];
              int n = 0;
              for (Row campaign : campaigns) {
                ids[n++] = campaign.getInteger("id");
              }
              return tx.ask(OF_CAMPAIGNS, tx.actor().org(), ids)
                  .map(narrowings -> DeskReply.ok(document(campaigns, narrowings)));
            });
  }

  private static JsonObject document(RowSet<Row> campaigns, RowSet<Row> narrowings) {
    Map<Integer, JsonArray> below = new HashMap<>();
    for (Row row : narrowings) {
      JsonArray of = below.computeIfAbsent(row.getInteger("campaign"), id -> new JsonArray());
      JsonArray unused = of.add(told(row));
    }
    JsonArray all = new JsonArray();
    for (Row row : campaigns) {
      Campaign campaign = readable(row);
      all.add(
          new JsonObject()
              .put("code", row.getString("code"))
              .put("publicName", row.getString("public_name"))
              .put("org", row.getString("org"))
              .put("orgName", row.getString("org_name"))
              .put("status", row.getString("status"))
              .put("startsAt", Clocks.RFC_3339.format(row.getOffsetDateTime("starts_at")))
              .put("endsAt", Clocks.RFC_3339.format(row.getOffsetDateTime("ends_at")))
              .put(
                  "explanation", campaign == null ? new JsonArray() : Explanation.ofReach(campaign))
              .put("narrowings", below.getOrDefault(row.getInteger("id"), new JsonArray())));
    }
    return new JsonObject().put("campaigns", all);
  }

  private static JsonObject told(Row row) {
    JsonObject told =
        new JsonObject()
            .put("narrowing", row.getInteger("id"))
            .put("org", row.getString("org"))
            .put("orgName", row.getString("org_name"))
            .put("state", row.getString("state"))
            .put("documentNo", row.getString("document_no"))
            .put("terms", row.getJsonObject("written"))
            .put("preparedBy", row.getString("prepared_by"))
            .put("preparedAt", Clocks.RFC_3339.format(row.getOffsetDateTime("prepared_at")));
    if (row.getString("approved_by") != null) {
      told.put("approvedBy", row.getString("approved_by"))
          .put("approvedAt", Clocks.RFC_3339.format(row.getOffsetDateTime("approved_at")));
    }
    return told;
  }

  private static @Nullable Campaign readable(Row row) {
    return CampaignBook.readable(row);
  }

  // ---- written

  static Future<DeskReply> add(DeskTransaction tx, Wish wish) {
    return tx.org(wish.org())
        .compose(
            org ->
                tx.first(ABOVE, org, wish.campaign())
                    .map(found("no such campaign of a union above"))
                    .compose(campaign -> add(tx, wish, org, campaign)));
  }

  private static Future<DeskReply> add(DeskTransaction tx, Wish wish, int org, Row row) {
    Campaign campaign = isOver(row) ? null : readable(row);
    if (campaign == null) {
      return Future.succeededFuture(
          DeskReply.refused(
              DeskRefusal.STATE_DOES_NOT_ALLOW, "a campaign in state " + row.getString("status")));
    }
    return RuleNumbers.inside(tx, wish.org(), wish.terms())
        .compose(
            inside -> {
              JsonObject terms = withoutOrgs(inside);
              String looser = narrowing(org, terms).loosens(campaign);
              if (looser != null) {
                return Future.succeededFuture(
                    DeskReply.refused(
                        DeskRefusal.CAMPAIGN_WOULD_LOOSEN,
                        looser + " is not tighter than the campaign's"));
              }
              return tx.first(
                      ADD,
                      row.getInteger("id"),
                      org,
                      wish.documentNo(),
                      terms,
                      wish.terms(),
                      tx.staff(),
                      tx.at())
                  .compose(
                      made ->
                          noted(
                              tx,
                              "campaign.tightening",
                              row.getInteger("org_id"),
                              made.getInteger("id")));
            });
  }

  /** Before it is approved nobody gets anything of it, behind its end never again. */
  private static boolean isOver(Row campaign) {
    return !List.of("APPROVED", "RUNNING", "PAUSED").contains(campaign.getString("status"));
  }

  /** It works at the union's own merchants in any case: that need not be said, and is not. */
  private static JsonObject withoutOrgs(JsonObject inside) {
    JsonObject where = inside.getJsonObject(MERCHANTS);
    where.remove(ORGS);
    if (where.isEmpty()) {
      inside.remove(MERCHANTS);
    }
    return inside;
  }

  private static Narrowing narrowing(int org, JsonObject terms) {
    try {
      JsonArray one = new JsonArray().add(terms.copy().put("org", org));
      return CampaignRule.narrowings(one.encode()).get(0);
    } catch (IllegalArgumentException e) {
      throw new Fault.Malformed("terms", "terms: " + e.getMessage());
    }
  }

  // ---- moved

  static Future<DeskReply> step(DeskTransaction tx, int narrowing, Step step, String reason) {
    return lock(tx, narrowing)
        .compose(
            locked -> {
              String state = locked.getString("state");
              boolean may = step == Step.APPROVE ? state.equals("DRAFT") : !state.equals("ENDED");
              if (!may) {
                return Future.succeededFuture(
                    DeskReply.refused(DeskRefusal.STATE_DOES_NOT_ALLOW, "it is " + state));
              }
              if (step == Step.APPROVE && locked.getInteger("preparer").equals(tx.staff())) {
                return Future.succeededFuture(DeskReply.refused(DeskRefusal.SAME_PERSON));
              }
              return tx.first(
                      CAMPAIGN + "where c.id = $1 for update of c", locked.getInteger("campaign"))
                  .compose(
                      campaign -> move(tx, locked, Objects.requireNonNull(campaign), step, reason));
            });
  }

  private static Future<DeskReply> move(
      DeskTransaction tx, Row row, Row campaign, Step step, String reason) {
    if (step == Step.APPROVE && isOver(campaign)) {
      return Future.succeededFuture(
          DeskReply.refused(
              DeskRefusal.STATE_DOES_NOT_ALLOW,
              "a campaign in state " + campaign.getString("status")));
    }
    int id = row.getInteger("id");
    Future<?> moved =
        step == Step.END
            ? tx.ask(END, id, tx.staff(), tx.at())
            : tx.ask(
                    REPLACE,
                    row.getInteger("campaign"),
                    row.getInteger("org_id"),
                    tx.staff(),
                    tx.at())
                .compose(ended -> tx.ask(APPROVE, id, tx.staff(), tx.at()));
    String action = step == Step.APPROVE ? "campaign.tightened" : "campaign.tightening-ended";
    return moved.compose(
        done ->
            lock(tx, id)
                .compose(
                    now ->
                        note(tx, action, campaign.getInteger("org_id"), now, reason)
                            .map(noted -> DeskReply.ok(told(now)))));
  }

  private static Future<DeskReply> noted(
      DeskTransaction tx, String action, int owner, int narrowing) {
    return lock(tx, narrowing)
        .compose(
            row ->
                note(tx, action, owner, row, null)
                    .map(
                        noted ->
                            DeskReply.made(told(row), "/v1/campaign-narrowings/" + narrowing)));
  }

  private static Future<Row> lock(DeskTransaction tx, int narrowing) {
    return tx.first(LOCK, tx.actor().org(), narrowing)
        .map(found("nothing such is tightened under the caller's union"));
  }

  /** The campaign's own union hears of it, too. */
  private static Future<Void> note(
      DeskTransaction tx, String action, int owner, Row row, @Nullable String reason) {
    JsonObject detail =
        new JsonObject()
            .put("org", row.getString("org"))
            .put("documentNo", row.getString("document_no"))
            .put("terms", row.getJsonObject("written"));
    if (reason != null) {
      detail.put("reason", reason);
    }
    return tx.note(
        action,
        "narrowing " + row.getInteger("id"),
        List.of(row.getInteger("org_id"), owner),
        detail);
  }
}
