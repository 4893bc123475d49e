package cn.unionecard.gateway.supervision;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.model.DeskRefusal;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The policies of the caller's subtree, and what is in force there. */
final class PolicyBook {
  private static final String IN_FORCE = "select f.* from supervision_in_force($1) f";

  /** As the trigger has it; asked first so that a refusal need not be an error. */
  private static final String LOOSER =
      """
      select supervision_looser(row(0, $1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0,
        '2026-01-01Z', $11, $12, $13, $14, $15, $16, $17)::supervision_policy, o.parent) as looser
      from (select pg_advisory_xact_lock(hashtext('supervision_policy'))) locked, org o
      where o.id = $1 and o.parent is not null
      """;

  private static final String ADD =
      """
      insert into supervision_policy (org, version, window_days, sample_payers, z_milli,
        warn_permille, rectify_permille, suspend_permille, auto_rectify, auto_suspend, appeal_days,
        sample_complainants, difficult_weight, complex_weight, warn_weight, rectify_weight,
        suspend_weight, serious_counts, staff, at)
      values ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
        $19)
      """;

  private PolicyBook() {}

  static Future<DeskReply> read(DeskTransaction tx, String code) {
    return tx.org(code).compose(org -> inForce(tx, code, org)).map(DeskReply::ok);
  }

  private static Future<JsonObject> inForce(DeskTransaction tx, String code, int org) {
    return tx.first(IN_FORCE, org)
        .map(
            row -> {
              Row found = Objects.requireNonNull(row);
              return Policy.of(found)
                  .json()
                  .put("org", code)
                  .put(
                      "policies",
                      new JsonArray(List.of((Object[]) found.getArrayOfLongs("policies"))));
            });
  }

  static Future<DeskReply> set(DeskTransaction tx, String code, Policy policy) {
    return tx.org(code)
        .compose(
            org ->
                tx.first(LOOSER, figures(org, policy).toArray())
                    .compose(
                        row ->
                            row != null && row.getBoolean("looser")
                                ? refuse(tx, code, org)
                                : add(tx, code, org, policy)));
  }

  private static Future<DeskReply> refuse(DeskTransaction tx, String code, int org) {
    DeskReply.Refused refused =
        new DeskReply.Refused(
            DeskRefusal.POLICY_WOULD_LOOSEN, DeskRefusal.POLICY_WOULD_LOOSEN.english);
    return tx.noteRefused("supervision.policy", code, List.of(org), refused).map(noted -> refused);
  }

  private static Future<DeskReply> add(DeskTransaction tx, String code, int org, Policy policy) {
    List<Object> row = figures(org, policy);
    row.add(tx.actor().id());
    row.add(tx.at());
    return tx.ask(ADD, row.toArray())
        .compose(added -> inForce(tx, code, org))
        .compose(
            now ->
                tx.note("supervision.policy", code, List.of(org), policy.json())
                    .map(noted -> DeskReply.made(now, "/v1/supervision/policies/" + code)));
  }

  /** The organisation and what it sets, in the order of the columns. */
  private static List<Object> figures(int org, Policy policy) {
    ComplaintPolicy complaints = policy.complaints();
    return new ArrayList<>(
        List.of(
            org,
            policy.windowDays(),
            policy.samplePayers(),
            policy.zMilli(),
            policy.warnPermille(),
            policy.rectifyPermille(),
            policy.suspendPermille(),
            policy.autoRectify(),
            policy.autoSuspend(),
            policy.appealDays(),
            complaints.sampleComplainants(),
            complaints.difficultWeight(),
            complaints.complexWeight(),
            complaints.warnWeight(),
            complaints.rectifyWeight(),
            complaints.suspendWeight(),
            complaints.seriousCounts()));
  }
}
