package cn.unionecard.gateway.rules;

import cn.unionecard.gateway.model.CardNo;
import cn.unionecard.gateway.model.Fen;
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
   * @param fingerprint hash of the request's business fields, 16 bytes
   */
  public static Decision decide(Request request, byte[] fingerprint, Facts facts) {
    Integer terminalId = facts.catalog.terminal(request.terminal().value());
    Terminal terminal = terminalId == null ? null : facts.terminal(terminalId);
    if (terminal == null) {
      return new Decision.Declined(Refusal.TERMINAL_UNKNOWN);
    }
    return switch (request.type()) {
      case VERIFY -> verify(request, terminal, facts);
      case SALE -> sale(request, fingerprint, terminal, facts);
      case REVERSAL -> reverse(request, fingerprint, terminal, facts);
    };
  }

  // ---- VERIFY

  private static Decision verify(Request request, Terminal terminal, Facts facts) {
    Refusal refusal = terminal.refusal();
    if (refusal != null) {
      return new Decision.Quoted(quote(request, refusal, null, null), null);
    }
    Presented presented = Presented.read(request, facts);
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
        choice == null ? List.of() : choice.offers(),
        0);
  }

  // ---- SALE

  private static Decision sale(
      Request request, byte[] fingerprint, Terminal terminal, Facts facts) {
    String id = request.requestId().value();
    KeyRef key = new KeyRef(terminal.id(), id, KeyRef.Kind.REQUEST);
    Answered earlier = facts.answer(key);
    if (earlier != null && earlier.type() == TransactionType.REVERSAL) {
      return late(request, fingerprint, terminal, facts);
    }
    if (earlier != null) {
      return again(earlier, fingerprint);
    }
    Entry entry = newSale(request, fingerprint, key, terminal, facts);
    facts.record(entry);
    return entry;
  }

  private static Decision again(Answered earlier, byte[] fingerprint) {
    return Arrays.equals(earlier.fingerprint(), fingerprint)
        ? new Decision.Replay(earlier.id())
        : new Decision.Declined(Refusal.CONFLICTS_WITH_EARLIER);
  }

  /** A sale whose reversal came first: refused, and that refusal is its answer for ever. */
  private static Decision late(
      Request request, byte[] fingerprint, Terminal terminal, Facts facts) {
    KeyRef key = new KeyRef(terminal.id(), request.requestId().value(), KeyRef.Kind.LATE);
    Answered earlier = facts.answer(key);
    if (earlier != null) {
      return again(earlier, fingerprint);
    }
    Entry entry =
        refused(
            request,
            fingerprint,
            key,
            terminal,
            Refusal.ORIGINAL_ALREADY_UNDONE,
            null,
            null,
            facts);
    facts.record(entry);
    return entry;
  }

  private static Entry newSale(
      Request request, byte[] fingerprint, KeyRef key, Terminal terminal, Facts facts) {
    Refusal refusal = terminal.refusal();
    if (refusal != null) {
      return refused(request, fingerprint, key, terminal, refusal, null, null, facts);
    }
    Presented presented = Presented.read(request, facts);
    if (presented.refusal() != null) {
      return refused(
          request, fingerprint, key, terminal, presented.refusal(), presented.card(), null, facts);
    }
    Card card = presented.cardFound();
    Choice choice = choose(request, card, terminal, facts);
    Refusal without = choice.refusal(request);
    if (without != null) {
      return refused(request, fingerprint, key, terminal, without, card, choice, facts);
    }
    return approved(request, fingerprint, key, terminal, presented, choice, facts);
  }

  private static Entry approved(
      Request request,
      byte[] fingerprint,
      KeyRef key,
      Terminal terminal,
      Presented presented,
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
        card,
        presented.code(),
        request.order().value(),
        request.order().value() - choice.fen(),
        choice.allocations(terminal.merchant()),
        choice.uses(card.member()),
        null,
        choice.offers());
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
    return new Entry(
        facts.nextId(),
        request,
        key,
        fingerprint,
        refusal,
        terminal.merchant(),
        card,
        null,
        request.order().value(),
        request.order().value(),
        List.of(),
        List.of(),
        null,
        choice == null ? List.of() : choice.offers());
  }

  private static Choice choose(Request request, Card card, Terminal terminal, Facts facts) {
    return Choice.among(facts.catalog.at(terminal.merchant()), request, card, facts);
  }

  // ---- REVERSAL

  private static Decision reverse(
      Request request, byte[] fingerprint, Terminal terminal, Facts facts) {
    String id = request.requestId().value();
    KeyRef own = new KeyRef(terminal.id(), id, KeyRef.Kind.REVERSAL);
    KeyRef originalKey = new KeyRef(terminal.id(), id, KeyRef.Kind.REQUEST);
    Answered done = facts.answer(own);
    Answered asked = facts.answer(originalKey);
    if (done != null) {
      return new Decision.Replay(done.id());
    }
    if (asked == null) {
      return record(undoing(request, fingerprint, originalKey, terminal, null, facts), facts);
    }
    if (asked.type() == TransactionType.REVERSAL) {
      return new Decision.Replay(asked.id());
    }
    Original original = facts.original(asked.id());
    long amount = request.order().value();
    if (amount != 0 && amount != original.orderFen()) {
      return new Decision.Declined(Refusal.ORIGINAL_AMOUNT_DIFFERS);
    }
    Original effective = original.approved() && !original.undone() ? original : null;
    return record(undoing(request, fingerprint, own, terminal, effective, facts), facts);
  }

  private static Decision record(Entry entry, Facts facts) {
    facts.record(entry);
    return entry;
  }

  /** Takes an original back; without one it only leaves its mark, so that a late original fails. */
  private static Entry undoing(
      Request request,
      byte[] fingerprint,
      KeyRef key,
      Terminal terminal,
      @Nullable Original original,
      Facts facts) {
    return new Entry(
        facts.nextId(),
        request,
        key,
        fingerprint,
        null,
        original == null ? terminal.merchant() : original.merchant(),
        null,
        null,
        original == null ? 0 : original.orderFen(),
        original == null ? 0 : original.memberPaysFen(),
        original == null
            ? List.of()
            : original.allocations().stream().map(Allocation::negated).toList(),
        List.of(),
        original,
        List.of());
  }

  /** Whether a sale that got no benefit shall be refused. */
  static boolean insists(Request request) {
    return request.withoutBenefit() == WithoutBenefit.REFUSE;
  }
}
