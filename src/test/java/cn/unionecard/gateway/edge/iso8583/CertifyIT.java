package cn.unionecard.gateway.edge.iso8583;

import static cn.unionecard.gateway.TestLine.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.cli.certify.Bench;
import cn.unionecard.gateway.cli.certify.Case;
import cn.unionecard.gateway.cli.certify.Verdicts;
import cn.unionecard.gateway.edge.iso8583.TestPos.Heard;
import cn.unionecard.gateway.edge.iso8583.Totals.Sums;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.MacMode;
import cn.unionecard.gateway.runtime.Clocks;
import io.vertx.core.net.NetClientOptions;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The bench passes a terminal that does what it must, and fails one that does not, by name. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CertifyIT {
  private static final long FEN = 1_000;

  private IsoHouse house;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    house = new IsoHouse(folder);
  }

  @AfterAll
  void stop() throws Exception {
    house.close();
  }

  /** What the bench prints, line by line. */
  private static final class Lines extends Writer {
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final StringBuilder line = new StringBuilder();

    @Override
    public void write(char[] text, int from, int count) {
      for (int i = from; i < from + count; i++) {
        if (text[i] == '\n') {
          lines.add(line.toString());
          line.setLength(0);
        } else {
          line.append(text[i]);
        }
      }
    }

    void awaitLine(String part) throws InterruptedException {
      String next;
      do {
        next = lines.poll(60, TimeUnit.SECONDS);
        assertTrue(next != null, "the bench never said " + part);
      } while (!next.contains(part));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  private TestPos through(int port, int terminal) {
    return new TestPos(
        house.line.vertx,
        port,
        new NetClientOptions(),
        IsoHouse.terminal(terminal),
        IsoHouse.algorithm(terminal),
        MacMode.XOR_ECB,
        IsoHouse.TMK);
  }

  private static IsoMessage reversal(TestPos pos, IsoMessage sale) {
    IsoMessage reversal =
        pos.message(0x0400, 0, 0, new TypeAndBatch(22, pos.batch, 0), (int) sale.number(11));
    reversal.set(4, sale.number(4));
    reversal.set(39, "98");
    return reversal;
  }

  private IsoMessage offline(TestPos pos, int counter) {
    IsoMessage advice = pos.message(0x0220, 0, 0, 30);
    ZonedDateTime now = house.clock.instant().atZone(Clocks.CHINA);
    advice.set(4, FEN);
    advice.set(12, now.getHour() * 10_000L + now.getMinute() * 100L + now.getSecond());
    advice.set(13, now.getMonthValue() * 100L + now.getDayOfMonth());
    new QrData(Map.of(QrData.CODE, house.freshCode(), QrData.COUNTER, Integer.toString(counter)))
        .write(advice);
    return advice;
  }

  @Test
  void aGoodTerminalPasses() throws Exception {
    Lines lines = new Lines();
    Verdicts verdicts = new Verdicts(new PrintWriter(lines));
    Bench bench = new Bench(house.line.vertx, "localhost", house.server.port(), verdicts);
    try (TestPos pos = through(await(bench.open("localhost", 0)), 1)) {
      pos.signOn(3);
      IsoMessage first = pos.sale(house.freshCode(), FEN);
      Heard sold = pos.ask(first);

      IsoMessage lost = pos.sale(house.freshCode(), FEN);
      pos.send(pos.frame(lost));
      lines.awaitLine("the reply was lost");
      IsoMessage undo = reversal(pos, lost);
      pos.send(pos.frame(undo));
      lines.awaitLine("the reply was lost");
      assertEquals("00", pos.ask(undo).code());

      IsoMessage third = pos.sale(house.freshCode(), FEN);
      pos.send(pos.frame(third));
      Heard altered = pos.next();
      assertFalse(
          altered.message().isProvedBy(Objects.requireNonNull(pos.mac)),
          "the bench must alter the MAC");
      assertEquals("00", pos.ask(reversal(pos, third)).code());

      IsoMessage fourth = pos.sale(house.freshCode(), FEN);
      assertEquals("00", pos.ask(fourth).code());
      IsoMessage undone = pos.message(0x0200, 200000, 0, 23);
      undone.set(4, FEN);
      new OriginalTrace(pos.batch, (int) fourth.number(11), OriginalTrace.NO_DATE).write(undone);
      assertEquals("00", pos.ask(undone).code());
      IsoMessage refund = pos.message(0x0220, 200000, 0, 25);
      refund.set(4, FEN / 2);
      refund.set(37, sold.message().text(37));
      assertEquals("00", pos.ask(refund).code());
      assertEquals("00", pos.ask(offline(pos, 1)).code());
      assertEquals("00", pos.ask(offline(pos, 2)).code());

      IsoMessage totals =
          pos.message(0x0500, null, 0, new TypeAndBatch(0, pos.batch, 201), ++pos.trace);
      new Totals(new Sums(Fen.of(4 * FEN), 4, Fen.of(FEN + FEN / 2), 2, Sums.ASKED), Sums.NONE)
          .write(totals);
      assertEquals("00", pos.ask(totals).code());
      assertEquals(
          "00",
          pos.ask(pos.message(0x0820, null, 0, new TypeAndBatch(0, pos.batch, 2), ++pos.trace))
              .code());
    } finally {
      await(bench.close());
    }
    assertEquals(EnumSet.noneOf(Case.class), verdicts.failed());
    assertEquals(EnumSet.noneOf(Case.class), verdicts.open());
    assertTrue(verdicts.allPassed());
  }

  @Test
  void aCarelessTerminalFailsByName() throws Exception {
    Lines lines = new Lines();
    Verdicts verdicts = new Verdicts(new PrintWriter(lines));
    Bench bench = new Bench(house.line.vertx, "localhost", house.server.port(), verdicts);
    try (TestPos pos = through(await(bench.open("localhost", 0)), 3)) {
      pos.signOn(3);
      assertEquals("00", pos.ask(pos.sale(house.freshCode(), FEN)).code());
      pos.send(pos.frame(pos.sale(house.freshCode(), FEN)));
      lines.awaitLine("the reply was lost");
      pos.send(pos.frame(pos.sale(house.freshCode(), FEN))); // as if nothing had happened
      assertFalse(pos.next().message().isProvedBy(Objects.requireNonNull(pos.mac)));
      IsoMessage fourth = pos.sale(house.freshCode(), FEN); // accepts the wrong MAC
      assertEquals("00", pos.ask(fourth).code());
      IsoMessage again =
          pos.message(0x0200, 0, 0, new TypeAndBatch(22, pos.batch, 0), (int) fourth.number(11));
      again.set(4, FEN + 1); // the same trace for another sale
      TestPos.code(again, house.freshCode());
      assertEquals("12", pos.ask(again).code());
      assertEquals("00", pos.ask(offline(pos, 1)).code());
      assertEquals("00", pos.ask(offline(pos, 3)).code()); // one is missing
    } finally {
      await(bench.close());
    }
    assertEquals(
        EnumSet.of(Case.LOST_REPLY, Case.WRONG_MAC, Case.TRACES, Case.OFFLINE), verdicts.failed());
    assertFalse(verdicts.allPassed());
  }
}
