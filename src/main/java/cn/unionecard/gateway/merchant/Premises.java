package cn.unionecard.gateway.merchant;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Scene;
import cn.unionecard.gateway.model.UnionSide;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Stores of a merchant, and the terminals bound to it there. */
final class Premises {
  private static final Set<State> MAY_EQUIP =
      EnumSet.of(State.APPROVED, State.LIVE, State.RECTIFYING);

  private static final String ADD_STORE =
      """
      insert into store (merchant, name, area_code, address, status)
      values ($1, $2, $3, $4, 'OPEN') on conflict (merchant, name) do nothing returning id
      """;

  private static final String STORE =
      "select id from store where id = $1 and merchant = $2 and status = 'OPEN'";

  private static final String ADD_TERMINAL =
      """
      insert into terminal (id, terminal_no, merchant, serial_no, status, scene)
      select nextval('terminal_id'), 'E' || lpad(nextval('terminal_serial')::text, 7, '0'), $1, $2,
        'REGISTERED', $3
      on conflict (serial_no) do nothing returning id, terminal_no
      """;

  private static final String BIND =
      """
      insert into terminal_binding (terminal, serial_no, merchant, credit_code, store, account,
        account_mask, address, staff, bound_at)
      select $1, t.serial_no, m.id, m.credit_code, $3, $4, $5, $6, $7, $8
      from terminal t, merchant m where t.id = $1 and m.id = $2
      """;

  private static final String UNBIND =
      "update terminal_binding set unbound_at = $2 where terminal = $1 and unbound_at is null";

  /** A terminal that moves has to prove itself again: its key is forgotten, its codes are void. */
  private static final String MOVE =
      """
      update terminal set merchant = $2, status = 'REGISTERED', device_key = null where id = $1
      """;

  private static final String VOID_CODES =
      "update terminal_activation set used_at = $2 where terminal = $1 and used_at is null";

  private static final String OF_TERMINAL =
      """
      select t.id, t.status, m.merchant_no
      from terminal t join merchant m on m.id = t.merchant where t.terminal_no = $1
      """;

  /** Locked behind its merchant. */
  private static final String LOCK_TERMINAL =
      "select id, status from terminal where terminal_no = $1 and merchant = $2 for update";

  private static final String SET_STATUS = "update terminal set status = $2 where id = $1";

  /** Where a terminal is put. */
  record Place(int store, Account account, String address) {}

  /**
   * A settlement account.
   *
   * @param wrapped under the key-encryption key
   * @param mask its last four characters behind four stars
   */
  record Account(Buffer wrapped, String mask) {}

  enum TerminalStatus {
    ACTIVE,
    SUSPENDED
  }

  /** A terminal with the merchant it stands at, both locked. */
  record Bound(int id, String no, String status, MerchantRow merchant) {}

  private Premises() {}

  static Future<DeskReply> addStore(
      DeskTransaction tx, String no, String name, String areaCode, String address) {
    return MerchantRow.lock(tx, no)
        .map(merchant -> merchant.require(UnionSide.SIGNING))
        .compose(
            merchant ->
                tx.first(ADD_STORE, merchant.id(), name, areaCode, address)
                    .compose(row -> storeAdded(tx, merchant, name, row)));
  }

  private static Future<DeskReply> storeAdded(
      DeskTransaction tx, MerchantRow merchant, String name, @Nullable Row row) {
    if (row == null) {
      return Future.succeededFuture(DeskReply.refused(DeskRefusal.ALREADY_TAKEN, "name"));
    }
    JsonObject store = new JsonObject().put("id", row.getInteger("id")).put("name", name);
    return tx.note("merchant.store", merchant.no(), merchant.orgs(), store)
        .map(noted -> DeskReply.made(store, "/v1/merchants/" + merchant.no()));
  }

  static Future<DeskReply> addTerminal(
      DeskTransaction tx, String no, String serialNo, Scene scene, Place place) {
    return MerchantRow.lock(tx, no)
        .map(merchant -> merchant.require(UnionSide.SIGNING))
        .compose(
            merchant -> {
              if (!MAY_EQUIP.contains(merchant.state())) {
                return Future.succeededFuture(DeskReply.refused(DeskRefusal.STATE_DOES_NOT_ALLOW));
              }
              return requireStore(tx, merchant, place)
                  .compose(found -> tx.first(ADD_TERMINAL, merchant.id(), serialNo, scene.name()))
                  .compose(row -> terminalAdded(tx, merchant, serialNo, scene, place, row));
            });
  }

  private static Future<?> requireStore(DeskTransaction tx, MerchantRow merchant, Place place) {
    return tx.first(STORE, place.store(), merchant.id())
        .map(
            row -> {
              if (row == null) {
                throw new Fault.Malformed("store", "store is none of the merchant's that are open");
              }
              return row;
            });
  }

  private static Future<DeskReply> terminalAdded(
      DeskTransaction tx,
      MerchantRow merchant,
      String serialNo,
      Scene scene,
      Place place,
      @Nullable Row row) {
    if (row == null) {
      return Future.succeededFuture(DeskReply.refused(DeskRefusal.ALREADY_TAKEN, "serialNo"));
    }
    int terminal = row.getInteger("id");
    String terminalNo = row.getString("terminal_no");
    JsonObject bound =
        new JsonObject().put("terminal", terminalNo).put("merchantNo", merchant.no());
    return bind(tx, terminal, merchant, place)
        .compose(done -> Life.event(tx, merchant.id(), "terminal.bound", terminal, bound))
        .compose(
            sent ->
                tx.note(
                    "terminal.bound",
                    terminalNo,
                    merchant.orgs(),
                    bound
                        .copy()
                        .put("serialNo", serialNo)
                        .put("scene", scene.name())
                        .put("address", place.address())))
        .map(noted -> DeskReply.made(bound, "/v1/merchants/" + merchant.no()));
  }

  private static Future<?> bind(
      DeskTransaction tx, int terminal, MerchantRow merchant, Place place) {
    return tx.ask(
        BIND,
        terminal,
        merchant.id(),
        place.store(),
        place.account().wrapped(),
        place.account().mask(),
        place.address(),
        tx.actor().id(),
        tx.at());
  }

  /** A terminal, as the caller may see its merchant; one of others sounds like none. */
  static Future<Bound> lockTerminal(DeskTransaction tx, String terminalNo) {
    return tx.first(OF_TERMINAL, terminalNo)
        .compose(
            row ->
                row == null
                    ? Future.failedFuture(noTerminal())
                    : MerchantRow.lock(tx, row.getString("merchant_no"))
                        .recover(
                            failure ->
                                Future.failedFuture(
                                    failure instanceof Fault.NotFound ? noTerminal() : failure)))
        .compose(
            merchant ->
                tx.first(LOCK_TERMINAL, terminalNo, merchant.id())
                    .map(
                        row -> {
                          if (row == null) {
                            throw new Fault.Busy("the terminal has just been moved");
                          }
                          return new Bound(
                              row.getInteger("id"), terminalNo, row.getString("status"), merchant);
                        }));
  }

  private static Fault.NotFound noTerminal() {
    return new Fault.NotFound("no such terminal");
  }

  /** Binds a terminal anew, perhaps to another merchant. */
  static Future<DeskReply> rebind(
      DeskTransaction tx, String terminalNo, String merchantNo, Place place, String reason) {
    return lockTerminal(tx, terminalNo)
        .compose(
            from -> {
              MerchantRow unused = from.merchant().require(UnionSide.SIGNING);
              return MerchantRow.lock(tx, merchantNo)
                  .map(to -> to.require(UnionSide.SIGNING))
                  .compose(to -> rebind(tx, from, to, place, reason));
            });
  }

  private static Future<DeskReply> rebind(
      DeskTransaction tx, Bound from, MerchantRow to, Place place, String reason) {
    if (!MAY_EQUIP.contains(to.state())) {
      return Future.succeededFuture(DeskReply.refused(DeskRefusal.STATE_DOES_NOT_ALLOW));
    }
    JsonObject bound = new JsonObject().put("terminal", from.no()).put("merchantNo", to.no());
    List<Integer> orgs =
        List.of(
            from.merchant().authorisingOrg(),
            from.merchant().signingOrg(),
            to.authorisingOrg(),
            to.signingOrg());
    return requireStore(tx, to, place)
        .compose(found -> tx.ask(UNBIND, from.id(), tx.at()))
        .compose(done -> tx.ask(MOVE, from.id(), to.id()))
        .compose(done -> tx.ask(VOID_CODES, from.id(), tx.at()))
        .compose(done -> bind(tx, from.id(), to, place))
        .compose(done -> Life.event(tx, to.id(), "terminal.bound", from.id(), bound))
        .compose(
            sent ->
                tx.note(
                    "terminal.rebound",
                    from.no(),
                    orgs,
                    bound
                        .copy()
                        .put("from", from.merchant().no())
                        .put("address", place.address())
                        .put("reason", reason)))
        .map(noted -> DeskReply.made(bound, "/v1/merchants/" + to.no()));
  }

  static Future<DeskReply> setStatus(
      DeskTransaction tx, String terminalNo, TerminalStatus status, String reason) {
    return lockTerminal(tx, terminalNo)
        .compose(
            bound -> {
              MerchantRow merchant = bound.merchant().require(UnionSide.AUTHORISING);
              boolean fits =
                  status == TerminalStatus.SUSPENDED
                      ? bound.status().equals("ACTIVE")
                      : bound.status().equals("SUSPENDED");
              if (!fits) {
                return Future.succeededFuture(
                    DeskReply.refused(
                        DeskRefusal.STATE_DOES_NOT_ALLOW, "terminal is " + bound.status()));
              }
              JsonObject set =
                  new JsonObject().put("terminal", terminalNo).put("status", status.name());
              String kind =
                  status == TerminalStatus.SUSPENDED ? "terminal.suspended" : "terminal.restored";
              return tx.ask(SET_STATUS, bound.id(), status.name())
                  .compose(done -> Life.event(tx, merchant.id(), kind, bound.id(), set))
                  .compose(
                      sent ->
                          tx.note(
                              kind, terminalNo, merchant.orgs(), set.copy().put("reason", reason)))
                  .map(noted -> DeskReply.ok(set));
            });
  }

  static String mask(String account) {
    return "****" + Objects.requireNonNull(account).substring(account.length() - 4);
  }
}
