package cn.unionecard.gateway.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What the best of all combinations of 20 benefits costs, with its runner-up and without. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CombinationBenchmark {
  private static final int CANDIDATES = 20;
  private static final int ORDERS = 64;
  private static final long ORDER = 32_150;

  /**
   * TOWN: as a town has them, some alone, some of a festival, of a bank, of a trade; at most three
   * an order. ONE_SET: all 20 go with all, as many as can be. RANDOM: whatever sets, groups and
   * limits chance gives.
   */
  @Param({"TOWN", "ONE_SET", "RANDOM"})
  public String of = "TOWN";

  private final Combination search = new Combination();
  private final List<CampaignsHere> orders = new ArrayList<>();
  private int next;

  @Setup
  public void prepare() {
    for (int order = 0; order < ORDERS; order++) {
      SplittableRandom random = new SplittableRandom(order);
      List<Campaign> campaigns = new ArrayList<>();
      for (int id = 1; id <= CANDIDATES; id++) {
        campaigns.add(campaign(random, id));
      }
      orders.add(new CampaignsHere(campaigns));
    }
  }

  private Campaign campaign(SplittableRandom random, int id) {
    String stack =
        switch (of) {
          case "TOWN" -> town(random);
          case "ONE_SET" -> "\"sets\":[\"A\"]";
          default -> random(random);
        };
    return CampaignRule.parse(
        id,
        "C-" + id,
        "优惠",
        true,
        0,
        1_000 + random.nextLong(5),
        "{\"benefit\":"
            + benefit(random)
            + ",\"funders\":[{\"funder\":\"UNION\",\"org\":1,\"shareBp\":10000}],\"stack\":{"
            + stack
            + "}}");
  }

  private static String town(SplittableRandom random) {
    return switch (random.nextInt(4)) {
      case 0 -> "";
      case 1 -> "\"sets\":[\"FESTIVAL\"],\"groups\":[\"VOUCHER\"],\"benefitsMax\":3";
      case 2 -> "\"sets\":[\"FESTIVAL\",\"DAILY\"],\"benefitsMax\":3,\"payableFenMin\":1";
      default -> "\"sets\":[\"DAILY\"],\"groups\":[\"BANK\"],\"benefitsMax\":3";
    };
  }

  private static String random(SplittableRandom random) {
    StringBuilder stack = new StringBuilder("\"sets\":[\"S" + random.nextInt(3) + "\"");
    stack.append(random.nextBoolean() ? ",\"S" + random.nextInt(3) + "\"]" : "]");
    if (random.nextInt(3) == 0) {
      stack.append(",\"groups\":[\"G").append(random.nextInt(3)).append("\"]");
    }
    if (random.nextInt(3) == 0) {
      stack.append(",\"benefitsMax\":").append(2 + random.nextInt(4));
    }
    if (random.nextInt(4) == 0) {
      stack.append(",\"base\":\"ORDER\",\"priority\":").append(random.nextInt(1_000));
    }
    return stack.toString();
  }

  private static String benefit(SplittableRandom random) {
    return switch (random.nextInt(4)) {
      case 0 ->
          "{\"kind\":\"PERCENT\",\"basisPoints\":"
              + (200 + random.nextInt(1_500))
              + ",\"capFen\":"
              + (1_000 + random.nextInt(5_000))
              + "}";
      case 1 -> {
        int from = 5_000 * (1 + random.nextInt(8));
        yield "{\"kind\":\"THRESHOLD\",\"thresholdFen\":" + from + ",\"offFen\":" + from / 8 + "}";
      }
      case 2 ->
          "{\"kind\":\"TIERED\",\"steps\":[{\"thresholdFen\":10000,\"offFen\":1000},"
              + "{\"thresholdFen\":20000,\"offFen\":2500},{\"thresholdFen\":30000,\"offFen\":"
              + (3_000 + random.nextInt(1_500))
              + "}]}";
      default -> "{\"kind\":\"FIXED\",\"offFen\":" + (200 + random.nextInt(2_000)) + "}";
    };
  }

  private void ask() {
    CampaignsHere here = orders.get(next++ % ORDERS);
    search.clear(here, ORDER);
    long alone = 0;
    for (int i = 0; i < CANDIDATES; i++) {
      alone = Math.max(alone, here.campaigns().get(i).benefit().discountOn(ORDER));
      if (here.place(i) >= 0) {
        search.add(here.place(i), ORDER, Long.MAX_VALUE, Long.MAX_VALUE);
      }
    }
    search.search(alone);
  }

  @Benchmark
  public long best() {
    ask();
    return search.fen();
  }

  /** As the trace tells it. */
  @Benchmark
  public long bestAndRunnerUp() {
    ask();
    long fen = search.fen();
    search.searchBut(search.places(), 0);
    return fen + search.fen();
  }
}
