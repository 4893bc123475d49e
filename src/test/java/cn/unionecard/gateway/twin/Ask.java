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
 * @param benefit the benefit it names, or null
 * @param original what it follows, or null
 * @param byKey whether the original is named by its key where the protocol can do so
 * @param soldAt second of an offline sale
 * @param counter count of an offline sale
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
    long counter) {

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

  /** The same key with another amount. */
  Ask of(long otherFen) {
    return new Ask(
        type, terminal, batch, trace, code, otherFen, benefit, original, byKey, soldAt, counter);
  }

  @Override
  public String toString() {
    String what = type + " " + name() + " " + fen + (benefit == null ? "" : " " + benefit);
    what += code.isEmpty() ? "" : " code " + code;
    what += counter == 0 ? "" : " at " + soldAt + " no. " + counter;
    return original == null ? what : what + " of " + original.name() + (byKey ? " by key" : "");
  }
}
