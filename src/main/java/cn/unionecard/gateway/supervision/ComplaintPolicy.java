package cn.unionecard.gateway.supervision;

import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;

/**
 * What follows from complaints, and when. Pure, as {@link Policy} is. A complaint weighs by its
 * severity; what counts is the weight for each hundred members heard, so that a shop that serves
 * the whole city is not measured like a stall. Fewer count as a hundred.
 *
 * @param sampleComplainants complaints of fewer members have no consequence
 * @param difficultWeight what a DIFFICULT one weighs; a GENERAL one weighs 1
 * @param complexWeight what a COMPLEX one weighs
 * @param warnWeight weight for a hundred members, from which a merchant is warned
 * @param rectifyWeight … has to rectify
 * @param suspendWeight … is suspended
 * @param seriousCounts whether one that a union has taken as COMPLEX counts before it is answered
 */
public record ComplaintPolicy(
    int sampleComplainants,
    int difficultWeight,
    int complexWeight,
    int warnWeight,
    int rectifyWeight,
    int suspendWeight,
    boolean seriousCounts) {
  static final int HEARD_MIN = 100;

  public ComplaintPolicy {
    if (sampleComplainants < 1 || difficultWeight < 1 || complexWeight < difficultWeight) {
      throw new IllegalArgumentException(
          "at least one complainant, and weights that do not fall from 1");
    }
    if (warnWeight < 1 || rectifyWeight < warnWeight || suspendWeight < rectifyWeight) {
      throw new IllegalArgumentException("thresholds of weight must not fall, from 1");
    }
  }

  /** From columns named as in {@code supervision_in_force}. */
  static ComplaintPolicy of(Row row) {
    return new ComplaintPolicy(
        row.getInteger("sample_complainants"),
        row.getInteger("difficult_weight"),
        row.getInteger("complex_weight"),
        row.getInteger("warn_weight"),
        row.getInteger("rectify_weight"),
        row.getInteger("suspend_weight"),
        row.getBoolean("serious_counts"));
  }

  /** What one complaint weighs. */
  public int weight(ComplaintSeverity severity) {
    return switch (severity) {
      case GENERAL -> 1;
      case DIFFICULT -> difficultWeight;
      case COMPLEX -> complexWeight;
    };
  }

  /** The weight for each hundred members heard, rounded down. */
  static int perHundred(int weight, int heard) {
    return (int) ((long) weight * HEARD_MIN / Math.max(heard, HEARD_MIN));
  }

  /**
   * The stage that complaints of that weight reach.
   *
   * @param complainants members whose complaints they are
   * @param heard members who reviewed within the window
   */
  public Stage judge(int complainants, int weight, int heard) {
    if (complainants < sampleComplainants) {
      return Stage.NONE;
    }
    int perHundred = perHundred(weight, heard);
    if (perHundred >= suspendWeight) {
      return Stage.SUSPEND;
    }
    if (perHundred >= rectifyWeight) {
      return Stage.RECTIFY;
    }
    return perHundred >= warnWeight ? Stage.WARN : Stage.NONE;
  }

  JsonObject json() {
    return new JsonObject()
        .put("sampleComplainants", sampleComplainants)
        .put("difficultWeight", difficultWeight)
        .put("complexWeight", complexWeight)
        .put("warnWeight", warnWeight)
        .put("rectifyWeight", rectifyWeight)
        .put("suspendWeight", suspendWeight)
        .put("seriousCounts", seriousCounts);
  }
}
