package cn.unionecard.gateway.complaint;

import static cn.unionecard.gateway.desk.DeskTransaction.found;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.Spelling;
import cn.unionecard.gateway.desk.WorkingDays;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.model.Fault;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.OffsetDateTime;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads complaints, as far as the reader may know of them, and files their evidence. */
final class ComplaintBook {
  private static final int PAGE_ROWS = 100;

  private static final String COLUMNS =
      """
      select c.id, c.no, c.kind, c.severity, c.state, m.merchant_no, o.code as owner, c.opened_at,
        c.deadline, c.upheld, c.text, c.closed_at,
        c.overdue_at is not null or coalesce(c.deadline <= $1, false) as overdue
      from complaint c join org o on o.id = c.owner left join merchant m on m.id = c.merchant
      """;

  private static final String LIST =
      COLUMNS
          + """
          where complaint_seen(c.lane, c.owner, c.merchant, $2) and c.no > $3
            and ($4::text is null or c.state = $4)
            and (not $5 or (c.closed_at is null
              and (c.overdue_at is not null or c.deadline <= $1)))
            and ($7::text is null or o.code = $7)
          order by c.no limit $6
          """;

  /** Those that are open, the first due first; behind them those on which no clock runs. */
  private static final String DUE =
      COLUMNS
          + """
          where complaint_seen(c.lane, c.owner, c.merchant, $2)
            and c.closed_at is null
            and (coalesce(c.deadline, 'infinity'), c.no) > ($3::timestamptz, $4::bpchar)
            and ($5::text is null or c.state = $5)
            and (not $6 or c.overdue_at is not null or c.deadline <= $1)
            and ($8::text is null or o.code = $8)
          order by coalesce(c.deadline, 'infinity'), c.no limit $7
          """;

  private static final String FIND =
      COLUMNS + "where c.no = $3 and complaint_seen(c.lane, c.owner, c.merchant, $2)";

  private static final String OWN = COLUMNS + "where c.no = $2 and c.token_hash = $3";

  private static final String STEPS =
      """
      select s.step, s.from_state, s.to_state, s.hand, f.login, b.code as owner_before,
        a.code as owner_after, s.at, s.deadline_before, s.deadline_after, s.text
      from complaint_step s join org b on b.id = s.owner_before join org a on a.id = s.owner_after
      left join staff f on f.id = s.staff
      where s.complaint = $1 order by s.id
      """;

  private static final String EVIDENCE =
      """
      select reference, encode(digest, 'hex') as digest, size_bytes, media_type, at
      from complaint_evidence where complaint = $1 order by id
      """;

  private static final String FILE =
      """
      insert into complaint_evidence
        (complaint, reference, digest, size_bytes, media_type, staff, at)
      values ($1, $2, $3, $4, $5, $6, $7) on conflict (complaint, digest) do nothing returning id
      """;

  private static final String COUNTS =
      """
      select o.code as owner, c.state, count(*) as complaints,
        count(*) filter (where c.closed_at is null
          and (c.overdue_at is not null or c.deadline <= $1)) as overdue
      from complaint c join org o on o.id = c.owner
      where complaint_seen(c.lane, c.owner, c.merchant, $2)
      group by 1, 2 order by 1, 2
      """;

  /** Evidence that lies elsewhere: where, and what it has to be. */
  record Paper(String reference, String digest, int sizeBytes, String mediaType) {
    Paper {
      if (sizeBytes < 1) {
        throw new Fault.Malformed("sizeBytes", "sizeBytes is at least 1");
      }
    }
  }

  private ComplaintBook() {}

  /**
   * Which complaints are wanted.
   *
   * @param owner code of the union that has to act, or null
   */
  record Wish(@Nullable String state, boolean overdue, @Nullable String owner) {}

  static Future<DeskReply> list(DeskTransaction tx, Wish wish, String after) {
    return tx.ask(
            LIST,
            tx.at(),
            tx.actor().org(),
            after,
            wish.state(),
            wish.overdue(),
            PAGE_ROWS,
            wish.owner())
        .compose(rows -> all(tx, rows))
        .map(DeskReply::ok);
  }

  /** A page of those that are open, in the order in which they are due. */
  static Future<DeskReply> due(DeskTransaction tx, Wish wish, DuePlace after) {
    return tx.ask(
            DUE,
            tx.at(),
            tx.actor().org(),
            after.due(),
            after.no(),
            wish.state(),
            wish.overdue(),
            PAGE_ROWS + 1,
            wish.owner())
        .compose(rows -> all(tx, rows).map(page -> page(rows, page)));
  }

  private static DeskReply page(RowSet<Row> rows, JsonObject page) {
    if (rows.size() <= PAGE_ROWS) {
      return DeskReply.ok(page);
    }
    JsonArray complaints = page.getJsonArray("complaints");
    Object unused = complaints.remove(PAGE_ROWS);
    Row last = null;
    int n = 0;
    for (Row row : rows) {
      if (n++ < PAGE_ROWS) {
        last = row;
      }
    }
    return DeskReply.ok(page.put("next", DuePlace.of(Objects.requireNonNull(last)).text()));
  }

  private static Future<JsonObject> all(DeskTransaction tx, RowSet<Row> rows) {
    return ComplaintClocks.calendar(tx)
        .map(
            days -> {
              JsonArray all = new JsonArray();
              rows.forEach(row -> all.add(brief(row, days, tx.at())));
              return new JsonObject().put("complaints", all);
            });
  }

  static Future<DeskReply> counts(DeskTransaction tx) {
    return tx.ask(COUNTS, tx.at(), tx.actor().org())
        .map(
            rows -> {
              JsonArray all = new JsonArray();
              rows.forEach(
                  row ->
                      all.add(
                          new JsonObject()
                              .put("owner", row.getString("owner"))
                              .put("state", row.getString("state"))
                              .put("complaints", row.getLong("complaints"))
                              .put("overdue", row.getLong("overdue"))));
              return DeskReply.ok(new JsonObject().put("counts", all));
            });
  }

  static Future<DeskReply> find(DeskTransaction tx, String no) {
    return tx.first(FIND, tx.at(), tx.actor().org(), no)
        .map(found("no such complaint"))
        .compose(row -> whole(tx, row, true));
  }

  /** For the opener: who acted for the union is not his to know. */
  static Future<DeskReply> own(DeskTransaction tx, String no, byte[] tokenHash) {
    return tx.first(OWN, tx.at(), no, Spelling.bytes(tokenHash))
        .map(found("no such complaint"))
        .compose(row -> whole(tx, row, false));
  }

  private static Future<DeskReply> whole(DeskTransaction tx, Row row, boolean inside) {
    return ComplaintClocks.calendar(tx)
        .map(days -> brief(row, days, tx.at()).put("text", row.getString("text")))
        .compose(complaint -> whole(tx, complaint, row.getLong("id"), inside));
  }

  private static Future<DeskReply> whole(
      DeskTransaction tx, JsonObject complaint, long id, boolean inside) {
    return tx.ask(STEPS, id)
        .compose(
            steps -> {
              JsonArray all = new JsonArray();
              steps.forEach(step -> all.add(step(step, inside)));
              complaint.put("steps", all);
              return tx.ask(EVIDENCE, id);
            })
        .map(
            papers -> {
              JsonArray all = new JsonArray();
              papers.forEach(paper -> all.add(paper(paper)));
              return DeskReply.ok(complaint.put("evidence", all));
            });
  }

  static Future<DeskReply> file(DeskTransaction tx, ComplaintRow row, Paper paper) {
    if (row.state().isEnd()) {
      return Future.succeededFuture(DeskReply.refused(DeskRefusal.STATE_DOES_NOT_ALLOW));
    }
    return tx.first(
            FILE,
            row.id(),
            paper.reference(),
            Spelling.bytes(HexFormat.of().parseHex(paper.digest())),
            paper.sizeBytes(),
            paper.mediaType(),
            tx.staff(),
            tx.at())
        .map(
            filed ->
                filed == null
                    ? DeskReply.refused(DeskRefusal.ALREADY_TAKEN, "digest")
                    : DeskReply.made(
                        new JsonObject().put("complaint", row.no()).put("digest", paper.digest()),
                        "/v1/complaints/" + row.no()));
  }

  private static JsonObject brief(Row row, WorkingDays days, OffsetDateTime now) {
    OffsetDateTime deadline = row.getOffsetDateTime("deadline");
    JsonObject complaint =
        new JsonObject()
            .put("complaint", row.getString("no"))
            .put("kind", row.getString("kind"))
            .put("severity", row.getString("severity"))
            .put("state", row.getString("state"))
            .put("owner", row.getString("owner"))
            .put("openedAt", Spelling.time(row.getOffsetDateTime("opened_at")))
            .put("overdue", row.getBoolean("overdue"));
    put(complaint, "merchantNo", row.getString("merchant_no"));
    if (deadline != null) {
      complaint
          .put("deadline", Spelling.time(deadline))
          .put("workingDaysLeft", days.left(now.toInstant(), deadline.toInstant()));
    }
    put(complaint, "closedAt", Spelling.time(row.getOffsetDateTime("closed_at")));
    put(complaint, "upheld", row.getBoolean("upheld"));
    return complaint;
  }

  private static JsonObject step(Row row, boolean inside) {
    JsonObject step =
        new JsonObject()
            .put("step", row.getString("step"))
            .put("from", row.getString("from_state"))
            .put("to", row.getString("to_state"))
            .put("hand", row.getString("hand"))
            .put("at", Spelling.time(row.getOffsetDateTime("at")))
            .put("ownerBefore", row.getString("owner_before"))
            .put("ownerAfter", row.getString("owner_after"));
    put(step, "deadlineBefore", Spelling.time(row.getOffsetDateTime("deadline_before")));
    put(step, "deadlineAfter", Spelling.time(row.getOffsetDateTime("deadline_after")));
    // what the merchant says is for the union: it may name somebody
    boolean hidden = !inside && row.getString("step").equals(ComplaintStep.SAY.name());
    put(step, "text", hidden ? null : row.getString("text"));
    put(step, "staff", inside ? row.getString("login") : null);
    return step;
  }

  private static JsonObject paper(Row row) {
    return new JsonObject()
        .put("reference", row.getString("reference"))
        .put("digest", row.getString("digest"))
        .put("sizeBytes", row.getInteger("size_bytes"))
        .put("mediaType", row.getString("media_type"))
        .put("at", Spelling.time(row.getOffsetDateTime("at")));
  }

  private static void put(JsonObject object, String name, @Nullable Object value) {
    if (value != null) {
      JsonObject unused = object.put(name, value);
    }
  }
}
