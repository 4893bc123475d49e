package cn.unionecard.gateway.supervision;

import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.List;

/**
 * What was found at a look at a merchant: what stands, what both scales say, and what they weighed.
 *
 * @param row the columns of {@code Supervision.LOOK}
 * @param voices what the members' voices came to: by the tally, or counted anew
 * @param standing the highest stage that stands
 * @param reviews the stage that the bad rate reaches
 * @param complaints the stage that the complaints' weight reaches
 */
record Finding(
    Row row, Row voices, Policy policy, Stage standing, Stage reviews, Stage complaints) {

  static Finding of(Supervision.Held merchant, Row row) {
    Policy policy = Policy.of(row);
    Stage standing = merchant.status().equals("RECTIFYING") ? Stage.RECTIFY : Stage.NONE;
    for (String stage : row.getArrayOfStrings("standing")) {
      standing = higher(standing, Stage.valueOf(stage));
    }
    return of(row, row, policy, standing);
  }

  private static Finding of(Row row, Row voices, Policy policy, Stage standing) {
    int payers = voices.getInteger("payers");
    return new Finding(
        row,
        voices,
        policy,
        standing,
        policy.judge(payers, voices.getInteger("bad")),
        policy
            .complaints()
            .judge(row.getInteger("complainants"), row.getInteger("weight"), payers));
  }

  /** The same with the voices counted anew. */
  Finding proved(Row again) {
    return of(row, again, policy, standing);
  }

  static Stage higher(Stage one, Stage other) {
    return one.compareTo(other) >= 0 ? one : other;
  }

  Stage stage() {
    return higher(reviews, complaints);
  }

  /** Whether something more than what stands is to be done. */
  boolean rises() {
    return stage().compareTo(standing) > 0;
  }

  boolean acts() {
    return policy.actsByItself(stage());
  }

  int payers() {
    return voices.getInteger("payers");
  }

  int bad() {
    return voices.getInteger("bad");
  }

  int boundPpm() {
    return policy.boundPpm(payers(), bad());
  }

  int perHundred() {
    return ComplaintPolicy.perHundred(row.getInteger("weight"), payers());
  }

  /** Which scales reach the stage. */
  String[] grounds() {
    return grounds(reviews, complaints).toArray(String[]::new);
  }

  static List<String> grounds(Stage reviews, Stage complaints) {
    List<String> grounds = new ArrayList<>();
    if (reviews.compareTo(complaints) >= 0) {
      grounds.add("REVIEWS");
    }
    if (complaints.compareTo(reviews) >= 0) {
      grounds.add("COMPLAINTS");
    }
    return grounds;
  }

  /** What stands in the merchant's step. */
  String reason() {
    int order = reviews.compareTo(complaints);
    String why =
        order == 0
            ? "评价与投诉监管：差评率和有效投诉均超过标准，系统自动"
            : order > 0 ? "评价监管：差评率超过标准，系统自动" : "投诉监管：查实或重大投诉超过标准，系统自动";
    return why + (stage() == Stage.SUSPEND ? "中止" : "责令整改");
  }
}
