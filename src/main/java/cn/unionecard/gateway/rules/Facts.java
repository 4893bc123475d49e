package cn.unionecard.gateway.rules;

import cn.unionecard.gateway.code.MemberCodes;
import cn.unionecard.gateway.code.Scan;
import cn.unionecard.gateway.model.Offline;
import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.model.Request;
import cn.unionecard.gateway.model.TransactionId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that the decisions of one block may know, as its transaction read it under lock, changed by
 * each decision for the ones after it. Belongs to one lane.
 */
public final class Facts {
  /** Days begin at midnight in Asia/Shanghai, UTC+8 without summer time. */
  static final long ZONE_OFFSET_MS = 8 * 3_600_000L;

  private static final long DAY_MS = 86_400_000L;

  public final Catalog catalog;
  public final MemberCodes codes;
  private final Bounds bounds;
  private final long nowMs;
  private CodeHints hints = CodeHints.UNKNOWN;
  private final Map<Integer, Terminal> terminals = new HashMap<>();
  private final Map<Long, Card> cards = new HashMap<>();
  private final Map<KeyRef, Answered> answers = new HashMap<>();
  private final Map<Long, Original> originals = new HashMap<>();
  private final Map<Long, Deal> deals = new HashMap<>();
  private final Map<Integer, CounterRow> counters = new HashMap<>();
  private final List<CounterJump> jumps = new ArrayList<>();
  private final Map<Allowance.Key, Allowance> allowances = new HashMap<>();
  private final Map<Long, Entitlement> entitlements = new HashMap<>();
  private final Set<CodeUse> used = new HashSet<>();
  private final Map<Scan.MemberCode, List<MemberCodes.Candidate>> candidates = new HashMap<>();
  private final List<Entry> entries = new ArrayList<>();
  private @Nullable Combination combination;
  private long tick;
  private int slot;

  /**
   * @param nowMs the time that the block's decisions see, ms since 1970
   */
  public Facts(Catalog catalog, MemberCodes codes, Bounds bounds, long nowMs) {
    this.catalog = catalog;
    this.codes = codes;
    this.bounds = bounds;
    this.nowMs = nowMs;
  }

  /** The cards that a code may be of now; deciphered once for the need and the decision. */
  public List<MemberCodes.Candidate> candidates(Scan.MemberCode code) {
    return candidates.computeIfAbsent(code, one -> codes.candidates(one, nowMs / 1000));
  }

  /** The cards that the request's code may be of, by the clock that judges it. */
  public List<MemberCodes.Candidate> candidates(Request request, Scan.MemberCode code) {
    Offline offline = request.offline();
    return offline == null ? candidates(code) : codes.candidates(code, offline.atMs() / 1000);
  }

  /** The time by which a request's code and campaigns are judged: an offline till's own. */
  long judgedMs(Request request) {
    Offline offline = request.offline();
    return offline == null ? nowMs : offline.atMs();
  }

  // ---- filled by the prefetch

  public void add(Terminal terminal) {
    terminals.put(terminal.id(), terminal);
  }

  public void add(Card card) {
    cards.put(card.serial(), card);
  }

  public void add(KeyRef key, Answered answer) {
    answers.put(key, answer);
  }

  public void add(Original original) {
    originals.put(original.id(), original);
  }

  public void add(Deal deal) {
    deals.put(deal.terms.id(), deal);
  }

  public void add(CounterRow counter) {
    counters.put(counter.terminal, counter);
  }

  public void add(Allowance allowance) {
    allowances.put(allowance.key, allowance);
  }

  public void add(Entitlement entitlement) {
    entitlements.put(entitlement.id, entitlement);
  }

  public void add(CodeUse code) {
    used.add(code);
  }

  public void add(CodeHints hints) {
    this.hints = hints;
  }

  /**
   * Fixes the block's stamp and chain slot, from which its ids follow. Stamps never go back, so
   * after a step of the clock they may be ahead of {@link #nowMs}; nor does the day of an allowance
   * that another node, whose clock is ahead at midnight, has turned already.
   *
   * @param earliest the stamp, if no allowance is of a later day
   */
  public void stamp(long earliest, int slot) {
    int tomorrow = dayOf(TransactionId.epochMsOf(earliest)) + 1;
    boolean begun = false;
    for (Allowance allowance : allowances.values()) {
      begun |= allowance.day() == tomorrow;
    }
    this.tick = begun ? TransactionId.tickOf(tomorrow * DAY_MS - ZONE_OFFSET_MS) : earliest;
    this.slot = slot;
  }

  // ---- read by the rules

  /** The time that the decisions see, ms since 1970. */
  public long nowMs() {
    return nowMs;
  }

  /** The time of the block's stamp, which never goes back, ms since 1970. */
  long stampMs() {
    return TransactionId.epochMsOf(tick);
  }

  public Bounds bounds() {
    return bounds;
  }

  CodeHints hints() {
    return hints;
  }

  /** The day of the block's stamp, days since 1970-01-01 in Asia/Shanghai. */
  int today() {
    return dayOf(stampMs());
  }

  static int dayOf(long epochMs) {
    return (int) Math.floorDiv(epochMs + ZONE_OFFSET_MS, DAY_MS);
  }

  long nextId() {
    return TransactionId.of(tick, slot, entries.size()).value();
  }

  @Nullable Terminal terminal(int id) {
    return terminals.get(id);
  }

  @Nullable Card card(long serial) {
    return cards.get(serial);
  }

  public @Nullable Answered answer(KeyRef key) {
    return answers.get(key);
  }

  /** The transaction that a key led to; fetched for each key that a reversal names. */
  Original original(long id) {
    Original original = originals.get(id);
    if (original == null) {
      throw new IllegalStateException("the original of a reversal was not fetched");
    }
    return original;
  }

  /** The organisations of the holders of all cards. */
  public Set<Integer> orgs() {
    Set<Integer> orgs = new HashSet<>();
    cards.values().forEach(card -> orgs.add(card.org()));
    return orgs;
  }

  /** The merchants of what requests follow. */
  public Set<Integer> merchantsFollowed() {
    Set<Integer> merchants = new HashSet<>();
    originals.values().forEach(original -> merchants.add(original.merchant()));
    deals.values().forEach(deal -> merchants.add(deal.terms.merchant()));
    return merchants;
  }

  /** The campaigns that paid for what requests follow. */
  public Set<Integer> campaignsFollowed() {
    Set<Integer> campaigns = new HashSet<>();
    for (Original original : originals.values()) {
      original.allocations().forEach(part -> campaigns.add(part.campaign()));
    }
    deals.values().forEach(deal -> campaigns.addAll(deal.campaigns()));
    return campaigns;
  }

  public @Nullable Original originalOrNull(long id) {
    return originals.get(id);
  }

  /** The deal that a transaction belongs to: fetched with it, or begun in this block. */
  Deal deal(long id) {
    Deal deal = deals.get(id);
    if (deal != null) {
      return deal;
    }
    for (Entry entry : entries) {
      if (entry.id() == id) {
        Deal begun = entry.asDeal();
        deals.put(id, begun);
        return begun;
      }
    }
    throw new IllegalStateException("deal " + id + " was not fetched");
  }

  /** What the gateway knows of a terminal's offline sales. */
  CounterRow counter(int terminal) {
    return counters.computeIfAbsent(terminal, CounterRow::new);
  }

  boolean isUsed(CodeUse code) {
    return used.contains(code);
  }

  @Nullable Allowance budget(int campaign) {
    return allowances.get(Allowance.Key.budget(campaign));
  }

  /** What the member used of it, or null if nothing yet. */
  @Nullable Allowance memberUse(long member, int campaign) {
    return allowances.get(Allowance.Key.memberUse(member, campaign));
  }

  /** What the member was given of it, as far as it was fetched. */
  List<Entitlement> entitlements(long member, int campaign) {
    if (entitlements.isEmpty()) {
      return List.of();
    }
    List<Entitlement> own = new ArrayList<>(2);
    for (Entitlement one : entitlements.values()) {
      if (one.member == member && one.campaign == campaign) {
        own.add(one);
      }
    }
    return own;
  }

  private Entitlement entitlement(long id) {
    Entitlement one = entitlements.get(id);
    if (one == null) {
      throw new IllegalStateException("entitlement " + id + " was not fetched");
    }
    return one;
  }

  /** Whether a pass is good for one more entry at a site today. */
  boolean siteHas(Entitlement pass, int site, Grants grants) {
    Allowance entries = allowances.get(Allowance.Key.passSite(pass.id, site));
    return entries == null
        || (entries.usedCount() < grants.siteCount()
            && entries.dayCountOn(today()) < grants.siteDayCount());
  }

  private Allowance siteToChange(long pass, int site) {
    return allowances.computeIfAbsent(
        Allowance.Key.passSite(pass, site), key -> new Allowance(key, Allowance.Caps.NONE));
  }

  private Allowance memberUseToChange(long member, int campaign) {
    return allowances.computeIfAbsent(
        Allowance.Key.memberUse(member, campaign), key -> new Allowance(key, Allowance.Caps.NONE));
  }

  /** Where combinations are searched; one for all of a block. */
  Combination combination() {
    Combination one = combination;
    if (one == null) {
      one = new Combination();
      combination = one;
    }
    return one;
  }

  // ---- changed by each decision

  /** Records a decision's effects, so that the next decision sees them. */
  void record(Entry entry) {
    entries.add(entry);
    answers.put(entry.key(), entry.asAnswer());
    originals.put(entry.id(), entry.asOriginal());
    CodeUse code = entry.code();
    if (code != null && entry.refusal() == null) {
      used.add(code);
    }
    Offline offline = entry.request().offline();
    if (offline != null) {
      count(entry, offline);
    }
    Deal deal = entry.deal();
    if (deal != null) {
      change(deal, entry);
    } else {
      begin(entry);
    }
  }

  private void begin(Entry entry) {
    for (Entry.Use use : entry.uses()) {
      use(use);
      useLots(use, entry.merchant());
    }
    if (entry.effect() == Effect.RESERVED) {
      deal(entry.id()).turn(Deal.HoldState.OPEN, stampMs() + bounds.holdMs(), entry.id());
    }
  }

  /** One use of a campaign, of its budget and of the member's share. */
  void use(Entry.Use use) {
    Campaign campaign = use.campaign();
    Allowance budget = budget(campaign.id());
    if (budget != null) {
      budget.use(use.fen(), today(), budget.caps());
    }
    memberUseToChange(use.member(), campaign.id())
        .use(use.fen(), today(), Allowance.Caps.of(campaign.limits()));
  }

  /** What of it the member had been given. */
  private void useLots(Entry.Use use, int merchant) {
    for (Entry.Lot lot : use.lots()) {
      Entitlement used = entitlement(lot.entitlement());
      used.use(lot.fen());
      Grants grants = use.campaign().grants();
      if (used.kind == Grants.Kind.PASS && grants != null) {
        siteToChange(used.id, merchant).use(lot.fen(), today(), Allowance.Caps.of(grants));
      }
    }
  }

  private void change(Deal deal, Entry entry) {
    if (entry.effect().allocates) {
      for (Moved moved : moved(deal, entry)) {
        moved.allowance().giveBack(-moved.fen(), moved.ended(), usedDay(deal));
      }
      for (MovedLot moved : movedLots(deal, entry)) {
        Campaign campaign = catalog.campaign(moved.lot().campaign);
        Grants grants = campaign == null ? null : campaign.grants();
        int returnDays = grants == null ? 0 : grants.returnDays();
        moved.lot().giveBack(-moved.fen(), moved.ended(), stampMs(), returnDays);
      }
      deal.move(entry);
    }
    Deal.Hold hold = deal.hold();
    if (hold != null && entry.effect() != Effect.RETURNED && entry.effect() != Effect.SPENT) {
      deal.turn(FollowOn.holdAfter(entry), hold.dueMs(), entry.id());
    }
  }

  private static int usedDay(Deal deal) {
    return dayOf(new TransactionId(deal.terms.id()).epochMs());
  }

  /**
   * An allowance that an entry changes.
   *
   * @param fen by how many
   * @param left what of it the deal had used before and not given back
   */
  private record Moved(Allowance allowance, long fen, long left) {
    int ended() {
      return Facts.ended(left, fen);
    }
  }

  /** A voucher, lot or pass that an entry changes, in the same way. */
  private record MovedLot(Entitlement lot, long fen, long left) {
    int ended() {
      return Facts.ended(left, fen);
    }
  }

  /** Whatever is used is counted once for a deal as long as it pays any fen of it: 1, 0 or −1. */
  private static int ended(long left, long fen) {
    return (left > 0 ? 1 : 0) - (left + fen > 0 ? 1 : 0);
  }

  private List<MovedLot> movedLots(Deal deal, Entry entry) {
    List<MovedLot> moved = new ArrayList<>(2);
    for (long lot : deal.lots()) {
      long fen = 0;
      for (Allocation allocation : entry.allocations()) {
        fen += allocation.lot() == lot ? allocation.fen() : 0;
      }
      if (fen != 0) {
        moved.add(new MovedLot(entitlement(lot), fen, deal.leftOfLot(lot)));
      }
    }
    return moved;
  }

  private List<Moved> moved(Deal deal, Entry entry) {
    List<Moved> moved = new ArrayList<>();
    Long member = deal.terms.member();
    for (int campaign : deal.campaigns()) {
      long fen = 0;
      for (Allocation allocation : entry.allocations()) {
        fen += allocation.campaign() == campaign ? allocation.fen() : 0;
      }
      if (fen == 0) {
        continue;
      }
      long left = deal.leftOf(campaign);
      Allowance budget = budget(campaign);
      if (budget != null) {
        moved.add(new Moved(budget, fen, left));
      }
      if (member != null) {
        moved.add(new Moved(memberUseToChange(member, campaign), fen, left));
      }
    }
    for (MovedLot lot : movedLots(deal, entry)) {
      if (lot.lot().kind == Grants.Kind.PASS) {
        Allowance site = siteToChange(lot.lot().id, deal.terms.merchant());
        moved.add(new Moved(site, lot.fen(), lot.left()));
      }
    }
    return moved;
  }

  /** Why what was given back cannot be taken again, or null. */
  @Nullable Refusal cannotRetake(Entry entry) {
    Deal deal = entry.deal();
    if (deal == null) {
      return null;
    }
    for (Moved moved : moved(deal, entry)) {
      if (!moved.allowance().canRetake(moved.fen(), -moved.ended(), usedDay(deal))) {
        boolean budget = moved.allowance().key.kind() == Allowance.Kind.BUDGET;
        return budget ? Refusal.BUDGET_EXHAUSTED : Refusal.QUOTA_TOO_SMALL;
      }
    }
    for (MovedLot lot : movedLots(deal, entry)) {
      if (!lot.lot().canRetake(lot.fen(), -lot.ended())) {
        return Refusal.QUOTA_TOO_SMALL;
      }
    }
    return null;
  }

  private void count(Entry advice, Offline offline) {
    CounterRow row = counter(advice.key().terminal());
    long expected = row.counter() + 1;
    if (row.counter() != 0 && offline.counter() != expected) {
      String terminal = advice.request().terminal().value();
      jumps.add(
          new CounterJump(terminal, advice.merchant(), advice.id(), expected, offline.counter()));
    }
    row.take(offline.counter(), offline.atMs(), bounds.offlineAgeMs(), advice.refusal() == null);
  }

  // ---- read by the commit

  /** What the block records, in leaf order. */
  public List<Entry> entries() {
    return entries;
  }

  /** Every allowance that the block changed. */
  public List<Allowance> changedAllowances() {
    List<Allowance> changed = new ArrayList<>();
    for (Allowance allowance : allowances.values()) {
      if (allowance.isDirty()) {
        changed.add(allowance);
      }
    }
    return changed;
  }

  /** Every voucher, lot and pass that the block changed, in the order of their rows. */
  public List<Entitlement> changedEntitlements() {
    List<Entitlement> changed = new ArrayList<>();
    for (Entitlement one : entitlements.values()) {
      if (one.isDirty()) {
        changed.add(one);
      }
    }
    changed.sort(Comparator.comparingLong(one -> one.id));
    return changed;
  }

  /** Every deal of which anything came back or stands again, and every new hold. */
  public List<Deal> changedDeals() {
    List<Deal> changed = new ArrayList<>();
    for (Deal deal : deals.values()) {
      if (deal.isBackDirty() || deal.isHoldDirty()) {
        changed.add(deal);
      }
    }
    return changed;
  }

  /** Every offline counter that moved. */
  public List<CounterRow> changedCounters() {
    List<CounterRow> changed = new ArrayList<>();
    for (CounterRow row : counters.values()) {
      if (row.isDirty()) {
        changed.add(row);
      }
    }
    return changed;
  }

  /** Offline counters that did not go on by one. */
  public List<CounterJump> jumps() {
    return jumps;
  }

  public long tick() {
    return tick;
  }
}
