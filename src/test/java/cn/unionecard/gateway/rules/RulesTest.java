package cn.unionecard.gateway.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.code.CodeKey;
import cn.unionecard.gateway.code.CodeReader;
import cn.unionecard.gateway.code.MemberCodes;
import cn.unionecard.gateway.definitions.SimulatedDefinitions;
import cn.unionecard.gateway.model.CardNo;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.Luhn;
import cn.unionecard.gateway.model.Offer;
import cn.unionecard.gateway.model.Quote;
import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.model.Request;
import cn.unionecard.gateway.model.RequestId;
import cn.unionecard.gateway.model.Scene;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.gateway.model.WithoutBenefit;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules as tables: each refusal, each benefit, each repeat, and a long random life. */
class RulesTest {
  private static final long NOON =
      1_795_392_000_000L; // 2026-11-23T12:00+08:00 is near; any time does
  private static final List<CodeKey> KEYS =
      List.of(new CodeKey("c1", new byte[32], filled((byte) 7)));
  private static final MemberCodes CODES = new MemberCodes(KEYS);
  private static final long DAY_MS = 86_400_000L;
  private static final Bounds BOUNDS = new Bounds(Fen.MAX, 120_000, DAY_MS, 50_000, 100);

  private final List<Campaign> campaigns = new ArrayList<>();
  private final Map<Integer, Long> budgets = new HashMap<>();
  private String merchantStatus = "LIVE";
  private boolean terminalActive = true;
  private Scene scene = Scene.OFFLINE_POS;
  private Card.Status cardStatus = Card.Status.ACTIVE;
  private CodeHints hints = CodeHints.UNKNOWN;
  private long tick = TransactionId.tickOf(NOON);

  private static byte[] filled(byte with) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, with);
    return bytes;
  }

  // ---- a block by hand

  private Facts facts(long nowMs) {
    SimulatedDefinitions definitions = new SimulatedDefinitions();
    definitions.merchant(new Merchant(1, "800000000000001", "店", "EAT", 12));
    definitions.merchant(new Merchant(2, "800000000000002", "铺", "SHOP", 11));
    definitions.terminal("T0000001", 1, 1, scene);
    definitions.terminal("T0000002", 2, 2);
    definitions.org(10, List.of(10));
    definitions.org(11, List.of(10, 11));
    definitions.org(12, List.of(10, 12));
    campaigns.forEach(definitions::campaign);
    Catalog catalog = definitions.everything();
    Facts facts = new Facts(catalog, CODES, BOUNDS, nowMs);
    facts.stamp(tick++, 0);
    facts.add(new Terminal(1, terminalActive, 1, merchantStatus));
    facts.add(new Terminal(2, true, 2, "LIVE"));
    facts.add(hints);
    for (long serial = 1; serial <= 50; serial++) {
      facts.add(
          new Card(
              serial,
              1000 + serial,
              serial % 2 == 0 ? 11 : 12,
              serial % 10 == 0 ? "NEW_EMPLOYMENT_FORM" : "ORDINARY",
              cardStatus,
              1,
              "张*"));
    }
    budgets.forEach(
        (campaign, limit) ->
            facts.add(
                new Allowance(
                    Allowance.Key.budget(campaign),
                    true,
                    new Allowance.Caps(limit, null, null, null),
                    0,
                    0,
                    0,
                    0,
                    0)));
    return facts;
  }

  private Facts facts() {
    return facts(NOON);
  }

  private static String code(long serial, long atMs) {
    return CODES.issue(new CardNo(serial), 1, atMs / 1000);
  }

  private static Request sale(String id, String code, long fen) {
    return new Request(
        TransactionType.SALE,
        new TerminalId("T0000001"),
        new RequestId(id),
        code,
        Fen.of(fen),
        null,
        WithoutBenefit.APPROVE);
  }

  private static Request insisting(String id, long serial, long fen, @Nullable String benefit) {
    return new Request(
        TransactionType.SALE,
        new TerminalId("T0000001"),
        new RequestId(id),
        code(serial, NOON),
        Fen.of(fen),
        benefit,
        WithoutBenefit.REFUSE);
  }

  private static Decision decide(Request request, Facts facts) {
    byte[] fingerprint = new byte[16];
    ByteBuffer.wrap(fingerprint)
        .putInt(request.toString().hashCode())
        .putInt(request.code().hashCode());
    return Rules.decide(request, CodeReader.read(request.code()), fingerprint, facts);
  }

  private static <T> T found(@Nullable T value) {
    return Objects.requireNonNull(value);
  }

  private static Entry entry(Decision decision) {
    return assertInstanceOf(Entry.class, decision);
  }

  private void campaign(int id, String rule, long budget) {
    campaigns.add(CampaignRule.parse(id, "C-" + id, "活动" + id, true, 0, Long.MAX_VALUE, rule));
    budgets.put(id, budget);
  }

  private static String fixed(long off, String more) {
    return "{\"benefit\":{\"kind\":\"FIXED\",\"offFen\":"
        + off
        + "},\"funders\":[{\"funder\":\"UNION\",\"org\":10,\"shareBp\":10000}]"
        + more
        + "}";
  }

  // ---- refusals in their order

  @Test
  void terminalComesBeforeMerchantAndMerchantBeforeCode() {
    terminalActive = false;
    merchantStatus = "SUSPENDED";
    assertEquals(
        Refusal.TERMINAL_SUSPENDED, entry(decide(sale("a", "junk", 1), facts())).refusal());
    terminalActive = true;
    assertEquals(
        Refusal.MERCHANT_SUSPENDED, entry(decide(sale("a", "junk", 1), facts())).refusal());
    merchantStatus = "TERMINATED";
    assertEquals(
        Refusal.MERCHANT_TERMINATED, entry(decide(sale("a", "junk", 1), facts())).refusal());
    merchantStatus = "APPROVED";
    assertEquals(
        Refusal.MERCHANT_NOT_APPROVED, entry(decide(sale("a", "junk", 1), facts())).refusal());
    merchantStatus = "RECTIFYING";
    assertEquals(Refusal.CODE_MALFORMED, entry(decide(sale("a", "junk", 1), facts())).refusal());
  }

  @Test
  void anUnknownTerminalLeavesNothing() {
    Request stranger =
        new Request(
            TransactionType.SALE,
            new TerminalId("X0000001"),
            new RequestId("a"),
            code(1, NOON),
            Fen.of(1),
            null,
            WithoutBenefit.APPROVE);
    Facts facts = facts();
    assertEquals(new Decision.Declined(Refusal.TERMINAL_UNKNOWN), decide(stranger, facts));
    assertTrue(facts.entries().isEmpty());
  }

  @Test
  void codesAndCards() {
    assertEquals(
        Refusal.CODE_OF_ANOTHER_WALLET,
        entry(decide(sale("a", "131234567890123456", 1), facts())).refusal());
    assertEquals(
        Refusal.CODE_UNKNOWN, entry(decide(sale("a", code(77, NOON), 1), facts())).refusal());
    assertEquals(
        Refusal.CODE_EXPIRED,
        entry(decide(sale("a", code(1, NOON - 90_000), 1), facts())).refusal());
    assertNull(entry(decide(sale("a", code(1, NOON - 30_000), 1), facts())).refusal());
    cardStatus = Card.Status.LOST;
    assertEquals(Refusal.CARD_LOST, entry(decide(sale("a", code(1, NOON), 1), facts())).refusal());
    cardStatus = Card.Status.SUSPENDED;
    assertEquals(
        Refusal.CARD_NOT_ACTIVE, entry(decide(sale("a", code(1, NOON), 1), facts())).refusal());
  }

  /** Of both the password is computed, so that time does not tell which of them is somebody's. */
  @Test
  void aCodeOfNobodyTakesTheWorkOfAGuessedOne() {
    String right = code(1, NOON);
    String digits = right.substring(0, 18) + (char) ('0' + (right.charAt(18) - '0' + 1) % 10);
    String guessed = digits + Luhn.checkDigit(digits);
    List<Long> work = new ArrayList<>();
    for (String code : List.of(code(77, NOON), guessed)) {
      long before = CODES.matched();
      assertEquals(Refusal.CODE_UNKNOWN, entry(decide(sale("a", code, 1), facts())).refusal());
      work.add(CODES.matched() - before);
    }
    assertTrue(work.get(0) > 0, work::toString);
    assertEquals(work.get(0), work.get(1));
  }

  @Test
  void aLockedAliasSaysSoEvenToTheRightPassword() {
    String alias = CODES.alias(new CardNo(1), MemberCodes.dayAt(NOON / 1000));
    hints = new CodeHints(Map.of(alias, 5), Map.of(), 5, Set.of());
    assertEquals(
        Refusal.CODE_LOCKED, entry(decide(sale("a", code(1, NOON), 1), facts())).refusal());
    hints = new CodeHints(Map.of(alias, 4), Map.of(), 5, Set.of());
    assertNull(entry(decide(sale("a", code(1, NOON), 1), facts())).refusal());
  }

  @Test
  void aCodePaysOnceAlsoWithinABlock() {
    Facts facts = facts();
    String code = code(1, NOON);
    assertNull(entry(decide(sale("a", code, 1), facts)).refusal());
    assertEquals(Refusal.CODE_ALREADY_USED, entry(decide(sale("b", code, 1), facts)).refusal());
  }

  @Test
  void aCodeKeptForAnotherTillIsUsed() {
    long step = MemberCodes.stepAt(NOON / 1000);
    hints = new CodeHints(Map.of(), Map.of(new CodeUse(1, step), "T0000002"), 5, Set.of());
    assertEquals(
        Refusal.CODE_ALREADY_USED, entry(decide(sale("a", code(1, NOON), 1), facts())).refusal());
    hints = new CodeHints(Map.of(), Map.of(new CodeUse(1, step), "T0000001"), 5, Set.of());
    assertNull(entry(decide(sale("a", code(1, NOON), 1), facts())).refusal());
  }

  // ---- repeats

  @Test
  void repeatsOfAKey() {
    Facts facts = facts();
    Entry first = entry(decide(sale("a", code(1, NOON), 100), facts));
    assertEquals(new Decision.Replay(first.id()), decide(sale("a", code(1, NOON), 100), facts));
    assertEquals(
        new Decision.Declined(Refusal.CONFLICTS_WITH_EARLIER),
        decide(sale("a", code(1, NOON), 101), facts));
    Entry refused = entry(decide(sale("b", "junk", 100), facts));
    assertEquals(new Decision.Replay(refused.id()), decide(sale("b", "junk", 100), facts));
    assertEquals(2, facts.entries().size());
  }

  private static Request reversal(String id, long fen) {
    return Request.reversal(new TerminalId("T0000001"), new RequestId(id), Fen.of(fen));
  }

  @Test
  void reversals() {
    campaign(1, fixed(300, ""), 1_000);
    Facts facts = facts();
    Entry sold = entry(decide(sale("a", code(1, NOON), 1_000), facts));
    assertEquals(300, sold.discountFen());
    assertEquals(
        new Decision.Declined(Refusal.ORIGINAL_AMOUNT_DIFFERS), decide(reversal("a", 999), facts));
    Entry undone = entry(decide(reversal("a", 1_000), facts));
    assertEquals(sold.id(), found(undone.named()).id());
    assertEquals(-300, undone.allocations().get(0).fen());
    assertEquals(Effect.RETURNED, undone.effect());
    assertEquals(0, found(facts.budget(1)).usedFen());
    assertEquals(0, found(facts.memberUse(1001, 1)).usedCount());
    assertEquals(new Decision.Replay(undone.id()), decide(reversal("a", 0), facts));
    assertEquals(new Decision.Replay(sold.id()), decide(sale("a", code(1, NOON), 1_000), facts));
    assertEquals(
        Refusal.CODE_ALREADY_USED, entry(decide(sale("z", code(1, NOON), 1_000), facts)).refusal());
  }

  @Test
  void aReversalBeforeItsOriginalRefusesItForEver() {
    Facts facts = facts();
    Entry early = entry(decide(reversal("a", 0), facts));
    assertNull(early.deal());
    assertEquals(Effect.NONE, early.effect());
    Entry late = entry(decide(sale("a", code(1, NOON), 100), facts));
    assertEquals(Refusal.ORIGINAL_ALREADY_UNDONE, late.refusal());
    assertEquals(new Decision.Replay(late.id()), decide(sale("a", code(1, NOON), 100), facts));
    assertEquals(new Decision.Replay(early.id()), decide(reversal("a", 0), facts));
    assertEquals(
        new Decision.Declined(Refusal.CONFLICTS_WITH_EARLIER),
        decide(sale("a", code(1, NOON), 101), facts));
  }

  @Test
  void theReversalOfARefusedSaleTakesNothingBack() {
    Facts facts = facts();
    assertEquals(Refusal.CODE_MALFORMED, entry(decide(sale("a", "junk", 100), facts)).refusal());
    Entry undone = entry(decide(reversal("a", 0), facts));
    assertNull(undone.deal());
    assertEquals(Effect.NONE, undone.effect());
  }

  @Test
  void aSuspendedMerchantMayStillUndo() {
    Facts before = facts();
    Entry sold = entry(decide(sale("a", code(1, NOON), 100), before));
    merchantStatus = "SUSPENDED";
    Facts after = facts();
    after.add(sold.key(), sold.asAnswer());
    after.add(sold.asOriginal());
    after.add(sold.asDeal());
    assertEquals(sold.id(), found(entry(decide(reversal("a", 0), after)).named()).id());
  }

  // ---- benefits

  @Test
  void whatWorksInAnotherSceneIsNotWeighed() {
    campaign(1, fixed(300, ""), 10_000);
    campaign(2, fixed(400, ",\"scenes\":[\"ONLINE_MALL\"]"), 10_000);
    campaign(3, fixed(500, ",\"scenes\":[\"QR_STATIC\",\"ONLINE_MALL\"]"), 10_000);
    Entry atATill = entry(decide(sale("a", code(1, NOON), 1_000), facts()));
    assertEquals(300, atATill.discountFen());
    assertEquals("C-1:CHOSEN:300", atATill.trace());
    scene = Scene.ONLINE_MALL;
    Entry inTheMall = entry(decide(sale("b", code(2, NOON), 1_000), facts()));
    assertEquals(500, inTheMall.discountFen());
    assertEquals("C-1:LESS:300 C-2:LESS:400 C-3:CHOSEN:500", inTheMall.trace());
    scene = Scene.QR_STATIC;
    assertEquals(
        "C-1:LESS:300 C-3:CHOSEN:500",
        entry(decide(sale("c", code(3, NOON), 1_000), facts())).trace());
  }

  @Test
  void whatIsNamedInAnotherSceneIsNotForThisMerchant() {
    campaign(1, fixed(400, ",\"scenes\":[\"ONLINE_MALL\"]"), 10_000);
    campaign(2, fixed(400, ",\"members\":{\"orgs\":[11]},\"scenes\":[\"ONLINE_MALL\"]"), 10_000);
    Entry open = entry(decide(insisting("a", 1, 1_000, "C-1"), facts()));
    assertEquals(Refusal.BENEFIT_NOT_FOR_THIS_MERCHANT, open.refusal());
    assertEquals("C-1:NOT_IN_SCENE", open.trace());
    Entry some = entry(decide(insisting("b", 2, 1_000, "C-2"), facts()));
    assertEquals(Refusal.BENEFIT_NOT_FOR_THIS_MERCHANT, some.refusal());
    assertEquals("C-2:NOT_OPEN", some.trace());
    scene = Scene.ONLINE_MALL;
    assertNull(entry(decide(insisting("c", 3, 1_000, "C-1"), facts())).refusal());
  }

  @ParameterizedTest
  @CsvSource({
    "1000, 2000, 12345, 1235", // 1234.5 rounds up
    "1000, 2000, 12344, 1234",
    "1000, 2000, 99999, 2000", // the cap
    "10000, 999999999, 700, 700",
    "1, 2000, 4999, 0",
    "1, 2000, 5000, 1",
    "9999, 900000000000000, 900000000000000, 899910000000000"
  })
  void percentages(int basisPoints, long cap, long order, long discount) {
    assertEquals(discount, new Benefit.Percent(basisPoints, cap).discountOn(order));
  }

  @Test
  void theLargestDiscountWinsThenTheOneEndingFirst() {
    campaign(1, fixed(300, ""), 10_000);
    campaign(2, fixed(500, ""), 10_000);
    campaigns.add(CampaignRule.parse(3, "C-3", "活动3", true, 0, NOON + 1, fixed(500, "")));
    budgets.put(3, 10_000L);
    Entry sold = entry(decide(sale("a", code(1, NOON), 10_000), facts()));
    assertEquals(3, sold.allocations().get(0).campaign());
    assertEquals("C-1:LESS:300 C-2:LESS:500 C-3:CHOSEN:500", sold.trace());
  }

  @Test
  void windowsAndEligibility() {
    campaigns.add(CampaignRule.parse(1, "C-1", "早", true, NOON + 1, NOON + 2, fixed(1, "")));
    campaigns.add(CampaignRule.parse(2, "C-2", "晚", true, 0, NOON, fixed(1, "")));
    campaign(3, fixed(1, ",\"members\":{\"orgs\":[11]}"), 100);
    campaign(4, fixed(1, ",\"members\":{\"categories\":[\"NEW_EMPLOYMENT_FORM\"]}"), 100);
    campaign(5, fixed(1, ",\"merchants\":{\"categories\":[\"SHOP\"]}"), 100);
    campaign(6, fixed(1, ",\"orderFenMin\":5000"), 100);
    campaign(7, fixed(1, ",\"merchants\":{\"orgs\":[12]}"), 100);
    Entry sold = entry(decide(sale("a", code(1, NOON), 4_999), facts()));
    assertEquals(
        "C-1:NOT_STARTED C-2:ENDED C-3:NOT_FOR_MEMBER C-4:NOT_FOR_MEMBER C-6:BELOW_THRESHOLD"
            + " C-7:CHOSEN:1",
        sold.trace());
  }

  @Test
  void aMembersLimitsCutAndThenEnd() {
    campaign(1, fixed(300, ",\"limits\":{\"memberFen\":500,\"memberDayCount\":3}"), 100_000);
    Facts facts = facts();
    assertEquals(300, entry(decide(sale("a", code(1, NOON), 1_000), facts)).discountFen());
    assertEquals(200, entry(decide(sale("b", code(1, NOON - 30_000), 1_000), facts)).discountFen());
    Entry third = entry(decide(sale("c", code(1, NOON + 30_000), 1_000), facts));
    assertEquals(0, third.discountFen());
    assertEquals("C-1:MEMBER_AMOUNT_USED", third.trace());
  }

  @Test
  void aDayEndsAtMidnightInShanghai() {
    campaign(1, fixed(300, ",\"limits\":{\"memberDayCount\":1}"), 100_000);
    long midnight = 20_780 * DAY_MS - 8 * 3_600_000L;
    tick = TransactionId.tickOf(midnight - 1_000);
    Facts evening = facts(midnight - 1_000);
    assertEquals(
        300, entry(decide(sale("a", code(1, midnight - 1_000), 1_000), evening)).discountFen());
    assertEquals(
        0, entry(decide(sale("b", code(1, midnight - 31_000), 1_000), evening)).discountFen());
    tick = TransactionId.tickOf(midnight + 1_000);
    Facts morning = facts(midnight + 1_000);
    evening.changedAllowances().forEach(morning::add);
    assertEquals(
        300, entry(decide(sale("c", code(1, midnight + 1_000), 1_000), morning)).discountFen());
  }

  @Test
  void theDayIsThatOfTheStampWheneverTheFlightBegan() {
    campaign(1, fixed(300, ",\"limits\":{\"memberDayCount\":1}"), 100_000);
    long midnight = 20_780 * DAY_MS - 8 * 3_600_000L;
    Facts facts = facts(midnight - 1_000);
    facts.stamp(TransactionId.tickOf(midnight), 0);
    Entry sold = entry(decide(sale("a", code(1, midnight - 1_000), 1_000), facts));
    assertEquals(300, sold.discountFen());
    for (Allowance changed : facts.changedAllowances()) {
      assertEquals(20_780, changed.day(), changed.key.toString());
      assertEquals(300, changed.dayFen());
    }
  }

  @Test
  void aDayThatAnotherNodeHasBegunIsNotLeftAgain() {
    campaign(1, fixed(300, ",\"limits\":{\"memberDayCount\":2}"), 100_000);
    long midnight = 20_780 * DAY_MS - 8 * 3_600_000L;
    Facts facts = facts(midnight - 1_000);
    Allowance.Key key = Allowance.Key.memberUse(101, 1);
    facts.add(new Allowance(key, true, Allowance.Caps.NONE, 300, 1, 20_780, 300, 1));
    facts.stamp(TransactionId.tickOf(midnight - 500), 0);
    assertEquals(TransactionId.tickOf(midnight), facts.tick());
    facts.stamp(TransactionId.tickOf(midnight + 500), 0);
    assertEquals(TransactionId.tickOf(midnight + 500), facts.tick());
  }

  @Test
  void noClockExplainsADayFurtherAhead() {
    campaign(1, fixed(300, ",\"limits\":{\"memberDayCount\":2}"), 100_000);
    long midnight = 20_780 * DAY_MS - 8 * 3_600_000L;
    Facts facts = facts(midnight + 1_000);
    Allowance.Key key = Allowance.Key.memberUse(1, 1);
    facts.add(new Allowance(key, true, Allowance.Caps.NONE, 300, 1, 20_782, 300, 1));
    facts.stamp(TransactionId.tickOf(midnight + 1_000), 0);
    assertEquals(TransactionId.tickOf(midnight + 1_000), facts.tick());
  }

  @Test
  void whatTheDayDoesNotHaveCannotComeBackToIt() {
    Allowance.Caps caps = new Allowance.Caps(null, null, 500L, 2L);
    Allowance row = new Allowance(Allowance.Key.budget(1), true, caps, 400, 2, 100, 100, 1);
    row.giveBack(300, 1, 100);
    assertEquals(0, row.dayFen());
    assertEquals(0, row.dayCount());
    assertEquals(100, row.usedFen());
    assertEquals(1, row.usedCount());
  }

  @ParameterizedTest
  @CsvSource({
    // limits: fen, count, of the day fen, of the day count → what three sales of 300 get
    "    ,     ,     ,     , 300, 300, 300",
    " 700,     ,     ,     , 300, 300,   0",
    "    ,    1,     ,     , 300,   0,   0",
    "    ,     ,  600,     , 300, 300,   0",
    "    ,     ,  599,     , 300,   0,   0",
    "    ,     ,     ,    1, 300,   0,   0",
    "    ,     ,    0,     ,   0,   0,   0",
    "9223372036854775807, 9223372036854775807, 9223372036854775807, 9223372036854775807, 300, 300, 300"
  })
  void everyLimitOfABudgetEndsTheBenefitAndSalesGoOn(
      Long fen, Long count, Long dayFen, Long dayCount, long first, long second, long third) {
    campaign(1, fixed(300, ""), 100_000);
    Facts facts = facts();
    facts.add(
        new Allowance(
            Allowance.Key.budget(1),
            true,
            new Allowance.Caps(fen, count, dayFen, dayCount),
            0,
            0,
            0,
            0,
            0));
    long[] wanted = {first, second, third};
    for (int i = 0; i < wanted.length; i++) {
      Entry sold = entry(decide(sale("s" + i, code(i + 1, NOON), 1_000), facts));
      assertEquals(null, sold.refusal());
      assertEquals(wanted[i], sold.discountFen(), "sale " + i);
    }
    for (Allowance changed : facts.changedAllowances()) {
      boolean kept = changed.caps().dayFen() == null || changed.dayFen() <= changed.caps().dayFen();
      assertTrue(kept, changed.key.toString());
    }
  }

  @Test
  void aBudgetPaysWholeOrNotAtAll() {
    campaign(1, fixed(300, ""), 700);
    Facts facts = facts();
    for (int i = 1; i <= 2; i++) {
      assertEquals(300, entry(decide(sale("s" + i, code(i, NOON), 1_000), facts)).discountFen());
    }
    Entry third = entry(decide(sale("s3", code(3, NOON), 1_000), facts));
    assertEquals(0, third.discountFen());
    assertEquals("C-1:BUDGET_EXHAUSTED", third.trace());
    assertEquals(
        Refusal.BUDGET_EXHAUSTED, entry(decide(insisting("s4", 4, 1_000, "C-1"), facts)).refusal());
  }

  @Test
  void whoInsistsIsToldTheNearestMiss() {
    assertEquals(
        Refusal.BENEFIT_NOT_FOR_THIS_MERCHANT,
        entry(decide(insisting("a", 1, 100, "C-9"), facts())).refusal());
    campaigns.add(CampaignRule.parse(2, "C-2", "晚", true, 0, NOON, fixed(1, "")));
    assertEquals(
        Refusal.BENEFIT_EXPIRED, entry(decide(insisting("b", 1, 100, "C-2"), facts())).refusal());
    campaign(3, fixed(1, ",\"orderFenMin\":5000"), 100);
    Entry missed = entry(decide(insisting("c", 1, 100, null), facts()));
    assertEquals(Refusal.BENEFIT_EXPIRED, missed.refusal());
    assertEquals("C-2:ENDED C-3:BELOW_THRESHOLD", missed.trace());
    assertEquals(
        Refusal.AMOUNT_NOT_ALLOWED,
        entry(decide(insisting("d", 1, 100, "C-3"), facts())).refusal(),
        "who names one hears of that one");
  }

  /** Whether he may use it, has used it up or it is spent: as if there were no such benefit. */
  @Test
  void whatOnlySomeMayUseCannotBeAskedFor() {
    campaign(1, fixed(100, ",\"members\":{\"orgs\":[11]}"), 1_000);
    campaign(2, fixed(100, ",\"members\":{\"categories\":[\"ORDINARY\"]}"), 1_000);
    campaign(3, fixed(100, ",\"members\":{\"categories\":[\"ORDINARY\"]}"), 0);
    for (String named : List.of("C-1", "C-2", "C-3", "C-9")) {
      Entry asked = entry(decide(insisting("a", 1, 1_000, named), facts()));
      assertEquals(Refusal.BENEFIT_NOT_FOR_THIS_MERCHANT, asked.refusal(), named);
    }
    campaigns.remove(1);
    Entry nothing = entry(decide(insisting("b", 1, 1_000, null), facts()));
    assertEquals(Refusal.BENEFIT_NOT_FOR_THIS_MERCHANT, nothing.refusal());
    assertEquals("C-1:NOT_FOR_MEMBER C-3:BUDGET_EXHAUSTED", nothing.trace());
  }

  @Test
  void aTillMayChooseFromWhatIsOpenToAll() {
    campaign(1, fixed(100, ",\"members\":{\"categories\":[\"ORDINARY\"]}"), 1_000);
    campaign(2, fixed(50, ""), 1_000);
    campaign(3, fixed(70, ",\"orderFenMin\":5000"), 1_000);
    Request verify = sale("v", code(1, NOON), 1_000);
    Request asked =
        new Request(
            TransactionType.VERIFY,
            verify.terminal(),
            verify.requestId(),
            verify.code(),
            verify.order(),
            null,
            WithoutBenefit.APPROVE);
    Quote quote = assertInstanceOf(Decision.Quoted.class, decide(asked, facts())).quote();
    assertEquals(Fen.of(100), quote.discount());
    assertEquals("活动1", quote.benefitName());
    assertEquals(List.of(new Offer("C-2", "活动2", Fen.of(50))), quote.offers());
  }

  @Test
  void aFreeTicketIsASale() {
    Entry free = entry(decide(sale("a", code(1, NOON), 0), facts()));
    assertNull(free.refusal());
    assertTrue(free.allocations().isEmpty());
  }

  // ---- a long life against an oracle that keeps its own books

  @Test
  void aLongLifeKeepsItsBooks() {
    campaign(
        1,
        """
        {"benefit":{"kind":"PERCENT","basisPoints":1500,"capFen":900},
         "funders":[{"funder":"UNION","org":10,"shareBp":3333},{"funder":"MERCHANT","shareBp":6667}],
         "limits":{"memberCount":6,"memberFen":4000}}""",
        60_000);
    for (long seed = 1; seed <= 40; seed++) {
      live(new SplittableRandom(seed), seed);
    }
  }

  private void live(SplittableRandom random, long seed) {
    long spent = 0;
    Map<Long, Long> spentBy = new HashMap<>();
    Map<String, Long> standing = new HashMap<>();
    Map<String, Long> member = new HashMap<>();
    Facts facts = facts();
    for (int i = 0; i < 400; i++) {
      String id = "k" + random.nextInt(250);
      if (random.nextInt(4) == 0) {
        Decision decision = decide(reversal(id, 0), facts);
        Long back =
            decision instanceof Entry undo && undo.deal() != null ? standing.remove(id) : null;
        if (back != null) {
          spent -= back;
          spentBy.merge(member.get(id), -back, Long::sum);
        }
      } else {
        long serial = 1 + random.nextInt(50);
        long at = NOON + 30_000L * (random.nextInt(3) - 1);
        long order = random.nextInt(10_000);
        Decision decision = decide(sale(id, code(serial, at), order), facts);
        if (decision instanceof Entry sold && sold.refusal() == null) {
          long discount = sold.discountFen();
          assertEquals(order, sold.memberPaysFen() + discount, () -> "seed " + seed);
          assertEquals(discount, sold.allocations().stream().mapToLong(Allocation::fen).sum());
          spent += discount;
          spentBy.merge(serial, discount, Long::sum);
          standing.put(id, discount);
          member.put(id, serial);
        }
      }
      assertEquals(spent, found(facts.budget(1)).usedFen(), () -> "seed " + seed);
      assertTrue(spent <= 60_000);
      long mostOfOne = spentBy.values().stream().mapToLong(Long::longValue).max().orElse(0);
      assertTrue(mostOfOne <= 4_000, () -> "seed " + seed);
    }
    long served = spentBy.values().stream().filter(fen -> fen > 0).count();
    assertTrue(served > 10, "nearly nobody was served, seed " + seed);
  }
}
