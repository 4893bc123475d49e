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
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.gateway.model.WithoutBenefit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The rules of {@code conf/examples} at their limits: the last second, the last fen. */
class ExampleRulesTest {
  private static final MemberCodes CODES =
      new MemberCodes(List.of(new CodeKey("c1", new byte[32], new byte[32])));
  private static final Bounds BOUNDS = new Bounds(Fen.MAX, 120_000, 86_400_000L, 50_000, 20);

  private final List<Campaign> campaigns = new ArrayList<>();
  private final Map<Allowance.Key, Allowance> allowances = new HashMap<>();
  private String category = "SHOP";
  private List<OrderLine> lines = List.of();
  private long card;
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
            read.times()));
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
    card++;
    return again(at, fen);
  }

  private long again(String at, long fen) {
    return entry(at, fen).discountFen();
  }

  private Entry entry(String at, long fen) {
    long now = Instant.parse(at).toEpochMilli();
    SimulatedDefinitions definitions = new SimulatedDefinitions();
    definitions.merchant(new Merchant(1, "800000000000001", "店", category, 1));
    definitions.terminal("T0000001", 1, 1);
    definitions.org(1, List.of(1));
    campaigns.forEach(definitions::campaign);
    Facts facts = new Facts(definitions.everything(), CODES, BOUNDS, now);
    tick = Math.max(tick + 1, TransactionId.tickOf(now));
    facts.stamp(tick, 0);
    facts.add(new Terminal(1, true, 1, "LIVE"));
    facts.add(new Card(card, card, 1, "ORDINARY", Card.Status.ACTIVE, 1, "张*"));
    allowances.values().forEach(facts::add);
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
}
