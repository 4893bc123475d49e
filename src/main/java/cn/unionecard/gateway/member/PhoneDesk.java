package cn.unionecard.gateway.member;

import cn.unionecard.gateway.code.CurrentCodes;
import cn.unionecard.gateway.desk.Desk;
import cn.unionecard.gateway.desk.DeskCall;
import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskRoutes;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.desk.Fields;
import cn.unionecard.gateway.model.Caller;
import cn.unionecard.gateway.model.Written;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import java.util.function.Function;

/** The routes of members' phones. One instance for each event loop. */
final class PhoneDesk implements Desk {
  private static final int ASSERTION_MAX = 4_096;

  private final Pool pool;
  private final PhoneTokens tokens;
  private final CurrentCodes codes;
  private final int rightDays;
  private final Clock clock;

  /**
   * @param rightDays for how long a purchase can be reviewed
   */
  PhoneDesk(Pool pool, PhoneTokens tokens, CurrentCodes codes, int rightDays, Clock clock) {
    this.pool = pool;
    this.tokens = tokens;
    this.codes = codes;
    this.rightDays = rightDays;
    this.clock = clock;
  }

  @Override
  public void open(DeskRoutes routes) {
    String mine = "/v1/cards/mine";
    routes.anybody(HttpMethod.POST, "/v1/card-tokens", this::token);
    routes.member(HttpMethod.GET, mine, this::mine);
    routes.member(HttpMethod.POST, mine + "/aliases", this::renew);
    routes.member(HttpMethod.GET, mine + "/transactions", this::purchases);
    routes.member(HttpMethod.GET, mine + "/savings", this::saved);
    routes.member(HttpMethod.POST, mine + "/loss", this::lose);
  }

  private Future<DeskReply> token(DeskCall call) {
    return tokens.token(call.fields("assertion").text("assertion", ASSERTION_MAX));
  }

  private Future<DeskReply> mine(DeskCall call, Caller.Member member) {
    call.onlyQuery();
    return serve(tx -> PhoneBook.mine(tx, member));
  }

  private Future<DeskReply> renew(DeskCall call, Caller.Member member) {
    Fields unused = call.fields();
    return serve(tx -> PhoneBook.renew(tx, member, codes.get()));
  }

  private Future<DeskReply> purchases(DeskCall call, Caller.Member member) {
    call.onlyQuery("after");
    String after = call.query("after", Written.ROW);
    long below = Long.parseLong(after == null ? Written.ABOVE_ALL_ROWS : after);
    return serve(tx -> Purchases.page(tx, member.card(), below, rightDays));
  }

  private Future<DeskReply> saved(DeskCall call, Caller.Member member) {
    call.onlyQuery();
    return serve(tx -> Purchases.saved(tx, member.card()));
  }

  private Future<DeskReply> lose(DeskCall call, Caller.Member member) {
    Fields unused = call.fields();
    return serve(tx -> PhoneBook.lose(tx, member));
  }

  private Future<DeskReply> serve(Function<DeskTransaction, Future<DeskReply>> work) {
    return DeskTransaction.run(pool, clock, DeskTransaction.By.OPENER, work);
  }
}
