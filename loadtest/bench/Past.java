import cn.unionecard.gateway.code.MemberCodes;
import cn.unionecard.gateway.line.Checkout;
import cn.unionecard.gateway.line.CheckoutLine;
import cn.unionecard.gateway.line.Reply;
import cn.unionecard.gateway.model.Request;
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
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What {@link History} and {@link Month} have in common: a city whose sales the checkout line itself decides, signs and commits, with a
 * clock that its owner moves. The configuration is the environment's, as a gateway's is.
 */
final class Past {
  static final ZoneId CHINA = ZoneId.of("Asia/Shanghai");
  private static final int TRIES_MAX = 20;
  private static final long PAUSE_MS = 250;
  private static final long PATIENCE_MINUTES = 5;

  /** Stands until it is moved, and is moved only while nothing is under way. */
  static final class Calendar extends Clock {
    private final AtomicLong nowMs = new AtomicLong();

    void moveTo(long ms) {
      nowMs.set(ms);
    }

    /** To a time of a day, in seconds since it began. */
    void moveTo(LocalDate day, long second) {
      moveTo(day.atStartOfDay(CHINA).toInstant().toEpochMilli() + second * 1_000);
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

  /** What a program does; whatever it throws ends it, said once and with exit code 1. */
  interface Work {
    boolean done() throws Exception;
  }

  final Vertx vertx;
  final PostgresUrl postgres;
  final Testbed testbed;
  final MemberCodes codes;
  private final Keyring keyring;

  private Past(Vertx vertx, PostgresUrl postgres, Testbed testbed, Keyring keyring) {
    this.vertx = vertx;
    this.postgres = postgres;
    this.testbed = testbed;
    this.keyring = keyring;
    this.codes = new MemberCodes(testbed.codeKeys());
  }

  /** Ends this process, whatever threads there are: with 0 if all was well. */
  static void run(Work work) {
    try {
      System.exit(work.done() ? 0 : 1);
    } catch (Throwable failed) {
      failed.printStackTrace();
      System.err.println("FAILED: " + failed);
      System.exit(1);
    }
  }

  /** The city of a {@code demo.json}, with partitions for so many days from the first one on. */
  static Past of(Path demoJson, int tills, LocalDate first, int days) throws Exception {
    Config config = config("past");
    PostgresUrl postgres = PostgresUrl.parse(config.stores().postgres());
    Keyring keyring;
    try (Connection database = postgres.jdbcConnection();
        var statement = database.createStatement()) {
      keyring = Keyring.load(database, Kek.of(config.keys()));
      statement.execute("select make_transaction_partitions('" + first.withDayOfMonth(1) + "', " + (days / 28 + 3) + ")");
    }
    return new Past(Vertx.vertx(), postgres, DemoTestbed.read(demoJson, tills), keyring);
  }

  static Config config(String node, String... settings) {
    List<String> flags = new ArrayList<>(List.of(settings));
    flags.add("node.name=" + node);
    return ConfigReader.read(null, System.getenv(), flags).config();
  }

  /** What a future comes to; far longer than it can take, it is given up. */
  static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(PATIENCE_MINUTES, TimeUnit.MINUTES);
  }

  /** Opens a line with lanes of its own, and a clock of its own. */
  Line line(String node, int lanes, Clock clock) throws Exception {
    Config config = config(node);
    CheckoutLine line =
        new CheckoutLine(
            vertx,
            config,
            postgres.pool(vertx, node, 2, 1_000, config.limits()),
            postgres.connectOptions(node, config.limits()),
            new CheckoutLine.Keys(() -> signingKey(config), testbed::codeKeys),
            clock,
            new SimpleMeterRegistry());
    List<Checkout> doors = new ArrayList<>();
    for (int i = 0; i < lanes; i++) {
      Context loop = vertx.getOrCreateContext();
      Promise<Checkout> door = Promise.promise();
      loop.runOnContext(there -> line.openLane().onComplete(door));
      doors.add(await(door.future()));
    }
    return new Line(vertx, line, doors, vertx.getOrCreateContext());
  }

  private SigningKey signingKey(Config config) {
    String algorithm = config.keys().receiptAlgorithm();
    Keyring.Key key =
        keyring.keys(Keyring.Purpose.RECEIPT).stream().filter(one -> !one.retired() && one.algorithm().equals(algorithm)).findFirst().orElseThrow();
    return SigningKey.of(key.kid(), ReceiptAlgorithm.ofKey(algorithm), key.secret(), new SecureRandom());
  }

  /** A line that is open. */
  record Line(Vertx vertx, CheckoutLine line, List<Checkout> doors, Context context) {

    /** All of one moment; comes back when all are answered, with the answers in their order. */
    List<Reply.Recorded> wave(List<Request> requests) throws Exception {
      Promise<List<Reply.Recorded>> answered = Promise.promise();
      context.runOnContext(
          there -> {
            List<Future<Reply.Recorded>> answers = new ArrayList<>(requests.size());
            for (Request request : requests) {
              answers.add(ask(request, doors.get(answers.size() % doors.size()), 1));
            }
            Future.all(answers).map(all -> all.<Reply.Recorded>list()).onComplete(answered);
          });
      return await(answered.future());
    }

    /** Whoever hears BUSY or UNKNOWN asks the same again in a while. */
    private Future<Reply.Recorded> ask(Request request, Checkout door, int tries) {
      return door.submit(request)
          .recover(
              failure ->
                  tries == TRIES_MAX
                      ? Future.failedFuture(failure)
                      : vertx.timer(PAUSE_MS, TimeUnit.MILLISECONDS).compose(over -> ask(request, door, tries + 1)).map(reply -> reply))
          .map(
              reply -> {
                if (reply instanceof Reply.Recorded recorded) {
                  return recorded;
                }
                throw new IllegalStateException(request + " is not recorded: " + reply);
              });
    }

    void drain() throws Exception {
      await(line.drain());
    }
  }
}
