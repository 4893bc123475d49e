package cn.unionecard.gateway.desk;

import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.runtime.stores.StoreFailure;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Gives each call of staff one transaction. A token alone opens no desk: the account it names must
 * be there, active, of that organisation and as it was when the token was given out, in the very
 * transaction that does the work; so an account that ended or changed ends its tokens at once.
 */
public final class Office {
  private static final String ACTOR =
      """
      select s.id, s.org, s.roles, s.merchant, m.merchant_no
      from staff s join org o on o.id = s.org left join merchant m on m.id = s.merchant
      where s.login = $1 and o.code = $2 and s.status = 'ACTIVE' and s.epoch = $3
      """;

  private static final String ORDERER =
      """
      select s.login, o.code, s.epoch, s.roles from staff s join org o on o.id = s.org
      where s.id = $1 and s.status = 'ACTIVE' and s.merchant is null
      """;

  private final Pool pool;
  private final Clock clock;

  public Office(Pool pool, Clock clock) {
    this.pool = pool;
    this.clock = clock;
  }

  /** What one call does. */
  public interface Work<T> {
    Future<T> with(DeskTransaction tx);
  }

  /**
   * Runs the work in one transaction, which is committed if it succeeds.
   *
   * @return fails with a {@link Fault} for what is no bug
   */
  public <T> Future<T> serve(Caller.Staff caller, Work<T> work) {
    return StoreFailure.told(
        pool.withTransaction(
            connection -> actor(connection, caller).compose(actor -> at(connection, actor, work))));
  }

  /**
   * Does what somebody has ordered for a later time, in his name: as if he asked now.
   *
   * @return empty, and nothing is done, if he may not work here any more or has lost that role
   */
  public <T> Future<Optional<T>> inTheNameOf(int staff, Role role, Work<T> work) {
    return pool.preparedQuery(ORDERER)
        .execute(Tuple.of(staff))
        .compose(
            rows -> {
              if (rows.size() == 0) {
                return Future.succeededFuture(Optional.empty());
              }
              Row row = rows.iterator().next();
              if (!List.of(row.getArrayOfStrings("roles")).contains(role.name())) {
                return Future.succeededFuture(Optional.empty());
              }
              Caller.Staff caller =
                  new Caller.Staff(
                      row.getString("login"),
                      row.getString("code"),
                      Set.of(role),
                      row.getLong("epoch"));
              return pool.withTransaction(
                      connection ->
                          actor(connection, caller).compose(actor -> at(connection, actor, work)))
                  .map(Optional::of);
            });
  }

  private <T> Future<T> at(SqlConnection connection, Actor actor, Work<T> work) {
    return work.with(DeskTransaction.of(actor, connection, clock.instant()));
  }

  private static Future<Actor> actor(SqlConnection connection, Caller.Staff caller) {
    return connection
        .preparedQuery(ACTOR)
        .execute(Tuple.of(caller.subject(), caller.org(), caller.epoch()))
        .map(rows -> actor(caller, rows));
  }

  private static Actor actor(Caller.Staff caller, RowSet<Row> rows) {
    if (rows.size() == 0) {
      throw Fault.Unauthenticated.accountChanged();
    }
    Row row = rows.iterator().next();
    Set<Role> roles = EnumSet.noneOf(Role.class);
    for (String role : row.getArrayOfStrings("roles")) {
      roles.add(Role.valueOf(role));
    }
    roles.retainAll(caller.roles());
    Integer merchant = row.getInteger("merchant");
    return new Actor(
        row.getInteger("id"),
        caller.subject(),
        merchant == null ? row.getInteger("org") : Actor.NOWHERE,
        caller.org(),
        roles,
        merchant == null ? null : new Actor.Merchant(merchant, row.getString("merchant_no")));
  }
}
