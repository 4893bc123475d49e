package cn.unionecard.gateway.progress;

import static cn.unionecard.gateway.desk.DeskTransaction.found;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.Spelling;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.progress.Orgs.Org;
import cn.unionecard.gateway.runtime.Clocks;
import cn.unionecard.gateway.runtime.keys.Kek;
import cn.unionecard.gateway.runtime.watch.Masking;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.security.SecureRandom;
import java.time.LocalDate;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who is responsible at a union now, and who was before. Names and telephones lie encrypted and are
 * shown masked; whoever wants one in full says why, and the audit keeps that.
 */
final class ResponsibleBook {
  private static final String LIST =
      """
      select r.post, r.department, r.name_mask, r.phone_mask, r.since, r.until, r.handed_over,
        s.login as named_by
      from responsible r join staff s on s.id = r.named_by
      where r.org = $1
      order by r.until desc nulls first, case when r.until is null then array_position(
        array['LEADER', 'DEPARTMENT', 'OFFICER', 'RECEIVING_DESK'], r.post) end, r.id desc
      limit 200
      """;

  private static final String NOW =
      """
      select id, since from responsible where org = $1 and post = $2 and until is null for update
      """;

  private static final String NUMBER =
      "select nextval(pg_get_serial_sequence('responsible', 'id')) as id";

  private static final String END =
      "update responsible set until = $2, handed_over = $3 where id = $1";

  private static final String ADD =
      """
      insert into responsible (id, org, post, department, contact, name_mask, phone_mask, since,
        named_by, named_at)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
      """;

  private static final String CONTACT =
      """
      select id, post, department, contact from responsible
      where org = $1 and post = $2 and until is null
      """;

  /** Of the nearest union upwards that has named one. */
  private static final String DESK =
      """
      select r.id, o.code, o.name, r.department, r.contact
      from org mine join org o on o.id = any (mine.path)
      join responsible r on r.org = o.id and r.post = 'RECEIVING_DESK' and r.until is null
      where mine.id = $1 order by cardinality(o.path) desc limit 1
      """;

  private final Kek kek;
  private final SecureRandom random;

  ResponsibleBook(Kek kek, SecureRandom random) {
    this.kek = kek;
    this.random = random;
  }

  /**
   * Somebody who is named.
   *
   * @param department of a post that has one
   * @param handedOver what his predecessor handed over
   */
  record Naming(
      Post post,
      @Nullable String department,
      Contact contact,
      @Nullable LocalDate since,
      @Nullable String handedOver) {}

  static Future<DeskReply> read(DeskTransaction tx, String org) {
    return Orgs.require(tx, org).compose(found -> document(tx, found)).map(DeskReply::ok);
  }

  private static Future<JsonObject> document(DeskTransaction tx, Org org) {
    return tx.ask(LIST, org.id())
        .map(
            rows -> {
              JsonArray posts = new JsonArray();
              JsonArray history = new JsonArray();
              Set<Post> missing = EnumSet.copyOf(Post.REQUIRED);
              for (Row row : rows) {
                if (row.getLocalDate("until") == null) {
                  missing.remove(Post.valueOf(row.getString("post")));
                  posts.add(json(row));
                } else {
                  history.add(json(row));
                }
              }
              JsonArray names = new JsonArray();
              missing.forEach(post -> names.add(post.name()));
              return new JsonObject()
                  .put("org", org.code())
                  .put("name", org.name())
                  .put("missing", names)
                  .put("posts", posts)
                  .put("history", history);
            });
  }

  private static JsonObject json(Row row) {
    JsonObject one = new JsonObject().put("post", row.getString("post"));
    if (row.getString("department") != null) {
      one.put("department", row.getString("department"));
    }
    one.put("name", row.getString("name_mask"))
        .put("phone", row.getString("phone_mask"))
        .put("since", row.getLocalDate("since").toString())
        .put("namedBy", row.getString("named_by"));
    LocalDate until = row.getLocalDate("until");
    return until == null
        ? one
        : one.put("until", until.toString()).put("handedOver", row.getString("handed_over"));
  }

  /** Names somebody; whoever had the post hands over to him. */
  Future<DeskReply> name(DeskTransaction tx, String org, Naming naming) {
    return Orgs.require(tx, org)
        .compose(
            found ->
                tx.first(NOW, found.id(), naming.post().name())
                    .compose(before -> name(tx, found, naming, before)));
  }

  private Future<DeskReply> name(DeskTransaction tx, Org org, Naming naming, @Nullable Row before) {
    LocalDate today = tx.at().atZoneSameInstant(Clocks.CHINA).toLocalDate();
    LocalDate since = naming.since() == null ? today : naming.since();
    if (before == null && naming.handedOver() != null) {
      throw new Fault.Malformed("handedOver", "there is nobody who hands over");
    }
    if (before != null && naming.handedOver() == null) {
      throw new Fault.Malformed("handedOver", "somebody has this post: say what he hands over");
    }
    if (since.isAfter(today) || before != null && since.isBefore(before.getLocalDate("since"))) {
      throw new Fault.Malformed("since", "since lies in the future, or before his predecessor");
    }
    Future<Void> ended =
        before == null
            ? Future.succeededFuture()
            : tx.ask(END, before.getLong("id"), since, naming.handedOver()).mapEmpty();
    JsonObject detail = new JsonObject().put("post", naming.post().name());
    if (naming.handedOver() != null) {
      detail.put("handedOver", Masking.mask(naming.handedOver()));
    }
    return ended
        .compose(done -> tx.first(NUMBER))
        .compose(number -> add(tx, org, naming, since, Objects.requireNonNull(number)))
        .compose(added -> document(tx, org))
        .compose(
            said ->
                tx.note("responsible.named", org.code(), List.of(org.id()), detail)
                    .map(noted -> DeskReply.made(said, "/v1/responsible/" + org.code())));
  }

  private Future<Void> add(
      DeskTransaction tx, Org org, Naming naming, LocalDate since, Row number) {
    long id = number.getLong("id");
    Contact contact = naming.contact();
    return tx.ask(
            ADD,
            id,
            org.id(),
            naming.post().name(),
            naming.department(),
            Buffer.buffer(contact.wrapped(kek, id, random)),
            contact.nameMask(),
            contact.phoneMask(),
            since,
            tx.actor().id(),
            tx.at())
        .mapEmpty();
  }

  /** Somebody in full, for a reason. */
  Future<DeskReply> contact(DeskTransaction tx, String org, Post post, String reason) {
    return Orgs.require(tx, org)
        .compose(
            found ->
                tx.first(CONTACT, found.id(), post.name())
                    .map(found("nobody has that post"))
                    .compose(
                        row -> {
                          JsonObject said = plain(row).put("org", org).put("post", post.name());
                          JsonObject detail =
                              new JsonObject()
                                  .put("post", post.name())
                                  .put("reason", Masking.mask(reason));
                          return tx.note("responsible.read", org, List.of(found.id()), detail)
                              .map(noted -> DeskReply.ok(said));
                        }));
  }

  private JsonObject plain(Row row) {
    JsonObject said = new JsonObject();
    if (row.getString("department") != null) {
      said.put("department", row.getString("department"));
    }
    Buffer wrapped = row.getBuffer("contact");
    if (wrapped == null) {
      throw new Fault.NotFound("the name was forgotten");
    }
    Contact contact = Contact.unwrapped(kek, row.getLong("id"), wrapped.getBytes());
    return said.put("name", contact.name()).put("phone", contact.phone());
  }

  /** Where the caller's union turns to; its name is there to be called. */
  Future<DeskReply> desk(DeskTransaction tx) {
    return tx.first(DESK, tx.actor().org())
        .map(found("no union upwards has named its receiving desk"))
        .map(
            row ->
                DeskReply.ok(
                    plain(row)
                        .put("org", row.getString("code"))
                        .put("orgName", row.getString("name"))));
  }

  /** What a refusal says of those that are missing. */
  static DeskReply.Refused missing(List<Post> posts) {
    return new DeskReply.Refused(DeskRefusal.EVIDENCE_MISSING, "nobody is named as " + posts);
  }

  static @Nullable String time(Row row, String column) {
    return Spelling.time(row.getOffsetDateTime(column));
  }
}
