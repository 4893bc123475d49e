package cn.unionecard.gateway.rules;

import cn.unionecard.gateway.code.MemberCodes;
import cn.unionecard.gateway.code.Scan;
import cn.unionecard.gateway.model.TransactionId;
import java.util.ArrayList;
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
  private static final long ZONE_OFFSET_MS = 8 * 3_600_000L;

  private static final long DAY_MS = 86_400_000L;

  public final Catalog catalog;
  public final MemberCodes codes;
  private final long nowMs;
  private Presence presence = Presence.UNKNOWN;
  private final Map<Integer, Terminal> terminals = new HashMap<>();
  private final Map<Long, Card> cards = new HashMap<>();
  private final Map<KeyRef, Answered> answers = new HashMap<>();
  private final Map<Long, Original> originals = new HashMap<>();
  private final Map<Allowance.Key, Allowance> allowances = new HashMap<>();
  private final Set<CodeUse> used = new HashSet<>();
  private final Map<Scan.MemberCode, List<MemberCodes.Candidate>> candidates = new HashMap<>();
  private final List<Entry> entries = new ArrayList<>();
  private long tick;
  private int slot;

  /**
   * @param nowMs the time that the block's decisions see, ms since 1970
   */
  public Facts(Catalog catalog, MemberCodes codes, long nowMs) {
    this.catalog = catalog;
    this.codes = codes;
    this.nowMs = nowMs;
  }

  /** The cards that a code may be of; deciphered once for the need and the decision. */
  public List<MemberCodes.Candidate> candidates(Scan.MemberCode code) {
    return candidates.computeIfAbsent(code, one -> codes.candidates(one, nowMs / 1000));
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

  public void add(Allowance allowance) {
    allowances.put(allowance.key, allowance);
  }

  public void add(CodeUse code) {
    used.add(code);
  }

  public void add(Presence hints) {
    presence = hints;
  }

  /**
   * Fixes the block's stamp and chain slot, from which its ids follow. Stamps never go back, so
   * after a step of the clock they may be ahead of {@link #nowMs}.
   */
  public void stamp(long tick, int slot) {
    this.tick = tick;
    this.slot = slot;
  }

  // ---- read by the rules

  /** The time that the decisions see, ms since 1970. */
  long nowMs() {
    return nowMs;
  }

  Presence presence() {
    return presence;
  }

  /** The day of the block, days since 1970-01-01 in Asia/Shanghai. */
  int today() {
    return dayOf(nowMs);
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

  @Nullable Answered answer(KeyRef key) {
    return answers.get(key);
  }

  /** The transaction to be taken back; fetched for each key that a reversal names. */
  Original original(long id) {
    Original original = originals.get(id);
    if (original == null) {
      throw new IllegalStateException("the original of a reversal was not fetched");
    }
    return original;
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

  private Allowance memberUseToChange(long member, int campaign) {
    return allowances.computeIfAbsent(
        Allowance.Key.memberUse(member, campaign), key -> new Allowance(key, Allowance.Caps.NONE));
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
    Original original = entry.original();
    if (original != null) {
      takeBack(original, entry);
    } else {
      for (Entry.Use use : entry.uses()) {
        use(use);
      }
    }
  }

  private void use(Entry.Use use) {
    Campaign campaign = use.campaign();
    Allowance budget = budget(campaign.id());
    if (budget != null) {
      budget.use(use.fen(), today(), budget.caps());
    }
    memberUseToChange(use.member(), campaign.id())
        .use(use.fen(), today(), Allowance.Caps.of(campaign.limits()));
  }

  private void takeBack(Original original, Entry reversal) {
    originals.put(original.id(), original.takenBack());
    Map<Integer, Long> fenByCampaign = new HashMap<>();
    for (Allocation a : reversal.allocations()) {
      fenByCampaign.merge(a.campaign(), -a.fen(), Long::sum);
    }
    int usedDay = dayOf(new TransactionId(original.id()).epochMs());
    fenByCampaign.forEach(
        (campaign, fen) -> {
          Allowance budget = budget(campaign);
          if (budget != null) {
            budget.giveBack(fen, 1, usedDay);
          }
          Long member = original.member();
          if (member != null) {
            memberUseToChange(member, campaign).giveBack(fen, 1, usedDay);
          }
        });
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

  public long tick() {
    return tick;
  }
}
