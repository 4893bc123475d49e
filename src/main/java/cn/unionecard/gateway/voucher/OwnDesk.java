package cn.unionecard.gateway.voucher;

import cn.unionecard.gateway.desk.Desk;
import cn.unionecard.gateway.desk.DeskCall;
import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskRoutes;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.model.Caller;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.sqlclient.Pool;
import java.time.Clock;

/** The routes of members' phones. One instance for each event loop. */
final class OwnDesk implements Desk {
  private final Pool pool;
  private final ClaimLine claims;
  private final Clock clock;

  OwnDesk(Pool pool, ClaimLine claims, Clock clock) {
    this.pool = pool;
    this.claims = claims;
    this.clock = clock;
  }

  @Override
  public void open(DeskRoutes routes) {
    routes.member(HttpMethod.GET, "/v1/cards/mine/vouchers", this::own);
    routes.member(HttpMethod.GET, "/v1/cards/mine/rounds", this::rounds);
    routes.claim(HttpMethod.POST, "/v1/vouchers/claims", this::claim);
  }

  private Future<DeskReply> own(DeskCall call, Caller.Member member) {
    call.onlyQuery();
    return DeskTransaction.run(
        pool, clock, DeskTransaction.By.OPENER, tx -> GrantBook.own(tx, member.card().serial()));
  }

  private Future<DeskReply> rounds(DeskCall call, Caller.Member member) {
    call.onlyQuery();
    return DeskTransaction.run(
        pool, clock, DeskTransaction.By.OPENER, tx -> OwnRounds.list(tx, member.card().serial()));
  }

  private Future<DeskReply> claim(DeskCall call, Caller.Member member) {
    call.onlyQuery();
    int round = (int) call.fields("round").whole("round", 1, Integer.MAX_VALUE);
    return claims.claim(member, round);
  }
}
