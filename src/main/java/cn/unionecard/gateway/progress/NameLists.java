package cn.unionecard.gateway.progress;

import static cn.unionecard.gateway.desk.DeskTransaction.found;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.progress.Orgs.Org;
import cn.unionecard.gateway.runtime.Clocks;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Names to be reported by a day: who wants them, who has reported, and who is late. */
final class NameLists {
  static final int PAGE_ROWS = 100;

  /** Those of the caller's unions, and those that want something of one of them. */
  private static final String SEEN =
      """
      ($1 = any (o.path) or exists (select from org c where c.parent = l.org and $1 = any (c.path)))
      """;

  private static final String LIST =
      """
      select l.id, o.code as org, l.title, l.document_no, l.due_on, l.demanded_at,
        (select count(*) from org c where c.parent = l.org and $1 = any (c.path)) as unions,
        (select count(*) from name_list_report r join org c on c.id = r.org
          where r.list = l.id and c.parent = l.org and $1 = any (c.path)) as reported,
        (select count(*) from org c
          left join name_list_report r on r.list = l.id and r.org = c.id
          where c.parent = l.org and $1 = any (c.path)
            and coalesce((r.reported_at at time zone 'Asia/Shanghai')::date, $4::date) > l.due_on
        ) as late
      from name_list l join org o on o.id = l.org
      where l.id < $2 and
      """
          + SEEN
          + "order by l.id desc limit $3";

  private static final String FIND =
      """
      select l.id, l.org as org_id, o.code as org, l.title, l.document_no, l.due_on, l.demanded_at
      from name_list l join org o on o.id = l.org where l.id = $2 and
      """
          + SEEN;

  private static final String UNIONS =
      """
      select c.id, c.code, c.name, r.reported_at,
        array(select p.post from responsible p where p.org = c.id and p.until is null) as posts
      from org c left join name_list_report r on r.list = $2 and r.org = c.id
      where c.parent = $3 and $1 = any (c.path) order by c.code limit 1000
      """;

  private static final String ADD =
      """
      insert into name_list (org, title, document_no, due_on, demanded_by, demanded_at)
      values ($1, $2, $3, $4, $5, $6) returning id
      """;

  private static final String NAMED =
      """
      select id, post from responsible where org = $1 and until is null
        and post in ('LEADER', 'DEPARTMENT', 'OFFICER') order by id
      """;

  private static final String REPORT =
      """
      insert into name_list_report (list, org, responsible, reported_by, reported_at)
      values ($1, $2, $3, $4, $5) on conflict do nothing returning list
      """;

  private NameLists() {}

  /** As a union asks for it. */
  record Wish(String org, String title, String documentNo, LocalDate dueOn) {}

  static Future<DeskReply> demand(DeskTransaction tx, Wish wish) {
    return Orgs.require(tx, wish.org())
        .compose(
            org ->
                tx.first(
                        ADD,
                        org.id(),
                        wish.title(),
                        wish.documentNo(),
                        wish.dueOn(),
                        tx.actor().id(),
                        tx.at())
                    .compose(row -> document(tx, Objects.requireNonNull(row).getLong("id")))
                    .compose(
                        said ->
                            tx.note(
                                    "names.demanded",
                                    said.getLong("nameList").toString(),
                                    List.of(org.id()),
                                    new JsonObject()
                                        .put("documentNo", wish.documentNo())
                                        .put("dueOn", wish.dueOn().toString()))
                                .map(
                                    noted ->
                                        DeskReply.made(
                                            said, "/v1/name-lists/" + said.getLong("nameList")))));
  }

  static Future<DeskReply> list(DeskTransaction tx, long before) {
    return tx.ask(LIST, tx.actor().org(), before, PAGE_ROWS, today(tx))
        .map(
            rows -> {
              JsonArray all = new JsonArray();
              rows.forEach(
                  row ->
                      all.add(
                          head(row)
                              .put("unions", row.getLong("unions"))
                              .put("reported", row.getLong("reported"))
                              .put("late", row.getLong("late"))));
              return DeskReply.ok(new JsonObject().put("nameLists", all));
            });
  }

  private static LocalDate today(DeskTransaction tx) {
    return tx.at().atZoneSameInstant(Clocks.CHINA).toLocalDate();
  }

  static Future<DeskReply> find(DeskTransaction tx, long id) {
    return document(tx, id).map(DeskReply::ok);
  }

  private static Future<Row> require(DeskTransaction tx, long id) {
    return tx.first(FIND, tx.actor().org(), id).map(found("no such list of names"));
  }

  private static Future<JsonObject> document(DeskTransaction tx, long id) {
    return require(tx, id)
        .compose(
            list ->
                tx.ask(UNIONS, tx.actor().org(), id, list.getInteger("org_id"))
                    .map(
                        rows -> {
                          JsonArray unions = new JsonArray();
                          rows.forEach(row -> unions.add(union(tx, list, row)));
                          return head(list).put("lines", unions);
                        }));
  }

  private static JsonObject head(Row row) {
    return new JsonObject()
        .put("nameList", row.getLong("id"))
        .put("org", row.getString("org"))
        .put("title", row.getString("title"))
        .put("documentNo", row.getString("document_no"))
        .put("dueOn", row.getLocalDate("due_on").toString())
        .put("demandedAt", ResponsibleBook.time(row, "demanded_at"));
  }

  private static JsonObject union(DeskTransaction tx, Row list, Row row) {
    LocalDate due = list.getLocalDate("due_on");
    String at = ResponsibleBook.time(row, "reported_at");
    LocalDate on =
        at == null
            ? today(tx)
            : row.getOffsetDateTime("reported_at").atZoneSameInstant(Clocks.CHINA).toLocalDate();
    boolean late = on.isAfter(due);
    List<String> posts = Arrays.asList(row.getArrayOfStrings("posts"));
    JsonArray missing = new JsonArray();
    Post.REQUIRED.stream()
        .map(Post::name)
        .filter(post -> !posts.contains(post))
        .forEach(missing::add);
    JsonObject union =
        new JsonObject()
            .put("org", row.getString("code"))
            .put("name", row.getString("name"))
            .put("state", at == null ? late ? "OVERDUE" : "OPEN" : late ? "LATE" : "REPORTED")
            .put("missing", missing);
    return at == null ? union : union.put("reportedAt", at);
  }

  /** A union says: these are they. */
  static Future<DeskReply> report(DeskTransaction tx, long id, String code) {
    return Orgs.require(tx, code)
        .compose(
            org ->
                require(tx, id)
                    .compose(
                        list -> {
                          if (!list.getInteger("org_id").equals(org.parent())) {
                            throw new Fault.NotFound("the list wants nothing of that union");
                          }
                          return tx.ask(NAMED, org.id());
                        })
                    .compose(rows -> report(tx, id, org, rows)));
  }

  private static Future<DeskReply> report(
      DeskTransaction tx, long id, Org org, Iterable<Row> named) {
    Map<String, Long> ids = new HashMap<>();
    named.forEach(row -> ids.put(row.getString("post"), row.getLong("id")));
    List<Post> missing = new ArrayList<>(Post.REQUIRED);
    missing.removeIf(post -> ids.containsKey(post.name()));
    if (!missing.isEmpty()) {
      return refuse(tx, id, org, ResponsibleBook.missing(missing));
    }
    Long[] reported = ids.values().stream().sorted().toArray(Long[]::new);
    return tx.first(REPORT, id, org.id(), reported, tx.actor().id(), tx.at())
        .compose(
            row ->
                row == null
                    ? refuse(
                        tx,
                        id,
                        org,
                        new DeskReply.Refused(
                            DeskRefusal.STATE_DOES_NOT_ALLOW, org.code() + " has reported"))
                    : document(tx, id)
                        .compose(
                            said ->
                                tx.note(
                                        "names.reported",
                                        Long.toString(id),
                                        List.of(org.id(), Objects.requireNonNull(org.parent())),
                                        new JsonObject().put("org", org.code()))
                                    .map(noted -> DeskReply.made(said, "/v1/name-lists/" + id))));
  }

  private static Future<DeskReply> refuse(
      DeskTransaction tx, long id, Org org, DeskReply.Refused refused) {
    return tx.noteRefused("names.reported", Long.toString(id), List.of(org.id()), refused)
        .map(noted -> refused);
  }
}
