package cn.unionecard.gateway.province;

import cn.unionecard.gateway.desk.Office;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.province.Inbound.Outcome;
import cn.unionecard.gateway.province.Trouble.Unanswered;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.stores.StoreFailure;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the province's changes, page behind page, each change in a transaction of its own. The
 * place moves on when all of a page has been taken or found bad; whatever fails before leaves it
 * where it was, and taking the same again changes nothing. When a union has come for which bad rows
 * were waiting, it goes back to the first of them.
 */
final class ReadingIn {
  private static final Logger LOG = LoggerFactory.getLogger(ReadingIn.class);
  private static final int PLACE_MAX = 200;

  private static final String KNOWN =
      "select kind, subject, taken, digest from province_row where subject = any ($1)";

  /** The first that waits for a union. */
  private static final String WAITS =
      """
      select place from province_row where field in ('org', 'parent') order by at, id limit 1
      """;

  private final Pool pool;
  private final Office office;
  private final Counterpart counterpart;
  private final Inbound inbound;
  private final Link link;
  private final Config.Province config;
  private final ProvinceMeters meters;

  ReadingIn(
      Pool pool,
      Office office,
      Counterpart counterpart,
      Inbound inbound,
      Link link,
      Config.Province config,
      ProvinceMeters meters) {
    this.pool = pool;
    this.office = office;
    this.counterpart = counterpart;
    this.inbound = inbound;
    this.link = link;
    this.config = config;
    this.meters = meters;
  }

  /** Reads to the end. Fails with {@link Unanswered}, or as the store does. */
  Future<Void> run(Link.Account account, Link.Standing standing) {
    OffsetDateTime whole = standing.wholeAt();
    boolean anew =
        standing.beganAt() == null
            && (whole == null
                || whole.plus(Duration.ofMillis(config.wholeMs())).isBefore(link.now()));
    return anew
        ? page(account, "", link.now())
        : page(account, standing.place(), standing.beganAt());
  }

  private record Page(List<?> changes, String next, boolean more) {}

  private Future<Void> page(Link.Account account, String place, @Nullable OffsetDateTime beganAt) {
    String query =
        "/changes?after="
            + URLEncoder.encode(place, StandardCharsets.UTF_8)
            + "&limit="
            + config.pageRows();
    return counterpart
        .get(query)
        .map(document -> read(document, place))
        .compose(
            page ->
                takeAll(account, page, place)
                    .compose(
                        unions ->
                            unions > 0 ? back(page.next()) : Future.succeededFuture(page.next()))
                    .compose(
                        next -> {
                          boolean goesOn = page.more() || !next.equals(page.next());
                          OffsetDateTime over = goesOn || beganAt == null ? null : link.now();
                          return link.at(next, goesOn ? beganAt : null, over)
                              .compose(
                                  at ->
                                      goesOn
                                          ? page(account, next, beganAt)
                                          : Future.succeededFuture());
                        }));
  }

  private Page read(Map<String, Object> document, String place) {
    if (document.get("changes") instanceof List<?> changes
        && document.get("next") instanceof String next
        && document.get("more") instanceof Boolean more
        && next.length() <= PLACE_MAX) {
      if (more && next.equals(place)) {
        throw new Unanswered(Trouble.PLACE_STANDS);
      }
      return new Page(changes, next, more);
    }
    throw new Unanswered(Trouble.NOT_UNDERSTOOD);
  }

  /** Where to go on when a union has come: where the first row stood that waited for one. */
  private Future<String> back(String next) {
    return pool.query(WAITS)
        .execute()
        .map(rows -> rows.size() == 0 ? next : rows.iterator().next().getString("place"));
  }

  /** How many unions have come. */
  private Future<Integer> takeAll(Link.Account account, Page page, String place) {
    List<Change> changes = page.changes().stream().map(each -> Change.of(each)).toList();
    Buffer[] subjects =
        changes.stream().map(each -> inbound.marks(each).subject()).toArray(Buffer[]::new);
    return pool.preparedQuery(KNOWN)
        .execute(Tuple.of((Object) subjects))
        .compose(
            rows -> {
              Map<String, Row> known = new HashMap<>();
              rows.forEach(
                  row -> known.put(key(row.getString("kind"), row.getBuffer("subject")), row));
              return takeAll(account, changes, known, place, 0, 0);
            });
  }

  private static String key(String kind, Buffer subject) {
    return kind + subject.toString(StandardCharsets.ISO_8859_1);
  }

  private Future<Integer> takeAll(
      Link.Account account,
      List<Change> changes,
      Map<String, Row> known,
      String place,
      int from,
      int unions) {
    int at = from;
    while (at < changes.size() && isOld(changes.get(at), known)) {
      meters.change(Outcome.KNOWN);
      at++;
    }
    if (at == changes.size()) {
      return Future.succeededFuture(unions);
    }
    int next = at + 1;
    return take(account, changes.get(at), place)
        .compose(
            outcome -> {
              meters.change(outcome);
              int more = unions + (outcome == Outcome.UNION_ADDED ? 1 : 0);
              return takeAll(account, changes, known, place, next, more);
            });
  }

  /** Whether it was taken, as far as that was known before the page. */
  private boolean isOld(Change change, Map<String, Row> known) {
    Inbound.Marks marks = inbound.marks(change);
    Row row = known.get(key(change.kind().name(), marks.subject()));
    Long taken = row == null ? null : row.getLong("taken");
    return row != null
        && taken != null
        && (change.revision() < taken
            || change.revision() == taken && marks.digest().equals(row.getBuffer("digest")));
  }

  private Future<Outcome> take(Link.Account account, Change change, String place) {
    return office
        .inTheNameOf(account.id(), Role.CLERK, tx -> inbound.take(tx, change, place))
        .map(done -> done.orElseThrow(() -> new Unanswered(Trouble.NO_ACCOUNT)))
        .recover(
            failure -> {
              boolean guilty =
                  !(failure instanceof Unanswered) && StoreFailure.of(failure) == StoreFailure.BUG;
              if (!guilty) {
                return Future.failedFuture(failure);
              }
              LOG.error("province: a change cannot be taken and is stepped over", failure);
              return Future.succeededFuture(Outcome.BAD);
            });
  }
}
