package cn.unionecard.gateway.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one terminal asks, the same whichever protocol brought it.
 *
 * @param type what is asked
 * @param terminal who asks; proved by the edge
 * @param requestId the client's key; of a REVERSAL and an EXPIRY the key of its original
 * @param code the scanned text as it came from the reader; empty where nothing is scanned
 * @param order the order's amount, fen; of a REFUND the part of the order that comes back; of what
 *     else names an original zero, or the original's amount to be compared
 * @param benefit the campaign code the till names, or null for the best one; of a REFUND the one
 *     whose discount comes back alone, or null
 * @param withoutBenefit what to do when no benefit, or not the named one, can be given
 * @param original what a COMPLETION, RELEASE, VOID or REFUND names, or null
 * @param batch the batch number that the terminal believes to be in, or 0 if it does not say
 * @param offline what the terminal says of an ADVICE, or null
 * @param lines lines of the order on which some benefits work alone; together at most the order; of
 *     a REFUND the one whose discounts come back alone, or none
 */
public record Request(
    TransactionType type,
    TerminalId terminal,
    RequestId requestId,
    String code,
    Fen order,
    @Nullable String benefit,
    WithoutBenefit withoutBenefit,
    @Nullable OriginalRef original,
    int batch,
    @Nullable Offline offline,
    List<OrderLine> lines) {
  /** The longest scanned text looked at, characters. */
  public static final int CODE_LENGTH_MAX = 600;

  /** The largest batch number; the first is 1. */
  public static final int BATCH_MAX = 999_999;

  public Request {
    if (order.value() < 0) {
      throw new IllegalArgumentException("order of " + order.value() + " fen is negative");
    }
    if (code.length() > CODE_LENGTH_MAX) {
      throw new IllegalArgumentException(
          "code of " + code.length() + " characters is longer than " + CODE_LENGTH_MAX);
    }
    if (batch < 0 || batch > BATCH_MAX) {
      throw new IllegalArgumentException("batch " + batch + " is not in 0 to " + BATCH_MAX);
    }
    if ((original != null) != namesOriginal(type) || (offline != null) != isAdvice(type)) {
      throw new IllegalArgumentException(type + " with or without what it needs");
    }
    lines = List.copyOf(lines);
    if (lines.size() > OrderLine.LINES_MAX || sum(lines) > order.value()) {
      throw new IllegalArgumentException(
          "lines are more than " + OrderLine.LINES_MAX + " or more than the order");
    }
  }

  /** One without marked lines. */
  public Request(
      TransactionType type,
      TerminalId terminal,
      RequestId requestId,
      String code,
      Fen order,
      @Nullable String benefit,
      WithoutBenefit withoutBenefit,
      @Nullable OriginalRef original,
      int batch,
      @Nullable Offline offline) {
    this(
        type,
        terminal,
        requestId,
        code,
        order,
        benefit,
        withoutBenefit,
        original,
        batch,
        offline,
        List.of());
  }

  private static long sum(List<OrderLine> lines) {
    long fen = 0;
    for (OrderLine line : lines) {
      fen += line.amount().value();
    }
    return fen;
  }

  /** What of the order is marked so, fen. */
  public long markedFen(String mark) {
    long fen = 0;
    for (OrderLine line : lines) {
      fen += line.mark().equals(mark) ? line.amount().value() : 0;
    }
    return fen;
  }

  /** The same with these lines marked. */
  public Request with(List<OrderLine> marked) {
    return new Request(
        type,
        terminal,
        requestId,
        code,
        order,
        benefit,
        withoutBenefit,
        original,
        batch,
        offline,
        marked);
  }

  /** A refund with which nothing comes back but what one benefit gave. */
  public Request ofBenefit(String code) {
    return new Request(
        type,
        terminal,
        requestId,
        this.code,
        order,
        code,
        withoutBenefit,
        original,
        batch,
        offline,
        lines);
  }

  /** A refund with which nothing comes back but what was given on lines of that mark. */
  public Request ofLines(String mark) {
    return with(List.of(new OrderLine(mark, order)));
  }

  /** Whether it is a refund of some elements of a discount alone. */
  public boolean isOfElements() {
    return type == TransactionType.REFUND && (benefit != null || !lines.isEmpty());
  }

  /** A request that stands alone: VERIFY, SALE, HOLD. */
  public Request(
      TransactionType type,
      TerminalId terminal,
      RequestId requestId,
      String code,
      Fen order,
      @Nullable String benefit,
      WithoutBenefit withoutBenefit) {
    this(type, terminal, requestId, code, order, benefit, withoutBenefit, null, 0, null);
  }

  private static boolean namesOriginal(TransactionType type) {
    return switch (type) {
      case COMPLETION, RELEASE, VOID, REFUND -> true;
      case VERIFY, SALE, HOLD, ADVICE, REVERSAL, EXPIRY -> false;
    };
  }

  private static boolean isAdvice(TransactionType type) {
    return type == TransactionType.ADVICE;
  }

  /** A reversal by key. */
  public static Request reversal(TerminalId terminal, RequestId original, Fen order) {
    return new Request(
        TransactionType.REVERSAL, terminal, original, "", order, null, WithoutBenefit.APPROVE);
  }

  /** The end of a hold that nobody completed, by the hold's key. */
  public static Request expiry(TerminalId terminal, RequestId hold) {
    return new Request(
        TransactionType.EXPIRY, terminal, hold, "", Fen.ZERO, null, WithoutBenefit.APPROVE);
  }

  /** A COMPLETION, RELEASE, VOID or REFUND. */
  public static Request following(
      TransactionType type,
      TerminalId terminal,
      RequestId requestId,
      OriginalRef original,
      Fen order) {
    return new Request(
        type, terminal, requestId, "", order, null, WithoutBenefit.APPROVE, original, 0, null);
  }

  /** An offline sale, reported later. */
  public static Request advice(
      TerminalId terminal,
      RequestId requestId,
      String code,
      Fen order,
      @Nullable String benefit,
      WithoutBenefit withoutBenefit,
      Offline offline) {
    return new Request(
        TransactionType.ADVICE,
        terminal,
        requestId,
        code,
        order,
        benefit,
        withoutBenefit,
        null,
        0,
        offline);
  }

  /** The same, its terminal believing to be in that batch; 0 = it does not say. */
  public Request inBatch(int number) {
    return new Request(
        type,
        terminal,
        requestId,
        code,
        order,
        benefit,
        withoutBenefit,
        original,
        number,
        offline,
        lines);
  }

  @Override
  public String toString() {
    return type + " " + terminal + "/" + requestId + " " + order.value() + " fen";
  }
}
