package cn.unionecard.gateway.progress;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.progress.Milestones.Milestone;
import cn.unionecard.gateway.runtime.Clocks;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Unions side by side: each with its task and how far all of its subtree has come. */
final class UnionsPage {
  static final int UNIONS_MAX = 600;

  /** {@code $1} the union at the top, {@code $2} the code behind which, {@code $3} how many. */
  private static final String LINES =
      """
      select o.id, o.code, o.name, o.kind, p.code as parent
      from org o left join org p on p.id = o.parent
      where $1 = any (o.path) and o.code > $2 order by o.code limit $3
      """;

  private static final String DIRECT_LINES =
      """
      select o.id, o.code, o.name, o.kind, p.code as parent
      from org o join org p on p.id = o.parent
      where o.parent = $1 and o.code > $2 order by o.code limit $3
      """;

  /**
   * Of the unions {@code $1} with all below them: sums that are there, less what came after the
   * last day {@code $2}, and what was noted up to then and is in no sum yet. Asked by numbers, and
   * not together with the unions: of a page that it cannot estimate the planner expects one row,
   * and goes through all sums for each.
   */
  static final String SUMS =
      """
      with noted as materialized (
        select org, stage, sum(n) as n, sum(fresh) as fresh from progress_delta where day <= $2::date
        group by org, stage
      )
      select x.org, x.stage, sum(x.n)::bigint as n, sum(x.fresh)::bigint as fresh
      from (
        select s.org, s.stage, s.n, s.fresh from progress_standing s where s.whole and s.org = any ($1::integer[])
        union all
        select d.org, d.stage, -d.n, -d.fresh from progress_day d
        where d.day > $2::date and d.whole and d.org = any ($1::integer[])
        union all
        select a.org, d.stage, d.n, d.fresh from noted d join org o on o.id = d.org
        cross join lateral unnest(o.path) a (org) where a.org = any ($1::integer[])) x
      group by x.org, x.stage
      """;

  static final String TASKS =
      "select org, cards from target where year = $2::smallint and org = any ($1::integer[])";

  private UnionsPage() {}

  /**
   * What is asked for.
   *
   * @param after code behind which
   * @param direct those directly below alone
   */
  record Wish(String org, int year, String after, boolean direct) {}

  /** One union. */
  record Line(
      String code,
      String name,
      String kind,
      @Nullable String parent,
      @Nullable Long task,
      Standing standing) {
    private static Line of(Row row, Map<Integer, Long> tasks, Map<Integer, Standing> standings) {
      Integer id = row.getInteger("id");
      return new Line(
          row.getString("code"),
          row.getString("name"),
          row.getString("kind"),
          row.getString("parent"),
          tasks.get(id),
          Objects.requireNonNullElseGet(standings.get(id), Standing::new));
    }

    /** Thousandths of the task that are activated; null: no task. */
    @Nullable Long permille() {
      return task == null || task == 0
          ? null
          : Long.valueOf(1_000 * standing.of(Stage.ACTIVATED) / task);
    }

    /** Cards that a milestone wants and are not there; null: no task. */
    @Nullable Long behind(@Nullable Milestone milestone) {
      return task == null || milestone == null
          ? null
          : Long.valueOf(Math.max(0, milestone.cards(task) - standing.of(Stage.ACTIVATED)));
    }
  }

  /**
   * The page as it was read.
   *
   * @param milestone the last one that is over, of the union at the top
   * @param next code behind which there are more, or null
   */
  record Page(
      Wish wish,
      String asOf,
      @Nullable Milestone milestone,
      List<Line> lines,
      @Nullable String next) {}

  static Future<Page> read(DeskTransaction tx, Wish wish) {
    LocalDate today = tx.at().atZoneSameInstant(Clocks.CHINA).toLocalDate();
    LocalDate end = LocalDate.of(wish.year(), 12, 31);
    LocalDate last = end.isBefore(today) ? end : today;
    String asOf = Clocks.RFC_3339.format(tx.at());
    return Orgs.require(tx, wish.org())
        .compose(
            org ->
                lines(tx, org.id(), wish, last)
                    .compose(
                        lines ->
                            MilestoneBook.inForce(tx, org.path(), wish.year())
                                .map(found -> page(wish, asOf, lines, passed(found, today)))));
  }

  private static Future<List<Line>> lines(DeskTransaction tx, int org, Wish wish, LocalDate last) {
    return tx.ask(wish.direct() ? DIRECT_LINES : LINES, org, wish.after(), UNIONS_MAX + 1)
        .compose(
            found -> {
              List<Integer> all = new ArrayList<>(found.size());
              found.forEach(row -> all.add(row.getInteger("id")));
              Integer[] ids = all.toArray(Integer[]::new);
              return tx.ask(SUMS, ids, last)
                  .map(UnionsPage::standings)
                  .compose(
                      standings ->
                          tx.ask(TASKS, ids, wish.year())
                              .map(tasks -> lines(found, tasks(tasks), standings)));
            });
  }

  private static List<Line> lines(
      RowSet<Row> found, Map<Integer, Long> tasks, Map<Integer, Standing> standings) {
    List<Line> lines = new ArrayList<>(found.size());
    found.forEach(row -> lines.add(Line.of(row, tasks, standings)));
    return lines;
  }

  private static Map<Integer, Standing> standings(RowSet<Row> rows) {
    Map<Integer, Standing> standings = new HashMap<>();
    rows.forEach(
        row -> standings.computeIfAbsent(row.getInteger("org"), org -> new Standing()).add(row));
    return standings;
  }

  private static Map<Integer, Long> tasks(RowSet<Row> rows) {
    Map<Integer, Long> tasks = new HashMap<>();
    rows.forEach(row -> tasks.put(row.getInteger("org"), row.getLong("cards")));
    return tasks;
  }

  private static @Nullable Milestone passed(Optional<Milestones> found, LocalDate today) {
    return found.flatMap(each -> each.passed(today)).orElse(null);
  }

  private static Page page(
      Wish wish, String asOf, List<Line> lines, @Nullable Milestone milestone) {
    if (lines.size() > UNIONS_MAX) {
      List<Line> some = lines.subList(0, UNIONS_MAX);
      return new Page(wish, asOf, milestone, some, some.get(UNIONS_MAX - 1).code());
    }
    return new Page(wish, asOf, milestone, lines, null);
  }

  static DeskReply document(Page page) {
    JsonArray unions = new JsonArray();
    page.lines().forEach(line -> unions.add(json(line, page.milestone())));
    JsonObject said =
        new JsonObject()
            .put("org", page.wish().org())
            .put("year", page.wish().year())
            .put("asOf", page.asOf())
            .put("unions", unions);
    Milestone milestone = page.milestone();
    if (milestone != null) {
      said.put(
          "milestone",
          new JsonObject()
              .put("day", milestone.day().toString())
              .put("permille", milestone.permille()));
    }
    return DeskReply.ok(page.next() == null ? said : said.put("next", page.next()));
  }

  private static JsonObject json(Line line, @Nullable Milestone milestone) {
    JsonObject union =
        new JsonObject().put("org", line.code()).put("name", line.name()).put("kind", line.kind());
    put(union, "parent", line.parent());
    put(union, "task", line.task());
    put(union, "permille", line.permille());
    put(union, "behind", line.behind(milestone));
    return union.put("stages", line.standing().json());
  }

  private static void put(JsonObject into, String name, @Nullable Object value) {
    JsonObject unused = value == null ? into : into.put(name, value);
  }
}
