package cn.unionecard.gateway.member;

import io.vertx.core.Future;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Lets sales go first where many members are entered: whoever sends sheet after sheet is answered
 * later while the node sells, so that most of the time nothing of his stands in a sale's way. Where
 * nothing is sold he is answered at once. May be shared.
 */
final class Precedence {
  /** How many times as long as a sheet has taken nothing comes behind it. */
  private static final int REST = 3;

  /** An answer has its deadline; a sheet of twenty rows takes a fraction of that. */
  private static final long REST_MS_MAX = 200;

  private static final long MS = 1_000_000;

  private final LongSupplier blocks;
  private final LongSupplier nanos;
  private final LongFunction<Future<Void>> pause;

  /**
   * @param blocks how many the line has flown so far
   * @param nanos a clock for spans
   * @param pause succeeds after so many milliseconds, at least one
   */
  Precedence(LongSupplier blocks, LongSupplier nanos, LongFunction<Future<Void>> pause) {
    this.blocks = blocks;
    this.nanos = nanos;
    this.pause = pause;
  }

  /** The same, later if something was sold meanwhile. What fails is told at once. */
  <T> Future<T> ofSales(Supplier<Future<T>> sheet) {
    long before = blocks.getAsLong();
    long began = nanos.getAsLong();
    return sheet
        .get()
        .compose(
            answer -> {
              long rest = Math.min(REST_MS_MAX, REST * (nanos.getAsLong() - began) / MS);
              return rest == 0 || blocks.getAsLong() == before
                  ? Future.succeededFuture(answer)
                  : pause.apply(rest).map(answer);
            });
  }
}
