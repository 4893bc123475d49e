package cn.unionecard.gateway.edge.iso8583;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cn.unionecard.gateway.desk.RatingKeys;
import cn.unionecard.gateway.edge.iso8583.codec.Field59Tags;
import cn.unionecard.gateway.edge.iso8583.codec.Field60Batch;
import cn.unionecard.gateway.edge.iso8583.codec.Field61Original;
import cn.unionecard.gateway.edge.iso8583.codec.FormatError;
import cn.unionecard.gateway.edge.iso8583.codec.IsoMessage;
import cn.unionecard.gateway.edge.iso8583.codec.SampleFrames;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.Offline;
import cn.unionecard.gateway.model.OriginalRef;
import cn.unionecard.gateway.model.Request;
import cn.unionecard.gateway.model.RequestId;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.gateway.model.WithoutBenefit;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which message asks for what. */
class MappingTest {
  private static final TerminalId TERMINAL = new TerminalId("T0000001");
  private static final String CODE = "84446669133388330784";
  private static final Instant NOW = Instant.parse("2026-12-31T23:30:00+08:00");
  private static final String ID = new TransactionId(123_456_789_012_345L).toString();

  private static @Nullable Service service(IsoMessage message) {
    return Service.of(message, Field60Batch.read(message));
  }

  @ParameterizedTest
  @CsvSource({
    "0800, -1, -1, 00, 001, SIGN_ON",
    "0800, -1, -1, 00, 003, SIGN_ON",
    "0800, -1, -1, 00, 004, SIGN_ON",
    "0820, -1, -1, 00, 002, SIGN_OFF",
    "0820, -1, -1, 00, 301, ECHO",
    "0820, -1, -1, 00, 362, STATUS",
    "0200, 310000, 00, 01, 000, VERIFY",
    "0200, 000000, 00, 22, 000, SALE",
    "0200, 200000, 00, 23, 000, VOID",
    "0200, 000000, 06, 20, 000, COMPLETION",
    "0100, 30000, 06, 10, 000, HOLD",
    "0100, 200000, 06, 11, 000, RELEASE",
    "0220, 200000, 00, 25, 000, REFUND",
    "0220, 000000, 00, 30, 000, ADVICE",
    "0400, 000000, 00, 22, 000, REVERSAL",
    "0400, 200000, 00, 23, 000, REVERSAL",
    "0400, 30000, 06, 10, 000, REVERSAL",
    "0620, -1, -1, 00, 401, RATING",
    "0500, -1, -1, 00, 201, BATCH_TOTALS",
    "0320, -1, -1, 00, 201, BATCH_LIST",
    "0320, -1, -1, 00, 207, BATCH_END_BALANCED",
    "0320, -1, -1, 00, 202, BATCH_END",
  })
  void eachMessageHasItsService(
      String mti, int processing, int condition, int kind, int network, Service service) {
    assertEquals(service, service(message(mti, processing, condition, kind, network)));
  }

  @ParameterizedTest
  @CsvSource({
    "0200, 000000, 06, 22, 000",
    "0200, 000000, 00, 23, 000",
    "0200, 10000, 00, 22, 000",
    "0200, -1, -1, 22, 000",
    "0220, 000000, 00, 22, 000",
    "0100, 000000, 00, 22, 000",
    "0820, -1, -1, 00, 003",
    "0500, -1, -1, 00, 202",
    "0600, -1, -1, 00, 001",
    "0620, -1, -1, 00, 001",
  })
  void whatIsNotInTheTableIsNoService(
      String mti, int processing, int condition, int kind, int network) {
    assertNull(service(message(mti, processing, condition, kind, network)));
  }

  private static IsoMessage message(
      String mti, int processing, int condition, int kind, int network) {
    IsoMessage message = new IsoMessage();
    message.begin(Integer.parseInt(mti, 16));
    if (processing >= 0) {
      message.set(3, processing);
      message.set(25, condition);
    }
    message.set(11, 45);
    new Field60Batch(kind, 123, network).write(message);
    return message;
  }

  private static Request read(TransactionType type, IsoMessage message) {
    Service service = Service.valueOf(type.name());
    IsoRequest asked = new IsoRequest(message, Field60Batch.read(message), service, TERMINAL);
    return RequestReader.read(type, asked, NOW);
  }

  private static IsoMessage priced(long fen, Map<String, String> data) {
    IsoMessage message = message("0200", 0, 0, 22, 0);
    message.set(4, fen);
    new Field59Tags(data).write(message);
    return message;
  }

  @Test
  void aSaleHasItsKeyOfBatchAndTrace() {
    Request sale =
        read(
            TransactionType.SALE,
            priced(12_800, Map.of(Field59Tags.CODE, CODE, Field59Tags.BENEFIT, "EAT-10")));
    assertEquals(new RequestId("b000123-000045"), sale.requestId());
    assertEquals(123, sale.batch());
    assertEquals(CODE, sale.code());
    assertEquals(Fen.of(12_800), sale.order());
    assertEquals("EAT-10", sale.benefit());
    assertEquals(WithoutBenefit.UNSAID, sale.withoutBenefit());
  }

  @ParameterizedTest
  @CsvSource({
    "EAT-10, A, APPROVE", "EAT-10, R, REFUSE", "EAT-10, , UNSAID",
    ", A, APPROVE", ", R, REFUSE", ", , APPROVE"
  })
  void theTerminalChoosesWhatBecomesOfASaleWithoutTheBenefit(
      @Nullable String benefit, @Nullable String without, WithoutBenefit meant) {
    Map<String, String> data = new LinkedHashMap<>();
    data.put(Field59Tags.CODE, CODE);
    if (benefit != null) {
      data.put(Field59Tags.BENEFIT, benefit);
    }
    if (without != null) {
      data.put(Field59Tags.WITHOUT, without);
    }
    for (TransactionType type :
        List.of(TransactionType.SALE, TransactionType.HOLD, TransactionType.VERIFY)) {
      assertEquals(meant, read(type, priced(100, data)).withoutBenefit(), type.name());
    }
  }

  @Test
  void aWishThatNobodyUnderstandsOrCanGrantIsNotDropped() {
    FormatError word =
        assertThrows(
            FormatError.class,
            () ->
                read(
                    TransactionType.SALE,
                    priced(100, Map.of(Field59Tags.CODE, CODE, Field59Tags.WITHOUT, "X"))));
    assertEquals("F59.A9", word.field);
    IsoMessage completion = message("0200", 0, 6, 20, 0);
    new Field59Tags(Map.of(Field59Tags.TRANSACTION_ID, ID, Field59Tags.BENEFIT, "EAT-10"))
        .write(completion);
    FormatError anew =
        assertThrows(FormatError.class, () -> read(TransactionType.COMPLETION, completion));
    assertEquals("F59.A5", anew.field);
  }

  @Test
  void aReversalHasTheKeyOfItsOriginal() {
    IsoMessage reversal = message("0400", 0, 0, 22, 0);
    assertEquals(
        Request.reversal(TERMINAL, new RequestId("b000123-000045"), Fen.ZERO),
        read(TransactionType.REVERSAL, reversal));
  }

  @Test
  void theOriginalIsNamedByIdOrKey() {
    IsoMessage undo = message("0200", 200000, 0, 23, 0);
    new Field61Original(122, 7, 1_123).write(undo);
    assertEquals(
        new OriginalRef.Key(TERMINAL, new RequestId("b000122-000007")),
        read(TransactionType.VOID, undo).original());
    undo.set(37, ID);
    OriginalRef byId = new OriginalRef.Id(TransactionId.parse(ID));
    assertEquals(byId, read(TransactionType.VOID, undo).original());

    IsoMessage byTag = message("0200", 200000, 0, 23, 0);
    new Field59Tags(Map.of(Field59Tags.TRANSACTION_ID, ID)).write(byTag);
    assertEquals(byId, read(TransactionType.VOID, byTag).original());
  }

  @Test
  void anOfflineSaleSaysWhenAndWhich() {
    IsoMessage advice = offline("42");
    Request request = read(TransactionType.ADVICE, advice);
    assertEquals(
        new Offline(Instant.parse("2027-01-01T00:01:02+08:00").toEpochMilli(), 42),
        request.offline());
    assertEquals(WithoutBenefit.REFUSE, request.withoutBenefit());
  }

  private static IsoMessage offline(@Nullable String counter) {
    Map<String, String> data = new LinkedHashMap<>();
    data.put(Field59Tags.CODE, CODE);
    data.put(Field59Tags.BENEFIT, "EAT-10");
    if (counter != null) {
      data.put(Field59Tags.COUNTER, counter);
    }
    IsoMessage advice = priced(100, data);
    advice.set(12, 102);
    advice.set(13, 101);
    return advice;
  }

  @Test
  void whatIsMissingOrWrongIsNamed() {
    assertFault("F59", TransactionType.SALE, message("0200", 0, 0, 22, 0));
    assertFault("F59.A3", TransactionType.SALE, priced(1, Map.of(Field59Tags.BENEFIT, "A")));
    assertFault(
        "F59.A5",
        TransactionType.SALE,
        priced(1, Map.of(Field59Tags.CODE, "8", Field59Tags.BENEFIT, "a")));
    IsoMessage noAmount = message("0200", 0, 0, 22, 0);
    new Field59Tags(Map.of(Field59Tags.CODE, CODE)).write(noAmount);
    assertFault("F4", TransactionType.SALE, noAmount);
    assertFault("F61", TransactionType.VOID, message("0200", 200000, 0, 23, 0));
    IsoMessage noId = message("0200", 200000, 0, 23, 0);
    noId.set(37, "UUUUUUUUUUUU");
    assertFault("F37", TransactionType.VOID, noId);
    assertFault("F59.A7", TransactionType.ADVICE, offline(null));
    assertFault("F59.A7", TransactionType.ADVICE, offline("0"));
    assertFault("F59.A7", TransactionType.ADVICE, offline("1".repeat(13)));
    IsoMessage noTime = offline("1");
    noTime.set(12, 250_000);
    assertFault("F12", TransactionType.ADVICE, noTime);
    IsoMessage noDigits = offline("1");
    noDigits.copy(12, SampleFrames.read(SampleFrames.hex("0200 0010000000000000 FFFFFF")));
    assertFault("F12", TransactionType.ADVICE, noDigits);
    IsoMessage noDay = offline("1");
    noDay.set(13, 1_332);
    assertFault("F13", TransactionType.ADVICE, noDay);
  }

  @Test
  void aRatingIsFourDigits() {
    assertEquals(new RatingKeys.Figures(4, 5, 1, 2), MemberRating.figures("4512"));
    for (String wrong : new String[] {"", "451", "45122", "4502", "4562", "45x2"}) {
      FormatError error = assertThrows(FormatError.class, () -> MemberRating.figures(wrong), wrong);
      assertEquals("F59.A8", error.field);
      assertNotNull(error.getMessage());
    }
    assertThrows(FormatError.class, () -> MemberRating.figures(null));
  }

  private static void assertFault(String field, TransactionType type, IsoMessage message) {
    FormatError error = assertThrows(FormatError.class, () -> read(type, message));
    assertEquals(field, error.field);
    assertNotNull(error.getMessage());
  }
}
