package cn.unionecard.gateway.twin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.CanIgnoreReturnValue;
import cn.unionecard.gateway.TestLine;
import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.model.TransactionType;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What every edge promises a till: each protocol has these tests, and no way to pass fewer. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class TillContract {
  private static final int CAMPAIGN = 1;
  private static final String BENEFIT = "EAT-10";
  private static final String RULE =
      """
      {"benefit":{"kind":"PERCENT","basisPoints":1000,"capFen":2000},
       "funders":[{"funder":"UNION","org":410800,"shareBp":10000}],
       "merchants":{"ids":[1000,1001]}}""";
  private static final int HOUSE = 6;
  private static final long PRICE = 10_000;
  private static final long OFF = 1_000;
  private static final String MAIN = TwinTown.terminal(0, TwinTown.MAIN);

  private final TwinClock clock = new TwinClock(Instant.parse("2026-11-24T09:00:00+08:00"));
  private final Ids ids = new Ids();
  private TwinTown town;
  private TwinHouse house;
  private Till till;
  private String url;
  private int trace;
  private int card;

  /** Tills that can be used from here. */
  abstract Till open(TwinHouse house, List<String> terminals, Ids ids) throws IOException;

  /** The last answer, word by word, but for what is of its moment. */
  abstract String told();

  @BeforeAll
  void begin(@TempDir Path folder) throws Exception {
    town = new TwinTown(1, 1, clock);
    url = town.urls().get(0);
    TestTown.campaign(url, CAMPAIGN, BENEFIT, RULE, 1_000_000_000L);
    house = new TwinHouse(HOUSE, url, folder, clock);
    till =
        open(
            house,
            List.of(
                MAIN,
                TwinTown.terminal(0, TwinTown.AT_SUSPENDED_MERCHANT),
                TwinTown.terminal(0, TwinTown.AT_OTHER_MERCHANT)),
            ids);
  }

  @AfterAll
  void end() throws Exception {
    till.close();
    house.close();
    TestLine.assertAuditClean(url);
  }

  // ---- what is asked

  private Ask sale() {
    return sale(MAIN, freshCode(), PRICE, BENEFIT);
  }

  private Ask sale(String terminal, String code, long fen, @Nullable String benefit) {
    return new Ask(
        TransactionType.SALE, terminal, 1, ++trace, code, fen, benefit, null, false, 0, 0);
  }

  private String freshCode() {
    return town.code(town.card(0, ++card), clock.second());
  }

  private Ask follow(TransactionType type, Ask original, long fen) {
    return new Ask(type, original.terminal(), 1, ++trace, "", fen, null, original, false, 0, 0);
  }

  private static Ask reversal(Ask of) {
    return new Ask(
        TransactionType.REVERSAL,
        of.terminal(),
        of.batch(),
        of.trace(),
        "",
        0,
        null,
        of,
        false,
        0,
        0);
  }

  private Seen tell(Ask ask) throws Exception {
    Seen seen = till.send(ask);
    ids.told(ask, seen);
    return seen;
  }

  @CanIgnoreReturnValue
  private Seen approved(Ask ask) throws Exception {
    Seen seen = tell(ask);
    assertTrue(seen.isApproved(), () -> ask + ": " + seen);
    return seen;
  }

  private void refused(Refusal refusal, Ask ask) throws Exception {
    Seen seen = tell(ask);
    assertEquals(refusal.responseCode, seen.code(), () -> refusal + ": " + ask + ": " + seen);
  }

  private void assertToldAgain(Ask ask) throws Exception {
    Seen first = tell(ask);
    String words = told();
    long recorded = recorded();
    assertEquals(first, tell(ask), ask::toString);
    assertEquals(words, told(), ask::toString);
    assertEquals(recorded, recorded(), ask::toString);
  }

  private long recorded() {
    return TestStores.number(url, "SELECT count(*) FROM transaction");
  }

  private long spent() {
    return TestStores.number(
        url, "SELECT used_fen FROM allowance WHERE kind = 1 AND owner = " + CAMPAIGN);
  }

  // ---- what is promised

  @Test
  void aSaleIsRecordedWithWhatItsBenefitTakesOff() throws Exception {
    long before = spent();
    Seen seen = approved(sale());
    assertNotNull(seen.id());
    assertEquals(OFF, seen.discount());
    assertEquals(PRICE - OFF, seen.pays());
    assertEquals(before + OFF, spent());
  }

  @Test
  void aRepeatIsToldTheSameWordForWord() throws Exception {
    Ask sale = sale();
    assertToldAgain(sale);
    clock.forward(30);
    assertToldAgain(sale);
    assertToldAgain(follow(TransactionType.REFUND, sale, 400));
    assertToldAgain(follow(TransactionType.VOID, sale, 0));
    assertToldAgain(sale(MAIN, sale.code(), PRICE, BENEFIT));
    assertToldAgain(sale);
  }

  @Test
  void aKeyOfAnotherRequestIsAConflict() throws Exception {
    Ask sale = sale();
    Seen seen = approved(sale);
    String words = told();
    long spent = spent();
    refused(Refusal.CONFLICTS_WITH_EARLIER, sale.of(PRICE + 1));
    assertEquals(spent, spent());
    assertEquals(seen, tell(sale));
    assertEquals(words, told(), "the first stands");
  }

  @Test
  void aReversalGivesBackOnce() throws Exception {
    long before = spent();
    Ask sale = sale();
    approved(sale);
    assertEquals(before + OFF, spent());
    approved(reversal(sale));
    assertEquals(before, spent());
    assertToldAgain(reversal(sale));
    assertEquals(before, spent());
    refused(Refusal.ORIGINAL_ALREADY_UNDONE, follow(TransactionType.REFUND, sale, 1));
    assertTrue(tell(sale).isApproved(), "what was told once is told again");
    assertEquals(before, spent());
  }

  @Test
  void aReversalOfWhatNeverCameSucceedsAndBarsIt() throws Exception {
    long before = spent();
    Ask late = sale();
    approved(reversal(late));
    Seen seen = tell(late);
    assertEquals(Refusal.ORIGINAL_ALREADY_UNDONE.responseCode, seen.code(), seen::toString);
    assertEquals(before, spent());
  }

  private Ask alone(Ask original, long fen, @Nullable String benefit, @Nullable String mark) {
    return new Ask(
        TransactionType.REFUND,
        original.terminal(),
        1,
        ++trace,
        "",
        fen,
        benefit,
        original,
        false,
        0,
        0,
        mark);
  }

  @Test
  void oneElementOfWhatWasGivenComesBackAlone() throws Exception {
    long before = spent();
    Ask sale = sale();
    approved(sale);
    refused(Refusal.BENEFIT_NOT_FOR_THIS_MERCHANT, alone(sale, OFF, "NO-SUCH-ONE", null));
    refused(Refusal.BENEFIT_NOT_FOR_THIS_MERCHANT, alone(sale, OFF, null, "GATE"));
    refused(Refusal.AMOUNT_NOT_ALLOWED, alone(sale, OFF - 1, BENEFIT, null));
    refused(Refusal.REFUND_EXCEEDS_PAID, alone(sale, PRICE + 1, BENEFIT, null));
    assertEquals(before + OFF, spent());
    Ask back = alone(sale, OFF + 300, BENEFIT, null);
    assertToldAgain(back);
    Seen seen = tell(back);
    assertEquals(OFF, Math.abs(seen.discount()), seen::toString);
    assertEquals(300, Math.abs(seen.pays()), seen::toString);
    assertEquals(before, spent());
    refused(Refusal.ORIGINAL_ALREADY_UNDONE, alone(sale, OFF, BENEFIT, null));
    approved(follow(TransactionType.REFUND, sale, PRICE - OFF - 300));
    refused(Refusal.ORIGINAL_ALREADY_UNDONE, follow(TransactionType.REFUND, sale, 1));
  }

  @Test
  void whatIsRefusedIsRefusedForThatReason() throws Exception {
    long before = spent();
    refused(Refusal.CODE_MALFORMED, sale(MAIN, "84", PRICE, BENEFIT));
    refused(
        Refusal.MERCHANT_SUSPENDED,
        sale(TwinTown.terminal(0, TwinTown.AT_SUSPENDED_MERCHANT), freshCode(), PRICE, BENEFIT));
    refused(
        Refusal.BENEFIT_NOT_FOR_THIS_MERCHANT,
        sale(TwinTown.terminal(0, TwinTown.AT_OTHER_MERCHANT), freshCode(), PRICE, BENEFIT));
    refused(Refusal.AMOUNT_NOT_ALLOWED, sale(MAIN, freshCode(), 0, BENEFIT));
    String old = freshCode();
    clock.forward(300);
    refused(Refusal.CODE_EXPIRED, sale(MAIN, old, PRICE, BENEFIT));
    assertEquals(before, spent());
  }

  @Test
  void whatNamesAnOriginalIsRefusedIfThatIsNotSo() throws Exception {
    Ask sale = sale();
    approved(sale);
    long before = spent();
    refused(Refusal.CODE_ALREADY_USED, sale(MAIN, sale.code(), PRICE, BENEFIT));
    refused(Refusal.REFUND_EXCEEDS_PAID, follow(TransactionType.REFUND, sale, PRICE + 1));
    refused(Refusal.ORIGINAL_NOT_FOUND, follow(TransactionType.VOID, sale(), 0));
    assertEquals(before, spent());
    approved(follow(TransactionType.VOID, sale, 0));
    refused(Refusal.ORIGINAL_ALREADY_UNDONE, follow(TransactionType.VOID, sale, 0));
    assertEquals(before - OFF, spent());
  }
}
