package cn.unionecard.gateway.settlement;

import cn.unionecard.gateway.Loops;
import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.line.Reply;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.Offline;
import cn.unionecard.gateway.model.OriginalRef;
import cn.unionecard.gateway.model.Request;
import cn.unionecard.gateway.model.RequestId;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.gateway.model.WithoutBenefit;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Days of a town through the real line, with all that can happen to a sale, and beside it what
 * should be owed, kept in the plainest way: from the answers alone.
 */
final class Month implements AutoCloseable {
  private static final List<String> TERMINALS =
      List.of("T0000001", "T0000002", "T0000003", "T0000008");

  /** A clock that the test moves. */
  static final class Hands extends Clock {
    private volatile Instant now;

    Hands(Instant now) {
      this.now = now;
    }

    void set(Instant time) {
      now = time;
    }

    void pass(Duration time) {
      now = now.plus(time);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }

  /** One recorded deal that may still be undone. */
  private record Deal(TransactionType type, String terminal, String key, long fen) {}

  final String url = TestStores.get().newDatabase();
  final Hands clock;
  final TestLine line;
  private final Random random;
  private final List<Deal> deals = new ArrayList<>();
  private final Map<String, Integer> counters = new HashMap<>();
  private int key;
  private long card;

  Month(long seed, LocalDate first) {
    random = new Random(seed);
    TestTown.load(url);
    TestTown.tenPercent(url);
    TestTown.campaign(
        url,
        2,
        "ALL-30",
        """
        {"benefit":{"kind":"THRESHOLD","thresholdFen":3000,"offFen":500},
         "funders":[{"funder":"UNION","org":410802,"shareBp":3334},
           {"funder":"UNION","org":410821,"shareBp":3333},{"funder":"MERCHANT","shareBp":3333}]}""",
        1_000_000_000L);
    clock = new Hands(first.atTime(8, 0).atZone(ZoneId.of("Asia/Shanghai")).toInstant());
    line = new TestLine(url, "month", 2, clock);
  }

  private String next() {
    return "m-" + ++key;
  }

  private String code() {
    card = card % 8_000 + 1;
    return TestTown.code(card, clock.millis());
  }

  /** So many transactions over the next sixteen hours. */
  void day(int transactions) {
    Duration step = Duration.ofHours(15).dividedBy(transactions);
    List<Future<Reply>> open = new ArrayList<>();
    for (int i = 0; i < transactions; i++) {
      Request request = request();
      open.add(line.doors.get(key % 2).submit(request));
      if (open.size() == 8) {
        open.forEach(Loops::await);
        open.clear();
        clock.pass(step.multipliedBy(8)); // while nothing waits, or its time would be over
      }
    }
    open.forEach(Loops::await);
  }

  private Request request() {
    String terminal = TERMINALS.get(random.nextInt(TERMINALS.size()));
    long fen = 1_000 + random.nextInt(20_000);
    int dice = random.nextInt(100);
    if (dice < 60 || deals.isEmpty()) {
      return sale(terminal, fen);
    }
    if (dice < 68) {
      String at = next();
      deals.add(new Deal(TransactionType.HOLD, terminal, at, fen));
      return new Request(
          TransactionType.HOLD,
          new TerminalId(terminal),
          new RequestId(at),
          code(),
          Fen.of(fen),
          null,
          WithoutBenefit.APPROVE);
    }
    if (dice < 73) {
      return advice(terminal, fen);
    }
    Deal deal = deals.remove(random.nextInt(deals.size()));
    TerminalId its = new TerminalId(deal.terminal());
    OriginalRef original = new OriginalRef.Key(its, new RequestId(deal.key()));
    if (deal.type() == TransactionType.HOLD) {
      if (dice < 90) {
        String at = next();
        deals.add(new Deal(TransactionType.COMPLETION, deal.terminal(), at, deal.fen()));
        return Request.following(
            TransactionType.COMPLETION, its, new RequestId(at), original, Fen.of(deal.fen()));
      }
      return Request.following(
          TransactionType.RELEASE, its, new RequestId(next()), original, Fen.ZERO);
    }
    if (dice < 83) {
      String at = next();
      deals.add(deal);
      deals.add(new Deal(TransactionType.REFUND, deal.terminal(), at, 0));
      return Request.following(
          TransactionType.REFUND,
          its,
          new RequestId(at),
          original,
          Fen.of(1 + random.nextInt((int) Math.max(1, deal.fen()))));
    }
    if (dice < 92) {
      String at = next();
      deals.add(new Deal(TransactionType.VOID, deal.terminal(), at, deal.fen()));
      return Request.following(TransactionType.VOID, its, new RequestId(at), original, Fen.ZERO);
    }
    return Request.reversal(its, new RequestId(deal.key()), Fen.of(deal.fen()));
  }

  private Request sale(String terminal, long fen) {
    String at = next();
    deals.add(new Deal(TransactionType.SALE, terminal, at, fen));
    return TestLine.sale(terminal, at, code(), fen);
  }

  /** Sold offline: soon after, or on the day before. */
  private Request advice(String terminal, long fen) {
    int counter = counters.merge(terminal, 1, Integer::sum);
    Instant sold = clock.instant().minus(Duration.ofHours(random.nextInt(4) == 0 ? 20 : 1));
    return Request.advice(
        new TerminalId(terminal),
        new RequestId(next()),
        TestTown.code(++card % 8_000 + 1, sold.toEpochMilli()),
        Fen.of(fen),
        null,
        WithoutBenefit.APPROVE,
        new Offline(sold.toEpochMilli(), counter));
  }

  /** To the next morning. */
  void night() {
    clock.set(
        clock
            .instant()
            .atZone(ZoneId.of("Asia/Shanghai"))
            .toLocalDate()
            .plusDays(1)
            .atTime(8, 0)
            .atZone(ZoneId.of("Asia/Shanghai"))
            .toInstant());
  }

  @Override
  public void close() {
    line.close();
  }
}
