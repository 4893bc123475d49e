package cn.unionecard.gateway.union;

import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.runtime.Config;
import cn.unionecard.gateway.runtime.stores.StoreFailure;
import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Takes a login and a password, gives a token. An attempt is counted before its password is looked
 * at, so that many at once get no more tries than one after another. Unknown, wrong, locked and
 * suspended take the same work and give the same answer.
 */
public final class SignIn {
  /** Nothing comes back for whom nobody may sign in as now. */
  private static final String ATTEMPT =
      """
      update staff s
      set tries = case when locked_until <= $2 then 1 else tries + 1 end,
          locked_until = case
            when case when locked_until <= $2 then 1 else tries + 1 end >= $3 then $4::timestamptz
            end
      from org o
      where login = $1 and status = 'ACTIVE' and (locked_until is null or locked_until <= $2)
        and o.id = s.org
      returning s.id, s.password, s.roles, s.epoch, o.code
      """;

  private static final String GOOD =
      "update staff set tries = 0, locked_until = null where id = $1";

  private final Pool pool;
  private final WorkerExecutor workers;
  private final Passwords passwords;
  private final StaffTokens tokens;
  private final Config.Desk limits;
  private final Clock clock;
  private final AtomicInteger waiting;

  /**
   * @param workers few threads: each attempt takes one for tens of milliseconds
   * @param waiting attempts under way on this node
   */
  SignIn(
      Pool pool,
      WorkerExecutor workers,
      Passwords passwords,
      StaffTokens tokens,
      Config.Desk limits,
      Clock clock,
      AtomicInteger waiting) {
    this.pool = pool;
    this.workers = workers;
    this.passwords = passwords;
    this.tokens = tokens;
    this.limits = limits;
    this.clock = clock;
    this.waiting = waiting;
  }

  private record Account(int id, String password, Set<Role> roles, long epoch, String org) {}

  /**
   * A token for whoever knows the password.
   *
   * @return fails with {@link Fault.Unauthenticated}, always in the same words, or {@link
   *     Fault.Busy} when too many try at once
   */
  Future<String> token(String login, String password) {
    if (waiting.incrementAndGet() > limits.signInsMax()) {
      waiting.decrementAndGet();
      throw new Fault.Busy("too many sign in at once");
    }
    return StoreFailure.toldOfReading(
            attempt(login).compose(account -> check(login, password, account)))
        .onComplete(done -> waiting.decrementAndGet());
  }

  private Future<@Nullable Account> attempt(String login) {
    OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
    OffsetDateTime until = now.plus(Duration.ofMillis(limits.passwordLockMs()));
    return pool.preparedQuery(ATTEMPT)
        .execute(Tuple.of(login, now, limits.passwordTriesMax(), until))
        .map(SignIn::account);
  }

  private static @Nullable Account account(RowSet<Row> rows) {
    if (rows.size() == 0) {
      return null;
    }
    Row row = rows.iterator().next();
    Set<Role> roles = EnumSet.noneOf(Role.class);
    for (String role : row.getArrayOfStrings("roles")) {
      roles.add(Role.valueOf(role));
    }
    return new Account(
        row.getInteger("id"),
        row.getString("password"),
        roles,
        row.getLong("epoch"),
        row.getString("code"));
  }

  private Future<String> check(String login, String password, @Nullable Account account) {
    return workers
        .executeBlocking(
            () ->
                account == null
                    ? passwords.matchesNobody(password)
                    : passwords.matches(password, account.password()),
            false)
        .compose(
            matches -> {
              if (account == null || !matches) {
                return Future.failedFuture(
                    new Fault.Unauthenticated("login or password is wrong, or the account locked"));
              }
              return pool.preparedQuery(GOOD)
                  .execute(Tuple.of(account.id()))
                  .map(
                      good -> tokens.issue(login, account.org(), account.roles(), account.epoch()));
            });
  }
}
