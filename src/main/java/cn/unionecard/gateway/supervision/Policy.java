package cn.unionecard.gateway.supervision;

import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;

/**
 * What follows from bad reviews and from complaints, and when. Pure: the same tally has the same
 * stage for ever.
 *
 * @param windowDays how far back reviews, and complaints, count
 * @param samplePayers fewer voices have no consequence
 * @param zMilli certainty of the bound, as a quantile of the normal distribution in thousandths
 * @param warnPermille bad rate, in thousandths, from which a merchant is warned
 * @param rectifyPermille … has to rectify
 * @param suspendPermille … is suspended
 * @param autoRectify whether no person is needed for that
 * @param appealDays how long an appeal is taken
 * @param complaints the other scale
 */
record Policy(
    int windowDays,
    int samplePayers,
    int zMilli,
    int warnPermille,
    int rectifyPermille,
    int suspendPermille,
    boolean autoRectify,
    boolean autoSuspend,
    int appealDays,
    ComplaintPolicy complaints) {
  private static final int MILLION = 1_000_000;
  private static final int PPM_OF_PERMILLE = 1_000;

  Policy {
    if (windowDays < 7 || samplePayers < 3 || zMilli < 0 || appealDays < 1) {
      throw new IllegalArgumentException("policy of " + windowDays + " days, " + samplePayers);
    }
    if (warnPermille < 1
        || rectifyPermille < warnPermille
        || suspendPermille < rectifyPermille
        || suspendPermille > 1_000) {
      throw new IllegalArgumentException("thresholds must not fall, and lie within 1 to 1000");
    }
  }

  /** From columns named as in {@code supervision_in_force}. */
  static Policy of(Row row) {
    return of(row, row.getInteger("appeal_days"));
  }

  static Policy of(Row row, int appealDays) {
    return new Policy(
        row.getInteger("window_days"),
        row.getInteger("sample_payers"),
        row.getInteger("z_milli"),
        row.getInteger("warn_permille"),
        row.getInteger("rectify_permille"),
        row.getInteger("suspend_permille"),
        row.getBoolean("auto_rectify"),
        row.getBoolean("auto_suspend"),
        appealDays,
        ComplaintPolicy.of(row));
  }

  /**
   * The stage that so many bad voices among so many reach: by the lower bound of Wilson's interval,
   * so that two bad of three prove little and fifty of a hundred much.
   */
  Stage judge(int payers, int bad) {
    if (payers < samplePayers) {
      return Stage.NONE;
    }
    int bound = boundPpm(payers, bad);
    if (bound >= suspendPermille * PPM_OF_PERMILLE) {
      return Stage.SUSPEND;
    }
    if (bound >= rectifyPermille * PPM_OF_PERMILLE) {
      return Stage.RECTIFY;
    }
    return bound >= warnPermille * PPM_OF_PERMILLE ? Stage.WARN : Stage.NONE;
  }

  /** Wilson's lower bound of the bad rate, in millionths, rounded down. */
  int boundPpm(int payers, int bad) {
    if (payers == 0 || bad == 0) {
      return 0;
    }
    double n = payers;
    double z = zMilli / 1_000.0;
    double p = bad / n;
    double middle = p + z * z / (2 * n);
    double spread = z * Math.sqrt((p * (1 - p) + z * z / (4 * n)) / n);
    double bound = (middle - spread) / (1 + z * z / n);
    return (int) Math.floor(Math.max(0, bound) * MILLION);
  }

  /** Whether no person is needed for a stage. A warning needs none. */
  boolean actsByItself(Stage stage) {
    return switch (stage) {
      case NONE, WARN -> true;
      case RECTIFY -> autoRectify;
      case SUSPEND -> autoSuspend;
    };
  }

  JsonObject json() {
    return new JsonObject()
        .put("windowDays", windowDays)
        .put("samplePayers", samplePayers)
        .put("zMilli", zMilli)
        .put("warnPermille", warnPermille)
        .put("rectifyPermille", rectifyPermille)
        .put("suspendPermille", suspendPermille)
        .put("autoRectify", autoRectify)
        .put("autoSuspend", autoSuspend)
        .put("appealDays", appealDays)
        .put("complaints", complaints.json());
  }
}
