package cn.unionecard.gateway.supervision;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Fair, bad and attacked merchants under several policies, a year each, seeded: how often a fair
 * one is suspended, and after how many days a bad one. The table goes to {@code
 * target/supervision-simulation.txt}; {@code src/docs/voice.md} has it.
 */
public class SupervisionSimulationTest {
  private static final long SEED = 20_261_124;
  private static final int MERCHANTS = 400;
  private static final int DAYS = 365;

  /** From this day on a merchant that turns bad is bad, and an attack goes on for a month. */
  private static final int TURN = 120;

  private static final int ATTACK_DAYS = 30;

  /**
   * What a merchant is like.
   *
   * @param perDay reviews a day
   * @param before share of bad ones at first
   * @param after … from {@link #TURN} on
   * @param hostile members who buy and complain again and again for a month
   */
  private record Kind(double perDay, double before, double after, int hostile) {}

  private record Outcome(double suspended, int medianDays) {}

  private static final Map<String, Kind> KINDS = kinds();
  private static final Map<String, Policy> POLICIES = policies();

  private static Map<String, Kind> kinds() {
    Map<String, Kind> kinds = new LinkedHashMap<>();
    kinds.put("fair, large", new Kind(6, 0.05, 0.05, 0));
    kinds.put("fair, small", new Kind(0.3, 0.05, 0.05, 0));
    kinds.put("middling, large", new Kind(6, 0.12, 0.12, 0));
    kinds.put("middling, small", new Kind(0.3, 0.12, 0.12, 0));
    kinds.put("small, 4 hostile", new Kind(0.3, 0.05, 0.05, 4));
    kinds.put("small, 8 hostile", new Kind(0.3, 0.05, 0.05, 8));
    kinds.put("turns bad, large", new Kind(6, 0.05, 0.45, 0));
    kinds.put("turns bad, small", new Kind(0.3, 0.05, 0.45, 0));
    return kinds;
  }

  private static Map<String, Policy> policies() {
    Map<String, Policy> policies = new LinkedHashMap<>();
    policies.put("bare rate, n>=5", policy(90, 5, 0));
    policies.put("bare rate, n>=20", policy(90, 20, 0));
    policies.put("95%, n>=10", policy(90, 10, 1_960));
    policies.put("95%, n>=20", policy(90, 20, 1_960));
    policies.put("95%, n>=20, 180 d", policy(180, 20, 1_960));
    policies.put("99%, n>=20", policy(90, 20, 2_576));
    policies.put("95%, n>=40", policy(90, 40, 1_960));
    return policies;
  }

  private static Policy policy(int windowDays, int sample, int zMilli) {
    return new Policy(
        windowDays, sample, zMilli, 100, 150, 250, true, true, 15, PolicyTest.COMPLAINTS);
  }

  @Test
  void theHousePolicySparesTheFairAndFindsTheBad() throws IOException {
    StringBuilder table = new StringBuilder();
    table.append(String.format(Locale.ROOT, "%-18s", "policy"));
    KINDS.keySet().forEach(k -> table.append(String.format(Locale.ROOT, " %18s", k)));
    Map<String, Outcome> house = new HashMap<>();
    POLICIES.forEach(
        (name, policy) -> {
          table.append('\n').append(String.format(Locale.ROOT, "%-18s", name));
          KINDS.forEach(
              (kindName, kind) -> {
                Outcome outcome = outcome(policy, kind);
                if (policy.equals(PolicyTest.HOUSE)) {
                  house.put(kindName, outcome);
                }
                table.append(String.format(Locale.ROOT, " %18s", cell(outcome)));
              });
        });
    Files.createDirectories(Path.of("target"));
    Files.writeString(Path.of("target", "supervision-simulation.txt"), table + "\n");
    System.out.println(table);
    assertTrue(suspended(house, "fair, large") == 0);
    assertTrue(suspended(house, "fair, small") <= 0.005);
    assertTrue(suspended(house, "middling, large") <= 0.01);
    assertTrue(suspended(house, "small, 4 hostile") <= 0.01);
    assertTrue(suspended(house, "turns bad, large") == 1);
  }

  private static double suspended(Map<String, Outcome> house, String kind) {
    Outcome outcome = house.get(kind);
    if (outcome == null) {
      throw new AssertionError("the house's policy was not tried on: " + kind);
    }
    return outcome.suspended;
  }

  private static String cell(Outcome outcome) {
    String days = outcome.medianDays < 0 ? "" : " / %d d".formatted(outcome.medianDays);
    return String.format(Locale.ROOT, "%.1f%%%s", outcome.suspended * 100, days);
  }

  /** The same merchants for each policy. */
  private static Outcome outcome(Policy policy, Kind kind) {
    List<Integer> days = new ArrayList<>();
    for (int i = 0; i < MERCHANTS; i++) {
      int day = suspendedOn(policy, kind, new SplittableRandom(SEED + i));
      if (day >= 0) {
        days.add(day);
      }
    }
    days.sort(null);
    boolean turns = kind.after > kind.before;
    int median = turns && !days.isEmpty() ? days.get(days.size() / 2) - TURN : -1;
    return new Outcome(days.size() / (double) MERCHANTS, median);
  }

  /** The day a merchant is suspended, or −1. */
  private static int suspendedOn(Policy policy, Kind kind, SplittableRandom random) {
    Map<Integer, int[]> voices = new HashMap<>(); // payer → day, bad
    int payer = 1_000;
    for (int day = 0; day < DAYS; day++) {
      int oldest = day - policy.windowDays();
      voices.values().removeIf(voice -> voice[0] <= oldest);
      double badRate = day < TURN ? kind.before : kind.after;
      for (int n = poisson(kind.perDay, random); n > 0; n--) {
        voices.put(payer++, new int[] {day, random.nextDouble() < badRate ? 1 : 0});
      }
      if (day >= TURN && day < TURN + ATTACK_DAYS) {
        for (int hostile = 0; hostile < kind.hostile; hostile++) {
          voices.put(hostile, new int[] {day, 1});
        }
      }
      int bad = voices.values().stream().mapToInt(voice -> voice[1]).sum();
      if (policy.judge(voices.size(), bad) == Stage.SUSPEND) {
        return day;
      }
    }
    return -1;
  }

  private static int poisson(double mean, SplittableRandom random) {
    double limit = Math.exp(-mean);
    double product = random.nextDouble();
    int n = 0;
    while (product > limit) {
      n++;
      product *= random.nextDouble();
    }
    return n;
  }
}
