package cn.unionecard.gateway.partner;

import static cn.unionecard.gateway.desk.DeskTransaction.found;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.model.PartnerTerms.Scope;
import cn.unionecard.gateway.partner.PartnerRow.State;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.util.List;

/**
 * Places terminals with a partner, whose program works as them: the way in is the till's own, with
 * a key and an activation for each, and whoever supervises the merchant sees what they do.
 */
final class Placement {
  private static final String TERMINAL =
      """
      select t.id, m.signing_org, m.authorising_org
      from terminal t join merchant m on m.id = t.merchant join org o on o.id = m.signing_org
      where t.terminal_no = $1 and $2 = any (o.path) for update of t
      """;

  private static final String PLACE =
      """
      insert into partner_terminal (terminal, partner, staff, since) values ($1, $2, $3, $4)
      on conflict do nothing returning terminal
      """;

  private static final String TAKE_AWAY =
      "delete from partner_terminal where terminal = $1 and partner = $2 returning terminal";

  private Placement() {}

  /**
   * Places a terminal, or takes it away.
   *
   * @param isPlaced whether it is to be there
   */
  static Future<DeskReply> set(DeskTransaction tx, String no, String terminalNo, boolean isPlaced) {
    return PartnerRow.lock(tx, no)
        .compose(
            partner ->
                tx.first(TERMINAL, terminalNo, tx.actor().org())
                    .map(found("no such terminal of the caller's union"))
                    .compose(row -> set(tx, partner, terminalNo, row, isPlaced)));
  }

  private static Future<DeskReply> set(
      DeskTransaction tx, PartnerRow partner, String terminalNo, Row terminal, boolean isPlaced) {
    if (isPlaced && (partner.state() != State.LIVE || !partner.scopes().contains(Scope.REDEEM))) {
      return Future.succeededFuture(
          DeskReply.refused(
              DeskRefusal.STATE_DOES_NOT_ALLOW,
              "terminals are placed with a partner that is LIVE with the scope REDEEM"));
    }
    int id = terminal.getInteger("id");
    Future<Row> done =
        isPlaced
            ? tx.first(PLACE, id, partner.id(), tx.actor().id(), tx.at())
            : tx.first(TAKE_AWAY, id, partner.id());
    return done.compose(
        row -> {
          if (row == null) {
            return Future.succeededFuture(
                DeskReply.refused(
                    DeskRefusal.ALREADY_TAKEN,
                    isPlaced ? "terminal: placed already" : "terminal: not placed with it"));
          }
          List<Integer> orgs =
              List.of(
                  partner.orgId(),
                  terminal.getInteger("signing_org"),
                  terminal.getInteger("authorising_org"));
          JsonObject said = new JsonObject().put("terminal", terminalNo).put("placed", isPlaced);
          return tx.note("partner.terminal", partner.no(), orgs, said)
              .compose(noted -> Register.find(tx, partner.no()));
        });
  }
}
