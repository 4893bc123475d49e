package cn.unionecard.gateway.progress;

import static cn.unionecard.gateway.desk.DeskTransaction.found;

import cn.unionecard.gateway.desk.Csv;
import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.Spelling;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.progress.Criteria.Named;
import cn.unionecard.gateway.progress.Orgs.Org;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Notices: written down with the figures of that moment, approved by a second person, published to
 * the unions they name. What was written stays; a correction is another notice.
 */
final class NoticeBook {
  static final int PAGE_ROWS = 100;

  private static final String COLUMNS =
      """
      select n.id, n.no, n.org as org_id, o.code as org, n.kind, n.state, n.title, n.hash, n.concerned,
        n.prepared_by as preparer, p.login as prepared_by, n.prepared_at, a.login as approved_by,
        n.approved_at, n.published_at, c.no as corrects, $1 = any (o.path) as issues
      """;

  /** Those of the caller's unions; of others what was published and names one of the caller's. */
  private static final String SEEN =
      """
      from notice n join org o on o.id = n.org join staff p on p.id = n.prepared_by
      left join staff a on a.id = n.approved_by left join notice c on c.id = n.corrects
      where ($1 = any (o.path) or n.state = 'PUBLISHED' and exists (
        select from org m where m.id = any (n.concerned) and $1 = any (m.path)))
      """;

  private static final String LIST = COLUMNS + SEEN + " and n.id < $2 order by n.id desc limit $3";

  private static final String FIND = COLUMNS + ", n.body " + SEEN + " and n.no = $2";
  private static final String LOCK =
      COLUMNS + SEEN + " and n.no = $2 and $1 = any (o.path) for update of n";

  /** Told to whoever may see them. */
  private static final String CORRECTIONS =
      """
      select n.no from notice n join org o on o.id = n.org
      where n.corrects = $2 and ($1 = any (o.path) or n.state = 'PUBLISHED') and n.state <> 'DROPPED'
      order by n.id
      """;

  private static final String ADD =
      """
      insert into notice (no, org, kind, state, title, body, hash, concerned, corrects, prepared_by,
        prepared_at)
      values ($1, $2, $3, 'DRAFT', $4, $5, $6, $7, $8, $9, $10) returning id
      """;

  private static final String IDS = "select id from org where code = any ($1::text[]) order by id";

  private static final String APPROVE =
      "update notice set state = 'APPROVED', approved_by = $2, approved_at = $3 where id = $1";

  private static final String PUBLISH =
      "update notice set state = 'PUBLISHED', published_at = $2 where id = $1";

  private static final String DROP = "update notice set state = 'DROPPED' where id = $1";

  private static final String CODES = "select id, code from org where id = any ($1) order by id";

  /** What it is. */
  enum Kind {
    /** 表扬. */
    COMMENDATION,
    /** 通报. */
    CIRCULAR,
    /** 通报批评. */
    CRITICISM
  }

  /** What moves one. */
  enum Step {
    APPROVE,
    PUBLISH,
    DROP
  }

  /**
   * As it is asked for.
   *
   * @param corrects number of the notice that it corrects
   */
  record Draft(
      String org, int year, Frozen.Words words, Criteria criteria, @Nullable String corrects) {}

  private NoticeBook() {}

  static Future<DeskReply> list(DeskTransaction tx, long before) {
    return tx.ask(LIST, tx.actor().org(), before, PAGE_ROWS)
        .map(
            rows -> {
              JsonArray all = new JsonArray();
              Long last = null;
              for (Row row : rows) {
                all.add(head(row));
                last = row.getLong("id");
              }
              JsonObject said = new JsonObject().put("notices", all);
              return DeskReply.ok(
                  last == null || all.size() < PAGE_ROWS ? said : said.put("next", last));
            });
  }

  private static JsonObject head(Row row) {
    JsonObject notice =
        new JsonObject()
            .put("notice", row.getString("no"))
            .put("org", row.getString("org"))
            .put("kind", row.getString("kind"))
            .put("state", row.getString("state"))
            .put("title", row.getString("title"))
            .put("hash", hex(row))
            .put("unions", row.getArrayOfIntegers("concerned").length)
            .put("preparedBy", row.getString("prepared_by"))
            .put("preparedAt", Spelling.time(row.getOffsetDateTime("prepared_at")));
    if (row.getString("approved_by") != null) {
      notice
          .put("approvedBy", row.getString("approved_by"))
          .put("approvedAt", Spelling.time(row.getOffsetDateTime("approved_at")));
    }
    if (row.getOffsetDateTime("published_at") != null) {
      notice.put("publishedAt", Spelling.time(row.getOffsetDateTime("published_at")));
    }
    String corrects = row.getString("corrects");
    return corrects == null ? notice : notice.put("corrects", corrects);
  }

  private static String hex(Row row) {
    return HexFormat.of().formatHex(row.getBuffer("hash").getBytes());
  }

  static Future<DeskReply> find(DeskTransaction tx, String no, boolean csv) {
    return row(tx, FIND, no)
        .compose(
            row -> {
              JsonObject body = new JsonObject(row.getString("body"));
              if (csv) {
                return Future.succeededFuture(
                    new DeskReply.Sheet(
                        Csv.MEDIA_TYPE, "notice-" + no + ".csv", Frozen.sheet(body), null));
              }
              return document(tx, row).map(DeskReply::ok);
            });
  }

  private static Future<Row> row(DeskTransaction tx, String sql, String no) {
    return tx.first(sql, tx.actor().org(), no).map(found("no such notice"));
  }

  private static Future<JsonObject> document(DeskTransaction tx, Row row) {
    String body = row.getString("body");
    return tx.ask(CORRECTIONS, tx.actor().org(), row.getLong("id"))
        .map(
            rows -> {
              JsonArray corrected = new JsonArray();
              rows.forEach(each -> corrected.add(each.getString("no")));
              return head(row)
                  .put("intact", Frozen.hash(body).equals(hex(row)))
                  .put("correctedBy", corrected)
                  .put("content", new JsonObject(body))
                  .put("body", body);
            });
  }

  /** Writes it down with the figures of now; they never change again. */
  static Future<DeskReply> draft(DeskTransaction tx, Draft draft, String no) {
    return Orgs.require(tx, draft.org())
        .compose(
            org ->
                corrected(tx, org, draft.corrects())
                    .compose(
                        corrected ->
                            figures(tx, draft)
                                .compose(page -> draft(tx, org, draft, no, page, corrected))));
  }

  /** The one that is to be corrected: published by that very union. */
  private static Future<@Nullable Row> corrected(DeskTransaction tx, Org org, @Nullable String no) {
    if (no == null) {
      return Future.succeededFuture();
    }
    return row(tx, FIND, no)
        .map(
            there -> {
              if (there.getInteger("org_id") != org.id()) {
                throw new Fault.NotFound("no such notice of that union");
              }
              return there;
            });
  }

  /** All of them in one statement: as of one moment. */
  private static Future<UnionsPage.Page> figures(DeskTransaction tx, Draft draft) {
    return UnionsPage.read(
            tx, new UnionsPage.Wish(draft.org(), draft.year(), "", draft.criteria().direct()))
        .map(
            page -> {
              if (page.next() != null) {
                throw new Fault.Malformed(
                    "criteria",
                    "more than " + UnionsPage.UNIONS_MAX + " unions: take those directly below");
              }
              List<UnionsPage.Line> below =
                  page.lines().stream().filter(line -> !line.code().equals(draft.org())).toList();
              return new UnionsPage.Page(page.wish(), page.asOf(), page.milestone(), below, null);
            });
  }

  private static Future<DeskReply> draft(
      DeskTransaction tx,
      Org org,
      Draft draft,
      String no,
      UnionsPage.Page page,
      @Nullable Row corrected) {
    if (corrected != null && !corrected.getString("state").equals("PUBLISHED")) {
      return refuse(
          tx,
          org.id(),
          no,
          DeskRefusal.STATE_DOES_NOT_ALLOW,
          "what is corrected was published; drop a draft instead");
    }
    List<Named> named = draft.criteria().named(page.lines(), page.milestone());
    if (named.isEmpty()) {
      return refuse(
          tx,
          org.id(),
          no,
          DeskRefusal.EVIDENCE_MISSING,
          "the criteria name no union of " + page.lines().size());
    }
    Frozen.Corrected corrects =
        corrected == null ? null : new Frozen.Corrected(corrected.getString("no"), hex(corrected));
    String body =
        Frozen.of(no, org, draft.words(), draft.criteria(), page, named, corrects).encode();
    String hash = Frozen.hash(body);
    String[] codes = named.stream().map(each -> each.line().code()).toArray(String[]::new);
    return tx.ask(IDS, (Object) codes)
        .compose(
            rows -> {
              List<Integer> concerned = new ArrayList<>();
              rows.forEach(row -> concerned.add(row.getInteger("id")));
              return tx.ask(
                  ADD,
                  no,
                  org.id(),
                  draft.words().kind().name(),
                  draft.words().title(),
                  body,
                  Buffer.buffer(HexFormat.of().parseHex(hash)),
                  concerned.toArray(Integer[]::new),
                  corrected == null ? null : corrected.getLong("id"),
                  tx.actor().id(),
                  tx.at());
            })
        .compose(added -> row(tx, FIND, no))
        .compose(row -> document(tx, row))
        .compose(
            said ->
                tx.note("notice.drafted", no, List.of(org.id()), proof(said))
                    .map(noted -> DeskReply.made(said, "/v1/notices/" + no)));
  }

  /** What the audit keeps of it. */
  private static JsonObject proof(JsonObject notice) {
    JsonObject proof =
        new JsonObject()
            .put("kind", notice.getString("kind"))
            .put("hash", notice.getString("hash"));
    String corrects = notice.getString("corrects");
    return corrects == null ? proof : proof.put("corrects", corrects);
  }

  private static Future<DeskReply> refuse(
      DeskTransaction tx, int org, String no, DeskRefusal refusal, String detail) {
    DeskReply.Refused refused = new DeskReply.Refused(refusal, detail);
    return tx.noteRefused("notice.drafted", no, List.of(org), refused).map(noted -> refused);
  }

  static Future<DeskReply> take(DeskTransaction tx, String no, Step step, String hash) {
    if (step != Step.DROP && !tx.actor().roles().contains(Role.APPROVER)) {
      throw new Fault.Forbidden("an approver approves and publishes");
    }
    return row(tx, LOCK, no)
        .compose(
            row -> {
              DeskReply.Refused refused = wrong(tx, row, step, hash);
              int org = row.getInteger("org_id");
              return refused == null
                  ? take(tx, row, step)
                  : tx.noteRefused("notice.step", no, List.of(org), refused).map(noted -> refused);
            });
  }

  private static DeskReply.@Nullable Refused wrong(
      DeskTransaction tx, Row row, Step step, String hash) {
    String state = row.getString("state");
    boolean allowed =
        switch (step) {
          case APPROVE -> state.equals("DRAFT");
          case PUBLISH -> state.equals("APPROVED");
          case DROP -> state.equals("DRAFT") || state.equals("APPROVED");
        };
    if (!allowed) {
      return new DeskReply.Refused(DeskRefusal.STATE_DOES_NOT_ALLOW, "it is " + state);
    }
    if (!hex(row).equals(hash)) {
      return new DeskReply.Refused(
          DeskRefusal.STATE_DOES_NOT_ALLOW, "the notice has another hash: read it again");
    }
    return step == Step.APPROVE && row.getInteger("preparer") == tx.actor().id()
        ? new DeskReply.Refused(DeskRefusal.SAME_PERSON, DeskRefusal.SAME_PERSON.english)
        : null;
  }

  private static Future<DeskReply> take(DeskTransaction tx, Row row, Step step) {
    long id = row.getLong("id");
    String no = row.getString("no");
    Future<Void> moved =
        switch (step) {
          case APPROVE -> tx.ask(APPROVE, id, tx.actor().id(), tx.at()).mapEmpty();
          case PUBLISH ->
              tx.ask(PUBLISH, id, tx.at()).compose(published -> tell(tx, row)).mapEmpty();
          case DROP -> tx.ask(DROP, id).mapEmpty();
        };
    List<Integer> concerned = new ArrayList<>(List.of(row.getInteger("org_id")));
    if (step == Step.PUBLISH) {
      concerned.addAll(List.of(row.getArrayOfIntegers("concerned")));
    }
    return moved
        .compose(done -> row(tx, FIND, no))
        .compose(now -> document(tx, now))
        .compose(
            said ->
                tx.note("notice.step", no, concerned, proof(said).put("step", step.name()))
                    .map(noted -> DeskReply.made(said, "/v1/notices/" + no)));
  }

  /** Each union that it names hears of it, in an event of its own. */
  private static Future<Void> tell(DeskTransaction tx, Row row) {
    return tx.ask(CODES, (Object) row.getArrayOfIntegers("concerned"))
        .compose(
            rows -> {
              Future<Void> told = Future.succeededFuture();
              for (Row union : rows) {
                JsonObject body =
                    new JsonObject()
                        .put("notice", row.getString("no"))
                        .put("kind", row.getString("kind"))
                        .put("hash", hex(row))
                        .put("issuer", row.getString("org"))
                        .put("owner", union.getString("code"));
                int org = union.getInteger("id");
                told =
                    told.compose(
                        before -> tx.tellOf(-org, "notice.published", row.getLong("id"), body));
              }
              return told;
            });
  }
}
