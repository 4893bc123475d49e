package cn.unionecard.gateway.rules;

import cn.unionecard.gateway.code.Scan;
import cn.unionecard.gateway.model.BenefitName;
import cn.unionecard.gateway.model.CardNo;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.Offline;
import cn.unionecard.gateway.model.Quote;
import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.model.Request;
import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.gateway.model.WithoutBenefit;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The decision: one request after another, each seeing the effects of the ones before it in its
 * block. An earlier answer beats every rule; then the first refusal that applies.
 */
public final class Rules {
  private Rules() {}

  /**
   * Decides one request and records its effects in the facts.
   *
   * @param scan the request's code as it was read
   * @param fingerprint hash of the request's business fields, 16 bytes
   */
  public static Decision decide(Request request, Scan scan, byte[] fingerprint, Facts facts) {
    Integer terminalId = facts.catalog.terminal(request.terminal().value());
    Terminal terminal = terminalId == null ? null : facts.terminal(terminalId);
    if (terminal == null) {
      return new Decision.Declined(Refusal.TERMINAL_UNKNOWN);
    }
    return switch (request.type()) {
      case VERIFY -> verify(request, scan, terminal, facts);
      case REVERSAL -> new FollowOn(request, fingerprint, terminal, facts).reverse();
      case EXPIRY -> new FollowOn(request, fingerprint, terminal, facts).expire();
      case SALE, HOLD, ADVICE, COMPLETION, RELEASE, VOID, REFUND ->
          keyed(request, scan, fingerprint, terminal, facts);
    };
  }

  /**
   * Guessing is slowed, nothing else: what presents no code undoes or completes, and an offline
   * sale has happened.
   */
  private static boolean isSlowed(Request request, Facts facts) {
    return request.type().sells()
        && request.offline() == null
        && facts.hints().slowed().contains(request.terminal().value());
  }

  // ---- VERIFY

  private static Decision verify(Request request, Scan scan, Terminal terminal, Facts facts) {
    Refusal refusal = terminal.refusalToSell(request);
    if (refusal != null) {
      return new Decision.Quoted(quote(request, refusal, null, null), null);
    }
    PresentedCode presented = PresentedCode.of(scan, request, facts);
    if (presented.refusal() != null) {
      return new Decision.Quoted(quote(request, presented.refusal(), presented.card(), null), null);
    }
    Choice choice = choose(request, presented.cardFound(), terminal, facts);
    return new Decision.Quoted(
        quote(request, choice.refusal(request), presented.card(), choice), presented.code());
  }

  private static Quote quote(
      Request request, @Nullable Refusal refusal, @Nullable Card card, @Nullable Choice choice) {
    return new Quote(
        refusal,
        card == null ? "" : new CardNo(card.serial()).tail(),
        card == null ? "" : card.holder(),
        request.order(),
        Fen.of(choice == null ? 0 : choice.fen()),
        choice == null ? BenefitName.NONE : choice.benefitName(),
        choice == null ? List.of() : choice.offers(),
        0);
  }

  // ---- everything that has a key of its own

  private static Decision keyed(
      Request request, Scan scan, byte[] fingerprint, Terminal terminal, Facts facts) {
    String id = request.requestId().value();
    KeyRef key = new KeyRef(terminal.id(), id, KeyRef.Kind.REQUEST);
    Answered earlier = facts.answer(key);
    if (earlier != null && earlier.type() == TransactionType.REVERSAL) {
      return late(request, fingerprint, terminal, facts);
    }
    if (earlier != null) {
      return again(earlier, fingerprint);
    }
    if (isSlowed(request, facts)) {
      return new Decision.Slowed();
    }
    Entry entry =
        request.type().sells()
            ? newSale(request, scan, fingerprint, key, terminal, facts)
            : new FollowOn(request, fingerprint, terminal, facts).entry(key);
    facts.record(entry);
    return entry;
  }

  private static Decision again(Answered earlier, byte[] fingerprint) {
    return Arrays.equals(earlier.fingerprint(), fingerprint)
        ? new Decision.Replay(earlier.id())
        : new Decision.Declined(Refusal.CONFLICTS_WITH_EARLIER);
  }

  /** A request whose reversal came first: refused, and that is its answer for ever. */
  private static Decision late(
      Request request, byte[] fingerprint, Terminal terminal, Facts facts) {
    KeyRef key = new KeyRef(terminal.id(), request.requestId().value(), KeyRef.Kind.LATE);
    Answered earlier = facts.answer(key);
    if (earlier != null) {
      return again(earlier, fingerprint);
    }
    Refusal refusal = Refusal.ORIGINAL_ALREADY_UNDONE;
    Entry entry = refused(request, fingerprint, key, terminal, refusal, null, null, facts);
    facts.record(entry);
    return entry;
  }

  // ---- SALE, HOLD, ADVICE

  private static Entry newSale(
      Request request, Scan scan, byte[] fingerprint, KeyRef key, Terminal terminal, Facts facts) {
    Refusal refusal = terminal.refusalToSell(request);
    if (refusal != null) {
      return refused(request, fingerprint, key, terminal, refusal, null, null, facts);
    }
    PresentedCode presented = PresentedCode.of(scan, request, facts);
    refusal =
        presented.refusal() == null ? overLimit(request, terminal, facts) : presented.refusal();
    if (refusal != null) {
      return refused(request, fingerprint, key, terminal, refusal, presented.card(), null, facts);
    }
    Card card = presented.cardFound();
    Choice choice = choose(request, card, terminal, facts);
    Refusal without = choice.refusal(request);
    if (without != null) {
      return refused(request, fingerprint, key, terminal, without, card, choice, facts);
    }
    return approved(request, fingerprint, key, terminal, presented, choice, facts);
  }

  private static @Nullable Refusal overLimit(Request request, Terminal terminal, Facts facts) {
    Bounds bounds = facts.bounds();
    long fen = request.order().value();
    Offline offline = request.offline();
    if (fen > bounds.orderFenMax() || (offline != null && fen > bounds.offlineFenMax())) {
      return Refusal.AMOUNT_OVER_LIMIT;
    }
    if (offline == null) {
      return null;
    }
    int count = facts.counter(terminal.id()).countWith(offline.atMs(), bounds.offlineAgeMs());
    return count > bounds.offlineCountMax() ? Refusal.COUNT_OVER_LIMIT : null;
  }

  private static Entry approved(
      Request request,
      byte[] fingerprint,
      KeyRef key,
      Terminal terminal,
      PresentedCode presented,
      Choice choice,
      Facts facts) {
    Card card = presented.cardFound();
    return new Entry(
        facts.nextId(),
        request,
        key,
        fingerprint,
        null,
        terminal.merchant(),
        terminal.batch(),
        card,
        presented.code(),
        request.type() == TransactionType.HOLD ? Effect.RESERVED : Effect.SPENT,
        request.order().value(),
        request.order().value() - choice.fen(),
        choice.allocations(terminal.merchant()),
        choice.uses(card.member()),
        null,
        null,
        choice.trace(request, facts.catalog));
  }

  private static Entry refused(
      Request request,
      byte[] fingerprint,
      KeyRef key,
      Terminal terminal,
      Refusal refusal,
      @Nullable Card card,
      @Nullable Choice choice,
      Facts facts) {
    return Entry.refused(
        facts,
        terminal,
        request,
        fingerprint,
        key,
        refusal,
        card,
        choice == null ? "" : choice.trace(request, facts.catalog));
  }

  private static Choice choose(Request request, Card card, Terminal terminal, Facts facts) {
    // a till without a line cannot price: what it sold, it sold at the full price
    return request.offline() != null
        ? Choice.none(request)
        : Choice.among(
            facts.catalog.at(terminal.merchant(), facts.catalog.sceneOf(terminal.id())),
            request,
            card,
            terminal.merchant(),
            facts);
  }

  /** Whether a sale that got no benefit shall be refused. */
  static boolean insists(Request request) {
    return request.withoutBenefit() != WithoutBenefit.APPROVE;
  }
}
