package cn.unionecard.gateway.supervision;

import cn.unionecard.gateway.desk.DeskTransaction;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes a decision down with its policy and its evidence. */
final class DecisionRecord {
  private static final String ADD =
      """
      insert into supervision_decision (merchant, stage, effect, at, took_us, policies, window_days,
        sample_payers, z_milli, warn_permille, rectify_permille, suspend_permille, auto_rectify,
        auto_suspend, review, counted_from, upto, reviews, payers, bad, bound_ppm, bad_reviews,
        step, appeal_until, complaint, grounds, sample_complainants, difficult_weight,
        complex_weight, warn_weight, rectify_weight, suspend_weight, serious_counts, complaints,
        complainants, weight, per_hundred, weighed, rule)
      values ($1, $2, $3, $4, (extract(epoch from clock_timestamp() - now()) * 1000000)::bigint,
        $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
        $4::timestamptz + make_interval(days => $23), $24, $25, $26, $27, $28, $29, $30, $31, $32,
        $33, $34, $35, $36, $37, 2)
      returning id, took_us
      """;

  private DecisionRecord() {}

  /**
   * What was made.
   *
   * @param decision its number
   * @param tookMicros from the begin of the tipping one's transaction to the new state
   */
  record Made(long decision, long tookMicros) {}

  static Future<Made> add(
      DeskTransaction tx,
      Supervision.Held merchant,
      Finding found,
      Supervision.Tip tip,
      long upto,
      @Nullable Long step) {
    Row row = found.row();
    Policy policy = found.policy();
    ComplaintPolicy complaints = policy.complaints();
    return tx.first(
            ADD,
            merchant.id(),
            found.stage().name(),
            found.acts() ? "DONE" : "PROPOSED",
            tx.at(),
            row.getArrayOfLongs("policies"),
            policy.windowDays(),
            policy.samplePayers(),
            policy.zMilli(),
            policy.warnPermille(),
            policy.rectifyPermille(),
            policy.suspendPermille(),
            policy.autoRectify(),
            policy.autoSuspend(),
            tip.review(),
            row.getOffsetDateTime("counted_from"),
            upto,
            found.voices().getInteger("reviews"),
            found.payers(),
            found.bad(),
            found.boundPpm(),
            found.voices().getArrayOfLongs("bad_reviews"),
            step,
            policy.appealDays(),
            tip.complaint(),
            found.grounds(),
            complaints.sampleComplainants(),
            complaints.difficultWeight(),
            complaints.complexWeight(),
            complaints.warnWeight(),
            complaints.rectifyWeight(),
            complaints.suspendWeight(),
            complaints.seriousCounts(),
            row.getInteger("complaints"),
            row.getInteger("complainants"),
            row.getInteger("weight"),
            found.perHundred(),
            row.getArrayOfLongs("weighed"))
        .map(Objects::requireNonNull)
        .map(made -> new Made(made.getLong("id"), made.getLong("took_us")));
  }
}
