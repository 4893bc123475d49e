package cn.unionecard.gateway.union;

import cn.unionecard.gateway.model.Caller.Role;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.runtime.desk.DeskReply;
import cn.unionecard.gateway.runtime.desk.Visit;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Set;

/** Accounts of staff in the caller's subtree. Passwords go in as hashes and never come out. */
final class StaffBook {
  private static final int PAGE_ROWS = 200;

  private static final String LIST =
      """
      select s.login, s.name, o.code, s.roles, s.status
      from staff s join org o on o.id = s.org
      where $1 = any (o.path) and s.login > $2
      order by s.login limit $3
      """;

  private static final String FIND =
      """
      select s.id, s.org from staff s join org o on o.id = s.org
      where $1 = any (o.path) and s.login = $2 for update of s
      """;

  private static final String ADD =
      """
      insert into staff (login, name, org, roles, status, password)
      values ($1, $2, $3, $4, 'ACTIVE', $5)
      on conflict (login) do nothing returning id
      """;

  private static final String SET_STATUS = "update staff set status = $2 where id = $1";
  private static final String SET_PASSWORD =
      "update staff set password = $2, tries = 0, locked_until = null where id = $1";

  /**
   * A new account, as it was asked for.
   *
   * @param org code of the organisation
   */
  record Draft(String login, String name, String org, Set<Role> roles) {
    Draft {
      roles = Set.copyOf(roles);
      if (roles.size() > 1 && (roles.contains(Role.SYSTEM) || roles.contains(Role.PARTNER))) {
        throw new Fault.Malformed("roles", "SYSTEM and PARTNER stand alone in an account");
      }
    }
  }

  /** What an account may be. */
  enum Status {
    ACTIVE,
    SUSPENDED
  }

  private record Account(int id, int org) {}

  private StaffBook() {}

  static Future<DeskReply> list(Visit visit, String after) {
    return visit
        .ask(LIST, visit.actor().org(), after, PAGE_ROWS)
        .map(
            rows -> {
              JsonArray staff = new JsonArray();
              rows.forEach(row -> staff.add(json(row)));
              return DeskReply.ok(new JsonObject().put("staff", staff));
            });
  }

  /**
   * Adds an account.
   *
   * @param password shown in the answer, this once
   */
  static Future<DeskReply> add(Visit visit, Draft draft, String password, String hash) {
    return OrgBook.require(visit, draft.org())
        .compose(org -> add(visit, draft, org, password, hash));
  }

  private static Future<DeskReply> add(
      Visit visit, Draft draft, int org, String password, String hash) {
    String[] roles = draft.roles().stream().sorted().map(Role::name).toArray(String[]::new);
    return visit
        .first(ADD, draft.login(), draft.name(), org, roles, hash)
        .compose(
            row -> {
              if (row == null) {
                return Future.succeededFuture(
                    DeskReply.refused(DeskRefusal.ALREADY_TAKEN, "login"));
              }
              JsonObject detail = new JsonObject().put("roles", new JsonArray(List.of(roles)));
              return visit
                  .note("staff.added", draft.login(), List.of(org), detail)
                  .map(
                      noted ->
                          DeskReply.made(
                              new JsonObject()
                                  .put("login", draft.login())
                                  .put("password", password),
                              "/v1/staff/" + draft.login()));
            });
  }

  static Future<DeskReply> setStatus(Visit visit, String login, Status status, String reason) {
    return require(visit, login)
        .compose(
            account ->
                visit
                    .ask(SET_STATUS, account.id(), status.name())
                    .compose(
                        set ->
                            visit.note(
                                "staff.status",
                                login,
                                List.of(account.org()),
                                new JsonObject()
                                    .put("status", status.name())
                                    .put("reason", reason))))
        .map(
            noted ->
                DeskReply.ok(new JsonObject().put("login", login).put("status", status.name())));
  }

  static Future<DeskReply> setPassword(Visit visit, String login, String password, String hash) {
    return require(visit, login)
        .compose(
            account ->
                visit
                    .ask(SET_PASSWORD, account.id(), hash)
                    .compose(
                        set ->
                            visit.note(
                                "staff.password", login, List.of(account.org()), new JsonObject())))
        .map(noted -> DeskReply.ok(new JsonObject().put("login", login).put("password", password)));
  }

  private static Future<Account> require(Visit visit, String login) {
    return visit
        .first(FIND, visit.actor().org(), login)
        .map(
            row -> {
              if (row == null) {
                throw new Fault.NotFound("no such account under the caller's organisation");
              }
              return new Account(row.getInteger("id"), row.getInteger("org"));
            });
  }

  private static JsonObject json(Row row) {
    return new JsonObject()
        .put("login", row.getString("login"))
        .put("name", row.getString("name"))
        .put("org", row.getString("code"))
        .put("roles", new JsonArray(List.of(row.getArrayOfStrings("roles"))))
        .put("status", row.getString("status"));
  }
}
