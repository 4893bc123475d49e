package cn.unionecard.gateway.model;

import org.jspecify.annotations.Nullable;

/**
 * What one terminal asks, the same whichever protocol brought it.
 *
 * @param type what is asked
 * @param terminal who asks; proved by the edge
 * @param requestId the client's key; of a REVERSAL the key of its original
 * @param code the scanned text as it came from the reader; empty for a REVERSAL
 * @param order the order's amount, fen; of a REVERSAL zero, or the original's amount to be compared
 * @param benefit the campaign code the till names, or null for the best one
 * @param withoutBenefit what to do when no benefit, or not the named one, can be given
 */
public record Request(
    TransactionType type,
    TerminalId terminal,
    RequestId requestId,
    String code,
    Fen order,
    @Nullable String benefit,
    WithoutBenefit withoutBenefit) {
  /** The longest scanned text looked at, characters. */
  public static final int CODE_LENGTH_MAX = 64;

  public Request {
    if (order.value() < 0) {
      throw new IllegalArgumentException("order of " + order.value() + " fen is negative");
    }
    if (code.length() > CODE_LENGTH_MAX) {
      throw new IllegalArgumentException(
          "code of " + code.length() + " characters is longer than " + CODE_LENGTH_MAX);
    }
  }

  /** A reversal by key. */
  public static Request reversal(TerminalId terminal, RequestId original, Fen order) {
    return new Request(
        TransactionType.REVERSAL, terminal, original, "", order, null, WithoutBenefit.APPROVE);
  }

  @Override
  public String toString() {
    return type + " " + terminal + "/" + requestId + " " + order.value() + " fen";
  }
}
