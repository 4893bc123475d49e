package cn.unionecard.gateway.progress;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.progress.Milestones.Milestone;
import cn.unionecard.gateway.runtime.Clocks;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Unions side by side: each with its task and how far all of its subtree has come. */
final class UnionsPage {
  static final int UNIONS_MAX = 600;

  /**
   * {@code $1} the union at the top, {@code $2} the code behind which, {@code $3} how many, {@code
   * $4} the last day that counts, {@code $5} the year, {@code $6} whether only those directly
   * below. Counts of the subtree are sums that are there, less what came after the last day.
   */
  static final String LINES =
      """
      with line as materialized (
        select o.id, o.code, o.name, o.kind, p.code as parent
        from org o left join org p on p.id = o.parent
        where $1 = any (o.path) and o.code > $2 and (not $6::boolean or o.parent = $1)
        order by o.code limit $3
      ), counted as materialized (
        select x.org, x.stage, sum(x.n) as n, sum(x.fresh) as fresh
        from (
          select s.org, s.stage, s.n, s.fresh from progress_standing s where s.whole
          union all
          select d.org, d.stage, -d.n, -d.fresh from progress_day d where d.day > $4::date and d.whole
          union all
          select a.org, d.stage, d.n, d.fresh from progress_delta d join org o on o.id = d.org
          cross join lateral unnest(o.path) a (org) where d.day <= $4::date) x
        join line l on l.id = x.org
        group by x.org, x.stage
      ), wide as (
        select org, array_agg(n::bigint order by stage) as n, array_agg(fresh::bigint order by stage) as fresh,
          array_agg(stage order by stage) as stages
        from counted group by org
      )
      select l.code, l.name, l.kind, l.parent, t.cards, w.n, w.fresh, w.stages
      from line l left join wide w on w.org = l.id
      left join target t on t.org = l.id and t.year = $5::smallint
      order by l.code
      """;

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
    private static Line of(Row row) {
      Standing standing = new Standing();
      standing.addAll(row);
      return new Line(
          row.getString("code"),
          row.getString("name"),
          row.getString("kind"),
          row.getString("parent"),
          row.getLong("cards"),
          standing);
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
                tx.ask(
                        LINES,
                        org.id(),
                        wish.after(),
                        UNIONS_MAX + 1,
                        last,
                        wish.year(),
                        wish.direct())
                    .compose(
                        rows -> {
                          List<Line> lines = new ArrayList<>();
                          rows.forEach(row -> lines.add(Line.of(row)));
                          return MilestoneBook.inForce(tx, org.path(), wish.year())
                              .map(found -> page(wish, asOf, lines, passed(found, today)));
                        }));
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
