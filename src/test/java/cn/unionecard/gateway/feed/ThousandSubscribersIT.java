package cn.unionecard.gateway.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.CanIgnoreReturnValue;
import cn.unionecard.gateway.Loops;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.util.internal.PlatformDependent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.PoolOptions;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * As many subscribers as a node takes, every tenth of whom does not read: the others have all in
 * order, these cost a bounded memory, are closed, and miss nothing when they come again.
 */
class ThousandSubscribersIT {
  private static final int SUBSCRIBERS = 1_000;
  private static final int SLOW = SUBSCRIBERS / 10;
  private static final int READING = SUBSCRIBERS - SLOW;
  private static final int EVENTS = 2_000;
  private static final int BODY_CHARS = 300;
  private static final int BUFFER_BYTES = 65_536;
  private static final int PAGE_EVENTS = 50;
  private static final int SOCKET_BYTES = 16_384;
  private static final int BATCH = 50;
  private static final String CITY = "410800";
  private static final Duration PATIENCE = Duration.ofSeconds(180);

  private static final FeedLimits LIMITS =
      new FeedLimits(
          PAGE_EVENTS,
          SUBSCRIBERS,
          BUFFER_BYTES,
          10_000,
          1_000,
          5,
          20,
          50,
          60_000,
          1_000,
          200,
          500,
          10_000,
          600_000,
          1_000);

  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final Vertx vertx;

  ThousandSubscribersIT(Vertx vertx) {
    this.vertx = vertx;
  }

  @Test
  void allHaveAllAndMemoryIsBounded(@TempDir Path folder) throws Exception {
    try (FeedDatabase database = new FeedDatabase(folder)) {
      Feed feed = new Feed(vertx, database.url(), FeedDatabase.limits(), LIMITS, metrics);
      await(feed.start());
      int port =
          FeedServer.open(vertx, feed, new HttpServerOptions().setSendBufferSize(SOCKET_BYTES), 2);
      HttpClient client =
          vertx.createHttpClient(
              new HttpClientOptions()
                  .setDefaultHost("127.0.0.1")
                  .setDefaultPort(port)
                  .setReceiveBufferSize(SOCKET_BYTES),
              new PoolOptions().setHttp1MaxSize(SUBSCRIBERS + 1));
      Memory before = Memory.now();
      List<SilentReader> silent = new ArrayList<>();
      for (int i = 0; i < SLOW; i++) {
        silent.add(new SilentReader(port, CITY, SOCKET_BYTES));
      }
      List<CountingReader> readers = open(client);
      awaitGauge("ecard.feed.subscribers", SUBSCRIBERS);
      assertAllPlacesAreTaken(client);
      Memory idle = Memory.now();
      for (int i = 0; i < EVENTS / 100; i++) {
        database.write("transaction.sale", 1 + i % 4, 100, BODY_CHARS);
      }
      await(Future.join(readers.stream().map(r -> r.complete.future()).toList()));
      Memory flowing = Memory.now();
      assertTrue(readers.stream().allMatch(CountingReader::isInOrder), "out of order, or a gap");
      double sentToSlow = sent() - (double) READING * EVENTS;
      print(before, idle, flowing, sentToSlow);
      assertBounded(flowing.heap - before.heap, sentToSlow);
      awaitGauge("ecard.feed.subscribers", READING);
      assertEquals(SLOW, metrics.get("ecard.feed.stalled").counter().count());
      resume(client, silent);
      await(Future.join(readers.stream().map(CountingReader::close).toList()));
      awaitGauge("ecard.feed.subscribers", 0);
    }
  }

  private static List<CountingReader> open(HttpClient client) throws Exception {
    List<CountingReader> readers = new ArrayList<>();
    while (readers.size() < READING) {
      List<Future<CountingReader>> some =
          IntStream.range(0, BATCH)
              .mapToObj(i -> CountingReader.open(client, CITY, 0, EVENTS))
              .toList();
      await(Future.all(some));
      some.forEach(one -> readers.add(one.result()));
    }
    return readers;
  }

  private static void assertAllPlacesAreTaken(HttpClient client) throws Exception {
    String oneMore =
        await(
            CountingReader.open(client, CITY, 0, EVENTS)
                .map("taken")
                .recover(e -> Future.succeededFuture(e.getMessage())));
    assertEquals("refused", oneMore);
  }

  private static void assertBounded(long heap, double sentToSlow) {
    long buffers = (long) SUBSCRIBERS * BUFFER_BYTES;
    assertTrue(heap < buffers, heap + " bytes, more than the " + buffers + " of all buffers");
    // a buffer, the page that filled it, and what the kernel keeps at both ends
    double eventsEach = (2.0 * BUFFER_BYTES + 8 * SOCKET_BYTES) / (BODY_CHARS + 300);
    assertTrue(sentToSlow < SLOW * eventsEach, sentToSlow + " events for those who do not read");
    assertTrue(eventsEach < EVENTS / 4.0, "too few events to tell");
  }

  /** Those that were closed come again with the last event they have, and miss nothing. */
  private static void resume(HttpClient client, List<SilentReader> silent) throws Exception {
    List<CountingReader> again = new ArrayList<>();
    for (SilentReader slow : silent) {
      long last = slow.readToTheEnd();
      assertTrue(last < EVENTS, "had " + last);
      again.add(await(CountingReader.open(client, CITY, last, EVENTS)));
      slow.close();
    }
    await(Future.all(again.stream().map(r -> r.complete.future()).toList()));
    assertTrue(again.stream().allMatch(CountingReader::isInOrder));
    await(Future.join(again.stream().map(CountingReader::close).toList()));
  }

  private double sent() {
    return metrics.get("ecard.feed.sent").counter().count();
  }

  /** Bytes in use after a collection, of both ends of all connections. */
  private record Memory(long heap, long direct) {
    static Memory now() {
      System.gc();
      System.gc();
      return new Memory(
          ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
          PlatformDependent.usedDirectMemory());
    }

    String eachSince(Memory before) {
      return String.format(
          Locale.ROOT,
          "%.1f KiB of heap and %.1f KiB of direct memory",
          (heap - before.heap) / 1024.0 / SUBSCRIBERS,
          (direct - before.direct) / 1024.0 / SUBSCRIBERS);
    }
  }

  private static void print(Memory before, Memory idle, Memory flowing, double sentToSlow) {
    System.out.printf(
        Locale.ROOT,
        "%d subscribers, %d of them not reading; %d events of %d characters of data.%n"
            + "each, both ends: idle %s; when the others had read all %s%n"
            + "taken for those who do not read: %.0f of %d events%n",
        SUBSCRIBERS,
        SLOW,
        EVENTS,
        BODY_CHARS,
        idle.eachSince(before),
        flowing.eachSince(before),
        sentToSlow,
        SLOW * EVENTS);
  }

  private void awaitGauge(String name, int value) throws Exception {
    Promise<Void> reached = Promise.promise();
    long timer =
        vertx.setPeriodic(
            20,
            t -> {
              if (metrics.get(name).gauge().value() == value) {
                reached.tryComplete();
              }
            });
    await(reached.future());
    vertx.cancelTimer(timer);
  }

  @CanIgnoreReturnValue
  private static <T> T await(Future<T> future) {
    return Loops.await(future, PATIENCE);
  }
}
