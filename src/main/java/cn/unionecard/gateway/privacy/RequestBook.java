package cn.unionecard.gateway.privacy;

import static cn.unionecard.gateway.desk.DeskTransaction.found;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.Spelling;
import cn.unionecard.gateway.desk.WorkingDays;
import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.CardNo;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.runtime.Clocks;
import cn.unionecard.gateway.runtime.watch.Masking;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What members ask for: a copy, a correction, to be forgotten. Each has a day by which it is done,
 * {@value #WORKING_DAYS_MAX} working days on; whoever asks the same again while it waits gets what
 * waits.
 *
 * <pre>
 * ASKED ─┬─ DO → DONE        (DELETION: by an approver who did not take it down)
 *        ├─ REFUSE → REFUSED (says why)
 *        └─ the member → WITHDRAWN
 * </pre>
 */
final class RequestBook {
  static final int WORKING_DAYS_MAX = 15;
  private static final int PAGE_ROWS = 50;

  private static final String SHOWN =
      """
      select r.id, r.card, r.kind, r.state, r.words, r.staff, r.asked_at, r.due_at, r.ended_at,
        r.reason, m.id as member, m.org as org_id, o.code as org, c.holder_mask, k.wrapped,
        t.login as taken_by, e.login as ended_by
      from data_request r join member m on m.id = r.member join org o on o.id = m.org
      join card c on c.serial = r.card
      left join member_key k on k.member = m.id
      left join staff t on t.id = r.staff left join staff e on e.id = r.ended_by
      """;

  private static final String MINE =
      SHOWN
          + """
          where r.member = (select member from card where serial = $1)
          order by r.id desc limit 50
          """;

  private static final String OPEN =
      SHOWN
          + """
          where r.member = (select member from card where serial = $1) and r.kind = $2
            and r.state = 'ASKED'
          """;

  private static final String LIST =
      SHOWN
          + """
          where $1 = any (o.path) and ($2::text is null or r.state = $2) and r.id < $3
          order by r.id desc limit $4
          """;

  private static final String FIND = SHOWN + " where $1 = any (o.path) and r.id = $2";

  private static final String FIND_MINE =
      SHOWN + " where r.member = (select member from card where serial = $1) and r.id = $2";

  private static final String LOCK = " for update of r";

  /** Whoever asks, with his key; nobody asks for somebody that was forgotten. */
  private static final String WHO =
      """
      select m.id as member, m.org as org_id, m.forgotten_at, k.wrapped
      from card c join member m on m.id = c.member join org o on o.id = m.org
      left join member_key k on k.member = m.id
      where c.serial = $1 and ($2::integer is null or $2 = any (o.path)) for update of m
      """;

  private static final String ADD =
      """
      insert into data_request (member, card, kind, state, words, staff, asked_at, due_at)
      values ($1, $2, $3, 'ASKED', $4, $5, $6, $7) returning id
      """;

  private static final String END =
      """
      update data_request set state = $2, words = null,
        ended_at = greatest(asked_at, $3), ended_by = $4, reason = $5
      where id = $1
      """;

  /** What is asked for. */
  enum Kind {
    ACCESS,
    CORRECTION,
    DELETION
  }

  /** How it stands. */
  enum State {
    ASKED,
    DONE,
    REFUSED,
    WITHDRAWN
  }

  /** What staff make of it. */
  enum Step {
    DO,
    REFUSE
  }

  /**
   * A step with what it needs.
   *
   * @param reason of a refusal
   * @param name of a correction, and so the others: what is right; null: stays as it is
   */
  record Wish(
      Step step,
      @Nullable String reason,
      @Nullable String name,
      @Nullable String identity,
      @Nullable String phone) {
    boolean corrects() {
      return name != null || identity != null || phone != null;
    }

    @Override
    public String toString() {
      return "Wish[" + step + "]";
    }
  }

  private final MemberVault vault;
  private final Reads reads;

  /**
   * @param vault of this event loop
   */
  RequestBook(MemberVault vault, Reads reads) {
    this.vault = vault;
    this.reads = reads;
  }

  /** The member's own, newest first. */
  Future<DeskReply> mine(DeskTransaction tx, CardNo card) {
    return tx.ask(MINE, card.serial())
        .map(
            rows -> {
              JsonArray all = new JsonArray();
              rows.forEach(row -> all.add(own(row, tx.at())));
              return DeskReply.ok(new JsonObject().put("requests", all));
            });
  }

  /**
   * Takes a request down.
   *
   * @param words what he says to it; masked and stored under his key
   * @param within the union whose subtree he must be of; null: he asks himself
   */
  Future<DeskReply> ask(
      DeskTransaction tx,
      CardNo card,
      Kind kind,
      @Nullable String words,
      @Nullable Integer within) {
    return tx.first(WHO, card.serial(), within)
        .map(found("no such card under the caller's union"))
        .compose(
            who -> {
              if (who.getOffsetDateTime("forgotten_at") != null) {
                return Future.succeededFuture(
                    DeskReply.refused(DeskRefusal.PERSONAL_DATA_FORGOTTEN));
              }
              return tx.first(OPEN, card.serial(), kind.name())
                  .compose(
                      open ->
                          open == null
                              ? add(tx, card, kind, words, who)
                              : Future.succeededFuture(
                                  DeskReply.ok(
                                      within == null ? own(open, tx.at()) : json(open, tx.at()))));
            });
  }

  private Future<DeskReply> add(
      DeskTransaction tx, CardNo card, Kind kind, @Nullable String words, Row who) {
    long member = who.getLong("member");
    return tx.ask(WorkingDays.KNOWN, tx.at().atZoneSameInstant(Clocks.CHINA).toLocalDate())
        .compose(
            days -> {
              OffsetDateTime due =
                  WorkingDays.of(days)
                      .after(tx.at().toInstant(), WORKING_DAYS_MAX, WorkingDays.Unit.WORKING_DAYS)
                      .atOffset(ZoneOffset.UTC);
              return tx.first(
                  ADD,
                  member,
                  card.serial(),
                  kind.name(),
                  sealed(who, words),
                  tx.staff(),
                  tx.at(),
                  due);
            })
        .compose(
            added -> {
              long id = Objects.requireNonNull(added).getLong("id");
              JsonObject detail = new JsonObject().put("kind", kind.name()).put("request", id);
              detail.put("by", tx.staff() == null ? "MEMBER" : "STAFF");
              return tx.note(
                      "privacy.asked", card.digits(), List.of(who.getInteger("org_id")), detail)
                  .compose(noted -> tx.first(FIND_MINE, card.serial(), id));
            })
        .map(
            row -> {
              Row made = Objects.requireNonNull(row);
              JsonObject document = tx.staff() == null ? own(made, tx.at()) : json(made, tx.at());
              return DeskReply.made(document, "/v1/data-requests/" + made.getLong("id"));
            });
  }

  private @Nullable Buffer sealed(Row who, @Nullable String words) {
    Buffer wrapped = who.getBuffer("wrapped");
    if (words == null) {
      return null;
    }
    long member = who.getLong("member");
    return Buffer.buffer(
        wrapped == null
            ? vault.encryptAsBefore(Column.WORDS, member, words)
            : vault.open(member, wrapped.getBytes()).encrypt(Column.WORDS, words));
  }

  /** The member thinks better of it. */
  Future<DeskReply> withdraw(DeskTransaction tx, CardNo card, long id) {
    return tx.first(FIND_MINE + LOCK, card.serial(), id)
        .map(found("no such request"))
        .compose(
            row -> {
              if (!row.getString("state").equals(State.ASKED.name())) {
                return Future.succeededFuture(over(row));
              }
              return end(tx, id, State.WITHDRAWN, null)
                  .compose(
                      ended ->
                          tx.note(
                              "privacy.ended",
                              card.digits(),
                              List.of(row.getInteger("org_id")),
                              detail(row, State.WITHDRAWN)))
                  .compose(noted -> tx.first(FIND_MINE, card.serial(), id))
                  .map(now -> DeskReply.ok(own(Objects.requireNonNull(now), tx.at())));
            });
  }

  private static DeskReply over(Row row) {
    return DeskReply.refused(
        DeskRefusal.STATE_DOES_NOT_ALLOW, "the request is " + row.getString("state"));
  }

  private static Future<Void> end(
      DeskTransaction tx, long id, State state, @Nullable String reason) {
    Integer by = state == State.WITHDRAWN ? null : tx.staff();
    return tx.ask(END, id, state.name(), tx.at(), by, reason).mapEmpty();
  }

  private static JsonObject detail(Row row, State state) {
    return new JsonObject()
        .put("kind", row.getString("kind"))
        .put("request", row.getLong("id"))
        .put("state", state.name());
  }

  /** Those of the caller's subtree, newest first. */
  static Future<DeskReply> list(DeskTransaction tx, @Nullable String state, long before) {
    return tx.ask(LIST, tx.actor().org(), state, before, PAGE_ROWS + 1)
        .map(
            rows -> {
              JsonArray all = new JsonArray();
              JsonObject page = new JsonObject().put("requests", all);
              for (Row row : rows) {
                if (all.size() == PAGE_ROWS) {
                  page.put("next", all.getJsonObject(PAGE_ROWS - 1).getLong("request"));
                  break;
                }
                all.add(json(row, tx.at()));
              }
              return DeskReply.ok(page);
            });
  }

  /** One of them, with what he says to it while it waits; that is a look at him. */
  Future<DeskReply> find(DeskTransaction tx, long id) {
    return row(tx, FIND, id)
        .compose(
            row -> {
              JsonObject document = json(row, tx.at());
              Buffer words = row.getBuffer("words");
              Buffer wrapped = row.getBuffer("wrapped");
              if (words == null) {
                return Future.succeededFuture(DeskReply.ok(document));
              }
              String said =
                  vault.read(
                      Column.WORDS,
                      row.getLong("member"),
                      wrapped == null ? null : wrapped.getBytes(),
                      words.getBytes());
              return reads.through(
                  tx,
                  look(row, Reads.What.HOLDER),
                  () -> Future.succeededFuture(DeskReply.ok(document.put("words", said))));
            });
  }

  private static Reads.Look look(Row row, Reads.What what) {
    return new Reads.Look(what, row.getLong("member"), 1, "办理本人申请 request " + row.getLong("id"));
  }

  private static Future<Row> row(DeskTransaction tx, String sql, long id) {
    return tx.first(sql, tx.actor().org(), id)
        .map(found("no such request under the caller's union"));
  }

  /** The copy that somebody has asked for, to be handed over while the request waits. */
  Future<DeskReply> copy(DeskTransaction tx, long id, boolean csv) {
    return row(tx, FIND, id)
        .compose(
            row -> {
              if (!row.getString("kind").equals(Kind.ACCESS.name())
                  || !row.getString("state").equals(State.ASKED.name())) {
                return Future.succeededFuture(over(row));
              }
              CardNo card = new CardNo(row.getLong("card"));
              JsonObject detail = new JsonObject().put("request", id);
              return reads.through(
                  tx,
                  look(row, Reads.What.COPY),
                  () ->
                      tx.note(
                              "personal.copied",
                              card.digits(),
                              List.of(row.getInteger("org_id")),
                              detail)
                          .compose(noted -> OwnData.copy(tx, card, vault, csv)));
            });
  }

  /** Takes a step. */
  Future<DeskReply> take(DeskTransaction tx, long id, Wish wish) {
    return row(tx, FIND + LOCK, id)
        .compose(
            row -> {
              if (!row.getString("state").equals(State.ASKED.name())) {
                return Future.succeededFuture(over(row));
              }
              Kind kind = Kind.valueOf(row.getString("kind"));
              if (wish.corrects() != (kind == Kind.CORRECTION && wish.step == Step.DO)) {
                return Future.succeededFuture(
                    DeskReply.refused(
                        DeskRefusal.STATE_DOES_NOT_ALLOW,
                        "name, identity or phone stand where a correction is done, only there"));
              }
              return switch (wish.step) {
                case REFUSE -> finish(tx, row, State.REFUSED, Objects.requireNonNull(wish.reason));
                case DO ->
                    switch (kind) {
                      case ACCESS -> finish(tx, row, State.DONE, null);
                      case CORRECTION ->
                          new Correction(vault)
                              .make(tx, row.getLong("member"), wish)
                              .compose(
                                  refused ->
                                      refused == null
                                          ? finish(tx, row, State.DONE, null)
                                          : Future.succeededFuture(refused));
                      case DELETION -> delete(tx, row);
                    };
              };
            });
  }

  private Future<DeskReply> delete(DeskTransaction tx, Row row) {
    if (Objects.equals(row.getInteger("staff"), tx.staff())) {
      return refuse(tx, row, DeskRefusal.SAME_PERSON);
    }
    if (!tx.actor().roles().contains(Caller.Role.APPROVER)) {
      throw new Fault.Forbidden("an approver decides on a deletion");
    }
    long member = row.getLong("member");
    return end(tx, row.getLong("id"), State.DONE, null)
        .compose(ended -> Forgetting.forget(tx, member))
        .compose(forgotten -> noted(tx, row, State.DONE));
  }

  private static Future<DeskReply> refuse(DeskTransaction tx, Row row, DeskRefusal refusal) {
    DeskReply.Refused refused = new DeskReply.Refused(refusal, refusal.english);
    return tx.noteRefused(
            "privacy.ended",
            new CardNo(row.getLong("card")).digits(),
            List.of(row.getInteger("org_id")),
            refused)
        .map(noted -> refused);
  }

  private static Future<DeskReply> finish(
      DeskTransaction tx, Row row, State state, @Nullable String reason) {
    return end(tx, row.getLong("id"), state, reason == null ? null : Masking.mask(reason))
        .compose(ended -> noted(tx, row, state));
  }

  private static Future<DeskReply> noted(DeskTransaction tx, Row row, State state) {
    return tx.note(
            "privacy.ended",
            new CardNo(row.getLong("card")).digits(),
            List.of(row.getInteger("org_id")),
            detail(row, state))
        .compose(noted -> row(tx, FIND, row.getLong("id")))
        .map(now -> DeskReply.ok(json(now, tx.at())));
  }

  /** As the member sees it. */
  private static JsonObject own(Row row, OffsetDateTime now) {
    JsonObject one =
        new JsonObject()
            .put("request", row.getLong("id"))
            .put("kind", row.getString("kind"))
            .put("state", row.getString("state"))
            .put("askedAt", Spelling.time(row.getOffsetDateTime("asked_at")))
            .put("dueAt", Spelling.time(row.getOffsetDateTime("due_at")))
            .put(
                "overdue",
                row.getOffsetDateTime("ended_at") == null
                    && !now.isBefore(row.getOffsetDateTime("due_at")));
    if (row.getOffsetDateTime("ended_at") != null) {
      one.put("endedAt", Spelling.time(row.getOffsetDateTime("ended_at")));
    }
    return row.getString("reason") == null ? one : one.put("reason", row.getString("reason"));
  }

  /** As staff see it. */
  private static JsonObject json(Row row, OffsetDateTime now) {
    JsonObject one =
        own(row, now)
            .put("cardNo", new CardNo(row.getLong("card")).digits())
            .put("org", row.getString("org"))
            .put("holder", row.getString("holder_mask"));
    if (row.getString("taken_by") != null) {
      one.put("takenBy", row.getString("taken_by"));
    }
    return row.getString("ended_by") == null ? one : one.put("endedBy", row.getString("ended_by"));
  }
}
