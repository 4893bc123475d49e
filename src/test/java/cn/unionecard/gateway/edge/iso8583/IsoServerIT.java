package cn.unionecard.gateway.edge.iso8583;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.edge.iso8583.TestPos.Heard;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Details;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Entry;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Sums;
import cn.unionecard.gateway.edge.iso8583.codec.Field48Settlement.Totals;
import cn.unionecard.gateway.edge.iso8583.codec.Field54Amounts;
import cn.unionecard.gateway.edge.iso8583.codec.Field59Tags;
import cn.unionecard.gateway.edge.iso8583.codec.Field60Batch;
import cn.unionecard.gateway.edge.iso8583.codec.Field61Original;
import cn.unionecard.gateway.edge.iso8583.codec.Field63Slip;
import cn.unionecard.gateway.edge.iso8583.codec.FrameHead;
import cn.unionecard.gateway.edge.iso8583.codec.IsoMessage;
import cn.unionecard.gateway.edge.iso8583.codec.Mac;
import cn.unionecard.gateway.edge.iso8583.codec.SampleFrames;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.runtime.Clocks;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** POS terminals over real sockets, up to the ledger. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IsoServerIT {
  private IsoHouse house;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    house = new IsoHouse(folder);
  }

  @AfterAll
  void stop() throws Exception {
    house.close();
  }

  @Test
  void aShiftOverTcp() {
    try (TestPos pos = house.plain(1)) {
      shift(pos, 3);
    }
  }

  @Test
  void aShiftOverTlsWithACertificate() {
    try (TestPos pos = house.tls(2, 2)) {
      shift(pos, 1);
    }
  }

  /** Sign-on, verify, sale, repeat, lost reply and reversal, second sale, close. */
  private void shift(TestPos pos, int network) {
    assertEquals("00", pos.signOn(network).code());
    String code = house.freshCode();
    IsoMessage verify = pos.message(0x0200, 310000, 0, 1);
    verify.set(4, 10_000);
    TestPos.code(verify, code);
    Heard quoted = pos.ask(verify);
    assertEquals("00", quoted.code());
    assertEquals(
        new Field54Amounts(Fen.of(1_000), Fen.of(9_000)), Field54Amounts.read(quoted.message()));

    IsoMessage sale = pos.sale(code, 10_000);
    Heard sold = pos.ask(sale);
    assertEquals("00", sold.code());
    assertEquals(
        new Field54Amounts(Fen.of(1_000), Fen.of(9_000)), Field54Amounts.read(sold.message()));
    String slip = Field63Slip.read(sold.message()).text();
    assertTrue(slip.startsWith("饭店 消费\n原价100.00\n工会会员优惠-10.00\n实付90.00\n"), slip);
    assertTrue(slip.contains(sold.message().text(37)), slip);
    assertTrue(slip.endsWith("投诉12351"), slip);

    Heard again = pos.ask(sale);
    for (int field : List.of(37, 38, 39, 54, 59, 63)) {
      assertEquals(sold.message().text(field), again.message().text(field));
    }

    IsoMessage lost = pos.sale(house.freshCode(), 5_000);
    pos.send(pos.frame(lost));
    IsoMessage reversal =
        pos.message(0x0400, 0, 0, new Field60Batch(22, pos.batch, 0), (int) lost.number(11));
    reversal.set(4, 5_000);
    reversal.set(39, "98");
    pos.send(pos.frame(reversal));
    List<Heard> both = List.of(pos.next(), pos.next());
    assertTrue(both.stream().allMatch(reply -> List.of("00", "12").contains(reply.code())));
    assertEquals("00", pos.ask(reversal).code());

    IsoMessage second = pos.sale(house.freshCode(), 2_000);
    assertEquals("00", pos.ask(second).code());
    IsoMessage undo = pos.message(0x0200, 200000, 0, 23);
    undo.set(4, 2_000);
    new Field61Original(pos.batch, (int) second.number(11), Field61Original.NO_DATE).write(undo);
    Heard undone = pos.ask(undo);
    assertEquals("00", undone.code());
    assertEquals(
        new Field54Amounts(Fen.of(-200), Fen.of(-1_800)), Field54Amounts.read(undone.message()));

    Heard back = pos.ask(refund(pos, sold.message().text(37), 4_000));
    assertEquals("00", back.code());
    assertEquals(
        new Field54Amounts(Fen.of(-400), Fen.of(-3_600)), Field54Amounts.read(back.message()));
    assertEquals("61", pos.ask(refund(pos, sold.message().text(37), 6_001)).code());
    holds(pos);
    Heard reported = pos.ask(offline(pos, 1_500));
    assertEquals("00", reported.code());
    assertEquals(
        new Field54Amounts(Fen.ZERO, Fen.of(1_500)), Field54Amounts.read(reported.message()));
    String offline = Field63Slip.read(reported.message()).text();
    assertTrue(offline.startsWith("饭店 离线\n原价15.00\n无优惠-0.00\n实付15.00\n"), offline);
    close(pos, new Sums(Fen.of(14_500), 4, Fen.of(6_000), 2, Sums.ASKED));
    assertEquals("77", pos.ask(pos.sale(house.freshCode(), 100)).code());
  }

  private static IsoMessage refund(TestPos pos, String id, long fen) {
    IsoMessage refund = pos.message(0x0220, 200000, 0, 25);
    refund.set(4, fen);
    refund.set(37, id);
    return refund;
  }

  /** One hold completed, one given back. */
  private void holds(TestPos pos) {
    for (boolean completes : new boolean[] {true, false}) {
      IsoMessage hold = pos.message(0x0100, 30000, 6, 10);
      hold.set(4, 1_000);
      TestPos.code(hold, house.freshCode());
      Heard held = pos.ask(hold);
      assertEquals("00", held.code());
      IsoMessage end =
          completes ? pos.message(0x0200, 0, 6, 20) : pos.message(0x0100, 200000, 6, 11);
      end.set(4, 1_000);
      new Field59Tags(Map.of(Field59Tags.TRANSACTION_ID, held.message().text(37))).write(end);
      assertEquals("00", pos.ask(end).code());
      assertEquals("00", pos.ask(end).code(), "repeated");
    }
  }

  /** Refused, if the terminal says so or says nothing; else the slip tells. */
  @Test
  void aNamedBenefitThatCannotBeGivenIsNotDroppedInSilence() {
    try (TestPos pos = house.plain(3)) {
      pos.trace = 700; // the numbers before are other tests'
      assertEquals("00", pos.signOn(3).code());
      for (String without : new String[] {null, Field59Tags.REFUSE}) {
        Heard refused = pos.ask(naming(pos, "GONE-1", without));
        assertEquals("57", refused.code());
        assertEquals(
            Refusal.BENEFIT_NOT_FOR_THIS_MERCHANT.chinese,
            Field63Slip.read(refused.message()).text());
      }
      Heard sold = pos.ask(naming(pos, "GONE-1", Field59Tags.APPROVE));
      assertEquals("00", sold.code());
      String slip = Field63Slip.read(sold.message()).text();
      assertTrue(slip.startsWith("饭店 消费\n原价100.00\n指定优惠不可用-0.00\n实付100.00\n"), slip);
      assertEquals("00", pos.ask(naming(pos, "EAT-10", null)).code());
      assertEquals("30", pos.ask(naming(pos, "EAT-10", "X")).code());
    }
  }

  private IsoMessage naming(TestPos pos, String benefit, @Nullable String without) {
    IsoMessage sale = pos.sale(house.freshCode(), 10_000);
    Map<String, String> data = new LinkedHashMap<>(Field59Tags.read(sale).values());
    data.put(Field59Tags.BENEFIT, benefit);
    if (without != null) {
      data.put(Field59Tags.WITHOUT, without);
    }
    IsoMessage named = pos.message(0x0200, 0, 0, 22);
    named.set(4, 10_000);
    new Field59Tags(data).write(named);
    return named;
  }

  private IsoMessage offline(TestPos pos, long fen) {
    IsoMessage advice = pos.message(0x0220, 0, 0, 30);
    ZonedDateTime now = house.clock.instant().atZone(Clocks.CHINA);
    advice.set(4, fen);
    advice.set(12, now.getHour() * 10_000L + now.getMinute() * 100L + now.getSecond());
    advice.set(13, now.getMonthValue() * 100L + now.getDayOfMonth());
    new Field59Tags(Map.of(Field59Tags.CODE, house.freshCode(), Field59Tags.COUNTER, "1"))
        .write(advice);
    return advice;
  }

  private static void close(TestPos pos, Sums counted) {
    IsoMessage totals =
        pos.message(0x0500, null, 0, new Field60Batch(0, pos.batch, 201), ++pos.trace);
    new Totals(counted, Sums.NONE).write(totals);
    Heard closed = pos.ask(totals);
    assertEquals("00", closed.code());
    assertEquals(Sums.BALANCED, Totals.read(closed.message()).home().flag());
    assertEquals(counted.debit(), Totals.read(closed.message()).home().debit());
  }

  @Test
  void whatDoesNotBalanceIsListed() {
    try (TestPos pos = house.plain(3)) {
      pos.signOn(4);
      IsoMessage sale = pos.sale(house.freshCode(), 700);
      assertEquals("00", pos.ask(sale).code());
      IsoMessage totals =
          pos.message(0x0500, null, 0, new Field60Batch(0, pos.batch, 201), ++pos.trace);
      new Totals(new Sums(Fen.of(900), 1, Fen.ZERO, 0, Sums.ASKED), Sums.NONE).write(totals);
      assertEquals(Sums.UNBALANCED, Totals.read(pos.ask(totals).message()).home().flag());
      IsoMessage list =
          pos.message(0x0320, null, 0, new Field60Batch(0, pos.batch, 201), ++pos.trace);
      new Details(List.of(new Entry(22, (int) sale.number(11), "0".repeat(20), Fen.of(900))))
          .write(list);
      assertEquals("00", pos.ask(list).code());
      Heard end =
          pos.ask(pos.message(0x0320, null, 0, new Field60Batch(0, pos.batch, 207), ++pos.trace));
      assertEquals("00", end.code());
      assertEquals(202, Field60Batch.read(end.message()).networkCode());
      assertEquals(pos.batch + 1, Field60Batch.read(pos.signOn(3).message()).batch());
    }
  }

  @Test
  void threeWrongMacsEndTheSession() {
    try (TestPos pos = house.plain(4)) {
      pos.signOn(3);
      Mac right = pos.mac;
      IsoMessage sale = pos.sale(house.freshCode(), 100);
      for (int i = 0; i < 3; i++) {
        pos.send(TestPos.frame(sale, Mac.Algorithm.XOR_3DES.under(new byte[16])));
        assertEquals("A0", pos.next().code());
      }
      pos.mac = right;
      Heard refused = pos.ask(sale);
      assertEquals("99", refused.code());
      assertEquals(FrameHead.SIGN_ON, refused.requirement());
      pos.signOn(3);
      assertEquals("00", pos.ask(sale).code());
      pos.send(TestPos.frame(pos.sale(house.freshCode(), 100), null));
      assertEquals("A0", pos.next().code());
    }
  }

  @Test
  void echoNeedsNoSession() {
    try (TestPos pos = house.plain(5)) {
      assertEquals("00", ask(pos, 0x0820, 301).code());
      Heard refused = pos.ask(pos.sale(house.freshCode(), 100));
      assertEquals("99", refused.code());
      pos.signOn(3);
      assertEquals("00", ask(pos, 0x0820, 2).code());
      assertEquals("40", ask(pos, 0x0820, 999).code());
    }
  }

  private static Heard ask(TestPos pos, int mti, int network) {
    return pos.ask(pos.message(mti, null, 0, new Field60Batch(0, pos.batch, network), ++pos.trace));
  }

  /** Who has no key and no certificate cannot sign another one's terminal off. */
  @Test
  void aSignOffThatNobodyProvedEndsNothing() {
    try (TestPos pos = house.plain(5);
        TestPos stranger = house.plain(5)) {
      pos.signOn(3);
      assertEquals("00", ask(stranger, 0x0820, 2).code());
      assertEquals("00", pos.ask(pos.sale(house.freshCode(), 100)).code());
      assertEquals("00", ask(pos, 0x0820, 2).code());
      assertEquals("99", pos.ask(pos.sale(house.freshCode(), 100)).code());
    }
    try (TestPos certified = house.tls(2, 2)) {
      certified.signOn(3);
      Mac mac = certified.mac;
      certified.mac = null;
      assertEquals("00", ask(certified, 0x0820, 2).code());
      certified.mac = mac;
      assertEquals("99", certified.ask(certified.sale(house.freshCode(), 100)).code());
    }
  }

  /** They are not ours to look at, but they must not be in the way. */
  @Test
  void fieldsOfBankCardsAreSteppedOver() {
    try (TestPos pos = house.plain(6)) {
      pos.trace = 500; // the numbers before are another test's
      pos.signOn(3);
      IsoMessage sale = pos.sale(house.freshCode(), 100);
      sale.set(14, 2912);
      sale.set(26, 12);
      sale.set(52, new byte[8]);
      assertEquals("00", pos.ask(sale).code());
    }
  }

  @Test
  void aCertificateIsForOneTerminal() {
    try (TestPos other = house.tls(6, 5)) {
      assertEquals("97", other.signOn(3).code());
    }
    try (TestPos without = house.tls(6, null)) {
      assertEquals("00", without.signOn(3).code());
    }
  }

  @Test
  void aSuspendedTerminalIsRefusedAtItsNextMessage() {
    try (TestPos pos = house.plain(8)) {
      pos.signOn(3);
      assertEquals("00", pos.ask(pos.sale(house.freshCode(), 100)).code());
      TestStores.execute(
          house.url, "UPDATE terminal SET status = 'SUSPENDED' WHERE terminal_no = 'T0000008'");
      IsoMessage refused = pos.sale(house.freshCode(), 100);
      assertEquals("58", pos.ask(refused).code());
      // but what it did before may still be taken back
      IsoMessage reversal =
          pos.message(
              0x0400, 0, 0, new Field60Batch(22, pos.batch, 0), (int) refused.number(11) - 1);
      reversal.set(39, "98");
      assertEquals("00", pos.ask(reversal).code());
      assertEquals(
          new Field54Amounts(Fen.ZERO, Fen.of(-100)),
          Field54Amounts.read(pos.ask(reversal).message()));
    }
  }

  /** An idle terminal learns it with its next echo, why with a status request. */
  @Test
  void anEchoTellsATerminalThatItMayNotSell() {
    try (TestPos pos = house.plain(9)) {
      Heard echo = ask(pos, 0x0820, 301);
      assertEquals("00", echo.code(), "the line is up");
      assertEquals(FrameHead.DOWNLOAD, echo.requirement());
      Heard status = ask(pos, 0x0820, 362);
      assertEquals("03", status.code());
      assertEquals("商户尚未通过审批，不能受理工会E卡", Field63Slip.read(status.message()).text());
    }
    try (TestPos pos = house.plain(1)) {
      Heard echo = ask(pos, 0x0820, 301);
      assertEquals(FrameHead.NOTHING, echo.requirement());
      assertEquals("00", ask(pos, 0x0820, 362).code());
    }
  }

  @Test
  void framesMayComeInPiecesAndTogether() {
    try (TestPos pos = house.plain(6)) {
      pos.signOn(3);
      byte[] frame = pos.frame(pos.sale(house.freshCode(), 300));
      for (byte each : frame) {
        pos.send(new byte[] {each});
      }
      assertEquals("00", pos.next().code());
      byte[] many = new byte[0];
      for (int i = 0; i < 5; i++) {
        byte[] next = pos.frame(pos.sale(house.freshCode(), 300));
        many = Arrays.copyOf(many, many.length + next.length);
        System.arraycopy(next, 0, many, many.length - next.length, next.length);
      }
      pos.send(many);
      for (int i = 0; i < 5; i++) {
        assertEquals("00", pos.next().code());
      }
    }
  }

  @Test
  void whatCannotBeReadIsAnsweredOrClosed() {
    try (TestPos pos = house.plain(7)) {
      pos.signOn(3);
      IsoMessage noCode = pos.message(0x0200, 0, 0, 22);
      noCode.set(4, 100);
      Heard refused = pos.ask(noCode);
      assertEquals("30", refused.code());
      assertTrue(Field63Slip.read(refused.message()).text().contains("F59"));
      assertFalse(refused.message().has(37));
    }
    refusedWith(CloseReason.FRAME_TOO_LONG, "FFFF");
    refusedWith(CloseReason.FRAME_TOO_SHORT, "0001");
    refusedWith(CloseReason.HEAD_UNREADABLE, "0015" + "47".repeat(21));
    refusedWith(
        CloseReason.MESSAGE_UNREADABLE, "0015" + "6000030007" + "603100310000" + "FF".repeat(10));
  }

  private void refusedWith(CloseReason reason, String hex) {
    double before = house.closed(reason);
    try (TestPos pos = house.plain(7)) {
      pos.send(SampleFrames.hex(hex));
      pos.awaitClosed();
    }
    assertEquals(before + 1, house.closed(reason));
  }
}
