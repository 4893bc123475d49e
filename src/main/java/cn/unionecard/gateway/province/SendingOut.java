package cn.unionecard.gateway.province;

import cn.unionecard.gateway.model.CardNo;
import cn.unionecard.gateway.model.Written;
import cn.unionecard.gateway.province.Trouble.Unanswered;
import cn.unionecard.gateway.runtime.config.Config;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Tells the province how each card stands: all whose revision it has not acknowledged, as they are
 * now. No names. An answer that leaves one out, or does not come, leaves it to be told again; the
 * same revision twice is the same. From time to time the numbers of cards are compared, and a union
 * of which they differ is told anew, whole.
 */
final class SendingOut {
  private static final int REASON_MAX = 200;

  private static final String DUE =
      """
      select p.card, p.revision, c.status, o.code
      from province_card p join card c on c.serial = p.card join member m on m.id = c.member
      join org o on o.id = m.org
      where p.sent < p.revision and p.refused is distinct from p.revision and $1 = any (o.path)
        and p.card > $2
      order by p.card limit $3
      """;

  static final String TAKEN =
      """
      update province_card p set sent = greatest(p.sent, t.revision),
        refused = case when p.refused > t.revision then p.refused end,
        reason = case when p.refused > t.revision then p.reason end
      from unnest($1::bigint[], $2::bigint[]) t (card, revision) where p.card = t.card
      """;

  /** What it has taken since, it does not refuse. */
  static final String REFUSED =
      """
      update province_card p set refused = t.revision, reason = t.reason
      from unnest($1::bigint[], $2::bigint[], $3::text[]) t (card, revision, reason)
      where p.card = t.card and t.revision > p.sent and t.revision >= coalesce(p.refused, 0)
      """;

  private static final String OURS =
      """
      select o.code, c.status, count(*) as cards
      from province_card p join card c on c.serial = p.card join member m on m.id = c.member
      join org o on o.id = m.org
      where $1 = any (o.path) and p.refused is null group by o.code, c.status
      """;

  private static final String AGAIN =
      """
      update province_card set sent = 0
      where card in (select c.serial from card c join member m on m.id = c.member
        join org o on o.id = m.org where o.code = any ($1) and $2 = any (o.path))
      """;

  private final Pool pool;
  private final Counterpart counterpart;
  private final Link link;
  private final Config.Province config;
  private final ProvinceMeters meters;

  SendingOut(
      Pool pool,
      Counterpart counterpart,
      Link link,
      Config.Province config,
      ProvinceMeters meters) {
    this.pool = pool;
    this.counterpart = counterpart;
    this.link = link;
    this.config = config;
    this.meters = meters;
  }

  /** Tells all that is due, once. Fails with {@link Unanswered}, or as the store does. */
  Future<Void> run(int org, Link.Standing standing) {
    return page(org, -1, 0)
        .compose(left -> left == 0 && isToCompare(standing) ? compare(org) : link.sent());
  }

  private boolean isToCompare(Link.Standing standing) {
    return standing.comparedAt() == null
        || standing.comparedAt().plus(Duration.ofMillis(config.wholeMs())).isBefore(link.now());
  }

  /** How many it has not acknowledged. */
  private Future<Integer> page(int org, long behind, int left) {
    return pool.preparedQuery(DUE)
        .execute(Tuple.of(org, behind, config.pageRows()))
        .compose(
            rows -> {
              if (rows.size() == 0) {
                return Future.succeededFuture(left);
              }
              Map<String, Long> told = new HashMap<>();
              JsonArray cards = new JsonArray();
              long last = behind;
              for (Row row : rows) {
                last = row.getLong("card");
                String no = new CardNo(last).digits();
                told.put(no, row.getLong("revision"));
                cards.add(
                    new JsonObject()
                        .put("cardNo", no)
                        .put("revision", row.getLong("revision"))
                        .put("org", row.getString("code"))
                        .put("state", row.getString("status")));
              }
              long next = last;
              return counterpart
                  .post("/cards", new JsonObject().put("cards", cards).toBuffer())
                  .compose(document -> heard(document, told))
                  .compose(missing -> link.sent().map(noted -> missing))
                  .compose(
                      missing ->
                          rows.size() < config.pageRows()
                              ? Future.succeededFuture(left + missing)
                              : page(org, next, left + missing));
            });
  }

  /** Believes it what it says of cards that it was told; how many it leaves out. */
  private Future<Integer> heard(Map<String, Object> document, Map<String, Long> told) {
    if (!(document.get("results") instanceof List<?> results)) {
      return Future.failedFuture(new Unanswered(Trouble.NOT_UNDERSTOOD));
    }
    List<Long> taken = new ArrayList<>();
    List<Long> takenAt = new ArrayList<>();
    List<Long> refused = new ArrayList<>();
    List<Long> refusedAt = new ArrayList<>();
    List<String> reasons = new ArrayList<>();
    Map<String, Long> missing = new HashMap<>(told);
    for (Object each : results) {
      if (each instanceof Map<?, ?> result
          && result.get("cardNo") instanceof String no
          && Written.CARD_NO.matcher(no).matches()
          && result.get("revision") instanceof Number revision
          && told.containsKey(no)
          && told.get(no) == revision.longValue()
          && missing.remove(no) != null) {
        long card = Long.parseLong(no);
        String outcome = String.valueOf(result.get("outcome"));
        if (outcome.equals("TAKEN") || outcome.equals("KNOWN")) {
          taken.add(card);
          takenAt.add(revision.longValue());
        } else {
          refused.add(card);
          refusedAt.add(revision.longValue());
          String reason = String.valueOf(result.get("reason"));
          reasons.add(reason.substring(0, Math.min(reason.length(), REASON_MAX)));
        }
      }
    }
    meters.cards(taken.size(), refused.size(), missing.size());
    return pool.preparedQuery(TAKEN)
        .execute(Tuple.of(taken.toArray(Long[]::new), (Object) takenAt.toArray(Long[]::new)))
        .compose(
            done ->
                pool.preparedQuery(REFUSED)
                    .execute(
                        Tuple.of(
                            refused.toArray(Long[]::new),
                            refusedAt.toArray(Long[]::new),
                            reasons.toArray(String[]::new))))
        .map(done -> missing.size());
  }

  // ---- whether nothing was lost there

  private Future<Void> compare(int org) {
    return counterpart
        .get("/cards/totals")
        .map(SendingOut::totals)
        .compose(
            theirs ->
                pool.preparedQuery(OURS)
                    .execute(Tuple.of(org))
                    .compose(rows -> judge(org, theirs, rows)));
  }

  private static Map<String, Long> totals(Map<String, Object> document) {
    if (!(document.get("totals") instanceof List<?> totals)) {
      throw new Unanswered(Trouble.NOT_UNDERSTOOD);
    }
    Map<String, Long> theirs = new HashMap<>();
    for (Object each : totals) {
      if (each instanceof Map<?, ?> total
          && total.get("org") instanceof String code
          && total.get("state") instanceof String state
          && total.get("cards") instanceof Number cards) {
        theirs.merge(code + " " + state, cards.longValue(), Long::sum);
      }
    }
    return theirs;
  }

  private Future<Void> judge(int org, Map<String, Long> theirs, RowSet<Row> ours) {
    Map<String, Long> difference = new HashMap<>(theirs);
    ours.forEach(
        row ->
            difference.merge(
                row.getString("code") + " " + row.getString("status"),
                -row.getLong("cards"),
                Long::sum));
    Set<String> orgs = new HashSet<>();
    difference.forEach(
        (what, cards) -> {
          if (cards != 0) {
            orgs.add(what.substring(0, what.indexOf(' ')));
          }
        });
    int differences = (int) difference.values().stream().filter(cards -> cards != 0).count();
    return pool.preparedQuery(AGAIN)
        .execute(Tuple.of(orgs.toArray(String[]::new), org))
        .compose(again -> link.compared(differences))
        .compose(compared -> link.sent());
  }
}
