package cn.unionecard.gateway.union;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.Sessions.Entered;
import cn.unionecard.gateway.desk.Sessions.Merchant;
import cn.unionecard.gateway.desk.Sessions.Person;
import cn.unionecard.gateway.desk.Sessions.Proof;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.runtime.Clocks;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.stores.StoreFailure;
import cn.unionecard.gateway.union.SecondFactors.Factor;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes a login, a password and, where the account has a second factor, a code of it; says whose
 * they are. An attempt is counted before its password is looked at, so that many at once get no
 * more tries than one after another; a code that is missing or wrong counts as one. Unknown, wrong,
 * locked and suspended take the same work and give the same answer.
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
          f.wrapped, f.last_step,
          encode(sha256(convert_to(s.id || ' ' || $5, 'UTF8')), 'hex') as origin
        from staff s join org o on o.id = s.org left join merchant m on m.id = s.merchant
          left join second_factor f on f.staff = s.id
        where s.login = $1 and s.status = 'ACTIVE' and s.terms is null
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
  private final SecondFactors factors;
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
      SecondFactors factors,
      StaffTokens tokens,
      Config.Desk limits,
      Clock clock,
      SignInTrail trail,
      SignInQueue queue) {
    this.pool = pool;
    this.passwords = passwords;
    this.factors = factors;
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
      @Nullable Factor factor,
      boolean locked,
      boolean home,
      String origin) {
    SignInTrail.Tried as(String login) {
      return new SignInTrail.Tried(id, login, orgId);
    }

    Person person(String login, long inEpoch) {
      return new Person(login, name, org, orgName, roles, inEpoch, factor != null, merchant);
    }
  }

  /** What somebody proves himself for. */
  private enum Purpose {
    ENTER,
    PASSWORD,
    /** To be offered a second factor. */
    OFFER,
    /** To take it: its own code is the proof, beside the password. */
    TAKE
  }

  /** What whoever was proved wants, in the transaction that notes it. */
  private interface Wish<T> {
    Future<T> grant(SqlConnection connection, Account account);
  }

  /** The password was right, and more is needed. */
  private static final class NotYet extends RuntimeException {
    private static final long serialVersionUID = 1L;
    final DeskRefusal why;

    NotYet(DeskRefusal why) {
      super(why.english, null, false, false);
      this.why = why;
    }
  }

  /**
   * Whoever proves himself.
   *
   * @param origin the address it comes from
   * @return fails with {@link Fault.Unauthenticated}, always in the same words, or {@link
   *     Fault.Busy} when too many try at once
   */
  Future<Entered> enter(String origin, Proof proof) {
    return prove(
            origin, proof, Purpose.ENTER, (connection, account) -> let(connection, proof, account))
        .<Entered>map(Entered.In::new)
        .recover(
            failure ->
                failure instanceof NotYet more
                    ? Future.succeededFuture(new Entered.NotYet(more.why))
                    : Future.failedFuture(failure));
  }

  /** A token for whoever proves himself; the rest as {@link #enter} has it. */
  Future<DeskReply> token(String origin, Proof proof) {
    return enter(origin, proof)
        .map(
            entered ->
                entered instanceof Entered.NotYet more
                    ? DeskReply.refused(more.why())
                    : token(((Entered.In) entered).person()));
  }

  /** Another password for whoever proves himself with the one before, and a token. */
  Future<DeskReply> change(String origin, Proof proof, String wanted) {
    return answered(
        proveFor(origin, proof, Purpose.PASSWORD, () -> toChange(proof, wanted)).map(this::token));
  }

  /** Its hash takes tens of milliseconds, in which no transaction is to be open. */
  private Future<Wish<Person>> toChange(Proof proof, String wanted) {
    return passwords
        .hash(wanted)
        .map(hash -> (connection, account) -> change(connection, proof, account, hash));
  }

  /** A secret for an authenticator; nothing is in force before {@link #takeFactor}. */
  Future<DeskReply> offerFactor(String origin, Proof proof) {
    return answered(
        prove(
                origin,
                proof,
                Purpose.OFFER,
                (connection, account) -> factors.offer(connection, account.id(), proof.login()))
            .map(
                offer ->
                    DeskReply.ok(
                        new JsonObject()
                            .put("secret", offer.secret())
                            .put("uri", offer.uri())
                            .put("until", Clocks.RFC_3339.format(offer.until())))));
  }

  /** Puts the offered secret in force for whoever has its code. */
  Future<DeskReply> takeFactor(String origin, Proof proof, String code) {
    return answered(
        prove(
                origin,
                proof,
                Purpose.TAKE,
                (connection, account) ->
                    factors
                        .take(connection, account.id(), code)
                        .compose(
                            recoveryCodes ->
                                trail
                                    .good(
                                        connection,
                                        account.as(proof.login()),
                                        "staff.second-factor-set")
                                    .map(noted -> recoveryCodes)))
            .map(
                recoveryCodes ->
                    DeskReply.ok(
                        new JsonObject().put("recoveryCodes", new JsonArray(recoveryCodes)))));
  }

  private static Future<DeskReply> answered(Future<DeskReply> reply) {
    return reply.recover(
        failure ->
            failure instanceof NotYet more
                ? Future.succeededFuture(DeskReply.refused(more.why))
                : Future.failedFuture(failure));
  }

  // ---- proved

  private <T> Future<T> prove(String origin, Proof proof, Purpose purpose, Wish<T> wish) {
    return proveFor(origin, proof, purpose, () -> Future.succeededFuture(wish));
  }

  /**
   * Proves somebody for what takes work before its transaction.
   *
   * @param prepared called when the password was right
   */
  private <T> Future<T> proveFor(
      String origin, Proof proof, Purpose purpose, Supplier<Future<Wish<T>>> prepared) {
    return queue.take(
        origin,
        () ->
            StoreFailure.toldOfReading(
                attempt(origin, proof.login())
                    .compose(account -> check(proof, account))
                    .compose(account -> proved(proof, account, purpose, prepared))));
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
    Buffer wrapped = row.getBuffer("wrapped");
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
        wrapped == null ? null : new Factor(wrapped.getBytes(), row.getLong("last_step")),
        row.getBoolean("locked"),
        row.getBoolean("home"),
        row.getString("origin"));
  }

  private Future<Account> check(Proof proof, @Nullable Account account) {
    return passwords
        .matches(proof.password(), account == null ? null : account.password())
        .compose(
            matches -> {
              if (account == null) {
                trail.nobody();
                return wrong();
              }
              return matches ? Future.succeededFuture(account) : wrong(proof, account);
            });
  }

  private <T> Future<T> wrong(Proof proof, Account account) {
    trail.wrong(account.as(proof.login()), account.locked());
    return wrong();
  }

  private static <T> Future<T> wrong() {
    return Future.failedFuture(
        new Fault.Unauthenticated("login, password or code is wrong, or the account locked"));
  }

  private <T> Future<T> proved(
      Proof proof, Account account, Purpose purpose, Supplier<Future<Wish<T>>> prepared) {
    SignInTrail.Tried tried = account.as(proof.login());
    if (account.oneTime() && purpose == Purpose.ENTER) {
      trail.oneTime(tried);
      return good(pool, account).compose(good -> notYet(DeskRefusal.PASSWORD_MUST_CHANGE));
    }
    Factor factor = purpose == Purpose.TAKE ? null : account.factor();
    if (account.factor() == null && isMissing(account, purpose)) {
      return notYet(DeskRefusal.SECOND_FACTOR_MUST_BE_SET);
    }
    if (factor != null && proof.code() == null) {
      trail.withoutCode(tried);
      return notYet(DeskRefusal.SECOND_FACTOR_NEEDED);
    }
    return prepared
        .get()
        .compose(
            wish ->
                pool.withTransaction(
                    connection ->
                        used(connection, proof, account, factor)
                            .compose(used -> good(connection, account))
                            .compose(good -> wish.grant(connection, account))));
  }

  private static <T> Future<T> notYet(DeskRefusal why) {
    return Future.failedFuture(new NotYet(why));
  }

  /** A partner's account is a machine's: it has no telephone to look at. */
  private boolean isMissing(Account account, Purpose purpose) {
    return limits.secondFactor().equals("required")
        && !account.roles().contains(Role.PARTNER)
        && (purpose == Purpose.ENTER || purpose == Purpose.PASSWORD);
  }

  private Future<Void> used(
      SqlConnection connection, Proof proof, Account account, @Nullable Factor factor) {
    if (factor == null) {
      return Future.succeededFuture();
    }
    return factors
        .use(connection, account.id(), factor, Objects.requireNonNull(proof.code()))
        .compose(
            kind ->
                switch (kind) {
                  case NONE -> wrong(proof, account);
                  case BY_TIME -> Future.succeededFuture();
                  case RECOVERY ->
                      trail.good(connection, account.as(proof.login()), "staff.recovery-code-used");
                });
  }

  private Future<Person> let(SqlConnection connection, Proof proof, Account account) {
    return trail
        .good(connection, account.as(proof.login()), "staff.signed-in")
        .map(noted -> account.person(proof.login(), account.epoch()));
  }

  private Future<RowSet<Row>> good(SqlClient client, Account account) {
    return client
        .preparedQuery(account.home() ? GOOD_AT_HOME : GOOD_ABROAD)
        .execute(
            Tuple.of(account.id(), account.origin(), clock.instant().atOffset(ZoneOffset.UTC)));
  }

  private Future<Person> change(
      SqlConnection connection, Proof proof, Account account, String hash) {
    return connection
        .preparedQuery(CHANGE)
        .execute(Tuple.of(account.id(), account.epoch(), hash))
        .map(SignIn::epoch)
        .compose(
            epoch ->
                trail
                    .good(connection, account.as(proof.login()), "staff.own-password")
                    .map(noted -> account.person(proof.login(), epoch)));
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
