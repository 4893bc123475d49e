package cn.unionecard.gateway.rules;

import cn.unionecard.gateway.code.Match;
import cn.unionecard.gateway.code.MemberCodes;
import cn.unionecard.gateway.code.Scan;
import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.model.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The code as it was presented: which card it is of, and why it may not pay.
 *
 * @param refusal why not, or null
 * @param card the card, if one was found by a right one-time password
 * @param code the code as it pays, if it may
 */
record PresentedCode(@Nullable Refusal refusal, @Nullable Card card, @Nullable CodeUse code) {

  Card cardFound() {
    return Objects.requireNonNull(card);
  }

  static PresentedCode of(Scan scan, Request request, Facts facts) {
    if (scan instanceof Scan.MemberCode code) {
      return isOutOfTime(request, facts)
          ? refused(Refusal.CODE_EXPIRED)
          : matched(code, request, facts);
    }
    return refused(
        scan instanceof Scan.OtherWallet ? Refusal.CODE_OF_ANOTHER_WALLET : Refusal.CODE_MALFORMED);
  }

  /** An offline sale of too long ago, or of a time that has not come. */
  private static boolean isOutOfTime(Request request, Facts facts) {
    long ageMs = facts.nowMs() - facts.judgedMs(request);
    return ageMs > facts.bounds().offlineAgeMs() || ageMs < -Bounds.AHEAD_MS;
  }

  private static PresentedCode matched(Scan.MemberCode code, Request request, Facts facts) {
    // A locked alias says so whether or not the password is right: anything else would go on
    // telling a guesser.
    boolean offline = request.offline() != null;
    if (!offline && facts.hints().locked(code.alias())) {
      return refused(Refusal.CODE_LOCKED);
    }
    long at = facts.judgedMs(request) / 1000;
    boolean expired = false;
    List<MemberCodes.Candidate> nobodys = new ArrayList<>();
    for (MemberCodes.Candidate candidate : facts.candidates(request, code)) {
      Card card = facts.card(candidate.serial());
      if (card == null) {
        nobodys.add(candidate);
        continue;
      }
      Match match = facts.codes.match(code, candidate, card.epoch(), at);
      if (match.isAccepted()) {
        return of(card, new CodeUse(card.serial(), match.step()), request, facts);
      }
      expired |= match.equals(Match.EXPIRED);
    }
    for (MemberCodes.Candidate nobody : nobodys) {
      // the same work as for a card, so that its time does not tell that there is none
      Match unused = facts.codes.match(code, nobody, 1, at);
    }
    return refused(expired ? Refusal.CODE_EXPIRED : Refusal.CODE_UNKNOWN);
  }

  private static PresentedCode of(Card card, CodeUse code, Request request, Facts facts) {
    boolean claimed = facts.hints().claimedByAnother(code, request.terminal().value());
    if (facts.isUsed(code) || (claimed && request.offline() == null)) {
      return new PresentedCode(Refusal.CODE_ALREADY_USED, card, null);
    }
    return switch (card.status()) {
      case ACTIVE -> new PresentedCode(null, card, code);
      case LOST -> new PresentedCode(Refusal.CARD_LOST, card, null);
      case ISSUED, SUSPENDED, CANCELLED -> new PresentedCode(Refusal.CARD_NOT_ACTIVE, card, null);
    };
  }

  private static PresentedCode refused(Refusal refusal) {
    return new PresentedCode(refusal, null, null);
  }
}
