package cn.unionecard.gateway.rules;

import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.Offer;
import cn.unionecard.gateway.model.Offer.Verdict;
import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.model.Request;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The single best benefit for the member on one order, with what became of every other.
 *
 * @param campaign the chosen one, or null
 * @param fen its discount, fen
 * @param offers every benefit weighed, the named one alone if it does not work here
 */
record Choice(@Nullable Campaign campaign, long fen, List<Offer> offers) {

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
      boolean eligible = named == null || campaign.code().equals(named);
      namedIsHere |= campaign.code().equals(named);
      weighed.add(eligible ? one : one.notNamed());
      if (eligible && one.verdict == null && (best == null || one.beats(best))) {
        best = one;
      }
    }
    if (named != null && !namedIsHere) {
      return new Choice(null, 0, List.of(notHere(named, facts)));
    }
    return new Choice(
        best == null ? null : best.campaign, best == null ? 0 : best.fen, offers(weighed, best));
  }

  private static Offer notHere(String named, Facts facts) {
    Campaign campaign = facts.catalog.campaign(named);
    String name = campaign == null ? "" : campaign.name();
    return new Offer(named, name, Verdict.NOT_AT_MERCHANT, Fen.ZERO);
  }

  private static List<Offer> offers(List<Weighed> weighed, @Nullable Weighed best) {
    List<Offer> offers = new ArrayList<>(weighed.size());
    for (Weighed one : weighed) {
      Verdict verdict = one.verdict;
      if (verdict == null) {
        verdict =
            one.campaign == (best == null ? null : best.campaign) ? Verdict.CHOSEN : Verdict.LESS;
      }
      offers.add(new Offer(one.campaign.code(), one.campaign.name(), verdict, Fen.of(one.fen)));
    }
    return offers;
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
    Verdict cannot = cannotUse(campaign, orderFen, card, facts.judgedMs(request), facts);
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
      Campaign campaign, long orderFen, Card card, long atMs, Facts facts) {
    if (atMs < campaign.startsAtMs()) {
      return Verdict.NOT_STARTED;
    }
    if (atMs >= campaign.endsAtMs()) {
      return Verdict.ENDED;
    }
    if (!campaign.members().include(card, facts.catalog.orgPath(card.org()))) {
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
   * Why a sale that insists on a benefit gets none: the refusal of the campaign that came nearest
   * to being given. Null if there is a benefit or the sale does not insist.
   */
  @Nullable Refusal refusal(Request request) {
    if (campaign != null || !Rules.insists(request)) {
      return null;
    }
    Refusal nearest = Refusal.BENEFIT_NOT_FOR_THIS_MERCHANT;
    boolean first = true;
    for (Offer offer : offers) {
      Refusal refusal = refusalOf(offer.verdict());
      if (refusal != null && (first || refusal.ordinal() > nearest.ordinal())) {
        nearest = refusal;
        first = false;
      }
    }
    return nearest;
  }

  private static @Nullable Refusal refusalOf(Verdict verdict) {
    return switch (verdict) {
      case CHOSEN, LESS, NOT_NAMED -> null;
      case NOT_STARTED, ENDED -> Refusal.BENEFIT_EXPIRED;
      case NOT_FOR_MEMBER -> Refusal.BENEFIT_NOT_FOR_THIS_MEMBER;
      case NOT_AT_MERCHANT -> Refusal.BENEFIT_NOT_FOR_THIS_MERCHANT;
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
