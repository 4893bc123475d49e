package cn.unionecard.gateway.desk;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A line of the audit, and the one statement by which a running gateway writes any.
 *
 * @param staff the account's id; null = none, as of the gateway itself
 * @param actor the account's login, or {@link #GATEWAY}
 * @param orgs the organisations concerned, which may read it; one that stands twice counts once
 * @param subject what it was done to
 */
public record AuditLine(
    OffsetDateTime at,
    @Nullable Integer staff,
    String actor,
    List<Integer> orgs,
    String action,
    String subject,
    Outcome outcome,
    JsonObject detail) {
  /** Who acts where nobody with an account does. */
  public static final String GATEWAY = "gateway";

  private static final String WRITE =
      """
      insert into audit (at, staff, actor, orgs, action, subject, outcome, detail)
      values ($1, $2, $3, $4, $5, $6, $7, $8) returning seq
      """;

  /** What became of it. */
  public enum Outcome {
    DONE,
    REFUSED
  }

  /** Writes it; the next line waits until this one's transaction ends. Gives its number. */
  public Future<Long> write(SqlClient client) {
    Integer[] concerned = orgs.stream().distinct().toArray(Integer[]::new);
    return client
        .preparedQuery(WRITE)
        .execute(Tuple.of(at, staff, actor, concerned, action, subject, outcome.name(), detail))
        .map(rows -> rows.iterator().next().getLong("seq"));
  }
}
