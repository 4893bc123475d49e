package cn.unionecard.gateway.twin;

import cn.unionecard.gateway.model.TransactionType;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a till wants, whichever protocol it speaks.
 *
 * @param terminal whose request it is
 * @param batch the batch it says it is in; of a reversal that of its original
 * @param trace its number in the batch; of a reversal that of its original
 * @param code what was scanned, or empty
 * @param fen the amount, zero if it says none
 * @param benefit the benefit it names, or null; of a refund the one that comes back alone
 * @param original what it follows, or null
 * @param byKey whether the original is named by its key where the protocol can do so
 * @param soldAt second of an offline sale
 * @param counter count of an offline sale
 * @param mark the mark of {@link #markedFen} of the order, or null; of a refund that of the lines
 *     whose discounts come back alone
 */
record Ask(
    TransactionType type,
    String terminal,
    int batch,
    int trace,
    String code,
    long fen,
    @Nullable String benefit,
    @Nullable Ask original,
    boolean byKey,
    long soldAt,
    long counter,
    @Nullable String mark) {

  /** One without a mark. */
  Ask(
      TransactionType type,
      String terminal,
      int batch,
      int trace,
      String code,
      long fen,
      @Nullable String benefit,
      @Nullable Ask original,
      boolean byKey,
      long soldAt,
      long counter) {
    this(type, terminal, batch, trace, code, fen, benefit, original, byKey, soldAt, counter, null);
  }

  /** Lines of that mark in the order. */
  long markedFen() {
    return fen - fen / 3;
  }

  /** The client's key. */
  String requestId() {
    return String.format(Locale.ROOT, "b%06d-%06d", batch, trace);
  }

  /** Under this name a till remembers the id it was told. */
  String name() {
    return terminal + "/" + requestId() + (isReversal() ? "/reversal" : "");
  }

  boolean isReversal() {
    return type == TransactionType.REVERSAL;
  }

  /** The type, and of a refund whether it names an element of what was given. */
  String kind() {
    boolean alone = type == TransactionType.REFUND && (benefit != null || mark != null);
    return alone ? type + " alone" : type.toString();
  }

  /** The same key with another amount. */
  Ask of(long otherFen) {
    return new Ask(
        type, terminal, batch, trace, code, otherFen, benefit, original, byKey, soldAt, counter,
        mark);
  }

  @Override
  public String toString() {
    String what = type + " " + name() + " " + fen + (benefit == null ? "" : " " + benefit);
    what += mark == null ? "" : " " + mark;
    what += code.isEmpty() ? "" : " code " + code;
    what += counter == 0 ? "" : " at " + soldAt + " no. " + counter;
    return original == null ? what : what + " of " + original.name() + (byKey ? " by key" : "");
  }
}
