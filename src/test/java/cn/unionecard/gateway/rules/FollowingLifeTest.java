package cn.unionecard.gateway.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.OrderLine;
import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.model.Request;
import cn.unionecard.gateway.model.RequestId;
import cn.unionecard.gateway.model.TransactionType;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A long random life of sales, holds and all that undoes them, against books of its own: what each
 * order, each payer and the budget have left is kept here by plain sums, and so is what must be
 * refused.
 */
class FollowingLifeTest {
  private static final String RULE =
      """
      {"benefit":{"kind":"PERCENT","basisPoints":1777,"capFen":1900},
       "funders":[{"funder":"UNION","org":10,"shareBp":3333},{"funder":"MERCHANT","shareBp":6667}],
       "limits":{"memberFen":9000}}""";

  /** Three that go together, of which two exclude each other, and one that goes alone. */
  private static final List<String> COMBINED =
      List.of(
          """
          {"benefit":{"kind":"THRESHOLD","thresholdFen":3000,"offFen":701},
           "funders":[{"funder":"UNION","org":10,"shareBp":3333},{"funder":"BANK","org":11,"shareBp":6667}],
           "stack":{"sets":["A"]},"limits":{"memberFen":9000}}""",
          """
          {"benefit":{"kind":"PERCENT","basisPoints":1333,"capFen":1700,"lines":"GOODS"},
           "funders":[{"funder":"GOVERNMENT","org":12,"shareBp":5001},{"funder":"MERCHANT","shareBp":4999}],
           "stack":{"sets":["A"],"groups":["ONE"],"payableFenMin":100},"limits":{"memberFen":9000}}""",
          """
          {"benefit":{"kind":"FIXED","offFen":611},
           "funders":[{"funder":"EMPLOYER","org":13,"shareBp":10000}],
           "stack":{"sets":["A","B"],"groups":["ONE"],"base":"ORDER"},"limits":{"memberFen":9000}}""",
          """
          {"benefit":{"kind":"TIERED","steps":[{"thresholdFen":500,"offFen":100},{"thresholdFen":9000,"offFen":2500}]},
           "funders":[{"funder":"UNION","org":10,"shareBp":10000}],"limits":{"memberFen":9000}}""");

  /** A quota, a voucher and a pass; the first two go together. */
  private static final List<String> GIVEN =
      List.of(
          """
          {"benefit":{"kind":"PERCENT","basisPoints":10000,"capFen":100000000},
           "funders":[{"funder":"UNION","org":10,"shareBp":6667},{"funder":"MERCHANT","shareBp":3333}],
           "stack":{"sets":["A"]},"limits":{"memberFen":9000}}""",
          """
          {"benefit":{"kind":"THRESHOLD","thresholdFen":3000,"offFen":1501},
           "funders":[{"funder":"UNION","org":10,"shareBp":10000}],
           "stack":{"sets":["A"],"base":"ORDER"},"limits":{"memberFen":9000}}""",
          """
          {"benefit":{"kind":"FIXED","offFen":611},
           "funders":[{"funder":"UNION","org":10,"shareBp":5001},{"funder":"BANK","org":11,"shareBp":4999}],
           "limits":{"memberFen":9000}}""");

  private static final List<String> GRANTS =
      List.of(
          "{\"kind\":\"QUOTA\",\"returnDays\":1}",
          "{\"kind\":\"VOUCHER\"}",
          "{\"kind\":\"PASS\",\"siteCount\":2,\"returnDays\":2}");

  /** What the second of {@link #COMBINED} works on. */
  private static final String MARK = "GOODS";

  private static final int MARKED = 2;

  private static final long BUDGET = 30_000;
  private static final int STEPS = 330;

  /** One sale or hold as this test believes it to be. */
  private static final class Told {
    final boolean hold;
    final long order;
    final long member;
    final long dueMs;
    final Map<String, Long> paid = new HashMap<>();
    final Map<String, Long> left = new HashMap<>();
    long leftOrder;
    long leftMember;
    String state;
    String endedBy = "";

    Told(Entry entry, boolean hold, long nowMs) {
      this.hold = hold;
      order = entry.orderFen();
      member = entry.memberPaysFen();
      leftOrder = order;
      leftMember = member;
      dueMs = nowMs + TestBooks.BOUNDS.holdMs();
      state = hold ? "OPEN" : "FINAL";
      entry.allocations().forEach(a -> paid.merge(payer(a), a.fen(), Long::sum));
      left.putAll(paid);
    }

    long leftDiscount() {
      return left.values().stream().mapToLong(Long::longValue).sum();
    }

    /** What each voucher, lot and pass still pays. */
    Map<Long, Long> leftByLot() {
      Map<Long, Long> byLot = new HashMap<>();
      left.forEach(
          (payer, fen) ->
              byLot.merge(
                  Long.valueOf(payer.substring(payer.lastIndexOf(' ') + 1)), fen, Long::sum));
      return byLot;
    }

    long leftOf(int campaign) {
      return left.entrySet().stream()
          .filter(part -> part.getKey().startsWith(campaign + " "))
          .mapToLong(Map.Entry::getValue)
          .sum();
    }

    Set<String> campaigns() {
      return paid.keySet().stream()
          .map(payer -> payer.substring(0, payer.indexOf(' ')))
          .collect(Collectors.toSet());
    }

    boolean untouched() {
      return leftOrder == order && !state.equals("GONE");
    }
  }

  /** One request under a key that took effect. */
  private record Did(TransactionType type, Told of, Entry entry) {}

  private static String payer(Allocation a) {
    return a.campaign() + " " + a.funder() + " " + a.party() + " " + a.lot();
  }

  private TestBooks books = new TestBooks(RULE, BUDGET);
  private final Map<String, Did> did = new HashMap<>();
  private final List<String> keys = new ArrayList<>();
  private final List<Told> all = new ArrayList<>();
  private final Map<TransactionType, Integer> effects = new EnumMap<>(TransactionType.class);
  private final Map<Refusal, Integer> refusals = new EnumMap<>(Refusal.class);
  private String seed = "";

  private int campaigns = 1;
  private boolean marks;
  private int alone;

  @Test
  void nothingIsLostWhateverHappens() {
    live(List.of(RULE), List.of());
  }

  @Test
  void noPartOfACombinationIsLostWhateverHappens() {
    marks = true;
    live(COMBINED, List.of());
    assertTrue(alone > 100, "of elements alone: " + alone);
    assertTrue(all.stream().anyMatch(told -> told.campaigns().size() > 1), "nothing combined");
  }

  @Test
  void nothingThatWasGivenIsLostWhateverHappens() {
    live(GIVEN, GRANTS);
    for (Grants.Kind kind : Grants.Kind.values()) {
      assertTrue(used.getOrDefault(kind, 0) > 200, "used: " + used);
      assertTrue(cameBack.getOrDefault(kind, 0) > 50, "came back: " + cameBack);
    }
    assertTrue(extended > 20, "good for some days more: " + extended);
  }

  private final Map<Grants.Kind, Integer> used = new EnumMap<>(Grants.Kind.class);
  private final Map<Grants.Kind, Integer> cameBack = new EnumMap<>(Grants.Kind.class);
  private final Map<Long, Long> until = new HashMap<>();
  private int extended;

  /** Two lots, two vouchers and a pass for each member, some of it over before the life is. */
  private void give(SplittableRandom random) {
    until.clear();
    long id = 0;
    for (long member = 1000; member < 1005; member++) {
      for (Grants.Kind kind : Grants.Kind.values()) {
        for (int nth = 0; nth < 3; nth++) {
          long end = books.nowMs() + 1 + random.nextLong(5_000_000);
          Long fen = kind == Grants.Kind.QUOTA ? Long.valueOf(random.nextLong(4_000)) : null;
          Long count = kind == Grants.Kind.VOUCHER ? Long.valueOf(1) : null;
          count = kind == Grants.Kind.PASS ? Long.valueOf(1 + random.nextInt(4)) : count;
          int campaign =
              1 + List.of(Grants.Kind.QUOTA, Grants.Kind.VOUCHER, Grants.Kind.PASS).indexOf(kind);
          books.give(
              new Entitlement(
                  ++id,
                  member,
                  campaign,
                  kind,
                  0,
                  end,
                  fen,
                  count,
                  0,
                  0,
                  random.nextInt(9) == 0,
                  null));
          until.put(id, end);
        }
      }
    }
  }

  private void live(List<String> rules, List<String> grants) {
    campaigns = rules.size();
    for (int life = 1; life <= 60; life++) {
      seed = "seed " + life;
      books = new TestBooks(rules, grants, BUDGET);
      did.clear();
      keys.clear();
      all.clear();
      SplittableRandom random = new SplittableRandom(life);
      if (!grants.isEmpty()) {
        give(random);
      }
      for (int i = 0; i < STEPS; i++) {
        step(random, "k" + i);
        check();
      }
    }
    for (TransactionType type : TransactionType.values()) {
      boolean played = type != TransactionType.VERIFY && type != TransactionType.ADVICE;
      assertTrue(!played || effects.getOrDefault(type, 0) > 50, type + " " + effects);
    }
    for (Refusal refusal :
        List.of(
            Refusal.ORIGINAL_ALREADY_UNDONE,
            Refusal.REFUND_EXCEEDS_PAID,
            grants.isEmpty() ? Refusal.BUDGET_EXHAUSTED : Refusal.QUOTA_TOO_SMALL,
            Refusal.TYPE_NOT_SUPPORTED)) {
      assertTrue(refusals.getOrDefault(refusal, 0) > 0, refusal + " " + refusals);
    }
  }

  private void step(SplittableRandom random, String id) {
    books.laterMs(random.nextInt(20_000));
    int dice = random.nextInt(100);
    String old = keys.isEmpty() ? "none" : keys.get(recent(random));
    if (dice < 22) {
      sell(TransactionType.SALE, id, random.nextLong(12_000));
    } else if (dice < 40) {
      sell(TransactionType.HOLD, id, random.nextLong(12_000));
    } else if (dice < 52) {
      follow(TransactionType.COMPLETION, id, old, 0);
    } else if (dice < 58) {
      follow(TransactionType.RELEASE, id, old, 0);
    } else if (dice < 64) {
      follow(TransactionType.VOID, id, old, 0);
    } else if (dice < 80) {
      Did of = did.get(old);
      if (random.nextInt(3) == 0) {
        followAlone(id, old, random);
        return;
      }
      long most = of == null ? 10 : of.of().leftOrder + 3;
      follow(TransactionType.REFUND, id, old, 1 + random.nextLong(Math.max(1, most)));
    } else if (dice < 94) {
      reverse(old);
    } else {
      expire(old);
    }
  }

  private int recent(SplittableRandom random) {
    return Math.max(0, keys.size() - 1 - random.nextInt(25));
  }

  private void sell(TransactionType type, String id, long fen) {
    Request sale = books.sale(type, id, fen);
    sale = marks ? sale.with(List.of(new OrderLine(MARK, Fen.of(fen / 2)))) : sale;
    Entry entry = (Entry) books.decide(sale);
    assertEquals(null, entry.refusal(), seed);
    adds(entry);
    Told told = new Told(entry, type == TransactionType.HOLD, books.nowMs());
    all.add(told);
    remember(id, type, told, entry);
  }

  private void remember(String id, TransactionType type, Told told, Entry entry) {
    did.put(id, new Did(type, told, entry));
    keys.add(id);
    effects.merge(type, 1, Integer::sum);
  }

  // ---- what follows

  private void follow(TransactionType type, String id, String old, long fen) {
    Refusal expected = expected(type, old, fen);
    Did of = did.get(old);
    Entry entry = (Entry) books.decide(TestBooks.follow(type, id, old, fen));
    assertEquals(expected, entry.refusal(), () -> seed + " " + type + " of " + old);
    if (expected != null || of == null) {
      refusals.merge(expected == null ? Refusal.ORIGINAL_NOT_FOUND : expected, 1, Integer::sum);
      return;
    }
    Told told = of.of();
    adds(entry);
    switch (type) {
      case COMPLETION -> end(told, "FINAL", id);
      case RELEASE -> free(told, entry);
      default -> {
        assertEquals(memberBack(told, entry.orderFen()), entry.memberPaysFen(), seed);
        back(told, entry, -1);
      }
    }
    remember(id, type, told, entry);
  }

  /** One element comes back alone: all of it, and of the others nothing. */
  private void followAlone(String id, String old, SplittableRandom random) {
    int campaign = 1 + random.nextInt(campaigns);
    Did of = did.get(old);
    long left = of == null ? 0 : of.of().leftOf(campaign);
    long most = of == null ? 10 : of.of().leftMember;
    long fen = Math.max(1, left - 1 + random.nextLong(most + 3));
    Request request = TestBooks.follow(TransactionType.REFUND, id, old, fen);
    request =
        marks && campaign == MARKED && random.nextBoolean()
            ? request.ofLines(MARK)
            : request.ofBenefit("C-" + campaign);
    Refusal expected = expectedAlone(old, campaign, fen);
    Entry entry = (Entry) books.decide(request);
    assertEquals(expected, entry.refusal(), () -> seed + " C-" + campaign + " of " + old);
    if (expected != null || of == null) {
      refusals.merge(expected == null ? Refusal.ORIGINAL_NOT_FOUND : expected, 1, Integer::sum);
      return;
    }
    adds(entry);
    assertEquals(left, entry.discountFen(), seed);
    assertTrue(entry.allocations().stream().allMatch(part -> part.campaign() == campaign), seed);
    back(of.of(), entry, -1);
    remember(id, TransactionType.REFUND, of.of(), entry);
    alone++;
  }

  private @Nullable Refusal expectedAlone(String old, int campaign, long fen) {
    Refusal none = expected(TransactionType.REFUND, old, 0);
    Did of = did.get(old);
    if (none != null || of == null) {
      return none;
    }
    Told told = of.of();
    boolean isGivenOut = !until.isEmpty();
    if (isGivenOut || !told.campaigns().contains(String.valueOf(campaign))) {
      return Refusal.BENEFIT_NOT_FOR_THIS_MERCHANT;
    }
    long left = told.leftOf(campaign);
    if (left == 0) {
      return Refusal.ORIGINAL_ALREADY_UNDONE;
    }
    if (fen < left) {
      return Refusal.AMOUNT_NOT_ALLOWED;
    }
    return fen - left > told.leftMember ? Refusal.REFUND_EXCEEDS_PAID : null;
  }

  private @Nullable Refusal expected(TransactionType type, String old, long fen) {
    Did of = did.get(old);
    if (of == null) {
      return Refusal.ORIGINAL_NOT_FOUND;
    }
    boolean ofHold = type == TransactionType.COMPLETION || type == TransactionType.RELEASE;
    boolean fits =
        ofHold
            ? of.type() == TransactionType.HOLD
            : of.type() == TransactionType.SALE || of.type() == TransactionType.COMPLETION;
    if (!fits) {
      return Refusal.TYPE_NOT_SUPPORTED;
    }
    Told told = of.of();
    if (ofHold) {
      boolean open = told.state.equals("OPEN") && books.nowMs() < told.dueMs;
      return open ? null : Refusal.ORIGINAL_ALREADY_UNDONE;
    }
    boolean final_ = told.state.equals("FINAL") && (!told.hold || told.endedBy.equals(old));
    if (!final_ || (type == TransactionType.VOID && !told.untouched())) {
      return Refusal.ORIGINAL_ALREADY_UNDONE;
    }
    return type == TransactionType.REFUND && fen > told.leftOrder
        ? Refusal.REFUND_EXCEEDS_PAID
        : null;
  }

  private static long memberBack(Told told, long order) {
    if (order == told.leftOrder) {
      return told.leftMember;
    }
    long share =
        BigDecimal.valueOf(order)
            .multiply(BigDecimal.valueOf(told.member))
            .divide(BigDecimal.valueOf(told.order), 0, RoundingMode.HALF_UP)
            .longValueExact();
    return Math.max(order - told.leftDiscount(), Math.min(share, told.leftMember));
  }

  private static void end(Told told, String state, String by) {
    told.state = state;
    told.endedBy = by;
  }

  private static void free(Told told, Entry entry) {
    entry.allocations().forEach(a -> told.left.merge(payer(a), a.fen(), Long::sum));
    told.state = "FREED";
  }

  private void back(Told told, Entry entry, int sign) {
    told.leftOrder += sign * entry.orderFen();
    told.leftMember += sign * entry.memberPaysFen();
    entry.allocations().forEach(a -> told.left.merge(payer(a), a.fen(), Long::sum));
    told.state = told.leftOrder == 0 && sign < 0 ? "GONE" : "FINAL";
  }

  // ---- reversals and expiry

  private void reverse(String old) {
    Did of = did.get(old);
    if (of == null) {
      return;
    }
    String before = of.of().state;
    boolean untouched = of.of().untouched();
    Decision decision = books.decide(TestBooks.reversal(old));
    if (!(decision instanceof Entry entry)) {
      return; // reversed before
    }
    adds(entry);
    Told told = of.of();
    if (entry.refusal() != null) {
      refusals.merge(entry.refusal(), 1, Integer::sum);
      refusedFor(of, entry.refusal(), before);
      return;
    }
    if (entry.effect() == Effect.NONE) {
      boolean over = before.equals("GONE") || before.equals("FREED");
      boolean another = of.type() == TransactionType.COMPLETION && !told.endedBy.equals(old);
      assertTrue(over || another, () -> seed + " nothing reversed of " + of.type() + " " + before);
      return;
    }
    effects.merge(TransactionType.REVERSAL, 1, Integer::sum);
    switch (of.type()) {
      case SALE -> {
        assertTrue(untouched, seed);
        back(told, entry, -1);
      }
      case HOLD -> free(told, entry);
      case COMPLETION -> {
        assertTrue(untouched, seed);
        end(told, "OPEN", "");
      }
      case RELEASE -> {
        entry.allocations().forEach(a -> told.left.merge(payer(a), a.fen(), Long::sum));
        end(told, "OPEN", "");
      }
      default -> back(told, entry, 1);
    }
  }

  private void refusedFor(Did of, Refusal refusal, String before) {
    if (refusal == Refusal.ORIGINAL_ALREADY_UNDONE) {
      assertEquals("FINAL", before, seed);
    } else if (refusal == Refusal.BUDGET_EXHAUSTED) {
      boolean exhausted = false;
      for (int campaign = 1; campaign <= campaigns; campaign++) {
        exhausted |= books.usedFen(campaign) + of.entry().discountFen() > BUDGET;
      }
      assertTrue(exhausted, seed);
    } else {
      assertEquals(Refusal.QUOTA_TOO_SMALL, refusal, seed);
    }
  }

  private void expire(String old) {
    Did of = did.get(old);
    if (of == null) {
      return;
    }
    boolean due =
        of.type() == TransactionType.HOLD
            && of.of().state.equals("OPEN")
            && books.nowMs() >= of.of().dueMs;
    Decision decision = books.decide(Request.expiry(TestBooks.TERMINAL, new RequestId(old)));
    assertEquals(due, decision instanceof Entry, () -> seed + " expiry of " + of.type());
    if (decision instanceof Entry entry) {
      adds(entry);
      free(of.of(), entry);
      effects.merge(TransactionType.EXPIRY, 1, Integer::sum);
    }
  }

  // ---- what must always hold

  private void adds(Entry entry) {
    for (Allocation part : entry.allocations()) {
      Long end = until.get(part.lot());
      if (end != null) {
        used(part, entry, end);
      }
    }
    long funders = entry.allocations().stream().mapToLong(Allocation::fen).sum();
    assertEquals(entry.effect().sign() * entry.discountFen(), funders, seed);
  }

  /** What is used is used within its time, and comes back as its campaign says. */
  private void used(Allocation part, Entry entry, long end) {
    Entitlement lot =
        books.given().stream().filter(one -> one.id == part.lot()).findFirst().orElseThrow();
    boolean sells = entry.named() == null;
    if (sells) {
      assertTrue(books.nowMs() < end, () -> seed + " used after its time: " + part);
      used.merge(lot.kind, 1, Integer::sum);
    } else if (part.fen() < 0) {
      cameBack.merge(lot.kind, 1, Integer::sum);
    }
    if (lot.untilMs() != end) {
      assertTrue(part.fen() < 0 && books.nowMs() >= end, seed);
      assertTrue(lot.kind != Grants.Kind.VOUCHER, "its campaign says that it is lost");
      long came =
          entry.allocations().stream()
              .filter(one -> one.lot() == lot.id)
              .mapToLong(one -> -one.fen())
              .sum();
      boolean holdsFen = lot.kind == Grants.Kind.QUOTA;
      assertEquals(holdsFen ? came : Long.MAX_VALUE, lot.leftFen(), "what ended unused is lost");
      assertEquals(holdsFen ? null : Long.valueOf(1), lot.lateCount(), "one entry came back");
      until.put(lot.id, lot.untilMs());
      extended++;
    }
  }

  private void checkGiven() {
    Map<Long, Long> fens = new HashMap<>();
    Map<Long, Long> counts = new HashMap<>();
    for (Told told : all) {
      told.leftByLot()
          .forEach(
              (lot, fen) -> {
                fens.merge(lot, fen, Long::sum);
                counts.merge(lot, fen > 0 ? 1L : 0L, Long::sum);
              });
    }
    for (Entitlement one : books.given()) {
      String of = seed + " " + one.kind + " " + one.id;
      long counted = counts.getOrDefault(one.id, 0L);
      assertEquals(fens.getOrDefault(one.id, 0L), one.usedFen(), of);
      assertEquals(counted, one.usedCount(), of);
      assertTrue(one.leftFen() >= 0, of);
      if (one.kind == Grants.Kind.VOUCHER) {
        assertTrue(counted <= 1, of);
      } else if (one.kind == Grants.Kind.PASS) {
        assertEquals(counted, books.entries(one.id), of);
        assertTrue(counted <= 2, "at its site: " + of);
      }
    }
  }

  private void check() {
    if (!until.isEmpty()) {
      checkGiven();
    }
    for (Told told : all) {
      told.left.forEach(
          (payer, fen) ->
              assertTrue(
                  fen >= 0 && fen <= told.paid.getOrDefault(payer, 0L),
                  () -> seed + " " + payer + " has " + fen));
      assertTrue(told.leftMember >= 0 && told.leftOrder >= told.leftMember, seed);
    }
    for (int campaign = 1; campaign <= campaigns; campaign++) {
      check(campaign);
    }
  }

  private void check(int campaign) {
    String of = seed + " campaign " + campaign;
    long standing = all.stream().mapToLong(told -> told.leftOf(campaign)).sum();
    assertEquals(standing, books.usedFen(campaign), of);
    assertEquals(standing, books.memberUsedFen(campaign), of);
    assertTrue(standing <= BUDGET, of);
    assertTrue(books.mostOfOneMember(campaign) <= 9_000, of);
    long counted = all.stream().filter(told -> told.leftOf(campaign) > 0).count();
    assertEquals(counted, books.usedCount(campaign), of);
    assertEquals(counted, books.memberUsedCount(campaign), of);
  }
}
