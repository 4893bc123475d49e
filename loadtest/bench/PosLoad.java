import cn.unionecard.workbench.pos.PosLine;
import cn.unionecard.workbench.pos.PosReply;
import cn.unionecard.workbench.pos.PosRequest;
import cn.unionecard.workbench.pos.PosTestbed;
import cn.unionecard.workbench.pos.PosTerminal;
import cn.unionecard.workbench.simulate.DemoTestbed;
import cn.unionecard.workbench.simulate.MemberPhones;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.net.PemTrustOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;

/**
 * Load from POS terminals over ISO 8583, every message with its MAC: {@code java -cp
 * ecard-workbench.jar PosLoad.java DEMO_JSON MODE key=value …}.
 *
 * <ul>
 *   <li>{@code sales connections=32 seconds=8 warm=8 rate=0 tls=false from-step=0}: each connection is one
 *       terminal. The first seconds, until this program's own code is compiled, do not count. Rate 0 is the closed model: the next sale when the last was answered. Else so many
 *       sales a second whatever the gateway does, each measured from the moment it was due. Prints
 *       {@code RESULT answered seconds not-approved lost p50 p99 max}, times in milliseconds.
 *   <li>{@code idle connections=50000 rate=50 seconds=15 pid=GATEWAY}: opens so many TLS
 *       connections, each proved alive by an echo; resident memory of that process before and after;
 *       then sales at that rate, calm for so long, and while all connections are cut and come back.
 * </ul>
 */
class PosLoad {
  private static final long MOST_PER_SECOND = 8_000;
  private static final int STEP_SECONDS = 30;
  private static final int ORDER_FEN_MIN = 5_000;
  private static final int ORDER_FEN_MAX = 50_000;
  private static final int HANDSHAKES_AT_ONCE = 200;
  private static final int PER_SOURCE_ADDRESS = 20_000;
  private static final int SELLERS = 20;
  private static final int ECHO = 301;
  private static final long MICROS_MAX = 600_000_000L;

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final Context context = vertx.getOrCreateContext();
  private final SplittableRandom chance = new SplittableRandom(1);
  private final List<NetClient> held = new ArrayList<>(); // Vert.x closes what nobody holds
  private final Path demo;
  private final List<String> settings;

  private PosLoad(Path demo, List<String> settings) {
    this.demo = demo;
    this.settings = settings;
  }

  public static void main(String[] args) throws Exception {
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, failure) -> {
          failure.printStackTrace();
          System.exit(1); // its event loops would wait for ever
        });
    PosLoad load = new PosLoad(Path.of(args[0]), List.of(args).subList(2, args.length));
    switch (args[1]) {
      case "sales" -> load.sales();
      case "idle" -> load.idle();
      default -> throw new IllegalArgumentException("sales or idle, not " + args[1]);
    }
    System.exit(0);
  }

  private long setting(String name, long otherwise) {
    return settings.stream()
        .filter(each -> each.startsWith(name + "="))
        .mapToLong(each -> Long.parseLong(each.substring(name.length() + 1)))
        .findFirst()
        .orElse(otherwise);
  }

  // ---- sales

  /** What was seen of a stream of sales. */
  private static final class Seen {
    final Histogram micros = new Histogram(MICROS_MAX, 3);
    long notApproved;
    long lost;

    void answered(PosReply reply, long sinceNanos) {
      micros.recordValue(Math.min((System.nanoTime() - sinceNanos) / 1000, MICROS_MAX));
      if (!reply.approved()) {
        notApproved++;
      }
    }

    String line() {
      return String.format(
          Locale.ROOT,
          "%d answered, %d not approved, %d lost, p50 %.2f ms, p99 %.2f ms, max %.2f ms",
          micros.getTotalCount(),
          notApproved,
          lost,
          micros.getValueAtPercentile(50) / 1000.0,
          micros.getValueAtPercentile(99) / 1000.0,
          micros.getMaxValue() / 1000.0);
    }
  }

  /** A terminal that is signed on, its line, and sales made beforehand. */
  private static final class Seller {
    final PosTerminal terminal;
    final PosLine line;
    final Deque<PosRequest> sales = new ArrayDeque<>();

    Seller(PosTerminal terminal, PosLine line) {
      this.terminal = terminal;
      this.line = line;
    }

    Future<Void> next(Seen seen, long dueNanos) {
      PosRequest sale = sales.poll();
      if (sale == null) {
        return Future.failedFuture("no sale is left");
      }
      return terminal
          .ask(line, sale)
          .onSuccess(reply -> seen.answered(reply, dueNanos))
          .onFailure(lost -> seen.lost++)
          .mapEmpty();
    }
  }

  private void sales() throws Exception {
    int connections = (int) setting("connections", 32);
    long seconds = setting("seconds", 8);
    long warm = setting("warm", 8);
    long rate = setting("rate", 0);
    boolean tls = settings.contains("tls=true");
    PosTestbed testbed = PosTestbed.read(demo, connections, Clock.systemUTC());
    List<Seller> sellers = sellers(testbed, connections, tls);
    waitForStep(setting("from-step", 0));
    long perSecond = rate > 0 ? rate : MOST_PER_SECOND;
    prepare(sellers, (int) (perSecond * (warm + seconds + 1) / connections + 2));
    long begin = System.nanoTime();
    Seen unmeasured = new Seen();
    on(
        () ->
            rate > 0
                ? open(sellers, unmeasured, rate, warm)
                : closed(sellers, unmeasured, begin, warm));
    Seen seen = new Seen();
    long start = System.nanoTime();
    on(() -> rate > 0 ? open(sellers, seen, rate, seconds) : closed(sellers, seen, start, seconds));
    double took = (System.nanoTime() - start) / 1e9;
    System.out.println(seen.line());
    System.out.printf(
        Locale.ROOT,
        "RESULT %d %.3f %d %d %.2f %.2f %.2f%n",
        seen.micros.getTotalCount(),
        took,
        seen.notApproved,
        seen.lost,
        seen.micros.getValueAtPercentile(50) / 1000.0,
        seen.micros.getValueAtPercentile(99) / 1000.0,
        seen.micros.getMaxValue() / 1000.0);
  }

  private List<Seller> sellers(PosTestbed testbed, int count, boolean tls) throws Exception {
    NetClient client = testbed.client(vertx, tls);
    held.add(client);
    List<Seller> sellers = new ArrayList<>();
    if (testbed.terminals().size() < count) {
      throw new IllegalStateException("the city has " + testbed.terminals().size() + " terminals");
    }
    for (int i = 0; i < count; i++) {
      PosTerminal terminal = new PosTerminal(testbed.terminals().get(i));
      PosLine line = on(() -> PosLine.open(client, testbed.port(tls), testbed.host()));
      signOn(terminal, line); // closes what an earlier run has left, for a batch of its own
      PosReply closed = on(() -> terminal.ask(line, terminal.totals(terminal.counted())));
      PosReply ended = on(() -> terminal.ask(line, terminal.endOfList(202)));
      require(closed.approved() && ended.message().has(39), "batch close: " + closed.code());
      signOn(terminal, line);
      sellers.add(new Seller(terminal, line));
    }
    return sellers;
  }

  private void signOn(PosTerminal terminal, PosLine line) throws Exception {
    PosReply reply =
        on(() -> terminal.ask(line, terminal.signOn(PosTerminal.DOUBLE_KEYS)));
    require(reply.approved(), "sign-on of " + terminal.id() + ": " + reply.code());
    on(
        () -> {
          terminal.takeKeys(reply);
          return Future.succeededFuture();
        });
  }

  private void prepare(List<Seller> sellers, int each) throws Exception {
    MemberPhones phones =
        new MemberPhones(DemoTestbed.read(demo, 1), Clock.systemUTC(), new SplittableRandom());
    on(
        () -> {
          for (Seller seller : sellers) {
            for (int i = 0; i < each; i++) {
              seller.sales.add(
                  seller.terminal.sale(
                      phones.freshCode(), chance.nextInt(ORDER_FEN_MIN, ORDER_FEN_MAX)));
            }
          }
          return Future.succeededFuture();
        });
  }

  private Future<Void> closed(List<Seller> sellers, Seen seen, long start, long seconds) {
    return Future.all(sellers.stream().map(each -> serve(each, seen, start, seconds)).toList())
        .mapEmpty();
  }

  private Future<Void> serve(Seller seller, Seen seen, long start, long seconds) {
    Promise<Void> done = Promise.promise();
    step(seller, seen, start + seconds * 1_000_000_000L, done);
    return done.future();
  }

  private void step(Seller seller, Seen seen, long endNanos, Promise<Void> done) {
    if (System.nanoTime() - endNanos >= 0 || seller.sales.isEmpty()) {
      done.complete();
      return;
    }
    seller
        .next(seen, System.nanoTime())
        .onSuccess(next -> step(seller, seen, endNanos, done))
        .onFailure(done::fail);
  }

  /** Every due sale is sent at once, at the next terminal in turn. */
  private Future<Void> open(List<Seller> sellers, Seen seen, long rate, long seconds) {
    Promise<Void> done = Promise.promise();
    long start = System.nanoTime();
    long all = rate * seconds;
    long[] sent = {0};
    long[] left = {all};
    vertx.setPeriodic(
        1,
        timer -> {
          long due = Math.min(all, (long) ((System.nanoTime() - start) / 1e9 * rate) + 1);
          while (sent[0] < due) {
            long dueNanos = start + (long) (sent[0] * 1e9 / rate);
            sellers
                .get((int) (sent[0]++ % sellers.size()))
                .next(seen, dueNanos)
                .onComplete(
                    end -> {
                      if (--left[0] == 0) {
                        done.complete();
                      }
                    });
          }
          if (sent[0] == all) {
            vertx.cancelTimer(timer);
          }
        });
    return done.future();
  }

  private static void waitForStep(long step) throws InterruptedException {
    long wait = step * STEP_SECONDS * 1000 - System.currentTimeMillis();
    if (wait > 0) {
      TimeUnit.MILLISECONDS.sleep(wait);
    }
  }

  // ---- idle terminals

  private void idle() throws Exception {
    int connections = (int) setting("connections", 50_000);
    long rate = setting("rate", 50);
    long seconds = setting("seconds", 15);
    long pid = setting("pid", 0);
    PosTestbed testbed = PosTestbed.read(demo, SELLERS, Clock.systemUTC());
    List<Seller> sellers = sellers(testbed, SELLERS, true);
    long before = residentKib(pid);
    Crowd crowd = new Crowd(testbed, connections);
    long took = crowd.connect();
    System.out.printf(
        Locale.ROOT,
        "%d of %d TLS terminals connected and answered an echo in %.1f s (%.0f/s)%n",
        crowd.lines.size(),
        connections,
        took / 1e9,
        crowd.lines.size() / (took / 1e9));
    if (crowd.failure != null) {
      System.out.println("first that could not: " + crowd.failure);
    }
    long after = residentKib(pid);
    System.out.printf(
        Locale.ROOT,
        "resident memory of the gateway: %d KiB before, %d KiB after; %.1f KiB per connection%n",
        before,
        after,
        (after - before) / (double) Math.max(1, crowd.lines.size()));
    System.out.println("sales, calm:  " + stream(sellers, rate, seconds).line());
    Promise<Long> back = Promise.promise();
    new Thread(
            () -> {
              try {
                crowd.cut();
                back.complete(crowd.connect());
              } catch (Exception e) {
                back.fail(e);
              }
            })
        .start();
    int round = 0;
    do {
      System.out.println("sales, storm: " + stream(sellers, rate, seconds).line());
    } while (!back.future().isComplete() && ++round < 20);
    System.out.printf(
        Locale.ROOT,
        "after the storm %d terminals are back, in %.1f s%n",
        crowd.lines.size(),
        back.future().toCompletionStage().toCompletableFuture().get() / 1e9);
    System.out.println("resident memory after the storm: " + residentKib(pid) + " KiB");
  }

  private Seen stream(List<Seller> sellers, long rate, long seconds) throws Exception {
    sellers.forEach(each -> each.sales.clear());
    prepare(sellers, (int) (rate * (seconds + 1) / sellers.size() + 2));
    Seen seen = new Seen();
    on(() -> open(sellers, seen, rate, seconds));
    return seen;
  }

  /** Many terminals that are connected and say nothing. */
  private final class Crowd {
    private final PosTestbed testbed;
    private final int wanted;
    private final List<NetClient> clients = new ArrayList<>();
    final List<PosLine> lines = new ArrayList<>();
    Throwable failure;
    private int begun;
    private int ended;

    Crowd(PosTestbed testbed, int wanted) {
      this.testbed = testbed;
      this.wanted = wanted;
      for (int from = 0; from < wanted; from += PER_SOURCE_ADDRESS) {
        clients.add(
            vertx.createNetClient(
                new NetClientOptions()
                    .setSsl(true)
                    .setSslEngineOptions(new OpenSSLEngineOptions())
                    .setSslHandshakeTimeout(120)
                    .setConnectTimeout(120_000)
                    .setReceiveBufferSize(4_096)
                    .setLocalAddress("127.0.0." + (2 + clients.size()))
                    .setHostnameVerificationAlgorithm("HTTPS")
                    .setTrustOptions(
                        new PemTrustOptions().addCertValue(Buffer.buffer(testbed.ca())))));
      }
    }

    /** Opens all; gives nanoseconds until the last had its echo, or failed. */
    long connect() throws Exception {
      begun = 0;
      ended = 0;
      lines.clear();
      long start = System.nanoTime();
      Promise<Void> done = Promise.promise();
      on(
          () -> {
            for (int i = 0; i < HANDSHAKES_AT_ONCE; i++) {
              next(done);
            }
            return done.future();
          });
      return System.nanoTime() - start;
    }

    private void next(Promise<Void> done) {
      if (begun == wanted) {
        if (ended == wanted) {
          done.tryComplete();
        }
        return;
      }
      NetClient client = clients.get(begun++ / PER_SOURCE_ADDRESS);
      PosTerminal terminal =
          new PosTerminal(testbed.terminals().get(begun % testbed.terminals().size()));
      PosLine.open(client, testbed.tlsPort(), testbed.host())
          .compose(
              line ->
                  line.ask(terminal.notice(ECHO).message(), null)
                      .onSuccess(alive -> lines.add(line)))
          .onFailure(e -> failure = failure == null ? e : failure)
          .onComplete(
              end -> {
                ended++;
                next(done);
              });
    }

    void cut() throws Exception {
      on(
          () -> {
            lines.forEach(
                line -> {
                  Future<Void> unused = line.close();
                });
            return Future.succeededFuture();
          });
    }
  }

  /** After a collection, so that garbage does not count. */
  private static long residentKib(long pid) throws Exception {
    if (pid == 0) {
      return 0;
    }
    Process collect =
        new ProcessBuilder("jcmd", Long.toString(pid), "GC.run").redirectErrorStream(true).start();
    collect.getInputStream().readAllBytes();
    collect.waitFor();
    for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new IllegalStateException("no VmRSS of " + pid);
  }

  // ---- parts

  /** Runs it on the event loop and waits. */
  private <T> T on(Supplier<Future<T>> work) throws Exception {
    Promise<T> done = Promise.promise();
    context.runOnContext(
        ignored -> {
          try {
            work.get().onComplete(done);
          } catch (RuntimeException e) {
            done.fail(e);
          }
        });
    return done.future().toCompletionStage().toCompletableFuture().get(10, TimeUnit.MINUTES);
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalStateException(otherwise);
    }
  }
}
