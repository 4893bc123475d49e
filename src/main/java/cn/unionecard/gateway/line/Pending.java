package cn.unionecard.gateway.line;

import cn.unionecard.gateway.code.Scan;
import cn.unionecard.gateway.model.Request;
import io.vertx.core.Promise;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request on its way through the lane, until it is answered once. */
final class Pending {
  private static final Logger LOG = LoggerFactory.getLogger(Pending.class);

  final Request request;
  final Scan scan;
  final byte[] fingerprint;
  final long deadlineMs;

  /** When it came, by {@link System#nanoTime}. */
  final long cameNs = System.nanoTime();

  private final Promise<Reply> promise;

  /**
   * @param scan the request's code as it was read
   * @param deadlineMs when its caller stops waiting, ms since 1970
   */
  Pending(Request request, Scan scan, byte[] fingerprint, long deadlineMs, Promise<Reply> promise) {
    this.request = request;
    this.scan = scan;
    this.fingerprint = fingerprint;
    this.deadlineMs = deadlineMs;
    this.promise = promise;
  }

  Scan.@Nullable MemberCode code() {
    return scan instanceof Scan.MemberCode code ? code : null;
  }

  void answer(Reply reply) {
    told(() -> promise.tryComplete(reply));
  }

  void fail(Throwable fault) {
    told(() -> promise.tryFail(fault));
  }

  /** What its caller does with the answer is no matter of those who wait behind it. */
  private static void told(Runnable answer) {
    try {
      answer.run();
    } catch (RuntimeException e) {
      LOG.error("a caller failed over its answer", e);
    }
  }
}
