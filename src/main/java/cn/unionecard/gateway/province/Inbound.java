package cn.unionecard.gateway.province;

import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.member.Roster;
import cn.unionecard.gateway.model.Fault.Malformed;
import cn.unionecard.gateway.model.Text;
import cn.unionecard.gateway.model.Written;
import cn.unionecard.gateway.province.Change.Fault;
import cn.unionecard.gateway.province.Change.Kind;
import cn.unionecard.gateway.runtime.Sha256;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Takes one change, in one transaction with what is remembered of it. */
final class Inbound {
  private static final String KNOWN =
      """
      select id, taken, digest, bad, key_place from province_row
      where kind = $1 and subject = any ($2) order by (key_place = $3) desc limit 1 for update
      """;

  /** What a key of before has marked is marked by the newer from now on. */
  private static final String MARK =
      "update province_row set subject = $2, digest = null, key_place = $3 where id = $1";

  private static final String TAKE =
      """
      insert into province_row as r (kind, subject, taken, digest, shown, org, place, at, key_place)
      values ($1, $2, $3, $4, $5,
        (select o.id from org o, province_link l where o.code = $6 and l.org = any (o.path)), $7, $8, $9)
      on conflict (kind, subject) do update set taken = $3, digest = $4, shown = $5, org = excluded.org,
        place = $7, at = $8, key_place = $9, bad = case when r.bad > $3 then r.bad end,
        field = case when r.bad > $3 then r.field end, reason = case when r.bad > $3 then r.reason end
      """;

  private static final String REFUSE =
      """
      insert into province_row as r (kind, subject, bad, field, reason, shown, org, place, at, key_place)
      values ($1, $2, $3, $4, $5, $6,
        (select o.id from org o, province_link l where o.code = $7 and l.org = any (o.path)), $8, $9,
        $10)
      on conflict (kind, subject) do update set bad = $3, field = $4, reason = $5, shown = $6,
        org = coalesce(excluded.org, r.org), place = $8, at = $9
      """;

  private static final String ORG =
      """
      select o.id, o.name, o.kind, o.area_code, p.code as parent, $2 = any (o.path) as ours
      from org o left join org p on p.id = o.parent where o.code = $1
      """;

  private static final String PARENT = "select id from org where code = $1 and $2 = any (path)";

  private static final String ADD_ORG =
      """
      insert into org (id, code, parent, kind, name, area_code, path)
      select n.id, $1, p.id, $3, $4, $5, p.path || n.id
      from org p, (select nextval('org_id')::integer as id) n where p.id = $2
      on conflict (code) do nothing returning id
      """;

  private static final String RENAME = "update org set name = $2 where id = $1";

  private static final Set<String> ORG_KINDS =
      Set.of("CITY", "COUNTY", "DISTRICT", "ZONE", "INDUSTRY", "CITY_DIRECT", "PRIMARY");

  private static final int NAME_MAX = 100;

  /** What became of it. */
  enum Outcome {
    TAKEN,
    /** A union that was not there: what waited for it can be taken now. */
    UNION_ADDED,
    /** Nothing new. */
    KNOWN,
    BAD
  }

  private final Roster roster;

  /**
   * @param roster of this event loop
   */
  Inbound(Roster roster) {
    this.roster = roster;
  }

  /** Marks by which a change is known: the newest first. */
  record Marks(List<Buffer> subjects, Buffer digest, int place) {
    Buffer subject() {
      return subjects.get(0);
    }
  }

  /** A person is marked so that nobody is told who he is. */
  Marks marks(Change change) {
    Roster.Mark digest = roster.mark(change.text());
    List<Buffer> subjects =
        switch (change.kind()) {
          case ORG -> List.of(Buffer.buffer(change.subject().getBytes(StandardCharsets.UTF_8)));
          case MEMBER -> roster.mark(change.subject()).all();
          case NEITHER ->
              roster.mark(change.subject()).all().stream()
                  .map(mark -> Buffer.buffer(Sha256.of(mark.getBytes())))
                  .toList();
        };
    return new Marks(subjects, digest.all().get(0), digest.place());
  }

  /**
   * Takes it, if it is above what was taken. What cannot be taken keeps nothing lower from being.
   *
   * @param place behind which it was found
   */
  Future<Outcome> take(DeskTransaction tx, Change change, String place) {
    Marks marks = marks(change);
    return tx.first(
            KNOWN,
            change.kind().name(),
            marks.subjects().toArray(Buffer[]::new),
            (short) marks.place())
        .compose(
            known ->
                known == null || known.getInteger("key_place") == marks.place()
                    ? take(tx, change, marks, known, place)
                    : tx.ask(MARK, known.getLong("id"), marks.subject(), (short) marks.place())
                        .compose(marked -> take(tx, change, place)));
  }

  private Future<Outcome> take(
      DeskTransaction tx, Change change, Marks marks, @Nullable Row known, String place) {
    Long taken = known == null ? null : known.getLong("taken");
    if (known != null && taken != null && change.revision() <= taken) {
      Buffer digest = known.getBuffer("digest");
      if (change.revision() == taken && digest == null) {
        return keep(tx, change, marks, place).map(kept -> Outcome.KNOWN);
      }
      return change.revision() < taken || marks.digest().equals(digest)
          ? Future.succeededFuture(Outcome.KNOWN)
          : refuse(tx, change, marks, known, TWO_WORDS, place);
    }
    return apply(tx, change)
        .compose(
            done -> {
              Fault fault = done.fault();
              return fault == null
                  ? keep(tx, change, marks, place).map(kept -> done.outcome())
                  : refuse(tx, change, marks, known, fault, place);
            });
  }

  private static final Fault TWO_WORDS =
      new Fault("revision", "同一版本有两种内容 · one revision has two contents");

  private record Done(Outcome outcome, @Nullable Fault fault) {
    static Done bad(String field, String reason) {
      return new Done(Outcome.BAD, new Fault(field, reason));
    }
  }

  private static String org(Change change) {
    return change.kind() == Kind.ORG ? change.subject() : change.member("org");
  }

  private static Future<Void> keep(DeskTransaction tx, Change change, Marks marks, String place) {
    return tx.ask(
            TAKE,
            change.kind().name(),
            marks.subject(),
            change.revision(),
            marks.digest(),
            change.shown(),
            org(change),
            place,
            tx.at(),
            (short) marks.place())
        .mapEmpty();
  }

  private static Future<Outcome> refuse(
      DeskTransaction tx,
      Change change,
      Marks marks,
      @Nullable Row known,
      Fault fault,
      String place) {
    Long bad = known == null ? null : known.getLong("bad");
    if (bad != null && bad > change.revision()) {
      return Future.succeededFuture(Outcome.BAD); // a later one says why
    }
    return tx.ask(
            REFUSE,
            change.kind().name(),
            marks.subject(),
            change.revision(),
            fault.field(),
            fault.reason(),
            change.shown(),
            org(change),
            place,
            tx.at(),
            (short) marks.place())
        .map(kept -> Outcome.BAD);
  }

  private Future<Done> apply(DeskTransaction tx, Change change) {
    if (change.fault() != null) {
      return Future.succeededFuture(new Done(Outcome.BAD, change.fault()));
    }
    if (change.kind() == Kind.ORG) {
      return union(tx, change);
    }
    Future<Roster.Taken> taken =
        change.isLeaving() ? roster.part(tx, change.subject()) : roster.enter(tx, change.entry());
    return taken.map(
        what ->
            what.isBad()
                ? Done.bad(String.valueOf(what.field()), String.valueOf(what.reason()))
                : new Done(Outcome.TAKEN, null));
  }

  private static Future<Done> union(DeskTransaction tx, Change change) {
    String name = change.member("name").strip();
    if (!Written.ORG.matcher(change.subject()).matches()) {
      return bad("code", "工会编码格式不符 · code is no code of a union");
    }
    try {
      String unused = Text.line("name", name, NAME_MAX);
    } catch (Malformed e) {
      return bad("name", "名称为空、过长或不是一行 · name is empty, too long or not one line");
    }
    if (!ORG_KINDS.contains(change.member("orgKind"))) {
      return bad("orgKind", "类别不在范围内 · orgKind is none that there is");
    }
    if (!Written.AREA.matcher(change.member("areaCode")).matches()) {
      return bad("areaCode", "行政区划应为6位数字 · areaCode has not six digits");
    }
    return tx.first(ORG, change.subject(), tx.actor().org())
        .compose(row -> row == null ? add(tx, change, name) : correct(tx, change, name, row));
  }

  private static Future<Done> bad(String field, String reason) {
    return Future.succeededFuture(Done.bad(field, reason));
  }

  private static Future<Done> add(DeskTransaction tx, Change change, String name) {
    return tx.first(PARENT, change.member("parent"), tx.actor().org())
        .compose(
            parent ->
                parent == null
                    ? bad("parent", "本级工会范围内没有该上级 · no such union under the account's")
                    : tx.first(
                            ADD_ORG,
                            change.subject(),
                            parent.getInteger("id"),
                            change.member("orgKind"),
                            name,
                            change.member("areaCode"))
                        .compose(
                            row ->
                                row == null
                                    ? bad("code", "编码刚被占用 · the code has just been taken")
                                    : noted(tx, "org.added", change, row.getInteger("id"))
                                        .map(n -> new Done(Outcome.UNION_ADDED, null))));
  }

  private static Future<Done> correct(DeskTransaction tx, Change change, String name, Row row) {
    if (!row.getBoolean("ours")) {
      return bad("code", "该工会不在本级范围内 · the union is not under the account's");
    }
    boolean isElsewhere =
        !change.member("parent").equals(row.getString("parent"))
            || !change.member("orgKind").equals(row.getString("kind"))
            || !change.member("areaCode").equals(row.getString("area_code"));
    if (isElsewhere) {
      return bad("parent", "上级、类别、区划须由管理员变更 · what is not its name, an administrator changes");
    }
    return name.equals(row.getString("name"))
        ? Future.succeededFuture(new Done(Outcome.TAKEN, null))
        : tx.ask(RENAME, row.getInteger("id"), name)
            .compose(set -> noted(tx, "org.renamed", change, row.getInteger("id")))
            .map(n -> new Done(Outcome.TAKEN, null));
  }

  private static Future<Void> noted(DeskTransaction tx, String action, Change change, int org) {
    JsonObject detail =
        new JsonObject()
            .put("name", change.member("name"))
            .put("parent", change.member("parent"))
            .put("revision", change.revision());
    return tx.note(action, change.subject(), List.of(org), detail);
  }
}
