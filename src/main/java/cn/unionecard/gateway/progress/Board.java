package cn.unionecard.gateway.progress;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.progress.Milestones.Milestone;
import cn.unionecard.gateway.progress.Orgs.Org;
import cn.unionecard.gateway.runtime.Clocks;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How far one union and all below it have come in a year, day by day, against its milestones. */
final class Board {
  /**
   * What came on each day, with what was before the first as one. {@code $1} the union, {@code $2}
   * the day before the first, {@code $3} the last.
   */
  static final String DAYS =
      """
      select greatest(day, $2::date) as day, stage, sum(n)::bigint as n, sum(fresh)::bigint as fresh
      from (
        select day, stage, n, fresh from progress_day where org = $1 and whole and day <= $3::date
        union all
        select d.day, d.stage, d.n, d.fresh from progress_delta d join org o on o.id = d.org
        where $1 = any (o.path) and d.day <= $3::date) x
      group by 1, 2 order by 1
      """;

  private static final String TASK =
      "select cards, document_no, above from target where org = $1 and year = $2";

  private final Org org;
  private final int year;
  private final LocalDate today;
  private final LocalDate last;
  private final List<Long> activated = new ArrayList<>();
  private final JsonArray days = new JsonArray();
  private final Standing standing = new Standing();

  private Board(Org org, int year, LocalDate today) {
    this.org = org;
    this.year = year;
    this.today = today;
    LocalDate end = LocalDate.of(year, 12, 31);
    this.last = end.isBefore(today) ? end : today;
  }

  static Future<DeskReply> read(DeskTransaction tx, String code, int year) {
    LocalDate today = tx.at().atZoneSameInstant(Clocks.CHINA).toLocalDate();
    return Orgs.require(tx, code)
        .compose(
            org -> {
              Board board = new Board(org, year, today);
              return tx.ask(DAYS, org.id(), board.first().minusDays(1), board.last)
                  .map(board::count)
                  .compose(counted -> tx.first(TASK, org.id(), year))
                  .compose(
                      task ->
                          MilestoneBook.inForce(tx, org.path(), year)
                              .map(found -> board.document(tx, task, found)));
            });
  }

  private LocalDate first() {
    return LocalDate.of(year, 1, 1);
  }

  /** Sums up day after day, also where nothing came. */
  private Board count(RowSet<Row> rows) {
    LocalDate day = first().minusDays(1);
    for (Row row : rows) {
      LocalDate at = row.getLocalDate("day");
      while (day.isBefore(at)) {
        close(day);
        day = day.plusDays(1);
      }
      standing.add(row);
    }
    while (!day.isAfter(last)) {
      close(day);
      day = day.plusDays(1);
    }
    return this;
  }

  private void close(LocalDate day) {
    activated.add(standing.of(Stage.ACTIVATED));
    if (!day.isBefore(first())) {
      days.add(standing.brief().put("day", day.toString()));
    }
  }

  /** Cards activated at the end of a day of the year, or the day before it. */
  private long at(LocalDate day) {
    int place = (int) (day.toEpochDay() - first().toEpochDay()) + 1;
    return place < 0 || activated.isEmpty()
        ? 0
        : activated.get(Math.min(place, activated.size() - 1));
  }

  private DeskReply document(
      DeskTransaction tx, @Nullable Row task, Optional<Milestones> milestones) {
    JsonObject said =
        new JsonObject()
            .put("org", org.code())
            .put("name", org.name())
            .put("year", year)
            .put("asOf", Clocks.RFC_3339.format(tx.at()))
            .put("stages", standing.json())
            .put("days", days);
    Long cards = task == null ? null : task.getLong("cards");
    if (task != null) {
      said.put("task", TargetBook.task(task));
    }
    Optional<Forecast> forecast = forecast();
    if (cards != null) {
      forecast.ifPresent(found -> said.put("forecast", found.json(cards)));
    }
    milestones.ifPresent(found -> said.put("milestones", milestones(found, cards, forecast)));
    return DeskReply.ok(said);
  }

  /** Of the year that it is. */
  private Optional<Forecast> forecast() {
    LocalDate from = today.minusDays(Forecast.DAYS + 1);
    return today.getYear() == year
        ? Optional.of(
            new Forecast(
                today,
                standing.of(Stage.ACTIVATED),
                at(today.minusDays(1)) - at(from.isBefore(first()) ? first().minusDays(1) : from)))
        : Optional.empty();
  }

  private JsonObject milestones(
      Milestones found, @Nullable Long task, Optional<Forecast> forecast) {
    JsonArray entries = new JsonArray();
    found
        .entries()
        .forEach(
            one -> {
              JsonObject entry =
                  new JsonObject().put("day", one.day().toString()).put("permille", one.permille());
              if (task != null) {
                measured(entry, one, one.cards(task), forecast);
              }
              entries.add(entry);
            });
    JsonObject said =
        new JsonObject().put("documentNo", found.documentNo()).put("entries", entries);
    if (found.org() != null) {
      said.put("org", found.org());
    }
    return found.rounds() == null ? said : said.put("rounds", found.rounds());
  }

  private void measured(JsonObject entry, Milestone one, long wanted, Optional<Forecast> forecast) {
    entry.put("cards", wanted);
    boolean over = one.day().isBefore(today);
    long reached = at(over ? one.day() : last);
    if (over || !first().isAfter(today)) {
      entry.put("activated", reached);
    }
    entry.put("state", reached >= wanted ? "REACHED" : over ? "MISSED" : "OPEN");
    if (!over) {
      forecast.ifPresent(found -> entry.put("forecast", found.at(one.day())));
    }
  }
}
