package cn.unionecard.gateway.supervision;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Makes every stored decision again: from its evidence, and from the reviews and complaints as they
 * stood at the time. Then looks whether what the looks rely on is what the rows say. Blocking.
 */
public final class SupervisionReplay {
  private static final String DECISIONS =
      """
      select d.id, d.stage, d.window_days, d.sample_payers, d.z_milli, d.warn_permille,
        d.rectify_permille, d.suspend_permille, d.auto_rectify, d.auto_suspend, d.effect,
        d.payers, d.bad, d.bound_ppm, v.payers as payers_again, v.bad as bad_again,
        v.reviews = d.reviews and v.bad_reviews = d.bad_reviews as same_reviews,
        d.sample_complainants, d.difficult_weight, d.complex_weight, d.warn_weight,
        d.rectify_weight, d.suspend_weight, d.serious_counts, d.complainants, d.weight,
        d.per_hundred, array_to_string(d.grounds, ',') as grounds,
        c.complainants as complainants_again, c.weight as weight_again,
        c.complaints = d.complaints and c.weighed = d.weighed as same_complaints
      from supervision_decision d,
        lateral supervision_voices(d.merchant, d.counted_from, d.at, d.upto, d.rule) v,
        lateral supervision_complaints(d.merchant, d.counted_from, d.upto, d.difficult_weight,
          d.complex_weight, d.serious_counts) c
      order by d.id
      """;

  /** What was last written down of each complaint's weight is what its row says. */
  private static final String WEIGHED =
      """
      select 'complaint ' || c.no || ': weighs as ' || coalesce(w.standing, 'NONE') || ', but is '
        || complaint_standing(c.state, c.severity, c.upheld)
      from complaint c
      left join lateral (select * from complaint_weighing w where w.complaint = c.id
        order by w.seq desc limit 1) w on true
      where case when complaint_weighs(c.lane, c.kind)
        then coalesce(w.standing, 'NONE') <> complaint_standing(c.state, c.severity, c.upheld)
          or (w.standing <> 'NONE' and (w.severity <> c.severity or w.opened_at <> c.opened_at
            or w.merchant <> c.merchant or w.voice <> complaint_voice(c.id)))
        else w.seq is not null end
      order by c.id
      """;

  private static final String VOICES =
      """
      select 'merchant ' || m.merchant_no || ': ' || count(*)
        || ' voices of the tally are not what the reviews say'
      from supervision_voice v full join supervision_voice_again a
        on a.merchant = v.merchant and a.payer = v.payer
      join merchant m on m.id = coalesce(v.merchant, a.merchant)
      where (v.review, v.posted_at, v.day, v.bad)
        is distinct from (a.review, a.posted_at, a.day, a.bad)
      group by m.merchant_no order by m.merchant_no
      """;

  private static final String DAYS =
      """
      select 'merchant ' || m.merchant_no || ', ' || coalesce(d.day, v.day)
        || ': the tally has ' || coalesce(d.bad, 0) || ' bad of ' || coalesce(d.payers, 0)
        || ', the voices ' || coalesce(v.bad, 0) || ' of ' || coalesce(v.payers, 0)
      from supervision_day d full join (
        select merchant, day, count(*) as payers, count(*) filter (where bad) as bad
        from supervision_voice group by merchant, day) v
        on v.merchant = d.merchant and v.day = d.day
      join merchant m on m.id = coalesce(d.merchant, v.merchant)
      where coalesce(d.payers, 0) <> coalesce(v.payers, 0)
        or coalesce(d.bad, 0) <> coalesce(v.bad, 0)
      order by m.merchant_no, coalesce(d.day, v.day)
      """;

  private static final String BEGUN =
      """
      select 'merchant ' || m.merchant_no || ': the tally begins '
        || coalesce('at ' || t.since, 'with the first review') || ', the merchant was '
        || coalesce('let back at ' || r, 'never let back')
      from merchant m cross join lateral supervision_restart(m.id) r
      left join supervision_tally t on t.merchant = m.id
      where r is distinct from t.since order by m.merchant_no
      """;

  private static final List<String> CONSISTENCY = List.of(WEIGHED, BEGUN, VOICES, DAYS);

  /**
   * What came of it.
   *
   * @param decisions how many were made again
   * @param differences a line for each that came out otherwise, and for each row that is not true
   */
  public record Outcome(int decisions, List<String> differences) {
    public Outcome {
      differences = List.copyOf(differences);
    }
  }

  private SupervisionReplay() {}

  /** Looks at all decisions there are. */
  public static Outcome run(Connection database) throws SQLException {
    List<String> differences = new ArrayList<>();
    int decisions = 0;
    try (Statement statement = database.createStatement();
        ResultSet row = statement.executeQuery(DECISIONS)) {
      while (row.next()) {
        decisions++;
        String difference = difference(row);
        if (!difference.isEmpty()) {
          differences.add("decision " + row.getLong("id") + ": " + difference);
        }
      }
    }
    for (String check : CONSISTENCY) {
      differences.addAll(texts(database, check));
    }
    return new Outcome(decisions, differences);
  }

  private static List<String> texts(Connection database, String sql) throws SQLException {
    List<String> texts = new ArrayList<>();
    try (Statement statement = database.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      while (row.next()) {
        texts.add(row.getString(1));
      }
    }
    return texts;
  }

  private static String difference(ResultSet row) throws SQLException {
    Policy policy = policy(row);
    int payers = row.getInt("payers");
    int bad = row.getInt("bad");
    if (payers != row.getInt("payers_again")
        || bad != row.getInt("bad_again")
        || !row.getBoolean("same_reviews")) {
      return String.format(
          Locale.ROOT,
          "the reviews say %d bad of %d, the evidence %d of %d",
          row.getInt("bad_again"),
          row.getInt("payers_again"),
          bad,
          payers);
    }
    if (policy.boundPpm(payers, bad) != row.getInt("bound_ppm")) {
      return "the bound is " + policy.boundPpm(payers, bad);
    }
    int weight = row.getInt("weight");
    int complainants = row.getInt("complainants");
    if (weight != row.getInt("weight_again")
        || complainants != row.getInt("complainants_again")
        || !row.getBoolean("same_complaints")) {
      return String.format(
          Locale.ROOT,
          "the complaints weigh %d from %d, the evidence %d from %d",
          row.getInt("weight_again"),
          row.getInt("complainants_again"),
          weight,
          complainants);
    }
    if (ComplaintPolicy.perHundred(weight, payers) != row.getInt("per_hundred")) {
      return "the weight per hundred is " + ComplaintPolicy.perHundred(weight, payers);
    }
    return judged(row, policy);
  }

  private static String judged(ResultSet row, Policy policy) throws SQLException {
    int payers = row.getInt("payers");
    Stage reviews = policy.judge(payers, row.getInt("bad"));
    Stage complaints =
        policy.complaints().judge(row.getInt("complainants"), row.getInt("weight"), payers);
    Stage stage = Finding.higher(reviews, complaints);
    if (!stage.name().equals(row.getString("stage"))) {
      return "the policy says " + stage;
    }
    String grounds = String.join(",", Finding.grounds(reviews, complaints));
    if (!grounds.equals(row.getString("grounds"))) {
      return "the grounds are " + grounds;
    }
    String effect = policy.actsByItself(stage) ? "DONE" : "PROPOSED";
    return effect.equals(row.getString("effect")) ? "" : "the effect is " + effect;
  }

  private static Policy policy(ResultSet row) throws SQLException {
    return new Policy(
        row.getInt("window_days"),
        row.getInt("sample_payers"),
        row.getInt("z_milli"),
        row.getInt("warn_permille"),
        row.getInt("rectify_permille"),
        row.getInt("suspend_permille"),
        row.getBoolean("auto_rectify"),
        row.getBoolean("auto_suspend"),
        1,
        new ComplaintPolicy(
            row.getInt("sample_complainants"),
            row.getInt("difficult_weight"),
            row.getInt("complex_weight"),
            row.getInt("warn_weight"),
            row.getInt("rectify_weight"),
            row.getInt("suspend_weight"),
            row.getBoolean("serious_counts")));
  }
}
