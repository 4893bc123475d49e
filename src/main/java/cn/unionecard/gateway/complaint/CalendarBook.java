package cn.unionecard.gateway.complaint;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.Spelling;
import cn.unionecard.gateway.desk.StatutoryHolidays;
import cn.unionecard.gateway.desk.WorkingDays;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.runtime.Clocks;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The working days of each year and the limits of complaints, as the top union enters them. Nothing
 * is overwritten: what was in force before stays to be read.
 */
final class CalendarBook {
  /** Whatever runs today ends within so many days; the year it ends in has to be known. */
  static final int AHEAD_DAYS = 120;

  private static final String IS_TOP = "select parent is null as top from org where id = $1";

  private static final String DROP =
      "delete from holiday_calendar where day >= $1 and day < $2 and valid_from >= $3";

  private static final String END =
      """
      update holiday_calendar set valid_to = $3
      where day >= $1 and day < $2 and (valid_to is null or valid_to > $3)
      """;

  private static final String ADD =
      """
      insert into holiday_calendar (day, kind, source, valid_from)
      select d, 'HOLIDAY', $1::text, $2::date from unnest($3::date[]) d
      union all
      select d, 'WORKDAY', $1::text, $2::date from unnest($4::date[]) d
      """;

  private static final String EDITION =
      """
      insert into calendar_edition (year, source, staff, at) values ($1, $2, $3, $4) returning id
      """;

  private static final String EDITIONS =
      """
      select distinct on (e.year) e.year, e.source, e.at, s.login
      from calendar_edition e left join staff s on s.id = e.staff order by e.year, e.id desc
      """;

  private static final String LIMITS =
      """
      select kind, severity, clock, amount, unit, source, valid_from from complaint_limit
      where valid_to is null or valid_to > $1 order by clock, kind, severity, valid_from
      """;

  private static final String END_LIMIT =
      """
      update complaint_limit set valid_to = $4
      where kind = $1 and severity = $2 and clock = $3 and valid_from < $4
        and (valid_to is null or valid_to > $4)
      """;

  private static final String SET_LIMIT =
      """
      insert into complaint_limit (kind, severity, clock, amount, unit, source, valid_from)
      values ($1, $2, $3, $4, $5, $6, $7)
      on conflict (kind, severity, clock, valid_from) do update
        set amount = excluded.amount, unit = excluded.unit, source = excluded.source,
          valid_to = null
      """;

  private static final String MISSING =
      """
      select y.year from unnest($1::integer[]) y (year)
      where not exists (select from calendar_edition e where e.year = y.year) order by 1
      """;

  /**
   * A year as its notice has it.
   *
   * @param holidays all days off, also those on weekends
   * @param workdays weekends that are worked instead
   */
  record Year(int year, String source, List<LocalDate> holidays, List<LocalDate> workdays) {
    Year {
      holidays = holidays.stream().distinct().sorted().toList();
      workdays = workdays.stream().distinct().sorted().toList();
      for (LocalDate day : holidays) {
        require(day.getYear() == year, "holidays", day + " is not of " + year);
        require(!workdays.contains(day), "workdays", day + " is a holiday, too");
      }
      for (LocalDate day : workdays) {
        boolean weekend = Set.of(DayOfWeek.SATURDAY, DayOfWeek.SUNDAY).contains(day.getDayOfWeek());
        require(day.getYear() == year, "workdays", day + " is not of " + year);
        require(weekend, "workdays", day + " is no weekend");
        require(!StatutoryHolidays.contains(day), "workdays", day + " is a holiday by law");
      }
      LocalDate first = LocalDate.of(year, 1, 1);
      List<LocalDate> off = holidays;
      first
          .datesUntil(first.plusYears(1))
          .filter(StatutoryHolidays::contains)
          .forEach(day -> require(off.contains(day), "holidays", day + " is a holiday by law"));
    }

    private static void require(boolean holds, String field, String otherwise) {
      if (!holds) {
        throw new Fault.Malformed(field, otherwise);
      }
    }
  }

  /** A limit from that day on. */
  record Limit(
      String kind,
      String severity,
      String clock,
      int amount,
      WorkingDays.Unit unit,
      String source,
      @Nullable LocalDate validFrom) {}

  private CalendarBook() {}

  private static Future<@Nullable DeskReply> onlyTop(DeskTransaction tx) {
    return tx.first(IS_TOP, tx.actor().org())
        .map(
            row ->
                Objects.requireNonNull(row).getBoolean("top")
                    ? null
                    : DeskReply.refused(DeskRefusal.TOP_UNION_DECIDES));
  }

  static Future<DeskReply> enter(DeskTransaction tx, Year year) {
    return onlyTop(tx)
        .compose(refused -> refused != null ? Future.succeededFuture(refused) : entered(tx, year));
  }

  private static Future<DeskReply> entered(DeskTransaction tx, Year year) {
    LocalDate first = LocalDate.of(year.year(), 1, 1);
    LocalDate next = first.plusYears(1);
    LocalDate today = today(tx);
    JsonObject detail =
        new JsonObject()
            .put("source", year.source())
            .put("holidays", texts(year.holidays()))
            .put("workdays", texts(year.workdays()));
    return tx.ask(DROP, first, next, today)
        .compose(dropped -> tx.ask(END, first, next, today))
        .compose(
            ended ->
                tx.ask(
                    ADD,
                    year.source(),
                    today,
                    year.holidays().toArray(LocalDate[]::new),
                    year.workdays().toArray(LocalDate[]::new)))
        .compose(added -> tx.ask(EDITION, year.year(), year.source(), tx.actor().id(), tx.at()))
        .compose(
            made ->
                tx.note(
                    "calendar.entered",
                    Integer.toString(year.year()),
                    List.of(tx.actor().org()),
                    detail))
        .map(noted -> DeskReply.made(detail.copy().put("year", year.year()), "/v1/working-days"));
  }

  static Future<DeskReply> read(DeskTransaction tx) {
    return tx.ask(EDITIONS)
        .compose(
            editions ->
                tx.ask(MISSING, (Object) soon(today(tx)))
                    .map(missing -> DeskReply.ok(json(editions, missing))));
  }

  private static JsonObject json(Iterable<Row> editions, Iterable<Row> missing) {
    JsonArray years = new JsonArray();
    for (Row row : editions) {
      JsonObject year =
          new JsonObject()
              .put("year", row.getInteger("year"))
              .put("source", row.getString("source"))
              .put("at", Spelling.time(row.getOffsetDateTime("at")));
      if (row.getString("login") != null) {
        year.put("by", row.getString("login"));
      }
      years.add(year);
    }
    JsonArray absent = new JsonArray();
    missing.forEach(row -> absent.add(row.getInteger("year")));
    return new JsonObject().put("years", years).put("missing", absent);
  }

  /** Years that deadlines reach and nobody has entered. */
  static Future<List<Integer>> missing(Pool pool, LocalDate today) {
    return pool.preparedQuery(MISSING)
        .execute(Tuple.tuple().addArrayOfInteger(soon(today)))
        .map(
            rows -> {
              List<Integer> years = new ArrayList<>();
              rows.forEach(row -> years.add(row.getInteger("year")));
              return List.copyOf(years);
            });
  }

  private static Integer[] soon(LocalDate today) {
    return new Integer[] {today.getYear(), today.plusDays(AHEAD_DAYS).getYear()};
  }

  static Future<DeskReply> limits(DeskTransaction tx) {
    return tx.ask(LIMITS, today(tx))
        .map(
            rows -> {
              JsonArray limits = new JsonArray();
              rows.forEach(
                  row ->
                      limits.add(
                          new JsonObject()
                              .put("kind", row.getString("kind"))
                              .put("severity", row.getString("severity"))
                              .put("clock", row.getString("clock"))
                              .put("amount", row.getInteger("amount"))
                              .put("unit", row.getString("unit"))
                              .put("source", row.getString("source"))
                              .put("validFrom", row.getLocalDate("valid_from").toString())));
              return DeskReply.ok(new JsonObject().put("limits", limits));
            });
  }

  static Future<DeskReply> setLimit(DeskTransaction tx, Limit limit) {
    return onlyTop(tx)
        .compose(refused -> refused != null ? Future.succeededFuture(refused) : limited(tx, limit));
  }

  private static Future<DeskReply> limited(DeskTransaction tx, Limit limit) {
    LocalDate from = limit.validFrom() == null ? today(tx) : limit.validFrom();
    if (from.isBefore(today(tx))) {
      throw new Fault.Malformed(
          "validFrom", "validFrom lies in the past; clocks have started by it");
    }
    JsonObject said =
        new JsonObject()
            .put("kind", limit.kind())
            .put("severity", limit.severity())
            .put("clock", limit.clock())
            .put("amount", limit.amount())
            .put("unit", limit.unit().name())
            .put("source", limit.source())
            .put("validFrom", from.toString());
    return tx.ask(END_LIMIT, limit.kind(), limit.severity(), limit.clock(), from)
        .compose(
            ended ->
                tx.ask(
                    SET_LIMIT,
                    limit.kind(),
                    limit.severity(),
                    limit.clock(),
                    limit.amount(),
                    limit.unit().name(),
                    limit.source(),
                    from))
        .compose(
            set ->
                tx.note(
                    "complaint.limit",
                    limit.clock() + " " + limit.kind() + " " + limit.severity(),
                    List.of(tx.actor().org()),
                    said))
        .map(noted -> DeskReply.made(said, "/v1/complaint-limits"));
  }

  private static LocalDate today(DeskTransaction tx) {
    return tx.at().atZoneSameInstant(Clocks.CHINA).toLocalDate();
  }

  private static JsonArray texts(List<LocalDate> days) {
    JsonArray texts = new JsonArray();
    days.forEach(day -> texts.add(day.toString()));
    return texts;
  }
}
