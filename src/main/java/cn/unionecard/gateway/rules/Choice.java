package cn.unionecard.gateway.rules;

import cn.unionecard.gateway.model.BenefitName;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.Offer;
import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.model.Request;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The single best benefit for the member on one order, with what became of every other.
 *
 * <p>A till may name what is open to every member, and hears of nothing else: what only some may
 * use is given to them unasked, and is otherwise as if it were not there.
 *
 * @param campaign the chosen one, or null
 * @param fen its discount, fen
 * @param named the benefit that the till named, or null
 * @param weighed every benefit weighed; none if the named one does not work here
 */
record Choice(
    @Nullable Campaign campaign, long fen, @Nullable String named, List<Weighed> weighed) {

  /**
   * Weighs the campaigns of a merchant. The largest discount wins, ties go to the one ending first.
   */
  static Choice among(List<Campaign> here, Request request, Card card, Facts facts) {
    String named = request.benefit();
    List<Weighed> weighed = new ArrayList<>(here.size());
    Weighed best = null;
    boolean namedIsHere = false;
    for (Campaign campaign : here) {
      Weighed one = weigh(campaign, request, card, facts);
      boolean eligible =
          named == null || (campaign.isForEverybody() && campaign.code().equals(named));
      namedIsHere |= eligible;
      weighed.add(eligible ? one : one.notNamed());
      if (eligible && one.verdict == null && (best == null || one.beats(best))) {
        best = one;
      }
    }
    if (named != null && !namedIsHere) {
      return none(request);
    }
    return best == null
        ? new Choice(null, 0, named, weighed)
        : new Choice(best.campaign, best.fen, named, weighed);
  }

  /** No benefit is given, whichever there are. */
  static Choice none(Request request) {
    return new Choice(null, 0, request.benefit(), List.of());
  }

  // ---- for the till

  /** The one line that it may know of what is given. */
  String benefitName() {
    if (campaign != null) {
      return campaign.publicName();
    }
    return named == null ? BenefitName.NONE : BenefitName.NAMED_NOT_GIVEN;
  }

  /** What it may name: the same for every member, as far as he has not used it up. */
  List<Offer> offers() {
    List<Offer> offers = new ArrayList<>(weighed.size());
    for (Weighed one : weighed) {
      if (one.fen > 0 && one.campaign.isForEverybody()) {
        offers.add(new Offer(one.campaign.code(), one.campaign.publicName(), Fen.of(one.fen)));
      }
    }
    return offers;
  }

  // ---- for staff

  /**
   * What became of each benefit, as {@code EAT-01:CHOSEN:500 EAT-02:LESS:400 HELP-01:ENDED}; the
   * amounts are fen. Empty where nothing was weighed.
   */
  String trace(Request request, Catalog catalog) {
    if (weighed.isEmpty()) {
      return named == null || request.offline() != null ? "" : notHere(named, catalog);
    }
    StringBuilder trace = new StringBuilder(24 * weighed.size());
    for (Weighed one : weighed) {
      trace.append(trace.isEmpty() ? "" : " ").append(one.campaign.code()).append(':');
      Verdict verdict = one.verdict;
      if (verdict == null) {
        verdict = one.campaign == campaign ? Verdict.CHOSEN : Verdict.LESS;
      }
      trace.append(verdict.name());
      if (one.fen > 0) {
        trace.append(':').append(one.fen);
      }
    }
    return trace.toString();
  }

  private static String notHere(String named, Catalog catalog) {
    Campaign campaign = catalog.campaign(named);
    boolean open = campaign == null || campaign.isForEverybody();
    return named + ':' + (open ? Verdict.NOT_AT_MERCHANT : Verdict.NOT_OPEN);
  }

  /** One campaign's verdict; null = it can be given. */
  private record Weighed(Campaign campaign, @Nullable Verdict verdict, long fen) {
    boolean beats(Weighed other) {
      if (fen != other.fen) {
        return fen > other.fen;
      }
      if (campaign.endsAtMs() != other.campaign.endsAtMs()) {
        return campaign.endsAtMs() < other.campaign.endsAtMs();
      }
      return campaign.id() < other.campaign.id();
    }

    Weighed notNamed() {
      return verdict == null ? new Weighed(campaign, Verdict.NOT_NAMED, fen) : this;
    }
  }

  private static Weighed weigh(Campaign campaign, Request request, Card card, Facts facts) {
    long orderFen = request.order().value();
    Verdict cannot = cannotUse(campaign, orderFen, card, facts);
    if (cannot != null) {
      return new Weighed(campaign, cannot, 0);
    }
    Allowance use = facts.memberUse(card.member(), campaign.id());
    Verdict usedUp = use == null ? null : usedUp(campaign.limits(), use, facts.today());
    if (usedUp != null) {
      return new Weighed(campaign, usedUp, 0);
    }
    long left =
        use == null ? leftOfNew(campaign.limits()) : left(campaign.limits(), use, facts.today());
    long fen = Math.min(campaign.benefit().discountOn(orderFen), left);
    if (fen <= 0) {
      return new Weighed(campaign, Verdict.NOTHING_TO_GIVE, 0);
    }
    return budgetHas(campaign, fen, facts)
        ? new Weighed(campaign, null, fen)
        : new Weighed(campaign, Verdict.BUDGET_EXHAUSTED, 0);
  }

  private static @Nullable Verdict usedUp(Campaign.MemberLimits limits, Allowance use, int today) {
    if (use.usedCount() >= limits.count()) {
      return Verdict.MEMBER_COUNT_USED;
    }
    if (use.usedFen() >= limits.fen()) {
      return Verdict.MEMBER_AMOUNT_USED;
    }
    if (use.dayCountOn(today) >= limits.dayCount()) {
      return Verdict.DAY_COUNT_USED;
    }
    return use.dayFenOn(today) >= limits.dayFen() ? Verdict.DAY_AMOUNT_USED : null;
  }

  /** What the member's limits leave for one more discount, fen: a discount is cut to it. */
  private static long left(Campaign.MemberLimits limits, Allowance use, int today) {
    return Math.min(limits.fen() - use.usedFen(), limits.dayFen() - use.dayFenOn(today));
  }

  private static long leftOfNew(Campaign.MemberLimits limits) {
    return Math.min(limits.fen(), limits.dayFen());
  }

  private static @Nullable Verdict cannotUse(
      Campaign campaign, long orderFen, Card card, Facts facts) {
    if (facts.nowMs() < campaign.startsAtMs()) {
      return Verdict.NOT_STARTED;
    }
    if (facts.nowMs() >= campaign.endsAtMs()) {
      return Verdict.ENDED;
    }
    if (!campaign.members().include(card, facts.catalog)) {
      return Verdict.NOT_FOR_MEMBER;
    }
    if (orderFen < campaign.orderFenMin() || !campaign.benefit().reachedBy(orderFen)) {
      return Verdict.BELOW_THRESHOLD;
    }
    return null;
  }

  /** A budget pays a discount whole or not at all; a campaign without a budget row pays nothing. */
  private static boolean budgetHas(Campaign campaign, long fen, Facts facts) {
    Allowance budget = facts.budget(campaign.id());
    if (budget == null) {
      return false;
    }
    return budget.has(fen, facts.today());
  }

  /**
   * Why a sale that insists on a benefit gets none: the refusal of the named one, or of the
   * campaign that came nearest to being given, of those open to every member. Null if there is a
   * benefit or the sale does not insist.
   */
  @Nullable Refusal refusal(Request request) {
    if (campaign != null || !Rules.insists(request)) {
      return null;
    }
    if (request.offline() != null) {
      return Refusal.BENEFIT_NOT_OFFLINE;
    }
    Refusal nearest = null;
    for (Weighed one : weighed) {
      boolean meant = named == null || one.campaign.code().equals(named);
      Refusal refusal = meant && one.campaign.isForEverybody() ? refusalOf(one.verdict) : null;
      if (refusal != null && (nearest == null || refusal.ordinal() > nearest.ordinal())) {
        nearest = refusal;
      }
    }
    return nearest == null ? Refusal.BENEFIT_NOT_FOR_THIS_MERCHANT : nearest;
  }

  private static @Nullable Refusal refusalOf(@Nullable Verdict verdict) {
    return verdict == null
        ? null
        : switch (verdict) {
          case CHOSEN, LESS, NOT_NAMED -> null;
          case NOT_STARTED, ENDED -> Refusal.BENEFIT_EXPIRED;
          case NOT_FOR_MEMBER, NOT_AT_MERCHANT, NOT_OPEN -> Refusal.BENEFIT_NOT_FOR_THIS_MERCHANT;
          case BELOW_THRESHOLD, NOTHING_TO_GIVE -> Refusal.AMOUNT_NOT_ALLOWED;
          case MEMBER_COUNT_USED, DAY_COUNT_USED -> Refusal.COUNT_OVER_LIMIT;
          case MEMBER_AMOUNT_USED, DAY_AMOUNT_USED -> Refusal.QUOTA_TOO_SMALL;
          case BUDGET_EXHAUSTED -> Refusal.BUDGET_EXHAUSTED;
        };
  }

  List<Allocation> allocations(int merchant) {
    if (campaign == null) {
      return List.of();
    }
    int id = campaign.id();
    return campaign.funding().split(fen, merchant).stream()
        .map(part -> new Allocation(id, part.funder(), part.party(), part.fen()))
        .toList();
  }

  List<Entry.Use> uses(long member) {
    return campaign == null ? List.of() : List.of(new Entry.Use(campaign, member, fen));
  }
}
