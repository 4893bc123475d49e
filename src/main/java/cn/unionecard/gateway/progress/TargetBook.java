package cn.unionecard.gateway.progress;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.Spelling;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.progress.Orgs.Org;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A union's task for a year, and how it hands it down: drafted by one, issued by another. */
final class TargetBook {
  static final int SHARES_MAX = 1_000;
  static final long CARDS_MAX = 1_000_000_000;

  private static final String TASK =
      "select cards, document_no, above from target where org = $1 and year = $2";

  private static final String PLANS =
      """
      select p.id, p.state, p.edition, p.cards, p.document_no, p.prepared_at, p.issued_at,
        a.login as prepared_by, b.login as issued_by
      from target_plan p join staff a on a.id = p.prepared_by left join staff b on b.id = p.issued_by
      where p.org = $1 and p.year = $2 and p.state in ('DRAFT', 'ISSUED') order by p.edition
      """;

  /** All that stand directly below, each with its share in both. */
  private static final String SHARES =
      """
      select o.code, o.name, i.cards as issued, d.cards as drafted
      from org o
      left join target_share i on i.org = o.id and i.plan = $2
      left join target_share d on d.org = o.id and d.plan = $3
      where o.parent = $1 order by o.code limit 1000
      """;

  private static final String CHILDREN =
      "select id, code from org where parent = $1 and code = any ($2::text[])";

  private static final String LOCK =
      """
      select id, edition, state, prepared_by, cards from target_plan
      where org = $1 and year = $2 and state in ('DRAFT', 'ISSUED') order by edition for update
      """;

  private static final String DROP = "update target_plan set state = 'DROPPED' where id = $1";

  private static final String ADD =
      """
      insert into target_plan (org, year, edition, state, cards, document_no, prepared_by, prepared_at)
      select $1::integer, $2::smallint, coalesce(max(edition), 0) + 1, 'DRAFT', $3::bigint, $4::text,
        $5::integer, $6::timestamptz
      from target_plan where org = $1 and year = $2 returning id, edition
      """;

  private static final String ADD_SHARES =
      """
      insert into target_share (plan, org, cards)
      select $1, * from unnest($2::integer[], $3::bigint[])
      """;

  /** What is wrong with a draft, if anything: who stands below now counts. */
  private static final String SUM =
      """
      select coalesce(sum(s.cards), 0)::bigint as handed, count(*) as shares,
        (select count(*) from org where parent = $2) as children,
        count(*) filter (where o.parent is distinct from $2) as elsewhere
      from target_share s join org o on o.id = s.org where s.plan = $1
      """;

  private static final String REPLACE =
      "update target_plan set state = 'REPLACED' where org = $1 and year = $2 and state = 'ISSUED'";

  private static final String ISSUE =
      "update target_plan set state = 'ISSUED', issued_by = $2, issued_at = $3 where id = $1";

  private static final String BELOW =
      "select org from target_share where plan = $1 union select $2::integer";

  private TargetBook() {}

  /** As it is asked for; unions below by their codes. */
  record Draft(int year, long cards, String documentNo, Map<String, Long> shares) {}

  static Future<DeskReply> read(DeskTransaction tx, String org, int year) {
    return Orgs.require(tx, org).compose(found -> read(tx, found, year)).map(DeskReply::ok);
  }

  private static Future<JsonObject> read(DeskTransaction tx, Org org, int year) {
    JsonObject said = new JsonObject().put("org", org.code()).put("year", year);
    return tx.first(TASK, org.id(), year)
        .compose(
            task -> {
              if (task != null) {
                said.put("task", task(task));
              }
              return tx.ask(PLANS, org.id(), year);
            })
        .compose(
            plans -> {
              @Nullable Row issued = null;
              @Nullable Row draft = null;
              for (Row row : plans) {
                if (row.getString("state").equals("DRAFT")) {
                  draft = row;
                } else {
                  issued = row;
                }
              }
              return shares(tx, org, said, issued, draft);
            });
  }

  static JsonObject task(Row row) {
    return new JsonObject()
        .put("cards", row.getLong("cards"))
        .put("documentNo", row.getString("document_no"))
        .put("fromAbove", row.getBoolean("above"));
  }

  private static Future<JsonObject> shares(
      DeskTransaction tx, Org org, JsonObject said, @Nullable Row issued, @Nullable Row draft) {
    Long issuedId = issued == null ? null : issued.getLong("id");
    Long draftId = draft == null ? null : draft.getLong("id");
    return tx.ask(SHARES, org.id(), issuedId, draftId)
        .map(
            rows -> {
              long handed = 0;
              long drafted = 0;
              JsonArray unions = new JsonArray();
              for (Row row : rows) {
                JsonObject union =
                    new JsonObject()
                        .put("org", row.getString("code"))
                        .put("name", row.getString("name"));
                Long share = row.getLong("issued");
                Long next = row.getLong("drafted");
                if (share != null) {
                  union.put("issued", share);
                  handed += share;
                }
                if (next != null) {
                  union.put("drafted", next);
                  drafted += next;
                }
                unions.add(union);
              }
              if (issued != null) {
                long task =
                    said.containsKey("task")
                        ? said.getJsonObject("task").getLong("cards")
                        : issued.getLong("cards");
                boolean inStep = unions.isEmpty() || handed == task;
                said.put("issued", plan(issued, handed).put("inStep", inStep));
              }
              if (draft != null) {
                said.put("draft", plan(draft, drafted));
              }
              return said.put("unions", unions);
            });
  }

  private static JsonObject plan(Row row, long handedDown) {
    JsonObject plan =
        new JsonObject()
            .put("edition", row.getInteger("edition"))
            .put("cards", row.getLong("cards"))
            .put("handedDown", handedDown)
            .put("documentNo", row.getString("document_no"))
            .put("preparedBy", row.getString("prepared_by"))
            .put("preparedAt", Spelling.time(row.getOffsetDateTime("prepared_at")));
    String by = row.getString("issued_by");
    return by == null
        ? plan
        : plan.put("issuedBy", by)
            .put("issuedAt", Spelling.time(row.getOffsetDateTime("issued_at")));
  }

  /** Writes a draft; the one before is dropped. */
  static Future<DeskReply> draft(DeskTransaction tx, String org, Draft draft) {
    return Orgs.require(tx, org).compose(found -> draft(tx, found, draft));
  }

  private static Future<DeskReply> draft(DeskTransaction tx, Org org, Draft draft) {
    String[] codes = draft.shares().keySet().toArray(String[]::new);
    List<Integer> orgs = new ArrayList<>();
    List<Long> cards = new ArrayList<>();
    return tx.ask(CHILDREN, org.id(), codes)
        .map(
            rows -> {
              for (Row row : rows) {
                orgs.add(row.getInteger("id"));
                cards.add(Objects.requireNonNull(draft.shares().get(row.getString("code"))));
              }
              if (orgs.size() != codes.length) {
                throw new Fault.Malformed(
                    "shares", "a task is handed to unions directly below " + org.code() + " alone");
              }
              return rows;
            })
        .compose(known -> lockDraft(tx, org, draft.year()))
        .compose(
            before ->
                before == null
                    ? Future.succeededFuture()
                    : tx.ask(DROP, before.getLong("id")).mapEmpty())
        .compose(
            dropped ->
                tx.first(
                    ADD,
                    org.id(),
                    draft.year(),
                    draft.cards(),
                    draft.documentNo(),
                    tx.actor().id(),
                    tx.at()))
        .compose(
            row -> {
              Row made = Objects.requireNonNull(row);
              JsonObject detail =
                  new JsonObject()
                      .put("year", draft.year())
                      .put("edition", made.getInteger("edition"))
                      .put("cards", draft.cards());
              return tx.ask(
                      ADD_SHARES,
                      made.getLong("id"),
                      orgs.toArray(Integer[]::new),
                      cards.toArray(Long[]::new))
                  .compose(added -> read(tx, org, draft.year()))
                  .compose(
                      said ->
                          tx.note("targets.drafted", org.code(), List.of(org.id()), detail)
                              .map(noted -> DeskReply.made(said, path(org, draft.year()))));
            });
  }

  private static String path(Org org, int year) {
    return "/v1/targets/" + org.code() + "?year=" + year;
  }

  private static Future<@Nullable Row> lockDraft(DeskTransaction tx, Org org, int year) {
    return tx.ask(LOCK, org.id(), year)
        .map(
            rows -> {
              for (Row row : rows) {
                if (row.getString("state").equals("DRAFT")) {
                  return row;
                }
              }
              return null;
            });
  }

  /** Puts the draft in force, if it adds up and somebody else has written it. */
  static Future<DeskReply> issue(DeskTransaction tx, String org, int year, int edition) {
    return Orgs.require(tx, org)
        .compose(
            found ->
                lockDraft(tx, found, year)
                    .compose(
                        draft -> {
                          if (draft == null || draft.getInteger("edition") != edition) {
                            return refuse(
                                tx,
                                found,
                                DeskRefusal.STATE_DOES_NOT_ALLOW,
                                "there is no draft of edition " + edition);
                          }
                          return issue(tx, found, year, draft);
                        }));
  }

  private static Future<DeskReply> issue(DeskTransaction tx, Org org, int year, Row draft) {
    if (draft.getInteger("prepared_by") == tx.actor().id()) {
      return refuse(tx, org, DeskRefusal.SAME_PERSON, DeskRefusal.SAME_PERSON.english);
    }
    long plan = draft.getLong("id");
    long cards = draft.getLong("cards");
    return tx.first(SUM, plan, org.id())
        .compose(
            sum ->
                tx.first(TASK, org.id(), year)
                    .compose(
                        task -> {
                          String wrong = wrong(org, cards, Objects.requireNonNull(sum), task);
                          return wrong == null
                              ? putInForce(tx, org, year, draft)
                              : refuse(tx, org, DeskRefusal.TARGETS_DO_NOT_ADD_UP, wrong);
                        }));
  }

  private static @Nullable String wrong(Org org, long cards, Row sum, @Nullable Row task) {
    if (task != null && task.getBoolean("above") && task.getLong("cards") != cards) {
      return "the union above has set "
          + task.getLong("cards")
          + " cards for "
          + org.code()
          + ", the draft hands down "
          + cards;
    }
    if (sum.getLong("elsewhere") > 0) {
      return "a union of the draft no longer stands directly below " + org.code();
    }
    long handed = sum.getLong("handed");
    if (sum.getLong("children") > 0 && handed != cards) {
      return "the task is "
          + cards
          + " cards, handed down are "
          + handed
          + ": "
          + Math.abs(cards - handed)
          + (handed < cards ? " are missing" : " too many");
    }
    return null;
  }

  private static Future<DeskReply> putInForce(DeskTransaction tx, Org org, int year, Row draft) {
    long plan = draft.getLong("id");
    JsonObject detail =
        new JsonObject()
            .put("year", year)
            .put("edition", draft.getInteger("edition"))
            .put("cards", draft.getLong("cards"));
    return tx.ask(REPLACE, org.id(), year)
        .compose(done -> tx.ask(ISSUE, plan, tx.actor().id(), tx.at()))
        .compose(done -> tx.ask(BELOW, plan, org.id()))
        .compose(
            rows -> {
              List<Integer> concerned = new ArrayList<>();
              rows.forEach(row -> concerned.add(row.getInteger("org")));
              return read(tx, org, year)
                  .compose(
                      said ->
                          tx.note("targets.issued", org.code(), concerned, detail)
                              .map(noted -> DeskReply.ok(said)));
            });
  }

  private static Future<DeskReply> refuse(
      DeskTransaction tx, Org org, DeskRefusal refusal, String detail) {
    DeskReply.Refused refused = new DeskReply.Refused(refusal, detail);
    return tx.noteRefused("targets.issued", org.code(), List.of(org.id()), refused)
        .map(noted -> refused);
  }
}
