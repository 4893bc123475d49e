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
 * The best combination of benefits for the member on one order, often a single one, with what
 * became of every other.
 *
 * <p>A till may name what is open to every member, and hears of nothing else: what only some may
 * use is given to them unasked, and is otherwise as if it were not there.
 *
 * @param parts the chosen ones with their discounts, in the order in which they are applied
 * @param fen the discount of all of them, fen
 * @param runnerUp the best that is not a part of what was chosen; empty where nothing could be
 *     combined
 * @param named the benefit that the till named, or null
 * @param weighed every benefit weighed; none if the named one does not work here
 */
record Choice(
    List<Combination.Part> parts,
    long fen,
    List<Combination.Part> runnerUp,
    @Nullable String named,
    List<Weighed> weighed) {

  /**
   * Weighs the campaigns of a merchant. The largest discount wins, ties go to the fewest benefits,
   * then to the one ending first, then to the older.
   */
  static Choice among(CampaignsHere campaigns, Request request, Card card, int site, Facts facts) {
    List<Campaign> here = campaigns.campaigns();
    String named = request.benefit();
    List<Weighed> weighed = new ArrayList<>(here.size());
    Weighed best = null;
    boolean namedIsHere = false;
    for (int i = 0; i < here.size(); i++) {
      Campaign campaign = here.get(i);
      Weighed one = weigh(campaign, request, card, site, facts);
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
    return named == null && campaigns.combine()
        ? combined(campaigns, request, weighed, best, facts.combination())
        : new Choice(single(best), fen(best), List.of(), named, weighed);
  }

  private static List<Combination.Part> single(@Nullable Weighed one) {
    return one == null ? List.of() : List.of(new Combination.Part(one.campaign, one.fen));
  }

  private static long fen(@Nullable Weighed one) {
    return one == null ? 0 : one.fen;
  }

  private static Choice combined(
      CampaignsHere here,
      Request request,
      List<Weighed> weighed,
      @Nullable Weighed best,
      Combination search) {
    search.clear(here, request.order().value());
    int given = 0;
    long bestPlace = 0;
    for (int i = 0; i < weighed.size(); i++) {
      Weighed one = weighed.get(i);
      int place = here.place(i);
      if (place >= 0 && one.canGive()) {
        search.add(place, one.onFen, one.memberFen, one.budgetFen);
        given++;
        bestPlace = one == best ? 1L << place : bestPlace;
      }
    }
    if (given < 2) {
      return new Choice(single(best), fen(best), List.of(), null, weighed);
    }
    search.search(fen(best));
    List<Combination.Part> parts = search.isFound() ? search.parts() : single(best);
    long fen = search.fen();
    long places = search.isFound() ? search.places() : bestPlace;
    Weighed second = bestBut(weighed, parts);
    search.searchBut(places, fen(second));
    List<Combination.Part> runnerUp = search.isFound() ? search.parts() : single(second);
    return new Choice(parts, fen, runnerUp, null, weighed);
  }

  /** The best single one that is none of these. */
  private static @Nullable Weighed bestBut(List<Weighed> weighed, List<Combination.Part> parts) {
    Weighed best = null;
    for (int i = 0; i < weighed.size(); i++) {
      Weighed one = weighed.get(i);
      if (one.verdict == null
          && part(parts, one.campaign) == null
          && (best == null || one.beats(best))) {
        best = one;
      }
    }
    return best;
  }

  /** No benefit is given, whichever there are. */
  static Choice none(Request request) {
    return new Choice(List.of(), 0, List.of(), request.benefit(), List.of());
  }

  // ---- for the till

  /** The one line that it may know of what is given. */
  String benefitName() {
    if (parts.isEmpty()) {
      return named == null ? BenefitName.NONE : BenefitName.NAMED_NOT_GIVEN;
    }
    String name = parts.get(0).campaign().publicName();
    for (Combination.Part part : parts) {
      name = BenefitName.together(name, part.campaign().publicName());
    }
    return name;
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
   * amounts are fen, of the chosen what they give together, of the others what they would give
   * alone. Where benefits could be combined, the last is the runner-up with what it would have
   * given: {@code EAT-02+EAT-03:RUNNER_UP:450}. Empty where nothing was weighed.
   */
  String trace(Request request, Catalog catalog) {
    if (weighed.isEmpty()) {
      return named == null || request.offline() != null ? "" : notHere(named, request, catalog);
    }
    StringBuilder trace = new StringBuilder(24 * weighed.size());
    for (Weighed one : weighed) {
      Combination.Part part = part(parts, one.campaign);
      Verdict lost = one.verdict == null ? lost(one.campaign) : one.verdict;
      add(
          trace,
          one.campaign.code(),
          part == null ? lost : Verdict.CHOSEN,
          part == null ? one.fen : part.fen());
    }
    if (!runnerUp.isEmpty()) {
      StringBuilder codes = new StringBuilder();
      long all = 0;
      for (Combination.Part part : runnerUp) {
        codes.append(codes.isEmpty() ? "" : "+").append(part.campaign().code());
        all += part.fen();
      }
      add(trace, codes.toString(), Verdict.RUNNER_UP, all);
    }
    return trace.toString();
  }

  private static void add(StringBuilder trace, String code, Verdict verdict, long fen) {
    trace.append(trace.isEmpty() ? "" : " ").append(code).append(':').append(verdict.name());
    if (fen > 0) {
      trace.append(':').append(fen);
    }
  }

  private static Combination.@Nullable Part part(List<Combination.Part> parts, Campaign campaign) {
    for (int i = 0; i < parts.size(); i++) {
      if (parts.get(i).campaign() == campaign) {
        return parts.get(i);
      }
    }
    return null;
  }

  /** Why what can be given is not among what was chosen. */
  private Verdict lost(Campaign campaign) {
    if (parts.size() < 2) {
      return Verdict.LESS;
    }
    int most = campaign.stacking().benefitsMax();
    for (Combination.Part part : parts) {
      Stacking chosen = part.campaign().stacking();
      if (chosen.excludes(campaign.stacking())) {
        return Verdict.GROUP_TAKEN;
      }
      if (!chosen.goesWith(campaign.stacking())) {
        return Verdict.NOT_STACKABLE;
      }
      most = Math.min(most, chosen.benefitsMax());
    }
    return parts.size() >= most ? Verdict.ORDER_FULL : Verdict.LESS;
  }

  private static String notHere(String named, Request request, Catalog catalog) {
    Campaign campaign = catalog.campaign(named);
    Verdict why = Verdict.NOT_AT_MERCHANT;
    if (campaign != null) {
      Integer terminal = catalog.terminal(request.terminal().value());
      boolean here = terminal == null || campaign.worksIn(catalog.sceneOf(terminal));
      why = here ? why : Verdict.NOT_IN_SCENE;
      why = campaign.isForEverybody() ? why : Verdict.NOT_OPEN;
    }
    return named + ':' + why;
  }

  /**
   * One campaign's verdict; null = it can be given.
   *
   * @param fen what it gives alone
   * @param onFen what it works on at the most: the order, or its marked lines
   * @param memberFen what the member's limits leave
   * @param budgetFen what the budget has
   * @param held what the member was given of it and could use here; null: it gives nothing out
   */
  record Weighed(
      Campaign campaign,
      @Nullable Verdict verdict,
      long fen,
      long onFen,
      long memberFen,
      long budgetFen,
      @Nullable Held held) {

    static Weighed not(Campaign campaign, Verdict verdict) {
      return new Weighed(campaign, verdict, 0, 0, 0, 0, null);
    }

    boolean beats(Weighed other) {
      return fen == other.fen ? Combination.endsBefore(campaign, other.campaign) : fen > other.fen;
    }

    /** Whether it can be given, alone or, where its budget is too small for that, with others. */
    boolean canGive() {
      return budgetFen > 0;
    }

    Weighed notNamed() {
      return verdict == null ? not(campaign, Verdict.NOT_NAMED).of(fen) : this;
    }

    private Weighed of(long alone) {
      return new Weighed(campaign, verdict, alone, onFen, memberFen, budgetFen, held);
    }
  }

  private static Weighed weigh(
      Campaign campaign, Request request, Card card, int site, Facts facts) {
    long orderFen = request.order().value();
    long onFen = campaign.lines() == null ? orderFen : request.markedFen(campaign.lines());
    Verdict cannot = cannotUse(campaign, orderFen, onFen, card, facts);
    if (cannot != null) {
      return Weighed.not(campaign, cannot);
    }
    Allowance use = facts.memberUse(card.member(), campaign.id());
    Campaign.MemberLimits limits = campaign.limitsHere();
    Verdict usedUp = use == null ? null : usedUp(limits, use, facts.today());
    if (usedUp != null) {
      return Weighed.not(campaign, usedUp);
    }
    Grants grants = campaign.grants();
    Held held = grants == null ? null : Held.of(campaign, grants, card.member(), site, facts);
    if (grants != null && held == null) {
      return Weighed.not(campaign, Verdict.NOTHING_GRANTED);
    }
    long left = use == null ? leftOfNew(limits) : left(limits, use, facts.today());
    left = held == null ? left : Math.min(left, held.leftFen());
    long fen = Math.min(campaign.benefit().discountOn(onFen), left);
    fen = Math.min(fen, orderFen - campaign.stacking().floor(orderFen));
    if (fen <= 0) {
      return Weighed.not(campaign, Verdict.NOTHING_TO_GIVE);
    }
    long budget = budgetFen(campaign, facts);
    return fen <= budget
        ? new Weighed(campaign, null, fen, onFen, left, budget, held)
        : new Weighed(campaign, Verdict.BUDGET_EXHAUSTED, 0, onFen, left, budget, held);
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
      Campaign campaign, long orderFen, long onFen, Card card, Facts facts) {
    if (facts.nowMs() < campaign.startsAtMs()) {
      return Verdict.NOT_STARTED;
    }
    if (facts.nowMs() >= campaign.endsAtMs()) {
      return Verdict.ENDED;
    }
    if (!campaign.times().hold(facts.nowMs())) {
      return Verdict.NOT_NOW;
    }
    if (!campaign.members().include(card, facts.catalog)) {
      return Verdict.NOT_FOR_MEMBER;
    }
    if (orderFen < campaign.orderFenMin() || !campaign.benefit().reachedBy(onFen)) {
      return Verdict.BELOW_THRESHOLD;
    }
    return null;
  }

  /** A budget pays a discount whole or not at all; a campaign without a budget row pays nothing. */
  private static long budgetFen(Campaign campaign, Facts facts) {
    Allowance budget = facts.budget(campaign.id());
    return budget == null ? 0 : budget.leftFen(facts.today());
  }

  /**
   * Why a sale that insists on a benefit gets none: the refusal of the named one, or of the
   * campaign that came nearest to being given, of those open to every member. Null if there is a
   * benefit or the sale does not insist.
   */
  @Nullable Refusal refusal(Request request) {
    if (!parts.isEmpty() || !Rules.insists(request)) {
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
          case CHOSEN, LESS, NOT_NAMED, NOT_STACKABLE, GROUP_TAKEN, ORDER_FULL, RUNNER_UP -> null;
          case NOT_STARTED, ENDED, NOT_NOW -> Refusal.BENEFIT_EXPIRED;
          case NOT_FOR_MEMBER, NOT_AT_MERCHANT, NOT_IN_SCENE, NOT_OPEN, NOTHING_GRANTED ->
              Refusal.BENEFIT_NOT_FOR_THIS_MERCHANT;
          case BELOW_THRESHOLD, NOTHING_TO_GIVE -> Refusal.AMOUNT_NOT_ALLOWED;
          case MEMBER_COUNT_USED, DAY_COUNT_USED -> Refusal.COUNT_OVER_LIMIT;
          case MEMBER_AMOUNT_USED, DAY_AMOUNT_USED -> Refusal.QUOTA_TOO_SMALL;
          case BUDGET_EXHAUSTED -> Refusal.BUDGET_EXHAUSTED;
        };
  }

  /** Who pays what of it; where it is paid with what the member was given, lot by lot. */
  List<Allocation> allocations(int merchant) {
    if (parts.isEmpty()) {
      return List.of();
    }
    List<Allocation> allocations = new ArrayList<>(2 * parts.size());
    for (Combination.Part part : parts) {
      List<Entry.Lot> lots = lots(part);
      if (lots.isEmpty()) {
        allocate(part.campaign(), merchant, part.fen(), 0, allocations);
      }
      for (Entry.Lot lot : lots) {
        allocate(part.campaign(), merchant, lot.fen(), lot.entitlement(), allocations);
      }
    }
    return allocations;
  }

  private static void allocate(
      Campaign campaign, int merchant, long fen, long lot, List<Allocation> to) {
    for (Funding.Part share : campaign.funding().split(fen, merchant)) {
      to.add(new Allocation(campaign.id(), share.funder(), share.party(), share.fen(), lot));
    }
  }

  private List<Entry.Lot> lots(Combination.Part part) {
    if (part.campaign().grants() != null) {
      for (Weighed one : weighed) {
        if (one.campaign == part.campaign() && one.held != null) {
          return one.held.parts(part.fen());
        }
      }
    }
    return List.of();
  }

  List<Entry.Use> uses(long member) {
    return parts.stream()
        .map(part -> new Entry.Use(part.campaign(), member, part.fen(), lots(part)))
        .toList();
  }
}
