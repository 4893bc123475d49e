package cn.unionecard.gateway.voice;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Makes every stored decision again: from its evidence, and from the reviews as they stood at the
 * time. Blocking.
 */
public final class SupervisionReplay {
  private static final String DECISIONS =
      """
      select d.id, d.stage, d.window_days, d.sample_payers, d.z_milli, d.warn_permille,
        d.rectify_permille, d.suspend_permille, d.auto_rectify, d.auto_suspend, d.effect,
        d.payers, d.bad, d.bound_ppm, v.payers as payers_again, v.bad as bad_again,
        v.reviews = d.reviews and v.bad_reviews = d.bad_reviews as same_reviews
      from supervision_decision d,
        lateral supervision_voices(d.merchant, d.counted_from, d.at, d.upto) v
      order by d.id
      """;

  /** What came of it. */
  public record Finding(int decisions, List<String> differences) {
    public Finding {
      differences = List.copyOf(differences);
    }
  }

  private SupervisionReplay() {}

  /** Looks at all decisions there are. */
  public static Finding run(Connection database) throws SQLException {
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
    return new Finding(decisions, differences);
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
    Stage stage = policy.judge(payers, bad);
    if (!stage.name().equals(row.getString("stage"))) {
      return "the policy says " + stage;
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
        1);
  }
}
