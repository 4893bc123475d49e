package cn.unionecard.gateway.union;

import static cn.unionecard.gateway.desk.DeskTransaction.found;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.util.List;

/**
 * Accounts of staff in the caller's subtree; those of partners' programs are no accounts of people.
 * What gives one power is in {@link StaffRequests}.
 */
final class StaffBook {
  private static final int PAGE_ROWS = 200;

  private static final String LIST =
      """
      select s.login, s.name, o.code, s.roles, s.status, m.merchant_no,
        s.second_factor_at is not null as second_factor
      from staff s join org o on o.id = s.org left join merchant m on m.id = s.merchant
      where $1 = any (o.path) and s.login > $2 and s.terms is null
      order by s.login limit $3
      """;

  private static final String FIND =
      """
      select s.id, s.org from staff s join org o on o.id = s.org
      where $1 = any (o.path) and s.login = $2 and s.terms is null for update of s
      """;

  private static final String SUSPEND = "update staff set status = 'SUSPENDED' where id = $1";

  /** What an account may be. */
  enum Status {
    ACTIVE,
    SUSPENDED
  }

  private record Account(int id, int org) {}

  private StaffBook() {}

  static Future<DeskReply> list(DeskTransaction tx, String after) {
    return tx.ask(LIST, tx.actor().org(), after, PAGE_ROWS)
        .map(
            rows -> {
              JsonArray staff = new JsonArray();
              rows.forEach(row -> staff.add(json(row)));
              return DeskReply.ok(new JsonObject().put("staff", staff));
            });
  }

  /** At once and by one: what it takes away, two people give back. */
  static Future<DeskReply> suspend(DeskTransaction tx, String login, String reason) {
    return require(tx, login)
        .compose(
            account ->
                tx.ask(SUSPEND, account.id())
                    .compose(
                        set ->
                            tx.note(
                                "staff.status",
                                login,
                                List.of(account.org()),
                                new JsonObject()
                                    .put("status", Status.SUSPENDED.name())
                                    .put("reason", reason)))
                    .compose(noted -> StaffEvents.tell(tx, account.org(), "SUSPEND")))
        .map(
            noted ->
                DeskReply.ok(
                    new JsonObject().put("login", login).put("status", Status.SUSPENDED.name())));
  }

  private static Future<Account> require(DeskTransaction tx, String login) {
    return tx.first(FIND, tx.actor().org(), login)
        .map(found("no such account under the caller's organisation"))
        .map(row -> new Account(row.getInteger("id"), row.getInteger("org")));
  }

  private static JsonObject json(Row row) {
    JsonObject account =
        new JsonObject()
            .put("login", row.getString("login"))
            .put("name", row.getString("name"))
            .put("org", row.getString("code"))
            .put("roles", new JsonArray(List.of(row.getArrayOfStrings("roles"))))
            .put("status", row.getString("status"))
            .put("secondFactor", row.getBoolean("second_factor"));
    return row.getString("merchant_no") == null
        ? account
        : account.put("merchantNo", row.getString("merchant_no"));
  }
}
