package cn.unionecard.gateway.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import cn.unionecard.gateway.campaign.RuleFile;
import cn.unionecard.gateway.code.CodeKey;
import cn.unionecard.gateway.code.CodeReader;
import cn.unionecard.gateway.code.MemberCodes;
import cn.unionecard.gateway.definitions.SimulatedDefinitions;
import cn.unionecard.gateway.model.CardNo;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.OrderLine;
import cn.unionecard.gateway.model.Request;
import cn.unionecard.gateway.model.RequestId;
import cn.unionecard.gateway.model.Scene;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.gateway.model.WithoutBenefit;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The rules of {@code conf/examples} at their limits: the last second, the last fen. */
class ExampleRulesTest {
  private static final MemberCodes CODES =
      new MemberCodes(List.of(new CodeKey("c1", new byte[32], new byte[32])));
  private static final Bounds BOUNDS = new Bounds(Fen.MAX, 120_000, 86_400_000L, 50_000, 20);

  private final List<Campaign> campaigns = new ArrayList<>();
  private final Map<Allowance.Key, Allowance> allowances = new HashMap<>();
  private final List<Entitlement> given = new ArrayList<>();
  private String category = "SHOP";
  private List<OrderLine> lines = List.of();
  private int shop = 1;
  private Scene scene = Scene.OFFLINE_POS;
  private long card;
  private long member;
  private long tick;

  private void load(String name, long budgetFen) {
    Campaign read = read(name);
    int id = campaigns.size() + 1;
    campaigns.add(
        new Campaign(
            id,
            read.code(),
            read.publicName(),
            true,
            read.startsAtMs(),
            read.endsAtMs(),
            read.benefit(),
            read.lines(),
            read.funding(),
            read.members(),
            read.merchants(),
            read.limits(),
            read.orderFenMin(),
            read.stacking(),
            read.times(),
            read.grants(),
            read.scenes(),
            read.narrowings()));
    Allowance.Caps caps = new Allowance.Caps(budgetFen, null, null, null);
    Allowance.Key key = Allowance.Key.budget(id);
    allowances.put(key, new Allowance(key, true, caps, 0, 0, 0, 0, 0));
  }

  private static Campaign read(String name) {
    try {
      String text = Files.readString(Path.of("conf/examples", name + ".yaml"));
      return RuleFile.read(text, Instant.EPOCH).campaign();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a member who has bought nothing yet gets. */
  private long sell(String at, long fen) {
    another();
    return again(at, fen);
  }

  private void another() {
    member = ++card;
  }

  /** Another member, who is given then what a round of the examples gives one person. */
  private void give(String round, String at) {
    another();
    Map<String, Object> terms = round(round);
    Campaign campaign =
        campaigns.stream()
            .filter(each -> each.code().equals(terms.get("campaign")))
            .findFirst()
            .orElseThrow();
    Grants.Kind kind = Objects.requireNonNull(campaign.grants()).kind();
    long from =
        Instant.parse(at).toEpochMilli()
            + Duration.ofMinutes((Integer) terms.getOrDefault("delayMinutes", 0)).toMillis();
    long until =
        terms.get("goodUntil") instanceof String end
            ? OffsetDateTime.parse(end).toInstant().toEpochMilli()
            : from + Duration.ofDays(whole(terms, "goodDays")).toMillis();
    for (int i = 0; i < whole(terms, "each"); i++) {
      given.add(
          new Entitlement(
              given.size() + 1L,
              member,
              campaign.id(),
              kind,
              from,
              until,
              terms.get("fen") instanceof Integer fen ? (Long) (long) fen : null,
              kind == Grants.Kind.VOUCHER ? (Long) 1L : null,
              0,
              0,
              false,
              null));
    }
  }

  private static int whole(Map<String, Object> terms, String name) {
    return (Integer) Objects.requireNonNull(terms.get(name));
  }

  private static Map<String, Object> round(String name) {
    try {
      return new YAMLMapper()
          .readValue(
              Path.of("conf/examples/rounds", name + ".yaml").toFile(), new TypeReference<>() {});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long again(String at, long fen) {
    return entry(at, fen).discountFen();
  }

  private Entry entry(String at, long fen) {
    long now = Instant.parse(at).toEpochMilli();
    SimulatedDefinitions definitions = new SimulatedDefinitions();
    definitions.merchant(new Merchant(shop, "80000000000000" + shop, "店", category, 1));
    definitions.terminal("T0000001", 1, shop, scene);
    definitions.org(1, List.of(1));
    campaigns.forEach(definitions::campaign);
    Facts facts = new Facts(definitions.everything(), CODES, BOUNDS, now);
    tick = Math.max(tick + 1, TransactionId.tickOf(now));
    facts.stamp(tick, 0);
    facts.add(new Terminal(1, true, shop, "LIVE"));
    facts.add(new Card(card, member, 1, "ORDINARY", Card.Status.ACTIVE, 1, "张*"));
    allowances.values().forEach(facts::add);
    given.forEach(facts::add);
    Request request =
        new Request(
                TransactionType.SALE,
                new TerminalId("T0000001"),
                new RequestId("k" + tick),
                CODES.issue(new CardNo(card), 1, now / 1000),
                Fen.of(fen),
                null,
                WithoutBenefit.APPROVE)
            .with(lines);
    Decision decision = Rules.decide(request, CodeReader.read(request.code()), new byte[16], facts);
    facts.changedAllowances().forEach(changed -> allowances.put(changed.key, changed));
    return assertInstanceOf(Entry.class, decision);
  }

  @Test
  void aSundaysSupermarket() {
    load("xian-supermarket", 10_000_000);
    assertEquals(0, sell("2026-11-28T23:59:59+08:00", 15_800)); // Saturday's last second
    assertEquals(2_000, sell("2026-11-29T00:00:00+08:00", 15_800));
    assertEquals(0, sell("2026-11-29T12:00:00+08:00", 15_799));
    assertEquals(2_000, sell("2026-11-29T12:00:00+08:00", 15_801));
    assertEquals(0, again("2026-11-29T23:59:29+08:00", 15_800)); // the same member's day
    assertEquals(2_000, sell("2026-11-29T23:59:59+08:00", 15_800));
    assertEquals(0, sell("2026-11-30T00:00:00+08:00", 15_800));
    assertEquals(0, sell("2028-01-02T12:00:00+08:00", 15_800)); // a Sunday behind its end
    category = "EAT";
    assertEquals(0, sell("2026-11-29T12:00:00+08:00", 15_800));
  }

  @Test
  void theSupermarketsBudgetEndsWithAWholeDiscount() {
    load("xian-supermarket", 3_999);
    assertEquals(2_000, sell("2026-11-29T12:00:00+08:00", 15_800));
    assertEquals(0, sell("2026-11-29T12:00:30+08:00", 15_800));
    allowances.clear();
    campaigns.clear();
    load("xian-supermarket", 4_000);
    assertEquals(2_000, sell("2026-11-29T12:01:00+08:00", 15_800));
    assertEquals(2_000, sell("2026-11-29T12:01:30+08:00", 15_800));
    assertEquals(0, sell("2026-11-29T12:02:00+08:00", 15_800));
  }

  @Test
  void fuelOnceADay() {
    category = "TRANSPORT";
    load("xian-fuel", 10_000_000);
    assertEquals(0, sell("2026-01-01T00:00:00+08:00", 19_999));
    assertEquals(2_000, again("2026-01-01T00:00:30+08:00", 20_000));
    assertEquals(0, again("2026-01-01T23:59:59+08:00", 20_000));
    assertEquals(2_000, again("2026-01-02T00:00:00+08:00", 20_000));
    assertEquals(0, sell("2025-12-31T23:59:59+08:00", 20_000));
  }

  @Test
  void freeEntryWhileTheGateIsOpen() {
    category = "TOUR";
    load("linan-scenic", 10_000_000);
    assertEquals(0, sell("2026-11-30T07:59:59+08:00", 6_000));
    Entry entered = entry("2026-11-30T08:00:00+08:00", 6_001);
    assertEquals(0, entered.memberPaysFen());
    assertEquals(
        List.of(3_001L, 3_000L), entered.allocations().stream().map(Allocation::fen).toList());
    assertEquals(6_000, sell("2026-11-30T17:29:59+08:00", 6_000));
    assertEquals(0, sell("2026-11-30T17:30:00+08:00", 6_000));
    assertEquals(6_000, sell("2026-09-30T12:00:00+08:00", 6_000));
    assertEquals(0, sell("2026-10-01T12:00:00+08:00", 6_000));
    assertEquals(0, sell("2026-10-07T17:29:59+08:00", 6_000));
    assertEquals(6_000, sell("2026-10-08T08:00:00+08:00", 6_000));
    assertEquals(0, sell("2026-11-30T12:00:00+08:00", 0));
  }

  @Test
  void onShowingTheCardMeansAtTheGate() {
    category = "TOUR";
    load("linan-scenic", 10_000_000);
    scene = Scene.ONLINE_MALL;
    Entry bought = entry("2026-11-30T08:00:00+08:00", 6_001);
    assertEquals(6_001, bought.memberPaysFen());
    assertEquals("", bought.trace());
    scene = Scene.QR_STATIC;
    assertEquals(0, again("2026-11-30T08:01:00+08:00", 6_001));
    scene = Scene.OFFLINE_POS;
    assertEquals(6_001, again("2026-11-30T08:02:00+08:00", 6_001));
  }

  @Test
  void aFilmForOneYuan() {
    category = "ENTERTAIN";
    load("linan-cinema", 10_000_000);
    assertEquals(100, entry("2026-11-30T12:00:00+08:00", 3_990).memberPaysFen());
    assertEquals(0, sell("2026-11-30T12:00:30+08:00", 100));
    assertEquals(1, sell("2026-11-30T12:00:30+08:00", 101));
    assertEquals(6_000, sell("2026-11-30T12:01:00+08:00", 6_100));
    assertEquals(6_000, sell("2026-11-30T12:01:00+08:00", 6_101)); // what an order gets at the most
  }

  @Test
  void stepsWithTheBanksShareBehindThem() {
    load("festival-steps", 10_000_000);
    load("festival-bank", 10_000_000);
    assertEquals(0, sell("2026-11-30T12:00:00+08:00", 999));
    assertEquals(500, sell("2026-11-30T12:00:00+08:00", 4_999));
    assertEquals(1_000, sell("2026-11-30T12:00:00+08:00", 5_000));
    assertEquals(1_000, sell("2026-11-30T12:00:00+08:00", 9_999));
    assertEquals(2_000, sell("2026-11-30T12:00:00+08:00", 10_000));
    assertEquals(4_500, sell("2026-11-30T12:00:00+08:00", 20_000));
    assertEquals(4_000, again("2026-12-01T12:00:30+08:00", 20_000)); // the bank pays once
  }

  @Test
  void markedLinesAlone() {
    load("agri-aid-lines", 10_000_000);
    assertEquals(0, sell("2026-11-30T12:00:00+08:00", 10_000));
    lines =
        List.of(
            new OrderLine("AGRI", Fen.of(1_005)),
            new OrderLine("AGRI", Fen.of(1_000)),
            new OrderLine("OTHER", Fen.of(7_000)));
    assertEquals(201, sell("2026-11-30T12:00:00+08:00", 10_000)); // 200.5 of both together
    lines = List.of(new OrderLine("AGRI", Fen.of(40_000)));
    assertEquals(3_000, sell("2026-11-30T12:00:00+08:00", 40_000));
  }

  @Test
  void aWeekendsVoucherIsUsedOnceAndIsVoidAfterIt() {
    load("hainan-retail-100", 10_000);
    String opens = "2026-12-04T10:00:00+08:00";
    assertEquals(0, sell(opens, 10_000), "nobody gave him one");
    give("hainan-weekend", opens);
    assertEquals(0, again(opens, 9_999));
    category = "EAT";
    assertEquals(0, again(opens, 10_000), "those of catering are others");
    category = "SHOP";
    assertEquals(5_000, again(opens, 10_000));
    assertEquals(0, again("2026-12-05T10:00:00+08:00", 10_000), "it was his last");
    give("hainan-weekend", opens);
    assertEquals(0, again("2026-12-07T00:00:00+08:00", 10_001));
    assertEquals(5_000, again("2026-12-06T23:59:59+08:00", 10_001));
    give("hainan-weekend", opens);
    assertEquals(0, again("2026-12-06T12:00:00+08:00", 10_000), "the budget's last fen are gone");
  }

  @Test
  void aVoucherOfWhichOneFenIsMissingInTheBudgetIsGoodForNothing() {
    load("hainan-retail-100", 4_999);
    give("hainan-weekend", "2026-12-04T10:00:00+08:00");
    assertEquals(0, again("2026-12-04T10:00:01+08:00", 10_000));
  }

  @Test
  void eachSizeAndEachTradeHasItsThreshold() {
    for (String size : List.of("50:2000", "100:5000", "200:10000")) {
      long yuan = Long.parseLong(size.split(":")[0]);
      long off = Long.parseLong(size.split(":")[1]);
      for (String trade : List.of("retail", "catering")) {
        campaigns.clear();
        given.clear();
        load("hainan-" + trade + "-" + yuan, 100_000_000);
        category = trade.equals("retail") ? "SHOP" : "EAT";
        another();
        given.add(
            new Entitlement(
                1, member, 1, Grants.Kind.VOUCHER, 0, Long.MAX_VALUE, null, 1L, 0, 0, false, null));
        assertEquals(0, again("2026-12-04T11:00:00+08:00", yuan * 100 - 1), size + trade);
        assertEquals(off, again("2026-12-04T11:00:30+08:00", yuan * 100), size + trade);
        assertEquals(0, again("2026-12-04T11:01:00+08:00", yuan * 100), size + trade);
      }
    }
  }

  @Test
  void fourVouchersOfASetInTheirWeeks() {
    load("dalian-set", 1_000_000);
    give("dalian-draw", "2027-11-15T12:00:00+08:00");
    assertEquals(0, again("2027-11-20T23:59:59+08:00", 5_000));
    assertEquals(0, again("2027-11-21T00:00:00+08:00", 4_999));
    assertEquals(4_000, again("2027-11-21T00:00:30+08:00", 5_000));
    assertEquals(4_000, again("2027-11-21T00:01:00+08:00", 5_001));
    assertEquals(4_000, again("2027-12-01T12:00:00+08:00", 5_000));
    assertEquals(0, again("2027-12-09T00:00:00+08:00", 5_000));
    assertEquals(4_000, again("2027-12-08T23:59:59+08:00", 5_000));
    assertEquals(0, again("2027-12-08T12:00:00+08:00", 5_000), "four and no fifth");
  }

  /** Another card or phone makes nobody another person. */
  @Test
  void onePersonWhicheverCardHeShows() {
    load("changchun-person", 1_000_000);
    give("changchun-claim", "2026-12-01T09:00:00+08:00");
    given.add(
        new Entitlement(
            99, member, 1, Grants.Kind.VOUCHER, 0, Long.MAX_VALUE, null, 1L, 0, 0, false, null));
    assertEquals(0, again("2026-12-08T08:59:59+08:00", 9_999));
    card++; // the same member's other card
    assertEquals(3_000, again("2026-12-08T08:59:59+08:00", 10_000), "seven days, less a second");
    card++;
    assertEquals(0, again("2026-12-08T08:59:59+08:00", 10_000), "once, though he has two");
    give("changchun-claim", "2026-12-01T09:00:00+08:00");
    assertEquals(0, again("2026-12-08T09:00:00+08:00", 10_000));
  }

  @Test
  void onceAYearAtEveryKindOfMerchantAndNothingIsPaidOut() {
    load("hunan-year", 10_000_000);
    for (String trade : List.of("EAT", "STAY", "TRANSPORT", "TOUR", "SHOP", "ENTERTAIN")) {
      category = trade;
      give("hunan-everybody", "2026-12-20T12:00:00+08:00");
      assertEquals(0, again("2026-12-31T23:59:59+08:00", 5_000));
      assertEquals(0, again("2027-01-01T00:00:00+08:00", 4_999), "no order is paid for more");
      Entry first = entry("2027-01-01T00:00:00+08:00", 5_000);
      assertEquals(0, first.memberPaysFen());
      assertEquals(0, again("2027-12-31T12:00:00+08:00", 5_000));
      give("hunan-everybody", "2026-12-20T12:00:00+08:00");
      assertEquals(0, again("2028-01-01T00:00:00+08:00", 5_001));
      assertEquals(5_000, again("2027-12-31T23:59:59+08:00", 5_001));
    }
  }

  @Test
  void atMerchantsOfThePublishedListAlone() {
    load("huangshi-list", 3_999);
    assertEquals(0, sell("2025-12-31T23:59:59+08:00", 10_000));
    assertEquals(1_000, sell("2026-01-01T00:00:00+08:00", 10_000));
    shop = 4;
    assertEquals(0, sell("2026-11-30T12:00:00+08:00", 10_000));
    shop = 3;
    assertEquals(2_000, sell("2026-11-30T12:00:00+08:00", 20_010));
    assertEquals(0, sell("2026-11-30T12:00:30+08:00", 10_000), "999 fen are left, not 1,000");
    assertEquals(999, sell("2026-11-30T12:01:00+08:00", 9_990));
    assertEquals(0, sell("2026-11-30T12:01:30+08:00", 10));
  }

  @Test
  void aYearsCardFromItsHourOnOnceADayAtEachSite() {
    category = "TOUR";
    load("luoyang-card", 1_000_000);
    give("luoyang-cards", "2026-11-30T10:00:00+08:00");
    assertEquals(0, again("2026-11-30T10:59:59+08:00", 6_000));
    assertEquals(6_000, again("2026-11-30T11:00:00+08:00", 6_000));
    assertEquals(0, again("2026-11-30T17:59:59+08:00", 6_000), "the same site and day");
    shop = 2;
    assertEquals(6_000, again("2026-11-30T17:59:59+08:00", 6_000), "another site");
    shop = 1;
    assertEquals(0, again("2026-12-01T07:59:59+08:00", 6_000), "the gate is closed");
    assertEquals(6_000, again("2026-12-01T08:00:00+08:00", 6_000));
    assertEquals(0, again("2026-12-02T18:00:00+08:00", 6_000));
    assertEquals(6_000, again("2027-09-30T17:59:59+08:00", 6_000));
    assertEquals(0, again("2027-10-01T08:00:00+08:00", 6_000), "days on which it is good nowhere");
    assertEquals(0, again("2027-10-03T17:59:59+08:00", 6_000));
    assertEquals(6_000, again("2027-10-04T08:00:00+08:00", 6_000));
    assertEquals(0, again("2027-11-30T11:00:00+08:00", 6_000), "365 days are over");
    assertEquals(6_000, again("2027-11-30T10:59:59+08:00", 6_000));
    assertEquals(0, sell("2026-12-01T12:00:00+08:00", 6_000), "the holder alone");
  }

  @Test
  void aQuotaForFarmProduceToItsLastFen() {
    load("guangdong-aid", 10_000_000);
    give("guangdong-lots", "2026-11-30T12:00:00+08:00");
    assertEquals(0, again("2026-11-30T12:00:00+08:00", 10_000), "nothing of it is marked");
    lines = List.of(new OrderLine("AGRI", Fen.of(59_999)), new OrderLine("OTHER", Fen.of(1)));
    assertEquals(59_999, again("2026-11-30T12:01:00+08:00", 60_000));
    lines = List.of(new OrderLine("AGRI", Fen.of(2)));
    assertEquals(0, again("2027-01-01T00:00:00+08:00", 2));
    assertEquals(1, again("2026-12-31T23:59:59+08:00", 2));
    assertEquals(0, again("2026-12-31T23:59:59+08:00", 2), "the quota is used up");
  }
}
