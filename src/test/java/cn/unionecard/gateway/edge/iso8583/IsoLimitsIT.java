package cn.unionecard.gateway.edge.iso8583;

import static cn.unionecard.gateway.Loops.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestAdmission;
import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.edge.iso8583.codec.Field60Batch;
import cn.unionecard.gateway.edge.iso8583.codec.FrameReader;
import cn.unionecard.gateway.edge.iso8583.codec.IsoMessage;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.NetClientOptions;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the listeners of POS terminals bear, and what they do not. */
class IsoLimitsIT {
  private static final int DEADLINE_MS = 1_000;

  private Path folder;

  @BeforeEach
  void where(@TempDir Path fresh) {
    folder = fresh;
  }

  private IsoHouse house(int connections, int perAddress, int inFlight, int idleMs)
      throws Exception {
    return new IsoHouse(
        folder,
        IsoHouse.limited(inFlight, idleMs),
        TestAdmission.connections(connections, perAddress),
        DEADLINE_MS);
  }

  private static void sells(IsoHouse house, TestPos pos) {
    assertEquals("00", pos.ask(pos.sale(house.freshCode(), 100)).code());
  }

  @Test
  void whoSendsNoWholeFrameIsClosed() throws Exception {
    try (IsoHouse house = house(10, 10, 2, 400);
        TestPos silent = house.plain(2);
        TestPos slow = house.plain(2)) {
      slow.send(new byte[] {0, 60, 0x60});
      silent.awaitClosed();
      slow.awaitClosed();
      assertEquals(2, house.closed(CloseReason.IDLE));
      try (TestPos busy = house.plain(2)) {
        busy.signOn(3);
        sells(house, busy);
      }
    }
  }

  @Test
  void tooManyAreClosedAndTheOthersDoNotSuffer() throws Exception {
    NetClientOptions elsewhere = new NetClientOptions().setLocalAddress("127.0.0.2");
    try (IsoHouse house = house(3, 2, 2, 60_000);
        TestPos first = house.plain(2)) {
      first.signOn(3);
      sells(house, first);
      TestPos second = house.plain(3);
      second.signOn(3);
      sells(house, second);
      try (TestPos third = house.plain(4)) {
        third.awaitClosed();
      }
      assertEquals(1, house.closed(CloseReason.TOO_MANY), "of one address");
      try (TestPos other = house.plain(5, elsewhere)) {
        other.signOn(3);
        sells(house, other);
        try (TestPos fourth = house.plain(6, elsewhere)) {
          fourth.awaitClosed();
        }
        sells(house, other);
      }
      assertEquals(2, house.closed(CloseReason.TOO_MANY), "of the node");
      sells(house, first);
      sells(house, second);
      second.close();
      awaitClosed(house, CloseReason.PEER, 2);
      try (TestPos next = house.plain(7)) {
        assertEquals("00", next.signOn(3).code());
      }
    }
  }

  private static void awaitClosed(IsoHouse house, CloseReason reason, int count) {
    long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (house.closed(reason) < count) {
      assertTrue(System.nanoTime() < deadlineNanos, reason + " was not counted");
    }
  }

  // ---- a peer that sends and never reads

  @Test
  void whoDoesNotReadIsNotReadEither() throws Exception {
    try (IsoHouse house = house(10, 10, 2, 60_000);
        TestPos pos = house.plain(2);
        SocketChannel deaf = SocketChannel.open()) {
      deaf.setOption(StandardSocketOptions.SO_RCVBUF, 4_096);
      deaf.connect(new InetSocketAddress("localhost", house.server.port()));
      deaf.configureBlocking(false);
      pos.signOn(3);
      byte[] echo = echo();
      long sent = sendUntilStuck(deaf, echo);
      assertTrue(sent < 32 << 20, () -> "taken without an answer being read: " + sent);
      sells(house, pos);
      long whole = sent / echo.length;
      assertTrue(whole > 1_000, () -> "frames: " + whole);
      assertEquals(whole, hear(deaf, whole));
    }
  }

  private static byte[] echo() {
    IsoMessage message = new IsoMessage();
    message.begin(0x0820);
    message.set(11, 1);
    message.set(41, "T0000002");
    new Field60Batch(0, 1, 301).write(message);
    return TestPos.frame(message, null);
  }

  /** Bytes taken until none was taken for a second. */
  private static long sendUntilStuck(SocketChannel channel, byte[] frame) throws Exception {
    ByteBuffer many = ByteBuffer.allocate(500 * frame.length);
    for (int i = 0; i < 500; i++) {
      many.put(frame);
    }
    many.flip();
    long sent = 0;
    long lastNanos = System.nanoTime();
    while (System.nanoTime() - lastNanos < TimeUnit.SECONDS.toNanos(1)) {
      int taken = channel.write(many);
      if (taken > 0) {
        sent += taken;
        lastNanos = System.nanoTime();
      }
      if (!many.hasRemaining()) {
        many.rewind();
      }
    }
    return sent;
  }

  /** Replies that come when they are read at last. */
  private static long hear(SocketChannel channel, long frames) throws Exception {
    long[] heard = {0};
    FrameReader reader = new FrameReader(65_535, (buffer, from, to) -> heard[0]++);
    long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (heard[0] < frames) {
      assertTrue(System.nanoTime() < deadlineNanos, () -> "replies: " + heard[0]);
      ByteBuffer some = ByteBuffer.allocate(65_536);
      if (channel.read(some) > 0) {
        ByteBuf arrived = Unpooled.wrappedBuffer(some.flip());
        reader.feed(arrived);
      }
    }
    return heard[0];
  }

  // ---- certificates

  @Test
  void aNewCertificateLeavesConnectionsAlone() throws Exception {
    try (IsoHouse house = house(10, 10, 2, 60_000);
        TestPos before = house.tls(2, null)) {
      before.signOn(3);
      HttpServer https =
          await(
              house
                  .line
                  .vertx
                  .createHttpServer(house.tls.serverOptions(TestLine.limits()))
                  .requestHandler(request -> request.response().end())
                  .listen());
      house.tls.alsoFor(Objects.requireNonNull(house.server.secured()));
      house.renew();
      assertTrue(await(house.tls.reload(house.line.vertx, https)));
      sells(house, before);
      try (TestPos after = house.tls(3, null)) {
        assertNotEquals(before.gateway().get(0), after.gateway().get(0));
        after.signOn(3);
        sells(house, after);
      }
      sells(house, before);
    }
  }

  // ---- PostgreSQL

  @Test
  void theTillHearsInTimeThatTheLedgerIsAway() throws Exception {
    try (IsoHouse house = house(10, 10, 8, 60_000);
        TestPos pos = house.plain(2)) {
      pos.signOn(3);
      sells(house, pos);
      String name = house.url.substring(house.url.lastIndexOf('/') + 1);
      String admin = house.url.replace("/" + name, "/postgres");
      TestStores.execute(
          admin,
          "ALTER DATABASE %1$s ALLOW_CONNECTIONS false;".formatted(name)
              + "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '"
              + name
              + "'");
      IsoMessage sale = pos.sale(house.freshCode(), 100);
      for (int i = 0; i < 3; i++) {
        assertTrue(Set.of("91", "96").contains(timely(pos, sale)));
      }
      TestStores.execute(admin, "ALTER DATABASE %s ALLOW_CONNECTIONS true".formatted(name));
      until(pos, sale);
    }
  }

  @Test
  void theTillHearsInTimeThatTheLedgerIsSilent() throws Exception {
    try (IsoHouse house = house(10, 10, 8, 60_000);
        TestPos pos = house.plain(2)) {
      pos.signOn(3);
      sells(house, pos);
      IsoMessage sale = pos.sale(house.freshCode(), 100);
      try (Connection other = PostgresUrl.parse(house.url).jdbcConnection();
          var statement = other.createStatement()) {
        other.setAutoCommit(false);
        statement.execute("LOCK TABLE transaction_key IN ACCESS EXCLUSIVE MODE");
        assertEquals("96", timely(pos, sale));
        other.rollback();
      }
      until(pos, sale);
      List<String> answers = new ArrayList<>();
      answers.add(pos.ask(sale).message().text(37));
      answers.add(pos.ask(sale).message().text(37));
      assertEquals(answers.get(0), answers.get(1));
    }
  }

  private static String timely(TestPos pos, IsoMessage sale) {
    long startNanos = System.nanoTime();
    String code = pos.ask(sale).code();
    long ms = (System.nanoTime() - startNanos) / 1_000_000;
    assertTrue(ms < 5L * DEADLINE_MS, () -> "answered after " + ms + " ms");
    return code;
  }

  /** Repeats it until it is answered. */
  private static void until(TestPos pos, IsoMessage sale) {
    long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!pos.ask(sale).code().equals("00")) {
      assertTrue(System.nanoTime() < deadlineNanos, "the ledger did not come back");
    }
  }
}
