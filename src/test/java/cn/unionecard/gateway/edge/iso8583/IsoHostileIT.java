package cn.unionecard.gateway.edge.iso8583;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import cn.unionecard.gateway.TestAdmission;
import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestTrust;
import cn.unionecard.gateway.edge.iso8583.TestPos.Heard;
import cn.unionecard.gateway.edge.iso8583.codec.Field60Batch;
import cn.unionecard.gateway.edge.iso8583.codec.FrameHead;
import cn.unionecard.gateway.edge.iso8583.codec.FrameMutations;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.SocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * Changed frames against live listeners, plain and under TLS, with correct terminals beside them:
 * each frame is answered or ends its connection, nothing is logged, nothing leaks, and the correct
 * ones notice nothing.
 *
 * <p>{@code -Dhostile.frames=1000000 -Dhostile.proved=100000} makes it longer, {@code
 * -Dhostile.seed=7} another one.
 */
class IsoHostileIT {
  private static final long FRAMES = Long.getLong("hostile.frames", 25_000);
  private static final long SEED = Long.getLong("hostile.seed", 20261124);
  private static final int PROVED = Integer.getInteger("hostile.proved", 2_000);

  /** Under 3DES, SM4 and X9.19. */
  private static final List<Integer> PROVED_BY = List.of(2, 3, 6);

  /** What is wrong often ends a connection, after which its terminal signs on again. */
  private static final int SIGN_ONS_PER_MINUTE = 1_000_000;

  private static final int SIGN_ON = FrameHead.SIGN_ON;
  private static final int PLAIN = 3;
  private static final int AT_ONCE = 32;
  private static final int CORRECT_SALES_MAX = 2_000;
  private static final long HEAP_GROWTH_MAX = 48L << 20;

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicLong settled = new AtomicLong();
  private final CountDownLatch quarter = new CountDownLatch(1);
  private final AtomicLong connected = new AtomicLong();

  @Test
  void noFrameDoesHarm(@TempDir Path folder) throws Exception {
    inSilence(folder, this::attack);
  }

  /** A terminal whose software is faulty, or in other hands: what it sends is proved, and wrong. */
  @Test
  void whatIsProvedAndWrongIsAnswered(@TempDir Path folder) throws Exception {
    inSilence(folder, this::sendProved);
  }

  @FunctionalInterface
  private interface Attack {
    void on(IsoHouse house) throws Exception;
  }

  /** Nothing is logged and nothing leaks meanwhile, and the audit is clean afterwards. */
  private void inSilence(Path folder, Attack attack) throws Exception {
    ResourceLeakDetector.Level before = ResourceLeakDetector.getLevel();
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    log.start();
    root.addAppender(log);
    try (IsoHouse house =
        new IsoHouse(
            folder,
            IsoHouse.limited(8, 60_000, SIGN_ONS_PER_MINUTE),
            TestAdmission.OPEN,
            TestLine.limits().deadlineMs())) {
      attack.on(house);
      lookForLeaks();
    } finally {
      root.detachAppender(log);
      ResourceLeakDetector.setLevel(before);
    }
    List<String> said =
        log.list.stream()
            .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
            .filter(event -> !event.getLoggerName().endsWith("BlockedThreadChecker"))
            // of this machine, too
            .filter(event -> !event.getFormattedMessage().contains(" was slow: wait "))
            .map(event -> event.getLoggerName() + ": " + event.getFormattedMessage())
            .distinct()
            .limit(5)
            .toList();
    assertEquals(List.of(), said, "seed " + SEED);
  }

  private void sendProved(IsoHouse house) throws Exception {
    Map<String, Integer> codes = new TreeMap<>();
    double ended = 0;
    for (int terminal : PROVED_BY) {
      ProvedFrames frames = new ProvedFrames(SEED + terminal);
      TestPos pos = signedOn(house, terminal, 0);
      for (int i = 0; i < PROVED / PROVED_BY.size(); i++) {
        byte[] frame = frames.next(pos, house.freshCode());
        pos.send(frame);
        Heard reply = pos.nextOrEnd();
        String sent = "seed " + SEED + ": " + HexFormat.of().formatHex(frame);
        assertTrue(reply == null || reply.message().has(39), sent);
        codes.merge(reply == null ? "end" : reply.code(), 1, Integer::sum);
        if (reply == null) {
          ended++;
        }
        if (reply == null || reply.code().equals("A0") || reply.requirement() == SIGN_ON) {
          pos.close();
          ended += reply == null ? 0 : 1;
          pos = signedOn(house, terminal, pos.trace);
        }
      }
      assertEquals("00", pos.ask(pos.sale(house.freshCode(), 100)).code());
      pos.close();
      ended++;
    }
    connected.set((long) ended);
    System.out.printf("%,d proved and wrong, seed %d: %s%n", PROVED, SEED, codes);
    awaitCounted(house);
  }

  /** Its numbers go on over connections, as a terminal's do. */
  private static TestPos signedOn(IsoHouse house, int terminal, int trace) {
    TestPos pos = house.plain(terminal);
    pos.trace = trace;
    assertEquals("00", pos.signOn(3).code());
    return pos;
  }

  private void attack(IsoHouse house) throws Exception {
    ExecutorService all = Executors.newCachedThreadPool();
    try {
      List<Callable<Long>> correct = new ArrayList<>();
      for (int terminal : List.of(2, 3, 4)) {
        TestPos pos = terminal == 4 ? house.tls(4, null) : house.plain(terminal);
        correct.add(() -> sell(house, pos));
      }
      List<Future<Long>> sold = new ArrayList<>();
      correct.forEach(each -> sold.add(all.submit(each)));
      List<Callable<Void>> hostile = new ArrayList<>();
      SocketFactory tls = TestTrust.in(house.authority()).getSocketFactory();
      for (int i = 0; i < PLAIN; i++) {
        int port = house.server.port();
        hostile.add(attacker(SEED + i, FRAMES / 4, SocketFactory.getDefault(), port));
      }
      hostile.add(attacker(SEED + PLAIN, FRAMES / 4, tls, house.server.tlsPort()));
      List<Future<Void>> attacks = new ArrayList<>();
      hostile.forEach(each -> attacks.add(all.submit(each)));
      assertTrue(quarter.await(5, TimeUnit.MINUTES), "the attack does not come forward");
      long heap = usedHeap();
      for (Future<Void> attack : attacks) {
        attack.get();
      }
      over.set(true);
      long sales = 0;
      for (Future<Long> one : sold) {
        sales += one.get();
      }
      long grown = usedHeap() - heap;
      System.out.printf(
          "%,d changed frames on %,d connections, %,d sales beside them, heap %+,d bytes%n",
          settled.get(), connected.get(), sales, grown);
      assertTrue(sales > 100, "sales beside: " + sales);
      assertTrue(grown < HEAP_GROWTH_MAX, "heap grown by " + grown);
      awaitCounted(house);
    } finally {
      over.set(true);
      all.shutdownNow();
    }
  }

  /** Every connection's end is counted, with its reason. */
  private void awaitCounted(IsoHouse house) {
    long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (house.closed() < connected.get()) {
      assertTrue(
          System.nanoTime() < deadlineNanos,
          () -> "counted " + house.closed() + " of " + connected.get());
    }
  }

  // ---- correct terminals

  private long sell(IsoHouse house, TestPos pos) {
    try (pos) {
      assertEquals("00", pos.signOn(3).code());
      long sales = 0;
      while (!over.get()) {
        if (sales < CORRECT_SALES_MAX) {
          assertEquals("00", pos.ask(pos.sale(house.freshCode(), 100)).code());
          sales++;
        } else {
          Field60Batch echo = new Field60Batch(0, pos.batch, 301);
          assertEquals("00", pos.ask(pos.message(0x0820, null, 0, echo, ++pos.trace)).code());
        }
      }
      return sales;
    }
  }

  // ---- hostile ones

  private Callable<Void> attacker(long seed, long frames, SocketFactory sockets, int port) {
    return () -> {
      FrameMutations mutations = new FrameMutations(seed);
      for (long sent = 0; sent < frames; ) {
        sent += connection(mutations, sockets, port, frames - sent);
      }
      return null;
    };
  }

  /**
   * Sends some frames at a time and waits until each is answered, until one of them ends the
   * connection.
   *
   * @return frames that were answered, and the one that was not
   */
  private long connection(FrameMutations mutations, SocketFactory sockets, int port, long most)
      throws IOException {
    long done = 0;
    try (Socket socket = sockets.createSocket("localhost", port)) {
      connected.incrementAndGet();
      socket.setSoTimeout(60_000);
      socket.setTcpNoDelay(true);
      OutputStream out = socket.getOutputStream();
      DataInputStream in = new DataInputStream(socket.getInputStream());
      while (done < most) {
        out.write(frames(mutations));
        for (int i = 0; i < AT_ONCE; i++) {
          in.skipNBytes(in.readUnsignedShort());
          done++;
          settle();
        }
      }
    } catch (SocketTimeoutException neither) {
      throw new AssertionError("neither answered nor closed; seed " + SEED, neither);
    } catch (IOException closed) {
      settle();
      return done + 1;
    }
    return done;
  }

  private void settle() {
    if (settled.incrementAndGet() == FRAMES / 4) {
      quarter.countDown();
    }
  }

  private static byte[] frames(FrameMutations mutations) {
    ByteBuffer many = ByteBuffer.allocate(AT_ONCE * 4_096);
    for (int i = 0; i < AT_ONCE; i++) {
      byte[] frame = mutations.next();
      many.putShort((short) frame.length).put(frame);
    }
    byte[] bytes = new byte[many.position()];
    many.flip().get(bytes);
    return bytes;
  }

  // ---- memory

  private static long usedHeap() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  /** A leak is reported when a later buffer is made after the lost one was collected. */
  private static void lookForLeaks() {
    for (int i = 0; i < 5; i++) {
      System.gc();
      for (int j = 0; j < 100; j++) {
        ByteBufAllocator.DEFAULT.buffer(64).release();
        ByteBufAllocator.DEFAULT.heapBuffer(64).release();
      }
    }
  }
}
