package cn.unionecard.gateway.supervision;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
 * The other scale of {@link SupervisionSimulationTest}: merchants with few and with heavy
 * complaints, and merchants attacked through complaints, a year each, seeded. The table goes to
 * {@code target/complaint-simulation.txt}; {@code src/docs/voice.md} has it.
 */
class ComplaintSimulationTest {
  private static final long SEED = 20_261_125;
  private static final int MERCHANTS = 400;
  private static final int DAYS = 365;

  /** From this day on a merchant is heavy, something grave happens, an attack goes on. */
  private static final int TURN = 120;

  private static final int ATTACK_DAYS = 30;
  private static final int GRAVE_DAYS = 3;

  /** Days of the calendar until a complaint is accepted, and until it is answered. */
  private static final int ACCEPTED_AFTER = 1;

  private static final int[] ANSWERED_AFTER = {4, 14, 42};

  /**
   * What complaints are like.
   *
   * @param difficult share taken as DIFFICULT
   * @param complex share taken as COMPLEX
   * @param founded share found right
   */
  private record Mix(double difficult, double complex, double founded) {}

  private static final Mix FAIR = new Mix(0.09, 0.01, 0.4);
  private static final Mix HEAVY = new Mix(0.35, 0.15, 0.7);
  private static final Mix GRAVE = new Mix(0, 1, 0.9);

  /** Invented ones: the union errs now and then. */
  private static final Mix HOSTILE = new Mix(0.1, 0.02, 0.05);

  /**
   * What a merchant is like.
   *
   * @param heardPerDay members who review, a day
   * @param before complaints a day at first
   * @param after … from {@link #TURN} on, which are {@link #HEAVY} if they are more
   * @param grave members who complain of one grave matter
   * @param hostile members who buy and complain every third day for a month
   */
  private record Kind(double heardPerDay, double before, double after, int grave, int hostile) {}

  private record Complaint(
      int voice, int opened, ComplaintSeverity severity, int answered, boolean founded) {}

  /**
   * What is tried.
   *
   * @param every whether a complaint counts from the day it is opened until it is found wrong
   */
  private record Trial(ComplaintPolicy policy, boolean every) {}

  private record Outcome(double suspended, int medianDays) {}

  private static final Map<String, Kind> KINDS = kinds();
  private static final Map<String, Trial> TRIALS = trials();

  private static Map<String, Kind> kinds() {
    Map<String, Kind> kinds = new LinkedHashMap<>();
    kinds.put("fair, whole city", new Kind(60, 0.5, 0.5, 0, 0));
    kinds.put("fair, large", new Kind(6, 0.05, 0.05, 0, 0));
    kinds.put("fair, small", new Kind(0.3, 0.005, 0.005, 0, 0));
    kinds.put("small, 5 hostile", new Kind(0.3, 0.005, 0.005, 0, 5));
    kinds.put("small, 15 hostile", new Kind(0.3, 0.005, 0.005, 0, 15));
    kinds.put("large, 15 hostile", new Kind(6, 0.05, 0.05, 0, 15));
    kinds.put("heavy, large", new Kind(6, 0.05, 1, 0, 0));
    kinds.put("heavy, small", new Kind(0.3, 0.005, 0.15, 0, 0));
    kinds.put("5 of one grave", new Kind(0.3, 0.005, 0.005, 5, 0));
    return kinds;
  }

  private static Map<String, Trial> trials() {
    Map<String, Trial> trials = new LinkedHashMap<>();
    trials.put("every one, n>=3, 20", new Trial(policy(3, 20, true), true));
    trials.put("serious, n>=1, 20", new Trial(policy(1, 20, true), false));
    trials.put("serious, n>=3, 10", new Trial(policy(3, 10, true), false));
    trials.put("serious, n>=3, 20", new Trial(policy(3, 20, true), false));
    trials.put("serious, n>=3, 30", new Trial(policy(3, 30, true), false));
    trials.put("serious, n>=5, 20", new Trial(policy(5, 20, true), false));
    trials.put("founded, n>=3, 10", new Trial(policy(3, 10, false), false));
    trials.put("founded, n>=3, 20", new Trial(policy(3, 20, false), false));
    return trials;
  }

  private static ComplaintPolicy policy(int sample, int suspend, boolean serious) {
    return new ComplaintPolicy(sample, 3, 10, suspend / 4, suspend / 2, suspend, serious);
  }

  @Test
  void theHousePolicySparesTheFairAndFindsTheHeavy() throws IOException {
    StringBuilder table = new StringBuilder();
    table.append(String.format(Locale.ROOT, "%-20s", "what counts"));
    KINDS.keySet().forEach(k -> table.append(String.format(Locale.ROOT, " %18s", k)));
    Map<String, Outcome> house = new HashMap<>();
    TRIALS.forEach(
        (name, trial) -> {
          table.append('\n').append(String.format(Locale.ROOT, "%-20s", name));
          KINDS.forEach(
              (kindName, kind) -> {
                Outcome outcome = outcome(trial, kind);
                if (trial.policy.equals(PolicyTest.COMPLAINTS) && !trial.every) {
                  house.put(kindName, outcome);
                }
                table.append(String.format(Locale.ROOT, " %18s", cell(outcome)));
              });
        });
    Files.createDirectories(Path.of("target"));
    Files.writeString(Path.of("target", "complaint-simulation.txt"), table + "\n");
    System.out.println(table);
    assertEquals(KINDS.keySet(), house.keySet(), "the house's policy was not tried");
    assertEquals(0, suspended(house, "fair, whole city"));
    assertEquals(0, suspended(house, "fair, large"));
    assertTrue(suspended(house, "fair, small") <= 0.005);
    assertTrue(suspended(house, "small, 5 hostile") <= 0.005);
    assertTrue(suspended(house, "small, 15 hostile") <= 0.05);
    assertEquals(0, suspended(house, "large, 15 hostile"));
    assertTrue(suspended(house, "heavy, large") >= 0.99);
    assertTrue(suspended(house, "heavy, small") >= 0.95);
    assertTrue(suspended(house, "5 of one grave") >= 0.95);
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

  /** The same merchants for each trial. */
  private static Outcome outcome(Trial trial, Kind kind) {
    List<Integer> days = new ArrayList<>();
    for (int i = 0; i < MERCHANTS; i++) {
      int day = suspendedOn(trial, kind, new SplittableRandom(SEED + i));
      if (day >= 0) {
        days.add(day);
      }
    }
    days.sort(null);
    boolean turns = kind.after > kind.before || kind.grave > 0;
    int median = turns && !days.isEmpty() ? days.get(days.size() / 2) - TURN : -1;
    return new Outcome(days.size() / (double) MERCHANTS, median);
  }

  /** The day a merchant is suspended, or −1. */
  private static int suspendedOn(Trial trial, Kind kind, SplittableRandom random) {
    List<Complaint> complaints = new ArrayList<>();
    int[] heard = new int[DAYS];
    int member = 1_000;
    for (int day = 0; day < DAYS; day++) {
      boolean turned = day >= TURN;
      heard[day] = poisson(kind.heardPerDay, random);
      Mix mix = turned && kind.after > kind.before ? HEAVY : FAIR;
      for (int n = poisson(turned ? kind.after : kind.before, random); n > 0; n--) {
        complaints.add(complaint(member++, day, mix, random));
      }
      if (turned && day < TURN + GRAVE_DAYS) {
        for (int n = day - TURN; n < kind.grave; n += GRAVE_DAYS) {
          complaints.add(complaint(member++, day, GRAVE, random));
        }
      }
      if (turned && day < TURN + ATTACK_DAYS && day % 3 == 0) {
        for (int hostile = 0; hostile < kind.hostile; hostile++) {
          complaints.add(complaint(hostile, day, HOSTILE, random));
        }
      }
      if (judge(trial, complaints, heard, day) == Stage.SUSPEND) {
        return day;
      }
    }
    return -1;
  }

  private static Complaint complaint(int voice, int day, Mix mix, SplittableRandom random) {
    double chance = random.nextDouble();
    ComplaintSeverity severity =
        chance < mix.complex
            ? ComplaintSeverity.COMPLEX
            : chance < mix.complex + mix.difficult
                ? ComplaintSeverity.DIFFICULT
                : ComplaintSeverity.GENERAL;
    boolean founded = random.nextDouble() < mix.founded;
    return new Complaint(voice, day, severity, day + ANSWERED_AFTER[severity.ordinal()], founded);
  }

  private static Stage judge(Trial trial, List<Complaint> complaints, int[] heard, int day) {
    int from = Math.max(0, day - PolicyTest.HOUSE.windowDays() + 1);
    Map<Integer, Integer> voices = new HashMap<>();
    for (Complaint one : complaints) {
      if (one.opened >= from && counts(trial, one, day)) {
        Integer unused = voices.merge(one.voice, trial.policy.weight(one.severity), Math::max);
      }
    }
    int heardSince = 0;
    for (int i = from; i <= day; i++) {
      heardSince += heard[i];
    }
    int weight = voices.values().stream().mapToInt(Integer::intValue).sum();
    return trial.policy.judge(voices.size(), weight, heardSince);
  }

  private static boolean counts(Trial trial, Complaint one, int day) {
    if (day >= one.answered) {
      return one.founded;
    }
    boolean taken = day >= one.opened + ACCEPTED_AFTER;
    return trial.every
        || (trial.policy.seriousCounts() && taken && one.severity == ComplaintSeverity.COMPLEX);
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
