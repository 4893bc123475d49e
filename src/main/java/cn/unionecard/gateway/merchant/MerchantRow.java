package cn.unionecard.gateway.merchant;

import static cn.unionecard.gateway.desk.DeskTransaction.found;

import cn.unionecard.gateway.desk.Actor;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.UnionSide;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Locale;

/**
 * A merchant the caller may see, locked until the call is over.
 *
 * @param authorises whether the authorising union is in the caller's subtree
 * @param creditCodeByPaper whether the licence proves the code, which does not fit the rule
 * @param signs whether the signing one is
 */
record MerchantRow(
    int id,
    String no,
    State state,
    String creditCode,
    boolean creditCodeByPaper,
    int authorisingOrg,
    int signingOrg,
    boolean authorises,
    boolean signs) {

  private static final String LOCK =
      """
      select m.id, m.merchant_no, m.status, m.credit_code, m.authorising_org,
        m.credit_code_reference is not null as by_paper, m.signing_org,
        org_within(m.authorising_org, $2) as authorises, org_within(m.signing_org, $2) as signs
      from merchant m
      where m.merchant_no = $1
        and (org_within(m.authorising_org, $2) or org_within(m.signing_org, $2) or m.id = $3)
      for update of m
      """;

  /** Fails with NotFound for a merchant of others. */
  static Future<MerchantRow> lock(DeskTransaction tx, String no) {
    return tx.first(LOCK, no, tx.actor().org(), tx.actor().merchantId())
        .map(found("no such merchant under the caller's organisation"))
        .map(MerchantRow::of);
  }

  private static MerchantRow of(Row row) {
    return new MerchantRow(
        row.getInteger("id"),
        row.getString("merchant_no"),
        State.valueOf(row.getString("status")),
        row.getString("credit_code"),
        row.getBoolean("by_paper"),
        row.getInteger("authorising_org"),
        row.getInteger("signing_org"),
        row.getBoolean("authorises"),
        row.getBoolean("signs"));
  }

  /** Passes if that side is in the caller's subtree. */
  MerchantRow require(UnionSide side) {
    boolean has = side == UnionSide.AUTHORISING ? authorises : signs;
    if (!has) {
      throw new Fault.Forbidden(
          "this is for the " + side.name().toLowerCase(Locale.ROOT) + " union");
    }
    return this;
  }

  /** Passes if that side is in the caller's subtree, or the caller is the merchant. */
  MerchantRow requireOrOwn(UnionSide side, Actor actor) {
    Integer own = actor.merchantId();
    return own != null && own == id ? this : require(side);
  }

  /** Whom it concerns. */
  List<Integer> orgs() {
    return List.of(authorisingOrg, signingOrg);
  }
}
