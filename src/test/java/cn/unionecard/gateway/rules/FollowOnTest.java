package cn.unionecard.gateway.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.CanIgnoreReturnValue;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.Offline;
import cn.unionecard.gateway.model.OrderLine;
import cn.unionecard.gateway.model.OriginalRef;
import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.model.Request;
import cn.unionecard.gateway.model.RequestId;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.gateway.model.WithoutBenefit;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What completes and what undoes, as tables: each refusal, each amount, each order of events. */
class FollowOnTest {
  private static final String SHARED =
      """
      {"benefit":{"kind":"PERCENT","basisPoints":1000,"capFen":100000},
       "funders":[{"funder":"UNION","org":10,"shareBp":7000},{"funder":"MERCHANT","shareBp":3000}]}""";

  private final TestBooks books = new TestBooks(SHARED, 100_000);

  @CanIgnoreReturnValue
  private Entry sale(String id, long fen) {
    return entry(books.decide(books.sale(TransactionType.SALE, id, fen)));
  }

  @CanIgnoreReturnValue
  private Entry hold(String id, long fen) {
    return entry(books.decide(books.sale(TransactionType.HOLD, id, fen)));
  }

  private static Request follow(TransactionType type, String id, String original, long fen) {
    return TestBooks.follow(type, id, original, fen);
  }

  @CanIgnoreReturnValue
  private Entry done(TransactionType type, String id, String original, long fen) {
    Entry entry = entry(books.decide(follow(type, id, original, fen)));
    assertNull(entry.refusal());
    long funders = entry.allocations().stream().mapToLong(Allocation::fen).sum();
    assertEquals(entry.effect().sign() * entry.discountFen(), funders);
    return entry;
  }

  private @Nullable Refusal refusal(TransactionType type, String id, String original, long fen) {
    return entry(books.decide(follow(type, id, original, fen))).refusal();
  }

  private Entry reversed(String id) {
    return entry(books.decide(TestBooks.reversal(id)));
  }

  @CanIgnoreReturnValue
  private static Entry entry(Decision decision) {
    return assertInstanceOf(Entry.class, decision);
  }

  private static String payers(Entry entry) {
    return entry.allocations().stream()
        .map(a -> a.funder() + " " + a.fen())
        .collect(Collectors.joining(", "));
  }

  // ---- REFUND

  @ParameterizedTest
  @CsvSource({
    // order 1005, paid 904, discount 101 = 71 + 30
    "1005, 1005, 904, 'UNION -71, MERCHANT -30'",
    "1005, 500, 450, 'UNION -35, MERCHANT -15'", // 449.75 rounds up
    "1005, 1, 1, ''",
    "1005, 5, 4, 'UNION -1'", // 4.497 rounds down
    "10, 5, 5, ''", // 4.5 rounds up
  })
  void aRefundGivesBackItsShare(long order, long back, long member, String payers) {
    sale("a", order);
    Entry refund = done(TransactionType.REFUND, "r", "a", back);
    assertEquals(member, refund.memberPaysFen());
    assertEquals(back - member, refund.discountFen());
    assertEquals(payers, payers(refund));
  }

  @Test
  void refundsByOneFenGiveBackAllOfIt() {
    sale("a", 105);
    assertEquals(11, books.usedFen());
    long member = 0;
    for (int i = 0; i < 105; i++) {
      member += done(TransactionType.REFUND, "r" + i, "a", 1).memberPaysFen();
    }
    assertEquals(94, member);
    assertEquals(0, books.usedFen());
    assertEquals(0, books.usedCount());
    assertEquals(Refusal.ORIGINAL_ALREADY_UNDONE, refusal(TransactionType.REFUND, "more", "a", 1));
  }

  @Test
  void aRefundIsNeverMoreThanWasPaid() {
    sale("a", 1_000);
    assertEquals(Refusal.REFUND_EXCEEDS_PAID, refusal(TransactionType.REFUND, "r0", "a", 1_001));
    done(TransactionType.REFUND, "r1", "a", 600);
    assertEquals(1, books.usedCount());
    assertEquals(Refusal.REFUND_EXCEEDS_PAID, refusal(TransactionType.REFUND, "r2", "a", 401));
    assertEquals(Refusal.AMOUNT_NOT_ALLOWED, refusal(TransactionType.REFUND, "r3", "a", 0));
    done(TransactionType.REFUND, "r4", "a", 400);
    assertEquals(0, books.usedCount());
  }

  @Test
  void aRefundComesLaterAtAnotherTerminalOfTheMerchantOnly() {
    Entry sold = sale("a", 1_000);
    books.laterMs(3 * 86_400_000L);
    books.nextBatch();
    OriginalRef byId = new OriginalRef.Id(new TransactionId(sold.id()));
    assertEquals(
        Refusal.ORIGINAL_NOT_FOUND,
        entry(books.decide(TestBooks.at("T0000002", TransactionType.REFUND, "r", byId, 10)))
            .refusal());
    assertNull(
        entry(books.decide(TestBooks.at("T0000003", TransactionType.REFUND, "r", byId, 1_000)))
            .refusal());
    assertEquals(0, books.usedFen());
  }

  // ---- VOID

  @Test
  void aVoidUndoesAWholeSaleOfItsBatch() {
    sale("a", 1_000);
    assertEquals(Refusal.ORIGINAL_AMOUNT_DIFFERS, refusal(TransactionType.VOID, "v0", "a", 999));
    assertEquals(900, done(TransactionType.VOID, "v1", "a", 1_000).memberPaysFen());
    assertEquals(0, books.usedFen());
    assertEquals(Refusal.ORIGINAL_ALREADY_UNDONE, refusal(TransactionType.VOID, "v2", "a", 0));
    assertEquals(Refusal.ORIGINAL_ALREADY_UNDONE, refusal(TransactionType.REFUND, "r", "a", 1));
    sale("b", 1_000);
    done(TransactionType.REFUND, "r1", "b", 1);
    assertEquals(Refusal.ORIGINAL_ALREADY_UNDONE, refusal(TransactionType.VOID, "v3", "b", 0));
  }

  @Test
  void aVoidStaysInItsTerminalsBatch() {
    sale("a", 1_000);
    OriginalRef ref = new OriginalRef.Key(TestBooks.TERMINAL, new RequestId("a"));
    assertEquals(
        Refusal.VOID_OUTSIDE_BATCH,
        entry(books.decide(TestBooks.at("T0000003", TransactionType.VOID, "v", ref, 0))).refusal());
    books.nextBatch();
    assertEquals(Refusal.VOID_OUTSIDE_BATCH, refusal(TransactionType.VOID, "v", "a", 0));
    done(TransactionType.REFUND, "r", "a", 1_000);
  }

  @Test
  void aBatchThatTheTerminalClaimsMustBeTheCurrentOne() {
    Request sale = books.sale(TransactionType.SALE, "a", 1_000);
    assertEquals(Refusal.BATCH_NUMBER_DIFFERS, entry(books.decide(sale.inBatch(2))).refusal());
    books.nextBatch();
    Entry sold = entry(books.decide(books.sale(TransactionType.SALE, "b", 1_000).inBatch(2)));
    assertNull(sold.refusal());
    assertEquals(2, sold.batch());
  }

  // ---- HOLD

  @Test
  void aHoldReservesAndIsCompletedOnce() {
    Entry held = hold("h", 1_000);
    assertEquals(100, books.usedFen());
    assertEquals(Effect.RESERVED, held.effect());
    assertEquals(
        Refusal.ORIGINAL_AMOUNT_DIFFERS, refusal(TransactionType.COMPLETION, "c0", "h", 999));
    Entry completed = done(TransactionType.COMPLETION, "c1", "h", 1_000);
    assertEquals(900, completed.memberPaysFen());
    assertEquals("UNION 70, MERCHANT 30", payers(completed));
    assertEquals(Effect.FINISHED, completed.effect());
    assertTrue(completed.asOriginal().allocations().isEmpty());
    for (TransactionType type : List.of(TransactionType.COMPLETION, TransactionType.RELEASE)) {
      assertEquals(Refusal.ORIGINAL_ALREADY_UNDONE, refusal(type, "x" + type, "h", 0));
    }
    assertEquals(Refusal.TYPE_NOT_SUPPORTED, refusal(TransactionType.VOID, "v0", "h", 0));
    done(TransactionType.REFUND, "r1", "c1", 400);
    done(TransactionType.REFUND, "r2", "c1", 600);
    assertEquals(0, books.usedFen());
  }

  @Test
  void aHoldIsReleasedOrExpiresOrIsReversed() {
    hold("h1", 1_000);
    assertEquals(Effect.FREED, done(TransactionType.RELEASE, "e1", "h1", 0).effect());
    hold("h2", 1_000);
    assertNull(reversed("h2").refusal());
    hold("h3", 1_000);
    assertEquals(
        new Decision.Declined(Refusal.ORIGINAL_ALREADY_UNDONE),
        books.decide(Request.expiry(TestBooks.TERMINAL, new RequestId("h3"))));
    books.laterMs(120_000);
    assertEquals(
        Refusal.ORIGINAL_ALREADY_UNDONE, refusal(TransactionType.COMPLETION, "c", "h3", 0));
    Entry expired = entry(books.decide(Request.expiry(TestBooks.TERMINAL, new RequestId("h3"))));
    assertEquals(Effect.FREED, expired.effect());
    assertEquals(
        new Decision.Replay(expired.id()),
        books.decide(Request.expiry(TestBooks.TERMINAL, new RequestId("h3"))));
    assertEquals(0, books.usedFen());
    assertEquals(0, books.usedCount());
  }

  @Test
  void aHoldIsCompletedToTheLastMillisecond() {
    hold("h", 1_000);
    books.laterMs(119_999);
    done(TransactionType.COMPLETION, "c", "h", 0);
  }

  @Test
  void onlyAHoldIsCompleted() {
    sale("a", 1_000);
    assertEquals(Refusal.TYPE_NOT_SUPPORTED, refusal(TransactionType.COMPLETION, "c", "a", 0));
    assertEquals(Refusal.ORIGINAL_NOT_FOUND, refusal(TransactionType.VOID, "v", "none", 0));
    entry(books.decide(books.sale(TransactionType.SALE, "bad", "junk", 5)));
    assertEquals(Refusal.ORIGINAL_NOT_FOUND, refusal(TransactionType.REFUND, "r", "bad", 5));
  }

  @Test
  void aSuspendedMerchantUndoesButCompletesNothing() {
    sale("a", 1_000);
    hold("h1", 1_000);
    hold("h2", 1_000);
    books.merchantStatus = "SUSPENDED";
    assertEquals(Refusal.MERCHANT_SUSPENDED, refusal(TransactionType.COMPLETION, "c", "h1", 0));
    done(TransactionType.RELEASE, "e", "h1", 0);
    done(TransactionType.REFUND, "r", "a", 1_000);
    assertNull(reversed("h2").refusal());
    assertEquals(0, books.usedFen());
    books.terminalActive = false;
    assertEquals(Refusal.TERMINAL_SUSPENDED, refusal(TransactionType.REFUND, "r2", "a", 1));
  }

  // ---- REVERSAL of each type

  @Test
  void aReversalLeavesTheLedgerAsIfNeitherHadCome() {
    sale("a", 1_000);
    done(TransactionType.VOID, "v", "a", 0);
    assertEquals(Effect.SPENT, reversed("v").effect());
    assertEquals(100, books.usedFen());
    assertEquals(1, books.usedCount());
    done(TransactionType.REFUND, "r", "a", 300);
    assertEquals(Effect.SPENT, reversed("r").effect());
    assertEquals(100, books.usedFen());
    done(TransactionType.VOID, "v2", "a", 0);
    assertEquals(0, books.usedFen());

    hold("h", 1_000);
    done(TransactionType.RELEASE, "e", "h", 0);
    assertEquals(Effect.RESERVED, reversed("e").effect());
    done(TransactionType.COMPLETION, "c", "h", 0);
    assertEquals(Effect.UNFINISHED, reversed("c").effect());
    assertEquals(Refusal.ORIGINAL_ALREADY_UNDONE, refusal(TransactionType.REFUND, "x", "c", 1));
    done(TransactionType.COMPLETION, "c2", "h", 0);
    assertEquals(100, books.usedFen());
  }

  @Test
  void whatLaterOnesDependOnIsNotReversed() {
    sale("a", 1_000);
    done(TransactionType.REFUND, "r", "a", 1);
    assertEquals(Refusal.ORIGINAL_ALREADY_UNDONE, reversed("a").refusal());
    hold("h", 1_000);
    done(TransactionType.COMPLETION, "c", "h", 0);
    assertEquals(Refusal.ORIGINAL_ALREADY_UNDONE, reversed("h").refusal());
    done(TransactionType.REFUND, "rc", "c", 1);
    assertEquals(Refusal.ORIGINAL_ALREADY_UNDONE, reversed("c").refusal());
  }

  @Test
  void theReversalOfWhatIsUndoneHasNothingToDo() {
    sale("a", 1_000);
    done(TransactionType.VOID, "v", "a", 0);
    Entry nothing = reversed("a");
    assertNull(nothing.refusal());
    assertEquals(Effect.NONE, nothing.effect());
    hold("h", 1_000);
    done(TransactionType.RELEASE, "e", "h", 0);
    assertEquals(Effect.NONE, reversed("h").effect());
    books.laterMs(120_000);
    assertEquals(Effect.NONE, reversed("e").effect()); // the hold's time is over
    assertEquals(0, books.usedFen());
  }

  @Test
  void aVoidIsNotReversedWhenItsBudgetWentElsewhere() {
    sale("a", 600_000); // 60,000 of 100,000
    done(TransactionType.VOID, "v", "a", 0);
    sale("b", 500_000);
    assertEquals(Refusal.BUDGET_EXHAUSTED, reversed("v").refusal());
    assertEquals(50_000, books.usedFen());
  }

  @ParameterizedTest
  @CsvSource({"COMPLETION", "RELEASE", "VOID", "REFUND"})
  void aReversalBeforeItsOriginalRefusesEveryType(TransactionType type) {
    boolean ofHold = type == TransactionType.COMPLETION || type == TransactionType.RELEASE;
    if (ofHold) {
      hold("a", 1_000);
    } else {
      sale("a", 1_000);
    }
    assertEquals(Effect.NONE, reversed("late").effect());
    assertEquals(Refusal.ORIGINAL_ALREADY_UNDONE, refusal(type, "late", "a", 1_000));
    assertEquals(100, books.usedFen());
    done(type, "new", "a", 1_000);
  }

  @Test
  void eachKeyHasOneAnswerOfEveryType() {
    Entry sold = sale("a", 1_000);
    Request refund = follow(TransactionType.REFUND, "r", "a", 10);
    Entry first = entry(books.decide(refund));
    assertEquals(new Decision.Replay(first.id()), books.decide(refund));
    assertEquals(
        new Decision.Declined(Refusal.CONFLICTS_WITH_EARLIER),
        books.decide(follow(TransactionType.REFUND, "r", "a", 11)));
    assertEquals(
        new Decision.Declined(Refusal.CONFLICTS_WITH_EARLIER),
        books.decide(follow(TransactionType.VOID, "a", "a", 0)));
    assertEquals(10, first.orderFen());
    assertEquals(TransactionType.SALE, sold.request().type());
  }

  // ---- ADVICE

  private Request advice(String id, long serial, long ageMs, long counter, long fen) {
    long at = books.nowMs() - ageMs;
    return Request.advice(
        TestBooks.TERMINAL,
        new RequestId(id),
        TestBooks.code(serial, at),
        Fen.of(fen),
        null,
        WithoutBenefit.APPROVE,
        new Offline(at, counter));
  }

  /**
   * A till without a line cannot price: it sold at the full price, and nobody owes it a discount.
   */
  @Test
  void anOfflineSaleHasNoBenefit() {
    Entry sold = entry(books.decide(advice("a", 1, 3_600_000, 1, 1_000)));
    assertNull(sold.refusal());
    assertEquals(0, sold.discountFen());
    assertTrue(sold.allocations().isEmpty());
    assertEquals(0, books.usedFen());
    assertEquals("", sold.trace());
    for (String named : Arrays.asList("C-1", "C-9", null)) {
      Request insists = wishing(advice("b" + named, 2, 0, 2, 1_000), named, WithoutBenefit.REFUSE);
      assertEquals(Refusal.BENEFIT_NOT_OFFLINE, entry(books.decide(insists)).refusal());
      Request content = wishing(advice("c" + named, 3, 0, 2, 1_000), named, WithoutBenefit.APPROVE);
      assertEquals(0, books.usedFen());
      assertNotEquals(Refusal.BENEFIT_NOT_OFFLINE, entry(books.decide(content)).refusal());
    }
    assertEquals(0, books.usedFen());
  }

  private static Request wishing(Request advice, @Nullable String named, WithoutBenefit without) {
    return Request.advice(
        advice.terminal(),
        advice.requestId(),
        advice.code(),
        advice.order(),
        named,
        without,
        Objects.requireNonNull(advice.offline()));
  }

  @Test
  void anOfflineSaleIsJudgedByItsOwnTime() {
    Entry sold = entry(books.decide(advice("a", 1, 3_600_000, 1, 1_000)));
    assertNull(sold.refusal());
    Request tooOld = advice("b", 2, 86_400_001, 2, 1_000);
    assertEquals(Refusal.CODE_EXPIRED, entry(books.decide(tooOld)).refusal());
    Request early = advice("c", 3, -30_001, 3, 1_000);
    assertEquals(Refusal.CODE_EXPIRED, entry(books.decide(early)).refusal());
    assertEquals(
        Refusal.AMOUNT_OVER_LIMIT, entry(books.decide(advice("d", 4, 0, 4, 50_001))).refusal());
    Request sameCode = advice("e", 1, 3_600_000, 5, 1_000);
    assertEquals(Refusal.CODE_ALREADY_USED, entry(books.decide(sameCode)).refusal());
    done(TransactionType.REFUND, "r", "a", 1_000);
    assertEquals(0, books.usedFen());
  }

  @Test
  void anOutageHasAtMostSoManySales() {
    for (int i = 1; i <= TestBooks.BOUNDS.offlineCountMax(); i++) {
      assertNull(entry(books.decide(advice("a" + i, i, 60_000L * i, i, 100))).refusal());
    }
    int next = TestBooks.BOUNDS.offlineCountMax() + 1;
    assertEquals(
        Refusal.COUNT_OVER_LIMIT,
        entry(books.decide(advice("over", next, 0, next, 100))).refusal());
    books.laterMs(2 * 86_400_000L);
    assertNull(entry(books.decide(advice("fresh", 1, 0, next + 1, 100))).refusal());
  }

  @Test
  void aCounterThatJumpsIsTold() {
    books.decide(advice("a", 1, 0, 7, 100)); // the first may be any
    books.decide(advice("b", 2, 0, 8, 100));
    assertEquals(List.of(), books.jumps());
    books.decide(advice("c", 3, 0, 11, 100));
    books.decide(advice("d", 4, 0, 10, 100));
    assertEquals(
        List.of("9 11 gap", "12 10 rewind"),
        books.jumps().stream()
            .map(j -> j.expected() + " " + j.reported() + (j.isGap() ? " gap" : " rewind"))
            .toList());
    Request repeat = advice("d", 4, 0, 10, 100);
    assertInstanceOf(Decision.Replay.class, books.decide(repeat));
    assertEquals(2, books.jumps().size());
  }

  @Test
  void anOfflineSaleOfASuspendedMerchantIsAnsweredForGood() {
    books.merchantStatus = "SUSPENDED";
    Request advice = advice("a", 1, 0, 1, 100);
    Entry refused = entry(books.decide(advice));
    assertEquals(Refusal.MERCHANT_SUSPENDED, refused.refusal());
    books.merchantStatus = "LIVE";
    assertEquals(new Decision.Replay(refused.id()), books.decide(advice));
  }

  @Test
  void anOriginalOfAnUnknownTerminalIsNotFound() {
    TerminalId none = new TerminalId("X9999999");
    OriginalRef ref = new OriginalRef.Key(none, new RequestId("a"));
    assertEquals(
        Refusal.ORIGINAL_NOT_FOUND,
        entry(books.decide(TestBooks.at("T0000001", TransactionType.REFUND, "r", ref, 1)))
            .refusal());
  }

  // ---- elements of a combination

  private static final List<String> ELEMENTS =
      List.of(
          """
          {"benefit":{"kind":"THRESHOLD","thresholdFen":1000,"offFen":200},
           "funders":[{"funder":"UNION","org":10,"shareBp":5000},{"funder":"MERCHANT","shareBp":5000}],
           "stack":{"sets":["A"],"base":"ORDER"}}""",
          """
          {"benefit":{"kind":"PERCENT","basisPoints":10000,"capFen":100000,"lines":"GATE"},
           "funders":[{"funder":"UNION","org":10,"shareBp":10000}],"stack":{"sets":["A"]}}""");

  /** An order of 10.00 of which 6.00 are tickets: 2.00 off it and the tickets free. */
  private static TestBooks withElements() {
    TestBooks shop = new TestBooks(ELEMENTS, 100_000);
    Request sale =
        shop.sale(TransactionType.SALE, "a", 1_000)
            .with(List.of(new OrderLine("GATE", Fen.of(600))));
    assertEquals(200, entry(shop.decide(sale)).memberPaysFen());
    return shop;
  }

  private static Request refund(String id, long fen) {
    return follow(TransactionType.REFUND, id, "a", fen);
  }

  @Test
  void anElementComesBackAloneWithItsCount() {
    TestBooks shop = withElements();
    Entry tickets = entry(shop.decide(refund("r1", 700).ofLines("GATE")));
    assertNull(tickets.refusal());
    assertEquals(600, tickets.discountFen());
    assertEquals(100, tickets.memberPaysFen());
    assertEquals("UNION -600", payers(tickets));
    assertEquals(0, shop.usedCount(2));
    assertEquals(1, shop.usedCount(1), "of the other nothing came back");
    assertEquals(200, shop.usedFen(1));
    Entry rest = entry(shop.decide(refund("r2", 300)));
    assertEquals(100, rest.memberPaysFen(), "what is left comes back as ever");
    assertEquals("UNION -100, MERCHANT -100", payers(rest));
    assertEquals(0, shop.usedCount(1));
    assertEquals(0, shop.memberUsedCount(1) + shop.memberUsedCount(2));
  }

  @Test
  void anElementIsNamedByItsCodeAndStandsAgainWithItsCount() {
    TestBooks shop = withElements();
    Entry off = entry(shop.decide(refund("r1", 200).ofBenefit("C-1")));
    assertEquals("UNION -100, MERCHANT -100", payers(off));
    assertEquals(0, off.memberPaysFen());
    assertEquals(0, shop.usedCount(1));
    Entry again = entry(shop.decide(TestBooks.reversal("r1")));
    assertEquals(Effect.SPENT, again.effect());
    assertEquals(1, shop.usedCount(1));
    assertEquals(200, shop.usedFen(1));
  }

  @Test
  void whatIsWrongWithAnElementIsSaid() {
    TestBooks shop = withElements();
    Object[][] wrong = {
      {refund("w1", 200).ofBenefit("C-9"), Refusal.BENEFIT_NOT_FOR_THIS_MERCHANT},
      {refund("w2", 600).ofLines("AGRI"), Refusal.BENEFIT_NOT_FOR_THIS_MERCHANT},
      {refund("w3", 599).ofLines("GATE"), Refusal.AMOUNT_NOT_ALLOWED},
      {refund("w4", 801).ofLines("GATE"), Refusal.REFUND_EXCEEDS_PAID},
      {refund("w5", 600).ofLines("GATE"), null},
      {refund("w6", 600).ofLines("GATE"), Refusal.ORIGINAL_ALREADY_UNDONE},
      {refund("w7", 401), Refusal.REFUND_EXCEEDS_PAID},
      {refund("w8", 400), null},
      {refund("w9", 200).ofBenefit("C-1"), Refusal.ORIGINAL_ALREADY_UNDONE},
    };
    for (Object[] one : wrong) {
      assertEquals(one[1], entry(shop.decide((Request) one[0])).refusal(), one[0].toString());
    }
  }

  @Test
  void whatIsGivenOutIsNotNamedByItsCode() {
    TestBooks shop = new TestBooks(ELEMENTS, List.of("{\"kind\":\"VOUCHER\"}"), 100_000);
    shop.give(
        new Entitlement(
            1, 1001, 1, Grants.Kind.VOUCHER, 0, Long.MAX_VALUE, null, 1L, 0, 0, false, null));
    assertEquals(
        200, entry(shop.decide(shop.sale(TransactionType.SALE, "a", 1_000))).discountFen());
    assertEquals(
        Refusal.BENEFIT_NOT_FOR_THIS_MERCHANT,
        entry(shop.decide(refund("r1", 200).ofBenefit("C-1"))).refusal());
  }
}
