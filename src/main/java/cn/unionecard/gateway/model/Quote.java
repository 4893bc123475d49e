package cn.unionecard.gateway.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a VERIFY: what a sale would give now. Promises nothing and is not recorded.
 *
 * @param refusal why a sale would be refused, or null
 * @param cardTail last four digits of the card, empty if unknown
 * @param holder masked surname, empty if unknown
 * @param order the order's amount asked about, fen
 * @param discount what the best benefit would give, fen
 * @param benefitName what would be given, in the one line that a till may know
 * @param offers the benefits open to every member that this order can have
 * @param claimedUntilMs until when the code is kept for this terminal, ms since 1970; 0 if it is
 *     not
 */
public record Quote(
    @Nullable Refusal refusal,
    String cardTail,
    String holder,
    Fen order,
    Fen discount,
    String benefitName,
    List<Offer> offers,
    long claimedUntilMs) {
  public Quote {
    offers = List.copyOf(offers);
  }

  /** The same, the code kept for its terminal until then, ms since 1970. */
  public Quote claimedUntil(long untilMs) {
    return new Quote(refusal, cardTail, holder, order, discount, benefitName, offers, untilMs);
  }
}
