package cn.unionecard.gateway.union;

import static cn.unionecard.gateway.desk.DeskTransaction.found;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.model.DeskRefusal;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.util.List;

/** The tree of organisations, as far as the caller may see it. */
final class OrgBook {
  static final int PAGE_ROWS = 200;

  /** In the order of their codes, which begin with those of the organisations above. */
  private static final String LIST =
      """
      select o.id, o.code, p.code as parent, o.kind, o.name, o.area_code
      from org o left join org p on p.id = o.parent
      where $1 = any (o.path) and o.code > $2
      order by o.code limit $3
      """;

  private static final String FIND =
      """
      select o.id, o.code, p.code as parent, o.kind, o.name, o.area_code
      from org o left join org p on p.id = o.parent
      where $1 = any (o.path) and o.code = $2
      """;

  private static final String ADD =
      """
      insert into org (id, code, parent, kind, name, area_code, path)
      select n.id, $2, p.id, $3, $4, $5, p.path || n.id
      from org p, (select nextval('org_id')::integer as id) n
      where p.id = $1
      on conflict (code) do nothing
      returning id
      """;

  /** A new organisation, as it was asked for. */
  record Draft(String code, String parent, Kind kind, String name, String areaCode) {}

  /** Kinds of organisations that are set up below another. */
  enum Kind {
    CITY,
    COUNTY,
    DISTRICT,
    ZONE,
    INDUSTRY,
    CITY_DIRECT,
    PRIMARY
  }

  private OrgBook() {}

  static Future<DeskReply> list(DeskTransaction tx, String after) {
    return tx.ask(LIST, tx.actor().org(), after, PAGE_ROWS)
        .map(
            rows -> {
              JsonArray orgs = new JsonArray();
              rows.forEach(row -> orgs.add(json(row)));
              return DeskReply.ok(new JsonObject().put("orgs", orgs));
            });
  }

  static Future<DeskReply> find(DeskTransaction tx, String code) {
    return tx.first(FIND, tx.actor().org(), code)
        .map(found(DeskTransaction.NO_ORG))
        .map(row -> DeskReply.ok(json(row)));
  }

  static Future<DeskReply> add(DeskTransaction tx, Draft draft) {
    return tx.org(draft.parent())
        .compose(
            parent ->
                tx.first(
                    ADD, parent, draft.code(), draft.kind().name(), draft.name(), draft.areaCode()))
        .compose(
            row -> {
              if (row == null) {
                return Future.succeededFuture(DeskReply.refused(DeskRefusal.ALREADY_TAKEN, "code"));
              }
              JsonObject org =
                  new JsonObject()
                      .put("code", draft.code())
                      .put("parent", draft.parent())
                      .put("kind", draft.kind().name())
                      .put("name", draft.name())
                      .put("areaCode", draft.areaCode());
              return tx.note("org.added", draft.code(), List.of(row.getInteger("id")), org)
                  .map(noted -> DeskReply.made(org, "/v1/orgs/" + draft.code()));
            });
  }

  private static JsonObject json(Row row) {
    JsonObject org = new JsonObject().put("code", row.getString("code"));
    if (row.getString("parent") != null) {
      org.put("parent", row.getString("parent"));
    }
    return org.put("kind", row.getString("kind"))
        .put("name", row.getString("name"))
        .put("areaCode", row.getString("area_code").strip());
  }
}
