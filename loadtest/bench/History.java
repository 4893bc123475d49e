import cn.unionecard.gateway.code.MemberCodes;
import cn.unionecard.gateway.line.Checkout;
import cn.unionecard.gateway.line.CheckoutLine;
import cn.unionecard.gateway.line.Reply;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.Request;
import cn.unionecard.gateway.model.RequestId;
import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.gateway.model.WithoutBenefit;
import cn.unionecard.gateway.receipt.ReceiptAlgorithm;
import cn.unionecard.gateway.receipt.SigningKey;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.config.ConfigReader;
import cn.unionecard.gateway.runtime.keys.Kek;
import cn.unionecard.gateway.runtime.keys.Keyring;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import cn.unionecard.workbench.simulate.DemoTestbed;
import cn.unionecard.workbench.simulate.Testbed;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The past of a city, made by the checkout line itself with a clock of its own: {@code java -cp ecard-workbench.jar History.java
 * DEMO_JSON SALES DAYS}, with the configuration of the gateway in the environment. SALES approved sales of the last DAYS days, today
 * not among them, are decided, signed and committed as a till's are, from 8 to 20 o'clock of each day; each is one of the city's
 * cards at one of its tills. Ends with {@code RESULT sales seconds}. Run it before a gateway runs there, once.
 */
class History {
  private static final ZoneId CHINA = ZoneId.of("Asia/Shanghai");
  private static final int TILLS = 1_000;
  private static final int WAVE = 2_048;
  private static final int LANES = 2;
  private static final long OPENS_SECONDS = 8 * 3_600;
  private static final long OPEN_SECONDS = 12 * 3_600;

  /** Stands between two waves. */
  private static final class Calendar extends Clock {
    private final AtomicLong nowMs;

    Calendar(long nowMs) {
      this.nowMs = new AtomicLong(nowMs);
    }

    void moveTo(long ms) {
      nowMs.set(ms);
    }

    @Override
    public Instant instant() {
      return Instant.ofEpochMilli(nowMs.get());
    }

    @Override
    public ZoneId getZone() {
      return CHINA;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }
  }

  private final Calendar calendar;
  private final Testbed testbed;
  private final MemberCodes codes;
  private final long sales;
  private final List<Checkout> doors = new ArrayList<>();
  private final Context context;
  private final Promise<Void> done = Promise.promise();
  private final SplittableRandom chance = new SplittableRandom(1);
  private final long firstDayMs;
  private final long perDay;
  private long begun;
  private int card;
  private final AtomicInteger refused = new AtomicInteger();

  private History(Testbed testbed, Context context, Calendar calendar, long sales, int days) {
    this.testbed = testbed;
    this.context = context;
    this.calendar = calendar;
    this.codes = new MemberCodes(testbed.codeKeys());
    this.sales = sales;
    this.firstDayMs = calendar.millis();
    this.perDay = (sales + days - 1) / days;
    if (perDay > testbed.cards().size() * (OPEN_SECONDS / MemberCodes.STEP_SECONDS / 2)) {
      throw new IllegalArgumentException("more sales a day than the city's cards can show codes");
    }
  }

  public static void main(String[] args) throws Exception {
    long sales = Long.parseLong(args[1]);
    int days = Integer.parseInt(args[2]);
    Config config = ConfigReader.read(null, System.getenv(), List.of("node.name=history")).config();
    PostgresUrl postgres = PostgresUrl.parse(config.stores().postgres());
    LocalDate first = LocalDate.now(CHINA).minusDays(days);
    Keyring keyring;
    try (Connection database = postgres.jdbcConnection();
        var statement = database.createStatement()) {
      keyring = Keyring.load(database, Kek.of(config.keys()));
      statement.execute("select make_transaction_partitions('" + first.withDayOfMonth(1) + "', " + (days / 28 + 3) + ")");
    }
    Testbed testbed = DemoTestbed.read(Path.of(args[0]), TILLS);
    Calendar calendar = new Calendar(first.atStartOfDay(CHINA).toInstant().toEpochMilli());
    Vertx vertx = Vertx.vertx();
    CheckoutLine line =
        new CheckoutLine(
            vertx,
            config,
            postgres.pool(vertx, "history", 2, 1_000, config.limits()),
            postgres.connectOptions("history", config.limits()),
            new CheckoutLine.Keys(() -> signingKey(keyring, config), testbed::codeKeys),
            calendar,
            new SimpleMeterRegistry());
    History history = new History(testbed, vertx.getOrCreateContext(), calendar, sales, days);
    long began = System.nanoTime();
    Future<?> opened = Future.succeededFuture();
    for (int i = 0; i < LANES; i++) {
      Context loop = vertx.getOrCreateContext();
      Promise<Checkout> door = Promise.promise();
      loop.runOnContext(there -> line.openLane().onComplete(door));
      opened = opened.compose(before -> door.future()).onSuccess(history.doors::add);
    }
    opened.onSuccess(all -> history.context.runOnContext(there -> history.wave())).onFailure(history.done::tryFail);
    history.done.future().eventually(line::drain).toCompletionStage().toCompletableFuture().join();
    System.out.printf("RESULT %d %d%n", sales, Duration.ofNanos(System.nanoTime() - began).toSeconds());
    System.exit(history.refused.get() == 0 ? 0 : 1);
  }

  private static SigningKey signingKey(Keyring keyring, Config config) {
    String algorithm = config.keys().receiptAlgorithm();
    Keyring.Key key =
        keyring.keys(Keyring.Purpose.RECEIPT).stream().filter(one -> !one.retired() && one.algorithm().equals(algorithm)).findFirst().orElseThrow();
    return SigningKey.of(key.kid(), ReceiptAlgorithm.ofKey(algorithm), key.secret(), new SecureRandom());
  }

  /** All of one moment; the next ones come when all are answered. */
  private void wave() {
    if (begun == sales) {
      done.tryComplete();
      return;
    }
    try {
      nextWave();
    } catch (RuntimeException e) {
      done.tryFail(e);
    }
  }

  private void nextWave() {
    long day = begun / perDay;
    long nth = begun % perDay;
    long n = Math.min(Math.min(WAVE, sales - begun), perDay - nth);
    long seconds = OPENS_SECONDS + nth * OPEN_SECONDS / perDay;
    long nowMs = firstDayMs + (day * 86_400 + seconds) * 1_000;
    calendar.moveTo(nowMs);
    List<Future<Void>> answers = new ArrayList<>();
    for (long i = 0; i < n; i++) {
      Testbed.Card shown = testbed.cards().get(card);
      card = (card + 1) % testbed.cards().size();
      answers.add(sale(codes.issue(shown.no(), shown.epoch(), nowMs / 1_000), begun + i, 0));
    }
    begun += n;
    if (begun / 100_000 != (begun - n) / 100_000) {
      System.out.printf("%d of %d, %s%n", begun, sales, LocalDate.ofInstant(calendar.instant(), CHINA));
    }
    Future.all(answers).onSuccess(all -> wave()).onFailure(done::tryFail);
  }

  private Future<Void> sale(String code, long number, int tries) {
    Request request =
        new Request(
            TransactionType.SALE,
            testbed.terminals().get((int) (number * 7_919 % testbed.terminals().size())).id(),
            new RequestId("h" + Long.toString(number, Character.MAX_RADIX)),
            code,
            Fen.of(chance.nextInt(3_000, 60_000)),
            null,
            WithoutBenefit.APPROVE);
    return again(request, (int) (number % doors.size()), tries);
  }

  private Future<Void> again(Request request, int door, int tries) {
    return doors.get(door)
        .submit(request)
        .<Void>map(
            reply -> {
              if (!(reply instanceof Reply.Recorded)) {
                refused.incrementAndGet();
                throw new IllegalStateException("not recorded: " + reply);
              }
              return null;
            })
        .recover(failure -> tries == 20 || failure instanceof IllegalStateException ? Future.failedFuture(failure) : again(request, door, tries + 1));
  }
}
