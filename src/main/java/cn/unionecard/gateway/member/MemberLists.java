package cn.unionecard.gateway.member;

import static cn.unionecard.gateway.desk.DeskTransaction.found;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.Spelling;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.privacy.BlindIndex;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The whole list of a union, which comes sheet by sheet: how far it was handled, what came of it,
 * and who does not stand in it any more. Known by the file's digest, so whoever was interrupted
 * goes on where he was. Nobody leaves unless the number of those that would was told back.
 */
final class MemberLists {
  private static final String SHOWN =
      """
      select l.id, l.org, o.code, l.dry, l.last_row, l.handled, l.created, l.changed, l.unchanged,
        l.bad, l.started_at, l.ended_at,
        case when l.ended_at is not null then l.leavers when l.handled = l.last_row
          then (select count(*) from member_list_leavers(l.id)) end as leavers
      from member_list l join org o on o.id = l.org
      """;

  private static final String OPEN =
      SHOWN + " where l.org = $1 and l.digest = $2 and l.dry = $3 and l.ended_at is null";

  private static final String FIND = SHOWN + " where $1 = any (o.path) and l.id = $2";

  private static final String LOCK =
      """
      select l.id, l.org, l.dry, l.handled, l.last_row, l.ended_at
      from member_list l join org o on o.id = l.org
      where $1 = any (o.path) and l.id = $2 for update of l
      """;

  private static final String ADD =
      """
      insert into member_list (org, digest, dry, last_row, staff, started_at)
      values ($1, $2, $3, $4, $5, $6)
      """;

  private static final String SEEN =
      """
      insert into member_list_seen (list, member) select $1, unnest($2::bigint[])
      on conflict do nothing
      """;

  private static final String NAMED =
      """
      select identity_index, row from member_list_named
      where list = $1 and identity_index = any ($2::bytea[])
      """;

  private static final String NAME =
      """
      insert into member_list_named (list, identity_index, row, key_place)
      select $1, w.identity_index, w.row, w.place
      from unnest($2::bytea[], $3::integer[], $4::smallint[]) as w (identity_index, row, place)
      """;

  private static final String COUNT =
      """
      update member_list set handled = $2, created = created + $3, changed = changed + $4,
        unchanged = unchanged + $5, bad = bad + $6
      where id = $1
      """;

  private static final String LEAVE =
      """
      with gone as materialized (select member_list_leavers($1) as id),
      parted as (
        update member set left_at = $2 where id in (select id from gone) returning id),
      ended as (
        update card set status = 'CANCELLED', device_key = null
        where member in (select id from gone) and status <> 'CANCELLED' returning serial),
      codes as (
        delete from card_enrolment where used_at is null and card in (
          select serial from card where member in (select id from gone)))
      select (select count(*) from parted) as people, (select count(*) from ended) as cards
      """;

  private static final String END =
      "update member_list set ended_at = $2, leavers = $3 where id = $1";

  private static final List<String> FORGET =
      List.of(
          "delete from member_list_seen where list = $1",
          "delete from member_list_named where list = $1");

  private MemberLists() {}

  /**
   * Where a sheet stands in a list.
   *
   * @param rows of the file, that the sheet's good rows are
   */
  record Part(long list, int upTo, List<Integer> rows) {}

  /** Who was named by which row of the file; those of one sheet. */
  static final class Named {
    private final Map<Buffer, Integer> first = new HashMap<>();
    private final Map<BlindIndex, Integer> fresh = new HashMap<>();
    private final List<Integer> rows;

    private Named(List<Integer> rows) {
      this.rows = rows;
    }

    /** The other row of the file that names him, too; 0: there is none. */
    int otherRow(BlindIndex index, int place) {
      Integer row =
          index.all().stream().map(first::get).filter(Objects::nonNull).findFirst().orElse(null);
      return row == null || row.equals(rows.get(place)) ? 0 : row;
    }

    /** From now on he is named by that row. */
    void take(BlindIndex index, int place) {
      if (index.all().stream().noneMatch(first::containsKey)) {
        first.put(index.newest(), rows.get(place));
        fresh.put(index, rows.get(place));
      }
    }
  }

  /** Those of a sheet's people that rows before have named. */
  static Future<Named> named(DeskTransaction tx, Part part, List<BlindIndex> indexes) {
    Buffer[] all = indexes.stream().flatMap(index -> index.all().stream()).toArray(Buffer[]::new);
    return tx.ask(NAMED, part.list, all)
        .map(
            rows -> {
              Named named = new Named(part.rows);
              rows.forEach(
                  row -> named.first.put(row.getBuffer("identity_index"), row.getInteger("row")));
              return named;
            });
  }

  /** Writes down who was named by this sheet. */
  private static Future<Void> name(DeskTransaction tx, Part part, Named named) {
    List<Buffer> indexes = new ArrayList<>(named.fresh.size());
    List<Integer> rows = new ArrayList<>(named.fresh.size());
    List<Short> places = new ArrayList<>(named.fresh.size());
    named.fresh.forEach(
        (index, row) -> {
          for (Buffer each : index.all()) {
            indexes.add(each);
            rows.add(row);
            places.add((short) (each == index.first() ? 1 : 2));
          }
        });
    return tx.ask(
            NAME,
            part.list,
            indexes.toArray(Buffer[]::new),
            rows.toArray(Integer[]::new),
            places.toArray(Short[]::new))
        .mapEmpty();
  }

  /** Begins with a list, or finds the one that was begun. */
  static Future<DeskReply> open(
      DeskTransaction tx, String org, String digest, int lastRow, boolean dry) {
    Buffer bytes = Buffer.buffer(HexFormat.of().parseHex(digest));
    return tx.org(org)
        .compose(
            id -> {
              return tx.first(OPEN, id, bytes, dry)
                  .compose(
                      open ->
                          open != null
                              ? Future.succeededFuture(DeskReply.ok(json(open)))
                              : tx.ask(ADD, id, bytes, dry, lastRow, tx.actor().id(), tx.at())
                                  .compose(added -> tx.first(OPEN, id, bytes, dry))
                                  .map(
                                      row ->
                                          DeskReply.made(
                                              json(Objects.requireNonNull(row)),
                                              "/v1/member-lists/" + row.getLong("id"))));
            });
  }

  static Future<DeskReply> find(DeskTransaction tx, long list) {
    return row(tx, FIND, list).map(row -> DeskReply.ok(json(row)));
  }

  private static Future<Row> row(DeskTransaction tx, String sql, long list) {
    return tx.first(sql, tx.actor().org(), list)
        .map(found("no such list under the caller's union"));
  }

  private static JsonObject json(Row row) {
    JsonObject list =
        new JsonObject()
            .put("list", row.getLong("id"))
            .put("org", row.getString("code"))
            .put("dryRun", row.getBoolean("dry"))
            .put("lastRow", row.getInteger("last_row"))
            .put("handled", row.getInteger("handled"))
            .put("created", row.getInteger("created"))
            .put("changed", row.getInteger("changed"))
            .put("unchanged", row.getInteger("unchanged"))
            .put("bad", row.getInteger("bad"))
            .put("startedAt", Spelling.time(row.getOffsetDateTime("started_at")));
    if (row.getLong("leavers") != null) {
      list.put("leavers", row.getLong("leavers"));
    }
    OffsetDateTime ended = row.getOffsetDateTime("ended_at");
    return ended == null ? list : list.put("endedAt", Spelling.time(ended));
  }

  /** Holds the list that a sheet is of, before anything of it is written. */
  static Future<Row> lock(DeskTransaction tx, Part part, boolean dry) {
    return row(tx, LOCK, part.list)
        .map(
            list -> {
              if (list.getBoolean("dry") != dry) {
                throw new Fault.Malformed("dryRun", "the list was begun otherwise");
              }
              if (list.getOffsetDateTime("ended_at") != null) {
                throw new Fault.Malformed("list", "the list has ended");
              }
              if (part.upTo > list.getInteger("last_row")) {
                throw new Fault.Malformed("upTo", "the list has fewer rows");
              }
              return list;
            });
  }

  /** Marks who stood in a sheet, and counts it; what was handled before is not counted again. */
  static Future<Void> mark(
      DeskTransaction tx, Part part, Row list, Named named, List<Long> members, JsonObject answer) {
    return tx.ask(SEEN, part.list, members.toArray(Long[]::new))
        .compose(seen -> name(tx, part, named))
        .compose(
            seen ->
                part.upTo <= list.getInteger("handled")
                    ? Future.succeededFuture()
                    : tx.ask(
                        COUNT,
                        part.list,
                        part.upTo,
                        answer.getInteger("created"),
                        answer.getInteger("changed"),
                        answer.getInteger("unchanged"),
                        answer.getJsonArray("bad").size()))
        .mapEmpty();
  }

  /**
   * Ends a list.
   *
   * @param leavers how many leave, which must be as many as do not stand in it; null: nobody leaves
   */
  static Future<DeskReply> end(DeskTransaction tx, long list, @Nullable Long leavers) {
    return row(tx, LOCK, list)
        .compose(locked -> row(tx, FIND, list))
        .compose(
            now -> {
              Long missing = now.getLong("leavers");
              if (now.getOffsetDateTime("ended_at") != null || missing == null) {
                return Future.succeededFuture(
                    DeskReply.refused(
                        DeskRefusal.STATE_DOES_NOT_ALLOW,
                        "handled up to row "
                            + now.getInteger("handled")
                            + " of "
                            + now.getInteger("last_row")));
              }
              if (leavers != null && !leavers.equals(missing)) {
                return Future.succeededFuture(
                    DeskReply.refused(
                        DeskRefusal.STATE_DOES_NOT_ALLOW, missing + " do not stand in the list"));
              }
              boolean leave = leavers != null && !now.getBoolean("dry");
              return (leave ? leave(tx, list) : Future.succeededFuture(0L))
                  .compose(left -> over(tx, now, left));
            });
  }

  private static Future<Long> leave(DeskTransaction tx, long list) {
    return tx.first(LEAVE, list, tx.at()).map(row -> Objects.requireNonNull(row).getLong("people"));
  }

  private static Future<DeskReply> over(DeskTransaction tx, Row list, long left) {
    long id = list.getLong("id");
    JsonObject detail = json(list).put("leavers", left);
    return tx.ask(END, id, tx.at(), (int) left)
        .compose(ended -> tx.ask(FORGET.get(0), id))
        .compose(ended -> tx.ask(FORGET.get(1), id))
        .compose(
            ended ->
                tx.note(
                    "members.list-ended",
                    list.getString("code"),
                    List.of(list.getInteger("org")),
                    detail))
        .compose(noted -> find(tx, id));
  }
}
