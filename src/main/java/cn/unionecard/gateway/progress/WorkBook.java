package cn.unionecard.gateway.progress;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.progress.Orgs.Org;
import cn.unionecard.gateway.runtime.Clocks;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What else the notice asks for: shops of all six kinds in every county, campaigns, complaints in
 * time, names reported.
 */
final class WorkBook {
  private static final List<String> CATEGORIES =
      List.of("EAT", "STAY", "TRANSPORT", "TOUR", "SHOP", "ENTERTAIN");

  /** By where merchants are; counties without any are there, too. */
  private static final String COUNTIES =
      """
      with county as (
        select distinct on (o.area_code) o.area_code, o.code, o.name from org o
        where $1 = any (o.path) and o.kind in ('COUNTY', 'DISTRICT', 'ZONE')
        order by o.area_code, cardinality(o.path), o.code
      ), there as (
        select m.area_code, m.category, count(*) as total,
          count(*) filter (where m.status in ('LIVE', 'RECTIFYING')) as trading
        from merchant m join org o on o.id = m.authorising_org
        where $1 = any (o.path) and m.status <> 'TERMINATED'
        group by m.area_code, m.category
      )
      select coalesce(c.area_code, t.area_code) as area_code, c.code, c.name, t.category, t.total,
        t.trading
      from county c full join there t on t.area_code = c.area_code
      order by 1, t.category limit 3000
      """;

  /**
   * 场次: rounds of vouchers that opened to members' phones in the year, each one; and campaigns that
   * began in it without such a round, each once for the union that holds it: running or paused now,
   * or ended after somebody had used it. What was ended or stopped before it ran is none.
   */
  private static final String ROUNDS =
      """
      with opened as (
        select r.campaign, c.org
        from benefit_round r join campaign c on c.id = r.campaign
        where r.way in ('CLAIM', 'LOTTERY') and r.opens_at >= $2::timestamptz
          and r.opens_at < $3::timestamptz and r.opens_at <= $4::timestamptz
          and (r.state in ('OPEN', 'DONE') or r.granted > 0)),
      event as (
        select org from opened
        union all
        select c.org
        from campaign c left join allowance w on w.holder = 0 and w.kind = 1 and w.owner = c.id
        where c.starts_at >= $2::timestamptz and c.starts_at < $3::timestamptz
          and c.starts_at <= $4::timestamptz
          and (c.status in ('RUNNING', 'PAUSED') or c.status = 'ENDED' and w.used_count > 0)
          and not exists (select from opened where opened.campaign = c.id))
      select o.code, o.name, count(*) as held from event e join org o on o.id = e.org
      where $1 = any (o.path) group by o.code, o.name order by o.code limit 1000
      """;

  /** Opened in the year, of the open lane; late is one that missed a deadline ever. */
  private static final String COMPLAINTS =
      """
      select count(*) as opened, count(*) filter (where c.closed_at is not null) as closed,
        count(*) filter (where c.closed_at is not null and not l.late) as in_time,
        count(*) filter (where l.late) as late
      from complaint c join org o on o.id = c.owner
      cross join lateral (select c.overdue_at is not null or c.deadline < $4::timestamptz is true
        or exists (select from complaint_step s where s.complaint = c.id and s.step = 'OVERDUE')
        as late) l
      where $1 = any (o.path) and c.lane = 'OPEN' and c.opened_at >= $2::timestamptz
        and c.opened_at < $3::timestamptz
      """;

  private static final String NAMES =
      """
      select count(*) as wanted, count(r.org) as reported,
        count(*) filter (where r.org is null and l.due_on < $4::date) as overdue
      from name_list l join org c on c.parent = l.org
      left join name_list_report r on r.list = l.id and r.org = c.id
      where $1 = any (c.path) and l.due_on between $2::date and $3::date
      """;

  private WorkBook() {}

  static Future<DeskReply> read(DeskTransaction tx, String code, int year) {
    OffsetDateTime from = midnight(LocalDate.of(year, 1, 1));
    OffsetDateTime until = midnight(LocalDate.of(year + 1, 1, 1));
    LocalDate today = tx.at().atZoneSameInstant(Clocks.CHINA).toLocalDate();
    JsonObject said = new JsonObject();
    return Orgs.require(tx, code)
        .compose(
            org -> {
              said.put("org", org.code()).put("year", year);
              said.put("asOf", Clocks.RFC_3339.format(tx.at()));
              return tx.ask(COUNTIES, org.id())
                  .map(rows -> said.put("counties", counties(rows)))
                  .compose(put -> tx.ask(ROUNDS, org.id(), from, until, tx.at()))
                  .compose(rows -> rounds(tx, org, year, rows))
                  .map(rounds -> said.put("rounds", rounds))
                  .compose(put -> tx.first(COMPLAINTS, org.id(), from, until, tx.at()))
                  .map(row -> said.put("complaints", complaints(Objects.requireNonNull(row))))
                  .compose(
                      put ->
                          tx.first(
                              NAMES,
                              org.id(),
                              LocalDate.of(year, 1, 1),
                              LocalDate.of(year, 12, 31),
                              today))
                  .map(row -> DeskReply.ok(said.put("names", names(Objects.requireNonNull(row)))));
            });
  }

  private static OffsetDateTime midnight(LocalDate day) {
    return day.atStartOfDay(Clocks.CHINA).toInstant().atOffset(ZoneOffset.UTC);
  }

  private static JsonArray counties(RowSet<Row> rows) {
    Map<String, JsonObject> counties = new LinkedHashMap<>();
    for (Row row : rows) {
      String area = row.getString("area_code").strip();
      JsonObject county = counties.computeIfAbsent(area, code -> county(code, row));
      String category = row.getString("category");
      if (category != null) {
        JsonObject unused =
            county
                .getJsonObject("byCategory")
                .put(category, counted(row.getLong("trading"), row.getLong("total")));
      }
    }
    return new JsonArray(List.copyOf(counties.values()));
  }

  private static JsonObject county(String area, Row row) {
    JsonObject categories = new JsonObject();
    CATEGORIES.forEach(category -> categories.put(category, counted(0, 0)));
    JsonObject county = new JsonObject().put("areaCode", area).put("byCategory", categories);
    return row.getString("code") == null
        ? county
        : county.put("org", row.getString("code")).put("name", row.getString("name"));
  }

  private static JsonObject counted(long trading, long total) {
    return new JsonObject().put("trading", trading).put("total", total);
  }

  private static Future<JsonObject> rounds(
      DeskTransaction tx, Org org, int year, RowSet<Row> rows) {
    JsonArray unions = new JsonArray();
    long held = 0;
    for (Row row : rows) {
      held += row.getLong("held");
      unions.add(
          new JsonObject()
              .put("org", row.getString("code"))
              .put("name", row.getString("name"))
              .put("held", row.getLong("held")));
    }
    JsonObject rounds = new JsonObject().put("held", held).put("unions", unions);
    return MilestoneBook.inForce(tx, org.path(), year)
        .map(
            found -> {
              Optional<Integer> wanted = found.flatMap(each -> Optional.ofNullable(each.rounds()));
              wanted.ifPresent(
                  many ->
                      rounds
                          .put("wanted", many)
                          .put("documentNo", found.orElseThrow().documentNo()));
              return rounds;
            });
  }

  private static JsonObject complaints(Row row) {
    return new JsonObject()
        .put("opened", row.getLong("opened"))
        .put("closed", row.getLong("closed"))
        .put("inTime", row.getLong("in_time"))
        .put("late", row.getLong("late"));
  }

  private static JsonObject names(Row row) {
    return new JsonObject()
        .put("wanted", row.getLong("wanted"))
        .put("reported", row.getLong("reported"))
        .put("overdue", row.getLong("overdue"));
  }
}
