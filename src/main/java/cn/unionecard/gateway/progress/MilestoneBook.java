package cn.unionecard.gateway.progress;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.progress.Milestones.Milestone;
import cn.unionecard.gateway.progress.Orgs.Org;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Milestones as they are in force: the latest of the nearest union upwards, else everybody's. */
final class MilestoneBook {
  private static final String IN_FORCE =
      """
      select s.document_no, s.rounds, s.org, m.day, m.permille
      from (
        select s.id, s.document_no, s.rounds, o.code as org
        from milestone_set s left join org o on o.id = s.org
        where s.year = $2::integer and (s.org is null or s.org = any ($1::integer[]))
        order by coalesce(array_position($1::integer[], s.org), 0) desc, s.id desc limit 1) s
      join milestone m on m.of_set = s.id
      order by m.day
      """;

  private static final String SET =
      """
      insert into milestone_set (org, year, document_no, cards, rounds, set_by, set_at)
      values ($1, $2, $3, null, $4, $5, $6) returning id
      """;

  private static final String ENTRIES =
      """
      insert into milestone (of_set, day, permille)
      select $1, * from unnest($2::date[], $3::integer[])
      """;

  private MilestoneBook() {}

  /** As a union asks for them. */
  record Wish(int year, String documentNo, @Nullable Integer rounds, List<Milestone> entries) {}

  /** Those that hold for a union in a year, if there are any. */
  static Future<Optional<Milestones>> inForce(DeskTransaction tx, Integer[] path, int year) {
    return tx.ask(IN_FORCE, path, year).map(MilestoneBook::read);
  }

  private static Optional<Milestones> read(RowSet<Row> rows) {
    List<Milestone> entries = new ArrayList<>();
    Row last = null;
    for (Row row : rows) {
      entries.add(new Milestone(row.getLocalDate("day"), row.getInteger("permille")));
      last = row;
    }
    return last == null
        ? Optional.empty()
        : Optional.of(
            new Milestones(
                last.getString("document_no"),
                last.getString("org"),
                last.getInteger("rounds"),
                entries));
  }

  static Future<DeskReply> set(DeskTransaction tx, String org, Wish wish) {
    return Orgs.require(tx, org)
        .compose(
            found ->
                above(tx, found, wish.year())
                    .compose(
                        above -> {
                          Optional<Milestone> loosened =
                              above.flatMap(each -> each.loosened(wish.entries()));
                          return loosened.isPresent()
                              ? refuse(tx, found, loosened.get())
                              : write(tx, found, wish);
                        }));
  }

  /** Of the unions above, the nearest ones'; what is everybody's, a union may set otherwise. */
  private static Future<Optional<Milestones>> above(DeskTransaction tx, Org org, int year) {
    Integer[] path = java.util.Arrays.copyOf(org.path(), org.path().length - 1);
    return inForce(tx, path, year).map(found -> found.filter(each -> each.org() != null));
  }

  private static Future<DeskReply> refuse(DeskTransaction tx, Org org, Milestone above) {
    DeskReply.Refused refused =
        new DeskReply.Refused(
            DeskRefusal.POLICY_WOULD_LOOSEN,
            "the union above wants " + percent(above.permille()) + " by " + above.day());
    return tx.noteRefused("milestones.set", org.code(), List.of(org.id()), refused)
        .map(noted -> refused);
  }

  private static String percent(int permille) {
    return permille / 10 + (permille % 10 == 0 ? "" : "." + permille % 10) + " %";
  }

  private static Future<DeskReply> write(DeskTransaction tx, Org org, Wish wish) {
    LocalDate[] days = wish.entries().stream().map(Milestone::day).toArray(LocalDate[]::new);
    Integer[] permille = wish.entries().stream().map(Milestone::permille).toArray(Integer[]::new);
    Milestones set = new Milestones(wish.documentNo(), org.code(), wish.rounds(), wish.entries());
    JsonObject said = json(set, wish.year());
    return tx.first(
            SET, org.id(), wish.year(), wish.documentNo(), wish.rounds(), tx.actor().id(), tx.at())
        .compose(row -> tx.ask(ENTRIES, Objects.requireNonNull(row).getLong("id"), days, permille))
        .compose(done -> tx.note("milestones.set", org.code(), List.of(org.id()), said))
        .map(noted -> DeskReply.made(said, "/v1/progress?org=" + org.code()));
  }

  private static JsonObject json(Milestones set, int year) {
    JsonArray entries = new JsonArray();
    set.entries()
        .forEach(
            one ->
                entries.add(
                    new JsonObject()
                        .put("day", one.day().toString())
                        .put("permille", one.permille())));
    JsonObject said =
        new JsonObject()
            .put("org", set.org())
            .put("year", year)
            .put("documentNo", set.documentNo())
            .put("milestones", entries);
    return set.rounds() == null ? said : said.put("rounds", set.rounds());
  }
}
