package cn.unionecard.gateway.shop;

import static cn.unionecard.gateway.model.Caller.Role.MERCHANT;

import cn.unionecard.gateway.desk.Desk;
import cn.unionecard.gateway.desk.DeskCall;
import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskRoutes;
import cn.unionecard.gateway.desk.Office;
import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.model.Written;
import cn.unionecard.gateway.runtime.Clocks;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.time.Clock;
import java.time.LocalDate;
import java.util.Set;

/** The routes of a merchant's figures. One for each event loop. */
final class ShopDesk implements Desk {
  private static final Set<Caller.Role> OWN = Set.of(MERCHANT);

  private final Office office;
  private final Trade trade;
  private final Clock clock;

  ShopDesk(Office office, Trade trade, Clock clock) {
    this.office = office;
    this.trade = trade;
    this.clock = clock;
  }

  @Override
  public void open(DeskRoutes routes) {
    String merchant = "/v1/merchants/:merchantNo";
    String transactions = merchant + "/transactions";
    int time = Shop.DEADLINE_MS;
    routes.staff(HttpMethod.GET, merchant + "/days", OWN, time, this::days);
    routes.staff(HttpMethod.GET, transactions, OWN, time, this::transactions);
    routes.staff(HttpMethod.GET, transactions + "/:transaction", OWN, time, this::transaction);
  }

  private static String no(DeskCall call) {
    return call.path("merchantNo", Written.MERCHANT_NO);
  }

  private Future<DeskReply> days(DeskCall call, Caller.Staff caller) {
    String no = no(call);
    call.onlyQuery("from", "to");
    LocalDate to = call.date("to");
    LocalDate from = call.date("from");
    Days days = Days.of(from == null ? to : from, to, today());
    return office.serve(caller, tx -> Takings.read(tx, tx.actor().require(no), no, days));
  }

  private Future<DeskReply> transactions(DeskCall call, Caller.Staff caller) {
    String no = no(call);
    call.onlyQuery("day", "after");
    LocalDate day = call.date("day");
    Days days = Days.of(day, day, today());
    String after = call.query("after", Written.TRANSACTION);
    long below = after == null ? Long.MAX_VALUE : id(after).value();
    return office.serve(caller, tx -> trade.list(tx, tx.actor().require(no), days, below));
  }

  private Future<DeskReply> transaction(DeskCall call, Caller.Staff caller) {
    String no = no(call);
    TransactionId id = id(call.path("transaction", Written.TRANSACTION));
    return office.serve(caller, tx -> trade.find(tx, tx.actor().require(no), id));
  }

  private static TransactionId id(String text) {
    try {
      return TransactionId.parse(text);
    } catch (IllegalArgumentException beyond) {
      throw new Fault.Malformed("", "no transaction has that id");
    }
  }

  private LocalDate today() {
    return clock.instant().atZone(Clocks.CHINA).toLocalDate();
  }
}
