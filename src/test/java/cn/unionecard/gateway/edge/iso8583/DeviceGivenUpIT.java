package cn.unionecard.gateway.edge.iso8583;

import static cn.unionecard.gateway.Loops.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.edge.iso8583.TestPos.Heard;
import cn.unionecard.gateway.edge.iso8583.codec.Field63Slip;
import cn.unionecard.gateway.edge.iso8583.codec.IsoMessage;
import cn.unionecard.gateway.edge.iso8583.codec.Mac;
import cn.unionecard.gateway.model.BatchNo;
import cn.unionecard.gateway.terminal.Batches;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What proves a device proves it with each message, and ends with it, on every listener. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeviceGivenUpIT {
  private static final int MERCHANT = 1;
  private static final int OTHER_MERCHANT = 3;

  private IsoHouse house;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    house = new IsoHouse(folder);
  }

  @AfterAll
  void stop() throws Exception {
    house.close();
  }

  private String sells(TestPos pos) {
    return pos.ask(pos.sale(house.freshCode(), 100)).code();
  }

  /** What changed is told to each event loop, which takes a moment. */
  private static void until(String code, Supplier<String> answer) {
    long deadlineNanos = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!answer.get().equals(code)) {
      assertTrue(System.nanoTime() < deadlineNanos, () -> "never answered " + code);
    }
  }

  private void activate(int terminal, IsoHouse.Device device) {
    house.execute(
        "UPDATE terminal SET status = 'ACTIVE', device_key = '\\x%s' WHERE id = %d"
            .formatted(device.spki(), terminal));
  }

  private void bind(int terminal, int merchant) {
    house.execute(
        "UPDATE terminal SET status = 'REGISTERED', device_key = null, merchant = %d WHERE id = %d"
            .formatted(merchant, terminal));
  }

  /** As the desk binds it elsewhere and the new device proves itself there. */
  @Test
  void theOldDeviceSellsForNobody() throws Exception {
    IsoHouse.Device old = house.device(2);
    activate(2, old);
    try (TestPos tls = house.shows(2, old);
        TestPos plain = house.plain(2)) {
      assertEquals("00", tls.signOn(3).code());
      assertEquals("00", sells(tls));
      plain.mac = tls.mac;
      plain.trace = 500;
      assertEquals("00", sells(plain), "the keys prove it, whichever line it is");
      IsoMessage lost = tls.sale(house.freshCode(), 100);
      assertEquals("00", tls.ask(lost).code());

      bind(2, OTHER_MERCHANT);
      until("58", () -> sells(tls));
      until("58", () -> sells(plain));
      IsoMessage reversal = tls.reversal(lost);
      assertEquals("00", tls.ask(reversal).code(), "it may undo what it did");
      Mac kept = tls.mac;
      assertEquals("97", tls.signOn(3).code());
      tls.mac = kept;

      IsoHouse.Device fresh = house.device(2);
      activate(2, fresh);
      until("97", () -> sells(tls));
      until("99", () -> sells(plain));
      assertEquals("97", tls.ask(tls.echo()).code(), "even an echo");
      assertEquals("97", tls.signOn(3).code());
      assertEquals("97", plain.signOn(3).code());
      try (TestPos again = house.shows(2, old);
          TestPos resumed = house.shows(2, old)) {
        assertEquals("97", again.signOn(3).code());
        assertEquals("97", resumed.ask(resumed.echo()).code());
      }
      try (TestPos next = house.shows(2, fresh)) {
        assertEquals("97", next.signOn(3).code(), "the master key is the old device's");
        house.injectAgain(2);
        next.batch = 0;
        until("00", () -> next.signOn(3).code());
        next.merchant = "841080250000033";
        assertEquals("00", sells(next));
        assertEquals("97", sells(tls));
        assertEquals("A0", sells(plain));
      }
    } finally {
      house.execute("UPDATE terminal SET merchant = %d WHERE id = 2".formatted(MERCHANT));
      house.injectAgain(2);
    }
  }

  @Test
  void aCertificateIsJudgedWithEachMessage() throws Exception {
    IsoHouse.Device ends = house.device(4, Duration.ofHours(-1), Duration.ofHours(1));
    activate(4, ends);
    try (TestPos pos = house.shows(4, ends)) {
      assertEquals("00", pos.signOn(3).code());
      assertEquals("00", sells(pos));
      house.desk.advance(Duration.ofHours(2));
      Heard late = pos.ask(pos.echo());
      assertEquals("97", late.code());
      assertTrue(Field63Slip.read(late.message()).text().contains("证书"));
      house.desk.advance(Duration.ofHours(-4));
      assertEquals("97", pos.ask(pos.echo()).code(), "not valid yet");
      house.desk.advance(Duration.ofHours(2));
      assertEquals("00", pos.ask(pos.echo()).code());
    }
    // the same key under a new certificate goes on, in the same session
    IsoHouse.Device renewed = house.renewed(ends);
    try (TestPos pos = house.shows(4, renewed)) {
      pos.trace = 500;
      assertEquals("00", pos.signOn(3).code());
      assertEquals("00", sells(pos));
    }
    IsoHouse.Device foreign = house.device(4);
    try (TestPos pos = house.shows(4, foreign)) {
      assertEquals("97", pos.signOn(3).code(), "of the same authority, another key");
    }
  }

  @Test
  void whoHasACertificateSignsOnWithIt() throws Exception {
    IsoHouse.Device own = house.device(6);
    activate(6, own);
    try (TestPos plain = house.plain(6);
        TestPos uncertified = house.tls(6, null);
        TestPos pos = house.shows(6, own)) {
      for (TestPos stranger : new TestPos[] {plain, uncertified}) {
        Heard refused = stranger.signOn(3);
        assertEquals("97", refused.code());
        assertFalse(refused.message().has(62));
      }
      assertEquals("00", pos.signOn(3).code());
      assertEquals("00", sells(pos));
    }
  }

  @Test
  void suspendedItKeepsItsSession() throws Exception {
    try (TestPos pos = house.plain(5)) {
      pos.signOn(3);
      assertEquals("00", sells(pos));
      house.execute("UPDATE terminal SET status = 'SUSPENDED' WHERE id = 5");
      assertEquals("58", sells(pos));
      Mac kept = pos.mac;
      assertEquals("58", pos.signOn(3).code());
      house.execute("UPDATE terminal SET status = 'ACTIVE' WHERE id = 5");
      pos.mac = kept;
      assertEquals("00", sells(pos));
      house.injectAgain(5);
      until("99", () -> sells(pos));
      until("00", () -> pos.signOn(3).code());
      assertEquals("00", sells(pos));
    }
  }

  // ---- strangers

  /** Signs on in its name, says things in its name with wrong MACs; the till does not notice. */
  @Test
  void aStrangerEndsNothing() throws Exception {
    try (TestPos pos = house.plain(3);
        TestPos stranger = house.plain(3)) {
      pos.signOn(3);
      assertEquals("00", sells(pos));
      for (int i = 0; i < 20; i++) {
        assertEquals("00", stranger.signOn(3).code());
        assertEquals("00", pos.ask(pos.echo()).code());
      }
      stranger.mac = Mac.Algorithm.XOR_SM4.under(new byte[16]);
      for (int i = 0; i < Peer.WRONG_MACS_MAX; i++) {
        assertEquals("A0", stranger.ask(stranger.echo()).code());
      }
      assertEquals("99", stranger.ask(stranger.echo()).code(), "here it has to sign on again");
      assertEquals("00", pos.ask(pos.echo()).code());
      pos.signOn(3);
      assertEquals("00", sells(pos));
      assertEquals("00", pos.ask(pos.echo()).code());
    }
  }

  @Test
  void oneAddressMaySignOnSoOften() throws Exception {
    try (TestPos stranger = house.plain(8, IsoHouse.from("127.0.0.9"))) {
      String last = "00";
      for (int i = 0; i < 2 * IsoHouse.SIGN_ONS_PER_MINUTE && last.equals("00"); i++) {
        last = stranger.signOn(3).code();
      }
      assertEquals("91", last);
      try (TestPos elsewhere = house.plain(8, IsoHouse.from("127.0.0.8"))) {
        assertEquals("00", elsewhere.signOn(3).code());
        elsewhere.merchant = "841080250000033";
        assertEquals("00", sells(elsewhere));
        elsewhere.close();
      }
    }
  }

  // ---- an empty memory

  @Test
  void aDeviceWithAnEmptyMemoryGoesOnInTheNextBatch() throws Exception {
    try (TestPos pos = house.plain(1)) {
      pos.batch = 0;
      pos.signOn(3);
      int first = pos.batch;
      assertEquals("00", sells(pos));
      try (TestPos empty = house.plain(1)) {
        empty.batch = 0;
        empty.signOn(3);
        assertEquals(first + 1, empty.batch);
        assertEquals("00", sells(pos), "nothing has changed before the new keys are used");
        empty.trace = 0;
        assertEquals("00", sells(empty));
        assertEquals("00", sells(empty));
        assertEquals(
            new Batches.Current(new BatchNo(first + 1), 2),
            await(house.batches.current(IsoHouse.terminal(1))));
        // told the next batch again if it asks before it has used it
        empty.batch = first + 2;
        empty.signOn(3);
        assertEquals(first + 2, empty.batch);
        empty.trace = 0;
        assertEquals("00", sells(empty));
        empty.batch = 0;
        empty.signOn(3);
        assertEquals(first + 3, empty.batch);
      }
    }
    try (TestPos unused = house.plain(8)) {
      unused.batch = 0;
      unused.signOn(3);
      int batch = unused.batch;
      unused.batch = 0;
      unused.signOn(3);
      assertEquals(batch, unused.batch, "nothing was done in it");
    }
    until(
        "1",
        () ->
            Long.toString(
                house.number(
                    "SELECT count(*) FROM (SELECT FROM batch_close WHERE terminal = 1"
                        + " AND state = 'UNBALANCED' AND ended_at IS NOT NULL LIMIT 1) one")));
  }
}
