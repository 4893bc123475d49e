package cn.unionecard.gateway.rules;

import cn.unionecard.gateway.model.OriginalRef;
import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.model.Request;
import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.gateway.rules.Deal.HoldState;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides what follows an earlier transaction: completes it, gives it back, undoes it.
 *
 * <p>A request and its reversal, in whichever order they come, leave the ledger as if neither had
 * come; where later ones depend on it, the reversal is refused.
 */
final class FollowOn {
  private final Request request;
  private final byte[] fingerprint;
  private final Terminal terminal;
  private final Facts facts;

  FollowOn(Request request, byte[] fingerprint, Terminal terminal, Facts facts) {
    this.request = request;
    this.fingerprint = fingerprint;
    this.terminal = terminal;
    this.facts = facts;
  }

  // ---- COMPLETION, RELEASE, VOID, REFUND

  /** The first decision on one of these. */
  Entry entry(KeyRef key) {
    Original named = named();
    Refusal refusal = refusal(named);
    if (refusal != null || named == null) {
      return refused(key, refusal == null ? Refusal.ORIGINAL_NOT_FOUND : refusal);
    }
    Deal deal = facts.deal(named.deal());
    return switch (request.type()) {
      case COMPLETION ->
          effective(key, named, deal, Effect.FINISHED, whole(deal, deal.allocations()));
      case RELEASE -> effective(key, named, deal, Effect.FREED, whole(deal, negated(deal)));
      case VOID -> effective(key, named, deal, Effect.RETURNED, deal.part(deal.restFen()));
      case REFUND -> effective(key, named, deal, Effect.RETURNED, refunded(deal));
      case VERIFY, SALE, REVERSAL, HOLD, ADVICE, EXPIRY -> throw new IllegalStateException();
    };
  }

  private Deal.Part refunded(Deal deal) {
    return request.isOfElements() ? deal.alone(asked(), elements(deal)) : deal.part(asked());
  }

  /**
   * The campaigns of a deal that a refund names. A till may name by its code what is open to every
   * member, and by their mark the lines that it has marked itself; of all else it hears the same.
   */
  private Set<Integer> elements(Deal deal) {
    Set<Integer> named = new HashSet<>();
    for (int id : deal.campaigns()) {
      Campaign campaign = facts.catalog.campaign(id);
      if (campaign != null && isNamed(campaign)) {
        named.add(id);
      }
    }
    return named;
  }

  private boolean isNamed(Campaign campaign) {
    String code = request.benefit();
    return code != null
        ? campaign.isForEverybody() && campaign.code().equals(code)
        : request.lines().stream().anyMatch(line -> line.mark().equals(campaign.lines()));
  }

  private @Nullable Refusal refusalOfElements(Deal deal) {
    Set<Integer> elements = elements(deal);
    if (elements.isEmpty()) {
      return Refusal.BENEFIT_NOT_FOR_THIS_MERCHANT;
    }
    long left = 0;
    for (int campaign : elements) {
      left += deal.leftOf(campaign);
    }
    if (left == 0) {
      return Refusal.ORIGINAL_ALREADY_UNDONE;
    }
    if (asked() < left) {
      return Refusal.AMOUNT_NOT_ALLOWED;
    }
    return asked() - left > deal.memberLeftFen() ? Refusal.REFUND_EXCEEDS_PAID : null;
  }

  private @Nullable Original named() {
    OriginalRef ref = request.original();
    if (ref instanceof OriginalRef.Id id) {
      return facts.originalOrNull(id.id().value());
    }
    if (!(ref instanceof OriginalRef.Key key)) {
      return null;
    }
    Integer maker = facts.catalog.terminal(key.terminal().value());
    Answered asked =
        maker == null
            ? null
            : facts.answer(new KeyRef(maker, key.requestId().value(), KeyRef.Kind.REQUEST));
    return asked == null ? null : facts.originalOrNull(asked.id());
  }

  private @Nullable Refusal refusal(@Nullable Original named) {
    // who completes, sells; who undoes may do so for a suspended merchant, too
    boolean sells = request.type() == TransactionType.COMPLETION;
    Refusal own = sells ? terminal.refusalToSell(request) : terminal.refusalOf(request);
    if (own != null) {
      return own;
    }
    if (request.type() == TransactionType.REFUND && asked() == 0) {
      return Refusal.AMOUNT_NOT_ALLOWED;
    }
    if (named == null || named.effect() == Effect.NONE || named.merchant() != terminal.merchant()) {
      return Refusal.ORIGINAL_NOT_FOUND;
    }
    if (!canFollow(named.type())) {
      return Refusal.TYPE_NOT_SUPPORTED;
    }
    return refusal(named, facts.deal(named.deal()));
  }

  private boolean canFollow(TransactionType original) {
    boolean ofHold = request.type() == TransactionType.COMPLETION;
    ofHold |= request.type() == TransactionType.RELEASE;
    return switch (original) {
      case HOLD -> ofHold;
      case SALE, ADVICE, COMPLETION -> !ofHold;
      case VERIFY, REVERSAL, RELEASE, VOID, REFUND, EXPIRY -> false;
    };
  }

  private @Nullable Refusal refusal(Original named, Deal deal) {
    return switch (request.type()) {
      case COMPLETION, RELEASE -> {
        boolean ended = !deal.isOpen() || isDue(deal);
        yield ended ? Refusal.ORIGINAL_ALREADY_UNDONE : otherAmount(deal);
      }
      case VOID -> {
        if (!stands(named, deal) || !deal.isUntouched()) {
          yield Refusal.ORIGINAL_ALREADY_UNDONE;
        }
        Refusal other = otherAmount(deal);
        yield other == null && outsideBatch(named) ? Refusal.VOID_OUTSIDE_BATCH : other;
      }
      case REFUND -> {
        if (!stands(named, deal)) {
          yield Refusal.ORIGINAL_ALREADY_UNDONE;
        }
        if (request.isOfElements()) {
          yield refusalOfElements(deal);
        }
        yield asked() > deal.restFen() ? Refusal.REFUND_EXCEEDS_PAID : null;
      }
      case VERIFY, SALE, REVERSAL, HOLD, ADVICE, EXPIRY -> null;
    };
  }

  private @Nullable Refusal otherAmount(Deal deal) {
    return asked() != 0 && asked() != deal.terms.orderFen()
        ? Refusal.ORIGINAL_AMOUNT_DIFFERS
        : null;
  }

  private boolean outsideBatch(Original named) {
    return named.terminal() != terminal.id() || named.batch() != terminal.batch();
  }

  /** Whether anything of it is left; a completion that was reversed has none. */
  private static boolean stands(Original named, Deal deal) {
    return !deal.back().whole()
        && (named.type() != TransactionType.COMPLETION || endedBy(named, deal));
  }

  private static boolean endedBy(Original named, Deal deal) {
    Deal.Hold hold = deal.hold();
    return hold != null && hold.end() == named.id();
  }

  private boolean isDue(Deal deal) {
    Deal.Hold hold = deal.hold();
    return hold != null && hold.dueMs() <= facts.stampMs();
  }

  private long asked() {
    return request.order().value();
  }

  // ---- REVERSAL

  Decision reverse() {
    String id = request.requestId().value();
    KeyRef own = new KeyRef(terminal.id(), id, KeyRef.Kind.REVERSAL);
    KeyRef originalKey = new KeyRef(terminal.id(), id, KeyRef.Kind.REQUEST);
    Answered done = facts.answer(own);
    Answered asked = facts.answer(originalKey);
    if (done != null) {
      return new Decision.Replay(done.id());
    }
    if (asked == null) {
      return record(withoutEffect(originalKey, terminal.merchant()));
    }
    if (asked.type() == TransactionType.REVERSAL) {
      return new Decision.Replay(asked.id());
    }
    Original original = facts.original(asked.id());
    if (asked() != 0 && asked() != original.orderFen()) {
      return new Decision.Declined(Refusal.ORIGINAL_AMOUNT_DIFFERS);
    }
    return record(
        original.effect() == Effect.NONE
            ? withoutEffect(own, original.merchant())
            : reversal(own, original, facts.deal(original.deal())));
  }

  private Entry reversal(KeyRef key, Original original, Deal deal) {
    return switch (original.type()) {
      case SALE, ADVICE -> reverseSale(key, original, deal);
      case HOLD -> reverseHold(key, original, deal);
      case COMPLETION -> reverseCompletion(key, original, deal);
      case RELEASE -> reverseRelease(key, original, deal);
      case VOID, REFUND -> again(key, original, deal, Effect.SPENT);
      case VERIFY, REVERSAL, EXPIRY ->
          throw new IllegalStateException(original.type() + " stands under a request's key");
    };
  }

  private Entry reverseSale(KeyRef key, Original original, Deal deal) {
    if (deal.back().whole()) {
      return withoutEffect(key, original.merchant());
    }
    return deal.isUntouched()
        ? effective(key, original, deal, Effect.RETURNED, deal.part(deal.restFen()))
        : refused(key, Refusal.ORIGINAL_ALREADY_UNDONE);
  }

  private Entry reverseHold(KeyRef key, Original original, Deal deal) {
    if (deal.isOpen()) {
      return effective(key, original, deal, Effect.FREED, whole(deal, negated(deal)));
    }
    return deal.isFinal() && !deal.back().whole()
        ? refused(key, Refusal.ORIGINAL_ALREADY_UNDONE)
        : withoutEffect(key, original.merchant());
  }

  private Entry reverseCompletion(KeyRef key, Original original, Deal deal) {
    if (!stands(original, deal)) {
      return withoutEffect(key, original.merchant());
    }
    return deal.isUntouched()
        ? effective(key, original, deal, Effect.UNFINISHED, whole(deal, negated(deal)))
        : refused(key, Refusal.ORIGINAL_ALREADY_UNDONE);
  }

  private Entry reverseRelease(KeyRef key, Original original, Deal deal) {
    return isDue(deal)
        ? withoutEffect(key, original.merchant())
        : again(key, original, deal, Effect.RESERVED);
  }

  /** What was given back is taken again, if its allowances are still there. */
  private Entry again(KeyRef key, Original original, Deal deal, Effect effect) {
    List<Allocation> taken = original.allocations().stream().map(Allocation::negated).toList();
    Deal.Part part = new Deal.Part(original.orderFen(), original.memberPaysFen(), taken);
    Entry entry = effective(key, original, deal, effect, part);
    Refusal missing = facts.cannotRetake(entry);
    return missing == null ? entry : refused(key, missing);
  }

  // ---- EXPIRY

  Decision expire() {
    String id = request.requestId().value();
    KeyRef own = new KeyRef(terminal.id(), id, KeyRef.Kind.EXPIRY);
    Answered done = facts.answer(own);
    Answered asked = facts.answer(new KeyRef(terminal.id(), id, KeyRef.Kind.REQUEST));
    if (done != null) {
      return new Decision.Replay(done.id());
    }
    if (asked == null || asked.type() != TransactionType.HOLD) {
      return new Decision.Declined(Refusal.ORIGINAL_NOT_FOUND);
    }
    Original original = facts.original(asked.id());
    if (original.effect() == Effect.NONE) {
      return new Decision.Declined(Refusal.ORIGINAL_NOT_FOUND);
    }
    Deal deal = facts.deal(original.deal());
    return deal.isOpen() && isDue(deal)
        ? record(effective(own, original, deal, Effect.FREED, whole(deal, negated(deal))))
        : new Decision.Declined(Refusal.ORIGINAL_ALREADY_UNDONE);
  }

  // ---- entries

  private Entry record(Entry entry) {
    facts.record(entry);
    return entry;
  }

  private static Deal.Part whole(Deal deal, List<Allocation> allocations) {
    return new Deal.Part(deal.terms.orderFen(), deal.terms.memberPaysFen(), allocations);
  }

  private static List<Allocation> negated(Deal deal) {
    return deal.allocations().stream().map(Allocation::negated).toList();
  }

  private Entry refused(KeyRef key, Refusal refusal) {
    return Entry.refused(facts, terminal, request, fingerprint, key, refusal, null, "");
  }

  private Entry withoutEffect(KeyRef key, int merchant) {
    Deal.Part nothing = new Deal.Part(0, 0, List.of());
    return entry(key, merchant, null, null, Effect.NONE, nothing);
  }

  private Entry effective(KeyRef key, Original named, Deal deal, Effect effect, Deal.Part part) {
    return entry(key, deal.terms.merchant(), named, deal, effect, part);
  }

  private Entry entry(
      KeyRef key,
      int merchant,
      @Nullable Original named,
      @Nullable Deal deal,
      Effect effect,
      Deal.Part part) {
    return new Entry(
        facts.nextId(),
        request,
        key,
        fingerprint,
        null,
        merchant,
        terminal.batch(),
        null,
        null,
        effect,
        part.orderFen(),
        part.memberFen(),
        part.allocations(),
        List.of(),
        named,
        deal,
        "");
  }

  /** Which state an entry leaves a hold in. */
  static HoldState holdAfter(Entry entry) {
    return switch (entry.effect()) {
      case FINISHED -> HoldState.COMPLETED;
      case RESERVED, UNFINISHED -> HoldState.OPEN;
      case FREED -> freedBy(entry.request().type());
      case NONE, SPENT, RETURNED -> throw new IllegalStateException("not of a hold");
    };
  }

  private static HoldState freedBy(TransactionType type) {
    return switch (type) {
      case RELEASE -> HoldState.RELEASED;
      case EXPIRY -> HoldState.EXPIRED;
      case VERIFY, SALE, REVERSAL, HOLD, COMPLETION, VOID, REFUND, ADVICE -> HoldState.REVERSED;
    };
  }
}
