package cn.unionecard.gateway.rules;

import cn.unionecard.gateway.CanIgnoreReturnValue;
import cn.unionecard.gateway.code.CodeKey;
import cn.unionecard.gateway.code.CodeReader;
import cn.unionecard.gateway.code.MemberCodes;
import cn.unionecard.gateway.definitions.SimulatedDefinitions;
import cn.unionecard.gateway.model.CardNo;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.OriginalRef;
import cn.unionecard.gateway.model.Request;
import cn.unionecard.gateway.model.RequestId;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.gateway.model.WithoutBenefit;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A ledger in memory for the rules: every request flies in a block of its own, with facts filled
 * from what the blocks before it left. One campaign; terminals 1 and 3 at one merchant, 2 at
 * another.
 */
final class TestBooks {
  static final TerminalId TERMINAL = new TerminalId("T0000001");
  static final Bounds BOUNDS = new Bounds(Fen.MAX, 120_000, 86_400_000L, 50_000, 20);
  private static final long NOON = 1_795_392_000_000L;
  private static final MemberCodes CODES =
      new MemberCodes(List.of(new CodeKey("c1", new byte[32], new byte[32])));

  private final Catalog catalog;
  private final Map<KeyRef, Answered> answers = new HashMap<>();
  private final Map<Long, Original> originals = new HashMap<>();
  private final Map<Long, Deal> deals = new LinkedHashMap<>();
  private final Map<Allowance.Key, Allowance> allowances = new HashMap<>();
  private final Map<Long, Entitlement> entitlements = new LinkedHashMap<>();
  private final List<CodeUse> codes = new ArrayList<>();
  private final List<CounterJump> jumps = new ArrayList<>();
  private CounterRow counter = new CounterRow(1);
  private long nowMs = NOON;
  private long tick;
  private int batch = 1;
  private long serial;
  String merchantStatus = "LIVE";
  boolean terminalActive = true;

  TestBooks(String rule, long budgetFen) {
    this(List.of(rule), budgetFen);
  }

  /** Campaigns are numbered from 1, each with a budget of so many fen. */
  TestBooks(List<String> rules, long budgetFen) {
    this(rules, List.of(), budgetFen);
  }

  /**
   * The same, of which some give out what they are used with.
   *
   * @param grants of the first campaigns
   */
  TestBooks(List<String> rules, List<String> grants, long budgetFen) {
    SimulatedDefinitions definitions = new SimulatedDefinitions();
    definitions.merchant(new Merchant(1, "800000000000001", "店", "EAT", 10));
    definitions.merchant(new Merchant(2, "800000000000002", "铺", "SHOP", 10));
    definitions.terminal("T0000001", 1, 1);
    definitions.terminal("T0000002", 2, 2);
    definitions.terminal("T0000003", 3, 1);
    definitions.org(10, List.of(10));
    Allowance.Caps caps = new Allowance.Caps(budgetFen, null, null, null);
    for (int id = 1; id <= rules.size(); id++) {
      definitions.campaign(
          CampaignRule.parse(id, "C-" + id, "活动", true, 0, Long.MAX_VALUE, rules.get(id - 1))
              .giving(Grants.parse(id <= grants.size() ? grants.get(id - 1) : null)));
      Allowance.Key key = Allowance.Key.budget(id);
      allowances.put(key, new Allowance(key, true, caps, 0, 0, 0, 0, 0));
    }
    catalog = definitions.everything();
  }

  @CanIgnoreReturnValue
  Decision decide(Request request) {
    Facts facts = facts();
    byte[] fingerprint = new byte[16];
    ByteBuffer.wrap(fingerprint)
        .putInt(request.toString().hashCode())
        .putInt(request.code().hashCode())
        .putInt(String.valueOf(request.original()).hashCode());
    Decision decision = Rules.decide(request, CodeReader.read(request.code()), fingerprint, facts);
    keep(facts);
    return decision;
  }

  private Facts facts() {
    Facts facts = new Facts(catalog, CODES, BOUNDS, nowMs);
    tick = Math.max(tick + 1, TransactionId.tickOf(nowMs));
    facts.stamp(tick, 0);
    facts.add(new Terminal(1, terminalActive, 1, merchantStatus, batch));
    facts.add(new Terminal(2, true, 2, "LIVE", 1));
    facts.add(new Terminal(3, true, 1, merchantStatus, 1));
    for (long card = 1; card <= 400; card++) {
      facts.add(new Card(card, 1000 + card % 5, 10, "ORDINARY", Card.Status.ACTIVE, 1, "张*"));
    }
    answers.forEach(facts::add);
    originals.values().forEach(facts::add);
    deals.values().forEach(facts::add);
    allowances.values().forEach(facts::add);
    entitlements.values().forEach(facts::add);
    codes.forEach(facts::add);
    facts.add(counter);
    return facts;
  }

  private void keep(Facts facts) {
    for (Entry entry : facts.entries()) {
      answers.put(entry.key(), entry.asAnswer());
      originals.put(entry.id(), entry.asOriginal());
      if (entry.effect() != Effect.NONE && entry.deal() == null) {
        deals.put(entry.id(), facts.deal(entry.id()));
      }
      if (entry.code() != null) {
        codes.add(entry.code());
      }
    }
    facts.changedAllowances().forEach(changed -> allowances.put(changed.key, changed));
    facts.changedCounters().forEach(changed -> counter = changed);
    jumps.addAll(facts.jumps());
  }

  // ---- requests

  static String code(long serial, long atMs) {
    return CODES.issue(new CardNo(serial), 1, atMs / 1000);
  }

  /** Of the next card, so that no code is used twice within a life of 400 sales. */
  Request sale(TransactionType type, String id, long fen) {
    serial = serial % 400 + 1;
    return sale(type, id, code(serial, nowMs), fen);
  }

  Request sale(TransactionType type, String id, String code, long fen) {
    RequestId key = new RequestId(id);
    return new Request(type, TERMINAL, key, code, Fen.of(fen), null, WithoutBenefit.APPROVE);
  }

  static Request follow(TransactionType type, String id, String original, long fen) {
    OriginalRef ref = new OriginalRef.Key(TERMINAL, new RequestId(original));
    return at(TERMINAL.value(), type, id, ref, fen);
  }

  static Request at(String terminal, TransactionType type, String id, OriginalRef ref, long fen) {
    return Request.following(type, new TerminalId(terminal), new RequestId(id), ref, Fen.of(fen));
  }

  static Request reversal(String id) {
    return Request.reversal(TERMINAL, new RequestId(id), Fen.ZERO);
  }

  // ---- what members are given

  /** Members are 1000 to 1004. */
  void give(Entitlement one) {
    entitlements.put(one.id, one);
  }

  Collection<Entitlement> given() {
    return entitlements.values();
  }

  /** How often a pass was used at the site of the terminals 1 and 3. */
  long entries(long pass) {
    Allowance site = allowances.get(Allowance.Key.passSite(pass, 1));
    return site == null ? 0 : site.usedCount();
  }

  // ---- time

  long nowMs() {
    return nowMs;
  }

  void laterMs(long ms) {
    nowMs += ms;
  }

  void nextBatch() {
    batch++;
  }

  // ---- what is left

  long usedFen() {
    return usedFen(1);
  }

  long usedFen(int campaign) {
    return budget(campaign).usedFen();
  }

  long usedCount() {
    return usedCount(1);
  }

  long usedCount(int campaign) {
    return budget(campaign).usedCount();
  }

  private Allowance budget(int campaign) {
    Allowance budget = allowances.get(Allowance.Key.budget(campaign));
    if (budget == null) {
      throw new IllegalStateException("no budget");
    }
    return budget;
  }

  long memberUsedFen(int campaign) {
    return uses(campaign).mapToLong(Allowance::usedFen).sum();
  }

  long memberUsedCount(int campaign) {
    return uses(campaign).mapToLong(Allowance::usedCount).sum();
  }

  long mostOfOneMember(int campaign) {
    return uses(campaign).mapToLong(Allowance::usedFen).max().orElse(0);
  }

  private Stream<Allowance> uses(int campaign) {
    return allowances.values().stream()
        .filter(row -> row.key.kind() == Allowance.Kind.MEMBER_USE && row.key.owner() == campaign);
  }

  List<CounterJump> jumps() {
    return jumps;
  }
}
