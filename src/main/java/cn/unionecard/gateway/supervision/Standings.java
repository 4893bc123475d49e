package cn.unionecard.gateway.supervision;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.runtime.Clocks;
import cn.unionecard.gateway.supervision.Supervision.Held;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which merchants are nearest to the next thing that supervision does to them, by the same look
 * that decides it. Whoever has no bad voice and no complaint that weighs is near to nothing.
 */
final class Standings {
  private static final int SHOWN_MAX = 100;

  /** So many are looked at, those with the greatest bad share first. */
  private static final int SEEN_MAX = 2_000;

  private static final int WHOLE = 1_000;

  /** {@code $1} the caller's union, {@code $2} now, {@code $3} of which union's merchants. */
  private static final String LIST =
      """
      with scope as (
        select m.id, m.merchant_no, m.name, m.status, m.authorising_org, m.signing_org,
          a.code as authorising
        from merchant m
        join org a on a.id = m.authorising_org join org s on s.id = m.signing_org
        where m.status in ('LIVE', 'RECTIFYING') and ($1::integer = any (a.path) or $1 = any (s.path))
          and ($3::text is null
            or (select id from org where code = $3) in (select unnest(a.path || s.path)))
      ), policy as (
        select o.authorising_org as org, p.*
        from (select distinct authorising_org from scope) o,
          lateral supervision_in_force(o.authorising_org) p
      ), suspect as (
        select s.*, p.*, w.counted_from
        from scope s join policy p on p.org = s.authorising_org,
          lateral (select supervision_from(s.id, $2::timestamptz, p.window_days) as counted_from) w
        where exists (select from supervision_day d where d.merchant = s.id and d.bad > 0
            and d.day > supervision_day_of($2) - p.window_days)
          or exists (select from complaint_weighing c
            where c.merchant = s.id and c.opened_at > w.counted_from)
      )
      select s.*, t.*, c.*,
        coalesce((select array_agg(d.stage) from supervision_decision d
          where d.merchant = s.id and d.ended_at is null), '{}') as standing
      from suspect s,
        lateral (select coalesce(sum(d.payers), 0)::integer as payers,
            coalesce(sum(d.bad), 0)::integer as bad
          from supervision_day d
          where d.merchant = s.id and d.day > supervision_day_of($2) - s.window_days) t,
        lateral supervision_complaints(s.id, s.counted_from, 9223372036854775807,
          s.difficult_weight, s.complex_weight, s.serious_counts) c
      where t.bad > 0 or c.weight > 0
      order by greatest(t.bad::float8 / greatest(t.payers, s.sample_payers),
        c.weight::float8 / s.suspend_weight) desc, s.id limit $4
      """;

  /**
   * A merchant, and how near it is.
   *
   * @param next what would be done; null: nothing more
   * @param permille of the way there, by the scale that is further
   */
  private record Near(Row row, Finding found, @Nullable Stage next, int permille) {
    static Near of(Row row) {
      Finding found = Finding.of(Held.of(row), row);
      Stage next = found.standing() == Stage.SUSPEND ? null : following(found.standing());
      return new Near(
          row,
          found,
          next,
          next == null ? WHOLE : Math.max(reviews(found, next), complaints(found, next)));
    }

    private static Stage following(Stage stage) {
      return Stage.values()[stage.ordinal() + 1];
    }

    /** As far as the bound has come, and no further than there are voices enough. */
    private static int reviews(Finding found, Stage next) {
      Policy policy = found.policy();
      int permille =
          switch (next) {
            case NONE, WARN -> policy.warnPermille();
            case RECTIFY -> policy.rectifyPermille();
            case SUSPEND -> policy.suspendPermille();
          };
      return share(found.boundPpm(), permille * WHOLE, found.payers(), policy.samplePayers());
    }

    private static int complaints(Finding found, Stage next) {
      ComplaintPolicy policy = found.policy().complaints();
      int weight =
          switch (next) {
            case NONE, WARN -> policy.warnWeight();
            case RECTIFY -> policy.rectifyWeight();
            case SUSPEND -> policy.suspendWeight();
          };
      int complainants = found.row().getInteger("complainants");
      return share(found.perHundred(), weight, complainants, policy.sampleComplainants());
    }

    private static int share(long reached, long threshold, long heard, long sample) {
      long way = Math.min(reached, threshold) * WHOLE / threshold;
      return (int) (way * Math.min(heard, sample) / sample);
    }

    JsonObject json() {
      JsonObject json =
          new JsonObject()
              .put("merchant", row.getString("merchant_no"))
              .put("name", row.getString("name"))
              .put("merchantStatus", row.getString("status"))
              .put("org", row.getString("authorising"))
              .put("standing", found.standing().name())
              .put("nearPermille", permille)
              .put("policy", found.policy().json())
              .put(
                  "evidence",
                  new JsonObject()
                      .put("countedFrom", time())
                      .put("payers", found.payers())
                      .put("bad", found.bad())
                      .put("boundPpm", found.boundPpm())
                      .put("complaints", row.getInteger("complaints"))
                      .put("complainants", row.getInteger("complainants"))
                      .put("weight", row.getInteger("weight"))
                      .put("weightPerHundred", found.perHundred()));
      return next == null ? json : json.put("next", next.name());
    }

    private String time() {
      return Clocks.RFC_3339.format(row.getOffsetDateTime("counted_from"));
    }
  }

  private Standings() {}

  /**
   * The nearest first.
   *
   * @param org code of the union whose merchants are wanted, or null: all of the caller's
   */
  static Future<DeskReply> list(DeskTransaction tx, @Nullable String org) {
    return tx.ask(LIST, tx.actor().org(), tx.at(), org, SEEN_MAX)
        .map(
            rows ->
                DeskReply.ok(
                    new JsonObject()
                        .put("asOf", Clocks.RFC_3339.format(tx.at()))
                        .put("standings", nearest(rows))));
  }

  private static JsonArray nearest(RowSet<Row> rows) {
    List<Near> all = new ArrayList<>();
    rows.forEach(row -> all.add(Near.of(row)));
    JsonArray nearest = new JsonArray();
    all.stream()
        .sorted(
            Comparator.comparingInt(Near::permille)
                .thenComparingInt(near -> near.found.boundPpm())
                .reversed())
        .limit(SHOWN_MAX)
        .forEach(near -> nearest.add(near.json()));
    return nearest;
  }
}
