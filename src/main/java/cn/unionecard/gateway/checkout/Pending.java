package cn.unionecard.gateway.checkout;

import cn.unionecard.gateway.code.CodeReader;
import cn.unionecard.gateway.code.Scan;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Request;
import io.vertx.core.Promise;
import org.jspecify.annotations.Nullable;

/** One request on its way through the lane, until it is answered once. */
final class Pending {
  final Request request;
  final byte[] fingerprint;
  final Scan scan;
  final long deadlineMs;
  private final Promise<Reply> promise;

  /**
   * @param deadlineMs when its caller stops waiting, ms since 1970
   */
  Pending(Request request, byte[] fingerprint, long deadlineMs, Promise<Reply> promise) {
    this.request = request;
    this.fingerprint = fingerprint;
    this.scan = CodeReader.read(request.code());
    this.deadlineMs = deadlineMs;
    this.promise = promise;
  }

  Scan.@Nullable MemberCode code() {
    return scan instanceof Scan.MemberCode code ? code : null;
  }

  void answer(Reply reply) {
    promise.tryComplete(reply);
  }

  void fail(Fault fault) {
    promise.tryFail(fault);
  }
}
