package cn.unionecard.gateway.desk;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One call at work: its open transaction, who acts, and when. */
public final class Visit {
  private static final String NOTE =
      """
      insert into audit (at, staff, actor, orgs, action, subject, outcome, detail)
      values ($1, $2, $3, $4, $5, $6, $7, $8)
      """;

  private final SqlConnection connection;
  private final Actor actor;
  private final Instant at;

  Visit(SqlConnection connection, Actor actor, Instant at) {
    this.connection = connection;
    this.actor = actor;
    this.at = at;
  }

  public Actor actor() {
    return actor;
  }

  public OffsetDateTime at() {
    return at.atOffset(ZoneOffset.UTC);
  }

  /**
   * Runs a statement within the transaction.
   *
   * @param arguments of {@code $1} and so on; a sole array would be taken for all of them
   */
  public Future<RowSet<Row>> ask(String sql, @Nullable Object... arguments) {
    return connection.preparedQuery(sql).execute(Tuple.wrap(Arrays.asList(arguments)));
  }

  /** The first row a statement gives, or null. */
  public Future<@Nullable Row> first(String sql, @Nullable Object... arguments) {
    return ask(sql, arguments)
        .map(
            rows -> {
              Iterator<Row> all = rows.iterator();
              return all.hasNext() ? all.next() : null;
            });
  }

  /** Writes into the audit what was done. To be the last statement of the call. */
  public Future<Void> note(String action, String subject, List<Integer> orgs, JsonObject detail) {
    return note(action, subject, orgs, "DONE", detail);
  }

  /** Writes into the audit what was tried and refused. */
  public Future<Void> noteRefused(
      String action, String subject, List<Integer> orgs, DeskReply.Refused refused) {
    JsonObject why = new JsonObject().put("refusal", refused.refusal().name());
    return note(action, subject, orgs, "REFUSED", why.put("detail", refused.detail()));
  }

  private Future<Void> note(
      String action, String subject, List<Integer> orgs, String outcome, JsonObject detail) {
    Integer[] concerned = orgs.stream().distinct().toArray(Integer[]::new);
    return ask(NOTE, at(), actor.id(), actor.login(), concerned, action, subject, outcome, detail)
        .mapEmpty();
  }
}
