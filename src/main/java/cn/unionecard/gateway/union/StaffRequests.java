package cn.unionecard.gateway.union;

import static cn.unionecard.gateway.desk.DeskTransaction.found;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.runtime.Clocks;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What gives an account power, by two people: one asks, another confirms, and only then it is so. A
 * one-time password is told to who asks and holds once it is confirmed; its hash alone waits.
 */
final class StaffRequests {
  /** A request nobody confirms lapses, and so does a one-time password nobody changes. */
  static final Duration LASTS = Duration.ofDays(7);

  private static final int PAGE_ROWS = 100;

  private static final String ACCOUNT =
      """
      select s.id, s.org, s.merchant from staff s join org o on o.id = s.org
      where $1 = any (o.path) and s.login = $2 and s.terms is null for update of s
      """;

  /** A merchant and the union that signs it, which gives out its accounts. */
  private static final String SIGNED =
      "select id from merchant where merchant_no = $1 and signing_org = $2";

  private static final String TAKEN = "select from staff where login = $1";

  private static final String LAPSE =
      """
      update staff_request set state = 'LAPSED', password = null, decided_at = $2
      where login = $1 and state = 'OPEN' and expires_at <= $2
      """;

  private static final String ASK =
      """
      insert into staff_request (action, login, org, name, roles, password, reason, requested_by,
        requested_at, expires_at, merchant)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
      on conflict (login) where state = 'OPEN' do nothing
      returning id
      """;

  private static final String COLUMNS =
      """
      select r.id, r.action, r.login, r.org, r.name, r.roles, r.password, r.reason,
        r.requested_by, q.login as requested, q.status as requester_status, r.requested_at,
        r.expires_at, r.state, d.login as decided, r.decided_at, o.code, r.merchant, m.merchant_no
      from staff_request r
      join org o on o.id = r.org
      join staff q on q.id = r.requested_by
      left join staff d on d.id = r.decided_by
      left join merchant m on m.id = r.merchant
      where $1 = any (o.path)
      """;

  private static final String FIND = COLUMNS + " and r.id = $2 for update of r";
  private static final String LIST = COLUMNS + " and r.id < $2 order by r.id desc limit $3";

  private static final String ADD =
      """
      insert into staff (login, name, org, roles, status, password, one_time_until, merchant)
      select $1, $2, $3, $4, 'ACTIVE', $5, $6, $7
      where $7::integer is null or exists (select from merchant where id = $7 and signing_org = $3)
      on conflict (login) do nothing returning id
      """;

  private static final String SET_PASSWORD =
      """
      update staff set password = $3, one_time_until = $4, tries = 0, locked_until = null
      where login = $1 and org = $2 returning id
      """;

  private static final String SET_ROLES =
      """
      update staff set roles = $3 where login = $1 and org = $2 and merchant is null returning id
      """;

  private static final String ACTIVATE =
      """
      update staff set status = 'ACTIVE', tries = 0, locked_until = null
      where login = $1 and org = $2 returning id
      """;

  private static final String REMOVE_FACTOR =
      """
      with one as (
        update staff set second_factor_at = null, tries = 0, locked_until = null
        where login = $1 and org = $2 and second_factor_at is not null returning id
      ), factor as (delete from second_factor f using one where f.staff = one.id),
      offer as (delete from second_factor_offer f using one where f.staff = one.id),
      recovery as (delete from recovery_code c using one where c.staff = one.id)
      select id from one
      """;

  private static final String DECIDE =
      """
      update staff_request set state = $2, password = null, decided_by = $3, decided_at = $4
      where id = $1
      """;

  /** What two people do. */
  enum Action {
    ADD,
    PASSWORD,
    ROLES,
    ACTIVATE,
    /** Its second factor is taken away, for whoever has neither device nor recovery code. */
    SECOND_FACTOR
  }

  /**
   * A password made here.
   *
   * @param text told once
   * @param hash kept
   */
  record OneTime(String text, String hash) {
    @Override
    public String toString() {
      return "a one-time password";
    }
  }

  /**
   * What is asked for.
   *
   * @param org code, of a new account; null: the account's
   * @param name of a new account
   * @param roles of a new account, or new ones
   * @param merchantNo whose account a new one is to be; null: the union's
   */
  record Draft(
      Action action,
      String login,
      @Nullable String org,
      @Nullable String name,
      @Nullable Set<Role> roles,
      @Nullable String merchantNo,
      String reason) {
    Draft {
      if (roles != null) {
        roles = Set.copyOf(roles);
        if (roles.size() > 1 && roles.stream().anyMatch(Role::standsAlone)) {
          throw new Fault.Malformed(
              "roles", "SYSTEM, PARTNER and MERCHANT stand alone in an account");
        }
        if (action == Action.ROLES && roles.contains(Role.MERCHANT)) {
          throw new Fault.Malformed("roles", "an account is a merchant's from the first or never");
        }
      }
      boolean merchants = roles != null && roles.contains(Role.MERCHANT);
      if (merchants != (merchantNo != null)) {
        throw new Fault.Malformed(
            "merchantNo", "merchantNo belongs to an account with the role MERCHANT");
      }
    }

    String @Nullable [] roleNames() {
      return roles == null ? null : roles.stream().sorted().map(Role::name).toArray(String[]::new);
    }
  }

  private StaffRequests() {}

  /**
   * Takes a request down.
   *
   * @param made the password it brings, or null
   */
  static Future<DeskReply> ask(DeskTransaction tx, Draft draft, @Nullable OneTime made) {
    return org(tx, draft)
        .compose(
            org ->
                merchant(tx, draft, org)
                    .compose(
                        merchant ->
                            tx.ask(LAPSE, draft.login(), tx.at())
                                .compose(lapsed -> insert(tx, draft, org, merchant, made)))
                    .compose(row -> asked(tx, draft, org, made, row)));
  }

  /** Whose account it is to be, or null; another union's merchant is none. */
  private static Future<@Nullable Integer> merchant(DeskTransaction tx, Draft draft, int org) {
    if (draft.merchantNo() == null) {
      return Future.succeededFuture();
    }
    return tx.first(SIGNED, draft.merchantNo(), org)
        .map(found("no such merchant signed by that organisation"))
        .map(row -> row.getInteger("id"));
  }

  /** Of the account that the request is about; fails with NotFound outside the caller's subtree. */
  private static Future<Integer> org(DeskTransaction tx, Draft draft) {
    if (draft.org() != null) {
      return tx.org(draft.org());
    }
    return tx.first(ACCOUNT, tx.actor().org(), draft.login())
        .map(found("no such account under the caller's organisation"))
        .map(
            row -> {
              if (draft.action() == Action.ROLES && row.getInteger("merchant") != null) {
                throw new Fault.Malformed("roles", "a merchant's account has no other role");
              }
              return row.getInteger("org");
            });
  }

  /** Nothing comes back when another request waits, or the login of a new account is taken. */
  private static Future<@Nullable Row> insert(
      DeskTransaction tx,
      Draft draft,
      int org,
      @Nullable Integer merchant,
      @Nullable OneTime made) {
    Future<Boolean> taken =
        draft.action() == Action.ADD
            ? tx.ask(TAKEN, draft.login()).map(rows -> rows.size() > 0)
            : Future.succeededFuture(false);
    return taken.compose(
        is ->
            is
                ? Future.succeededFuture()
                : tx.first(
                    ASK,
                    draft.action().name(),
                    draft.login(),
                    org,
                    draft.name(),
                    draft.roleNames(),
                    made == null ? null : made.hash(),
                    draft.reason(),
                    tx.actor().id(),
                    tx.at(),
                    tx.at().plus(LASTS),
                    merchant));
  }

  private static Future<DeskReply> asked(
      DeskTransaction tx, Draft draft, int org, @Nullable OneTime made, @Nullable Row row) {
    if (row == null) {
      return Future.succeededFuture(
          DeskReply.refused(
              DeskRefusal.ALREADY_TAKEN, "login: taken, or another request for it waits"));
    }
    long id = row.getLong("id");
    JsonObject detail =
        new JsonObject()
            .put("request", id)
            .put("action", draft.action().name())
            .put("reason", draft.reason());
    if (draft.roleNames() != null) {
      detail.put("roles", new JsonArray(List.of(draft.roleNames())));
    }
    JsonObject said =
        new JsonObject()
            .put("request", id)
            .put("action", draft.action().name())
            .put("login", draft.login())
            .put("state", "OPEN")
            .put("expiresAt", Clocks.RFC_3339.format(tx.at().plus(LASTS)));
    if (made != null) {
      said.put("password", made.text());
    }
    if (draft.merchantNo() != null) {
      detail.put("merchant", draft.merchantNo());
    }
    return tx.note("staff.requested", draft.login(), List.of(org), detail)
        .map(noted -> DeskReply.made(said, "/v1/staff-requests/" + id));
  }

  /** What waits and what was decided, newest first. */
  static Future<DeskReply> list(DeskTransaction tx, long before) {
    return tx.ask(LIST, tx.actor().org(), before, PAGE_ROWS)
        .map(
            rows -> {
              JsonArray requests = new JsonArray();
              rows.forEach(row -> requests.add(json(tx, row)));
              return DeskReply.ok(new JsonObject().put("requests", requests));
            });
  }

  static Future<DeskReply> find(DeskTransaction tx, long id) {
    return require(tx, id).map(row -> DeskReply.ok(json(tx, row)));
  }

  private static Future<Row> require(DeskTransaction tx, long id) {
    return tx.first(FIND, tx.actor().org(), id)
        .map(found("no such request under the caller's organisation"));
  }

  /** Does what was asked for. Neither who asked nor whom it is about can confirm it. */
  static Future<DeskReply> confirm(DeskTransaction tx, long id) {
    return require(tx, id)
        .compose(
            row -> {
              DeskReply.@Nullable Refused refused = refusal(tx, row);
              return refused != null
                  ? refuse(tx, row, refused)
                  : perform(tx, row)
                      .compose(
                          done ->
                              done.size() == 0
                                  ? refuse(tx, row, changed())
                                  : decide(tx, row, "CONFIRMED", null));
            });
  }

  private static DeskReply.@Nullable Refused refusal(DeskTransaction tx, Row row) {
    boolean open =
        row.getString("state").equals("OPEN")
            && row.getOffsetDateTime("expires_at").isAfter(tx.at());
    if (!open || !row.getString("requester_status").equals("ACTIVE")) {
      return changed();
    }
    boolean same =
        row.getInteger("requested_by") == tx.actor().id()
            || row.getString("login").equals(tx.actor().login());
    return same ? new DeskReply.Refused(DeskRefusal.SAME_PERSON, SAME) : null;
  }

  private static final String SAME = "neither who asked nor whom it is about confirms it";

  private static DeskReply.Refused changed() {
    return new DeskReply.Refused(
        DeskRefusal.STATE_DOES_NOT_ALLOW,
        "decided, lapsed, or the account or who asked is not as then");
  }

  private static Future<DeskReply> refuse(DeskTransaction tx, Row row, DeskReply.Refused refused) {
    return tx.noteRefused(
            "staff.confirmed", row.getString("login"), List.of(row.getInteger("org")), refused)
        .map(noted -> refused);
  }

  private static Future<RowSet<Row>> perform(DeskTransaction tx, Row row) {
    String login = row.getString("login");
    Integer org = row.getInteger("org");
    OffsetDateTime until = tx.at().plus(LASTS);
    return switch (Action.valueOf(row.getString("action"))) {
      case ADD ->
          tx.ask(
              ADD,
              login,
              row.getString("name"),
              org,
              row.getArrayOfStrings("roles"),
              row.getString("password"),
              until,
              row.getInteger("merchant"));
      case PASSWORD -> tx.ask(SET_PASSWORD, login, org, row.getString("password"), until);
      case ROLES -> tx.ask(SET_ROLES, login, org, row.getArrayOfStrings("roles"));
      case ACTIVATE -> tx.ask(ACTIVATE, login, org);
      case SECOND_FACTOR -> tx.ask(REMOVE_FACTOR, login, org);
    };
  }

  /** Refuses or takes back what was asked for. */
  static Future<DeskReply> turnDown(DeskTransaction tx, long id, String reason) {
    return require(tx, id)
        .compose(
            row ->
                row.getString("state").equals("OPEN")
                    ? decide(tx, row, "REFUSED", reason)
                    : refuse(tx, row, changed()));
  }

  private static Future<DeskReply> decide(
      DeskTransaction tx, Row row, String state, @Nullable String reason) {
    long id = row.getLong("id");
    String login = row.getString("login");
    JsonObject detail =
        new JsonObject()
            .put("request", id)
            .put("action", row.getString("action"))
            .put("requestedBy", row.getString("requested"));
    if (reason != null) {
      detail.put("reason", reason);
    }
    int org = row.getInteger("org");
    String action = state.equals("CONFIRMED") ? "staff.confirmed" : "staff.turned-down";
    return tx.ask(DECIDE, id, state, tx.actor().id(), tx.at())
        .compose(decided -> tx.note(action, login, List.of(org), detail))
        .compose(
            noted ->
                state.equals("CONFIRMED")
                    ? StaffEvents.tell(tx, org, row.getString("action"))
                    : Future.succeededFuture())
        .map(
            told ->
                DeskReply.ok(
                    new JsonObject()
                        .put("request", id)
                        .put("action", row.getString("action"))
                        .put("login", login)
                        .put("state", state)));
  }

  private static JsonObject json(DeskTransaction tx, Row row) {
    boolean lapsed =
        row.getString("state").equals("OPEN")
            && !row.getOffsetDateTime("expires_at").isAfter(tx.at());
    JsonObject json =
        new JsonObject()
            .put("request", row.getLong("id"))
            .put("action", row.getString("action"))
            .put("login", row.getString("login"))
            .put("org", row.getString("code"))
            .put("reason", row.getString("reason"))
            .put("state", lapsed ? "LAPSED" : row.getString("state"))
            .put("requestedBy", row.getString("requested"))
            .put("requestedAt", Clocks.RFC_3339.format(row.getOffsetDateTime("requested_at")))
            .put("expiresAt", Clocks.RFC_3339.format(row.getOffsetDateTime("expires_at")));
    if (row.getString("name") != null) {
      json.put("name", row.getString("name"));
    }
    if (row.getArrayOfStrings("roles") != null) {
      json.put("roles", new JsonArray(List.of(row.getArrayOfStrings("roles"))));
    }
    if (row.getString("merchant_no") != null) {
      json.put("merchantNo", row.getString("merchant_no"));
    }
    if (row.getString("decided") != null) {
      json.put("decidedBy", row.getString("decided"))
          .put(
              "decidedAt",
              Clocks.RFC_3339.format(Objects.requireNonNull(row.getOffsetDateTime("decided_at"))));
    }
    return json;
  }
}
