package cn.unionecard.gateway.progress;

import static cn.unionecard.gateway.desk.DeskTransaction.found;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.Office;
import cn.unionecard.gateway.desk.Spelling;
import cn.unionecard.gateway.desk.Sweep;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.runtime.Clocks;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Notices by a schedule. On the first day after each period the gateway writes one down in the name
 * of the clerk who ordered it, with the figures of that moment; it waits for an approver as every
 * other. A period is written once, whichever node comes first; those that passed meanwhile are not
 * made up for, for their figures are gone.
 */
final class NoticeSchedules {
  private static final int PAGE_ROWS = 100;

  private static final String LIST =
      """
      select s.id, o.code as org, s.every, s.kind, s.title, s.text, s.document_no, s.criteria, t.login,
        s.ordered_at, s.next_on, s.ended_at, r.until, n.no as notice
      from notice_schedule s join org o on o.id = s.org join staff t on t.id = s.staff
      left join lateral (
        select until, notice from notice_schedule_run r where r.schedule = s.id
        order by until desc limit 1) r on true
      left join notice n on n.id = r.notice
      where $1 = any (o.path) and ($2::bigint is null or s.id = $2) and s.id < $3
      order by s.id desc limit $4
      """;

  private static final String ADD =
      """
      insert into notice_schedule (org, every, kind, title, text, document_no, criteria, staff, ordered_at,
        next_on)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id
      """;

  private static final String END =
      """
      update notice_schedule s set ended_at = $2, ended_by = $3 from org o
      where s.id = $1 and o.id = s.org and $4 = any (o.path) and s.ended_at is null
      returning s.id, s.org
      """;

  private static final String DUE =
      """
      select id from notice_schedule
      where id > $1 and ended_at is null and next_on <= $3 order by id limit $2
      """;

  private static final String ORDERED = "select staff from notice_schedule where id = $1";

  /** Whoever comes second finds it done. */
  private static final String TAKE =
      """
      select s.id, s.org as org_id, o.code as org, s.every, s.kind, s.title, s.text, s.document_no, s.criteria,
        s.next_on
      from notice_schedule s join org o on o.id = s.org
      where s.id = $1 and s.ended_at is null and s.next_on <= $2 for update of s skip locked
      """;

  private static final String RAN =
      """
      insert into notice_schedule_run (schedule, until, at, notice)
      values ($1, $2, $3, (select id from notice where no = $4))
      """;

  private static final String NEXT = "update notice_schedule set next_on = $2 where id = $1";

  /** Nobody is there in whose name it could go on. */
  private static final String STOP = "update notice_schedule set ended_at = $2 where id = $1";

  /** How often. */
  enum Every {
    MONTH(1),
    QUARTER(3);

    final int months;

    Every(int months) {
      this.months = months;
    }

    /** The first day of the period that holds this one. */
    LocalDate first(LocalDate day) {
      return LocalDate.of(day.getYear(), (day.getMonthValue() - 1) / months * months + 1, 1);
    }

    /** The first day behind that period. */
    LocalDate next(LocalDate day) {
      return first(day).plusMonths(months);
    }

    /** How the period that ends before that day is called. */
    String period(LocalDate next) {
      LocalDate first = next.minusMonths(months);
      return this == MONTH
          ? first.getYear() + "年" + first.getMonthValue() + "月"
          : first.getYear() + "年第" + (first.getMonthValue() / months + 1) + "季度";
    }
  }

  /** As it is ordered; the words are those of a notice without its period. */
  record Order(String org, Every every, Frozen.Words words, Criteria criteria) {}

  private final Pool pool;
  private final Office office;
  private final Clock clock;
  private final SecureRandom random;

  NoticeSchedules(Pool pool, Office office, Clock clock, SecureRandom random) {
    this.pool = pool;
    this.office = office;
    this.clock = clock;
    this.random = random;
  }

  static Future<DeskReply> list(DeskTransaction tx, long before) {
    return tx.ask(LIST, tx.actor().org(), null, before, PAGE_ROWS)
        .map(
            rows -> {
              JsonArray all = new JsonArray();
              Long last = null;
              for (Row row : rows) {
                all.add(json(row));
                last = row.getLong("id");
              }
              JsonObject said = new JsonObject().put("schedules", all);
              return DeskReply.ok(
                  last == null || all.size() < PAGE_ROWS ? said : said.put("next", last));
            });
  }

  private static Future<JsonObject> find(DeskTransaction tx, long id) {
    return tx.first(LIST, tx.actor().org(), id, Long.MAX_VALUE, 1)
        .map(row -> json(Objects.requireNonNull(row)));
  }

  private static JsonObject json(Row row) {
    JsonObject schedule =
        new JsonObject()
            .put("schedule", row.getLong("id"))
            .put("org", row.getString("org"))
            .put("every", row.getString("every"))
            .put("kind", row.getString("kind"))
            .put("title", row.getString("title"))
            .put("text", row.getString("text"))
            .put("documentNo", row.getString("document_no"))
            .put("criteria", row.getJsonObject("criteria"))
            .put("orderedBy", row.getString("login"))
            .put("orderedAt", Spelling.time(row.getOffsetDateTime("ordered_at")));
    if (row.getOffsetDateTime("ended_at") == null) {
      schedule.put("nextOn", row.getLocalDate("next_on").toString());
    } else {
      schedule.put("endedAt", Spelling.time(row.getOffsetDateTime("ended_at")));
    }
    if (row.getLocalDate("until") != null) {
      schedule.put("lastUntil", row.getLocalDate("until").toString());
    }
    return row.getString("notice") == null
        ? schedule
        : schedule.put("lastNotice", row.getString("notice"));
  }

  static Future<DeskReply> order(DeskTransaction tx, Order order) {
    LocalDate today = tx.at().atZoneSameInstant(Clocks.CHINA).toLocalDate();
    Frozen.Words words = order.words();
    return Orgs.require(tx, order.org())
        .compose(
            org ->
                tx.first(
                        ADD,
                        org.id(),
                        order.every().name(),
                        words.kind().name(),
                        words.title(),
                        words.text(),
                        words.documentNo(),
                        order.criteria().json(),
                        tx.actor().id(),
                        tx.at(),
                        order.every().next(today))
                    .map(row -> Objects.requireNonNull(row).getLong("id"))
                    .compose(
                        id ->
                            find(tx, id)
                                .compose(
                                    said ->
                                        noted(tx, "notice.schedule-ordered", id, org.id(), said)
                                            .map(
                                                done ->
                                                    DeskReply.made(
                                                        said, "/v1/notice-schedules")))));
  }

  private static Future<Void> noted(
      DeskTransaction tx, String action, long id, int org, JsonObject said) {
    JsonObject detail =
        new JsonObject()
            .put("every", said.getString("every"))
            .put("title", said.getString("title"));
    return tx.note(action, "schedule " + id, List.of(org), detail);
  }

  static Future<DeskReply> end(DeskTransaction tx, long id) {
    return tx.first(LIST, tx.actor().org(), id, Long.MAX_VALUE, 1)
        .map(found("no such schedule under the caller's union"))
        .compose(there -> tx.first(END, id, tx.at(), tx.actor().id(), tx.actor().org()))
        .compose(
            ended ->
                ended == null
                    ? Future.succeededFuture(
                        DeskReply.refused(DeskRefusal.STATE_DOES_NOT_ALLOW, "it has ended"))
                    : find(tx, id)
                        .compose(
                            said ->
                                noted(
                                        tx,
                                        "notice.schedule-ended",
                                        id,
                                        ended.getInteger("org"),
                                        said)
                                    .map(done -> DeskReply.ok(said))));
  }

  // ---- what the gateway does by itself

  private LocalDate today() {
    return LocalDate.ofInstant(clock.instant(), Clocks.CHINA);
  }

  Sweep.Due<Long> due() {
    return Sweep.byDay(pool, DUE, clock);
  }

  /** False: another node was quicker. */
  Future<Boolean> write(Long id) {
    return pool.preparedQuery(ORDERED)
        .execute(Tuple.of(id))
        .map(rows -> rows.iterator().next().getInteger("staff"))
        .compose(staff -> office.inTheNameOf(staff, Role.CLERK, tx -> write(tx, id)))
        .compose(done -> done.isPresent() ? Future.succeededFuture(done) : stop(id))
        .map(Optional::get);
  }

  private Future<Optional<Boolean>> stop(long id) {
    return pool.preparedQuery(STOP)
        .execute(Tuple.of(id, clock.instant().atOffset(ZoneOffset.UTC)))
        .map(stopped -> Optional.of(true));
  }

  private Future<Boolean> write(DeskTransaction tx, long id) {
    return tx.first(TAKE, id, today())
        .compose(
            row -> row == null ? Future.succeededFuture(false) : write(tx, row).map(done -> true));
  }

  private Future<?> write(DeskTransaction tx, Row row) {
    Every every = Every.valueOf(row.getString("every"));
    LocalDate next = every.first(today());
    LocalDate from = next.minusMonths(every.months);
    LocalDate until = next.minusDays(1);
    Frozen.Words words =
        new Frozen.Words(
            NoticeBook.Kind.valueOf(row.getString("kind")),
            row.getString("title") + "（" + every.period(next) + "）",
            row.getString("text"),
            row.getString("document_no"),
            from.toString(),
            until.toString());
    NoticeBook.Draft draft =
        new NoticeBook.Draft(
            row.getString("org"),
            until.getYear(),
            words,
            Criteria.of(row.getJsonObject("criteria")),
            null);
    String no = Spelling.no(random);
    long id = row.getLong("id");
    return NoticeBook.draft(tx, draft, no)
        .compose(written -> tx.ask(RAN, id, until, tx.at(), no))
        .compose(ran -> tx.ask(NEXT, id, every.next(today())));
  }
}
