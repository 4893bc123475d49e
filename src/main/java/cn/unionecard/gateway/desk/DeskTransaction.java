package cn.unionecard.gateway.desk;

import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.runtime.stores.StoreFailure;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The open database transaction in which a desk does one thing: who does it, and when. What is done
 * is noted in the audit and told to the union by it, so that all stand together or not at all.
 */
public final class DeskTransaction {
  /** The function holds the desks' one insert into the outbox; an organisation is negative. */
  private static final String MERCHANT_EVENT = "select merchant_event($1, $2, $3, $4, $5)";

  private static final String ORG = "select id from org where code = $1 and $2 = any (path)";

  /** Of an organisation that is not of the actor's subtree. */
  public static final String NO_ORG = "no such organisation under the caller's";

  /** Who it can be. */
  public enum By {
    /** Somebody without an account. */
    OPENER,
    /** An account of the union's, or a partner's. */
    STAFF,
    /** An account of a merchant's. */
    MERCHANT,
    /** The gateway by itself. */
    GATEWAY
  }

  private final SqlConnection connection;
  private final By by;
  private final @Nullable Actor actor;
  private final OffsetDateTime at;

  private DeskTransaction(
      SqlConnection connection, By by, @Nullable Actor actor, OffsetDateTime at) {
    this.connection = connection;
    this.by = by;
    this.actor = actor;
    this.at = at;
  }

  /** In which somebody with an account works. */
  static DeskTransaction of(Actor actor, SqlConnection connection, Instant at) {
    By by = actor.merchant() == null ? By.STAFF : By.MERCHANT;
    return new DeskTransaction(connection, by, actor, at.atOffset(ZoneOffset.UTC));
  }

  /**
   * Runs the work of somebody without an account in one transaction, which is committed if it
   * succeeds. For staff there is {@link Office}.
   *
   * @return fails with a {@link Fault} for what is no bug
   */
  public static <T> Future<T> run(
      Pool pool, Clock clock, By by, Function<DeskTransaction, Future<T>> work) {
    return StoreFailure.told(attempt(pool, clock, by, work));
  }

  /** The same for a {@link Sweep}, which looks at what the store itself says. */
  public static <T> Future<T> attempt(
      Pool pool, Clock clock, By by, Function<DeskTransaction, Future<T>> work) {
    return pool.withTransaction(
        connection -> {
          OffsetDateTime at = clock.instant().atOffset(ZoneOffset.UTC);
          return work.apply(new DeskTransaction(connection, by, null, at));
        });
  }

  /** The same transaction, for what the gateway does because of what somebody did. */
  public DeskTransaction inTheGatewaysName() {
    return new DeskTransaction(connection, By.GATEWAY, null, at);
  }

  public By by() {
    return by;
  }

  /**
   * Who works here.
   *
   * @throws NullPointerException if it is nobody with an account
   */
  public Actor actor() {
    return Objects.requireNonNull(actor);
  }

  /** The account's id; null if it is nobody with an account. */
  public @Nullable Integer staff() {
    return actor == null ? null : actor.id();
  }

  public OffsetDateTime at() {
    return at;
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

  /** What to do with a first row that has to be there: {@link Fault.NotFound} if it is not. */
  public static Function<@Nullable Row, Row> found(String otherwise) {
    return row -> {
      if (row == null) {
        throw new Fault.NotFound(otherwise);
      }
      return row;
    };
  }

  /** The id of an organisation of the actor's subtree; all others are not there. */
  public Future<Integer> org(String code) {
    return first(ORG, code, actor().org()).map(found(NO_ORG)).map(row -> row.getInteger("id"));
  }

  /**
   * Tells the unions that answer for a merchant what became of it.
   *
   * @param subject of the event: the row that says more
   */
  public Future<Void> tellOf(int merchant, String kind, long subject, JsonObject body) {
    return ask(MERCHANT_EVENT, merchant, kind, subject, at, body).mapEmpty();
  }

  /** Writes into the audit what was done. To be the last statement of the call. */
  public Future<Void> note(String action, String subject, List<Integer> orgs, JsonObject detail) {
    return note(action, subject, orgs, AuditLine.Outcome.DONE, detail);
  }

  /** Writes into the audit what was tried and refused. */
  public Future<Void> noteRefused(
      String action, String subject, List<Integer> orgs, DeskReply.Refused refused) {
    JsonObject why = new JsonObject().put("refusal", refused.refusal().name());
    return note(
        action, subject, orgs, AuditLine.Outcome.REFUSED, why.put("detail", refused.detail()));
  }

  private Future<Void> note(
      String action,
      String subject,
      List<Integer> orgs,
      AuditLine.Outcome outcome,
      JsonObject detail) {
    String who = actor == null ? AuditLine.GATEWAY : actor.login();
    return new AuditLine(at, staff(), who, orgs, action, subject, outcome, detail)
        .write(connection)
        .mapEmpty();
  }
}
