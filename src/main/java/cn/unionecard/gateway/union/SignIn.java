package cn.unionecard.gateway.union;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.Sessions.Merchant;
import cn.unionecard.gateway.desk.Sessions.Person;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.stores.StoreFailure;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes a login and a password, says whose they are. An attempt is counted before its password is
 * looked at, so that many at once get no more tries than one after another. Unknown, wrong, locked
 * and suspended take the same work and give the same answer.
 */
public final class SignIn {
  /**
   * Nothing comes back for whom nobody may sign in as now. An attempt counts where the account has
   * signed in from before with that address alone, any other with the account.
   */
  private static final String ATTEMPT =
      """
      with one as (
        select s.id, s.name, s.password, s.roles, s.epoch, s.org, o.code, o.name as org_name,
          s.one_time_until is not null as one_time, m.merchant_no, m.name as merchant_name,
          encode(sha256(convert_to(s.id || ' ' || $5, 'UTF8')), 'hex') as origin
        from staff s join org o on o.id = s.org left join merchant m on m.id = s.merchant
        where s.login = $1 and s.status = 'ACTIVE'
          and (s.one_time_until is null or s.one_time_until > $2)
      ), at_home as (
        update staff_origin h
        set tries = case when h.locked_until <= $2 then 1 else h.tries + 1 end,
            locked_until = case
              when case when h.locked_until <= $2 then 1 else h.tries + 1 end >= $3
              then $4::timestamptz
              end
        from one
        where h.staff = one.id and h.origin = one.origin
          and (h.locked_until is null or h.locked_until <= $2)
        returning h.locked_until is not null as locked
      ), abroad as (
        update staff s
        set tries = case when s.locked_until <= $2 then 1 else s.tries + 1 end,
            locked_until = case
              when case when s.locked_until <= $2 then 1 else s.tries + 1 end >= $3
              then $4::timestamptz
              end
        from one
        where s.id = one.id and (s.locked_until is null or s.locked_until <= $2)
          and not exists (
            select from staff_origin h where h.staff = one.id and h.origin = one.origin)
        returning s.locked_until is not null as locked
      )
      select one.*, tried.locked, tried.home
      from one, (select locked, true as home from at_home
        union all select locked, false from abroad) tried
      """;

  private static final String GOOD_AT_HOME =
      """
      update staff_origin set tries = 0, locked_until = null, good_at = $3
      where staff = $1 and origin = $2
      """;

  /** From now on at home there, too; the place not seen for longest is forgotten. */
  private static final String GOOD_ABROAD =
      """
      with forgotten as (
        delete from staff_origin h where staff = $1 and origin in (
          select origin from staff_origin where staff = $1 order by good_at desc offset 15)
      ), arrived as (
        insert into staff_origin (staff, origin, good_at) values ($1, $2, $3)
        on conflict (staff, origin) do update set good_at = $3, tries = 0, locked_until = null
      )
      update staff set tries = 0, locked_until = null where id = $1
      """;

  /** Nothing comes back when the account has changed since. */
  private static final String CHANGE =
      """
      update staff set password = $3, one_time_until = null, tries = 0, locked_until = null
      where id = $1 and epoch = $2 returning epoch
      """;

  private final Pool pool;
  private final PasswordWork passwords;
  private final StaffTokens tokens;
  private final Config.Desk limits;
  private final Clock clock;
  private final SignInTrail trail;
  private final SignInQueue queue;

  /**
   * @param queue of this node
   */
  SignIn(
      Pool pool,
      PasswordWork passwords,
      StaffTokens tokens,
      Config.Desk limits,
      Clock clock,
      SignInTrail trail,
      SignInQueue queue) {
    this.pool = pool;
    this.passwords = passwords;
    this.tokens = tokens;
    this.limits = limits;
    this.clock = clock;
    this.trail = trail;
    this.queue = queue;
  }

  private record Account(
      int id,
      String name,
      String password,
      Set<Role> roles,
      long epoch,
      int orgId,
      String org,
      String orgName,
      @Nullable Merchant merchant,
      boolean oneTime,
      boolean locked,
      boolean home,
      String origin) {
    SignInTrail.Tried as(String login) {
      return new SignInTrail.Tried(id, login, orgId);
    }

    Person person(String login, long inEpoch) {
      return new Person(login, name, org, orgName, roles, inEpoch, merchant);
    }
  }

  /** A token for whoever knows the password; the rest as {@link #enter} has it. */
  Future<DeskReply> token(String origin, String login, String password, @Nullable String wanted) {
    return enter(origin, login, password, wanted)
        .map(
            person ->
                person == null
                    ? DeskReply.refused(DeskRefusal.PASSWORD_MUST_CHANGE)
                    : token(person));
  }

  /**
   * Whoever knows the password.
   *
   * @param origin the address it comes from
   * @param wanted the password from now on, or null: as it is
   * @return null: a one-time password has to be changed first; fails with {@link
   *     Fault.Unauthenticated}, always in the same words, or {@link Fault.Busy} when too many try
   *     at once
   */
  Future<@Nullable Person> enter(
      String origin, String login, String password, @Nullable String wanted) {
    return queue.take(
        origin,
        () ->
            StoreFailure.toldOfReading(
                attempt(origin, login)
                    .compose(account -> check(login, password, wanted, account))));
  }

  private Future<@Nullable Account> attempt(String origin, String login) {
    OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
    OffsetDateTime until = now.plus(Duration.ofMillis(limits.passwordLockMs()));
    return pool.preparedQuery(ATTEMPT)
        .execute(Tuple.of(login, now, limits.passwordTriesMax(), until, origin))
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
        row.getString("name"),
        row.getString("password"),
        roles,
        row.getLong("epoch"),
        row.getInteger("org"),
        row.getString("code"),
        row.getString("org_name"),
        Person.merchant(row.getString("merchant_no"), row.getString("merchant_name")),
        row.getBoolean("one_time"),
        row.getBoolean("locked"),
        row.getBoolean("home"),
        row.getString("origin"));
  }

  private Future<@Nullable Person> check(
      String login, String password, @Nullable String wanted, @Nullable Account account) {
    return passwords
        .matches(password, account == null ? null : account.password())
        .compose(
            matches -> {
              if (account == null) {
                trail.nobody();
              } else if (!matches) {
                trail.wrong(account.as(login), account.locked());
              } else {
                return wanted == null ? let(login, account) : change(login, account, wanted);
              }
              return Future.failedFuture(
                  new Fault.Unauthenticated("login or password is wrong, or the account locked"));
            });
  }

  private Future<@Nullable Person> let(String login, Account account) {
    if (account.oneTime()) {
      trail.oneTime(account.as(login));
      return good(pool, account).map(good -> null);
    }
    return pool.withTransaction(
            connection ->
                good(connection, account)
                    .compose(good -> trail.good(connection, account.as(login), "staff.signed-in")))
        .map(noted -> account.person(login, account.epoch()));
  }

  private Future<RowSet<Row>> good(SqlClient client, Account account) {
    return client
        .preparedQuery(account.home() ? GOOD_AT_HOME : GOOD_ABROAD)
        .execute(
            Tuple.of(account.id(), account.origin(), clock.instant().atOffset(ZoneOffset.UTC)));
  }

  private Future<@Nullable Person> change(String login, Account account, String wanted) {
    return passwords
        .hash(wanted)
        .compose(
            hash ->
                pool.withTransaction(
                    connection ->
                        connection
                            .preparedQuery(CHANGE)
                            .execute(Tuple.of(account.id(), account.epoch(), hash))
                            .map(SignIn::epoch)
                            .compose(epoch -> good(connection, account).map(good -> epoch))
                            .compose(
                                epoch ->
                                    trail
                                        .good(connection, account.as(login), "staff.own-password")
                                        .map(noted -> epoch))))
        .map(epoch -> account.person(login, epoch));
  }

  private static long epoch(RowSet<Row> rows) {
    if (rows.size() == 0) {
      throw Fault.Unauthenticated.accountChanged();
    }
    return rows.iterator().next().getLong("epoch");
  }

  private DeskReply token(Person person) {
    return DeskReply.ok(
        new JsonObject()
            .put(
                "accessToken",
                tokens.issue(person.login(), person.org(), person.roles(), person.epoch()))
            .put("tokenType", "Bearer")
            .put("expiresIn", limits.staffTokenLifetimeMs() / 1000));
  }
}
