package cn.unionecard.gateway.line;

import cn.unionecard.gateway.model.Request;
import io.vertx.core.Future;

/** The checkout line's door: the same for every protocol. */
public interface Checkout {

  /**
   * Works one request through the line.
   *
   * @return the reply, on the caller's context; fails with a {@link
   *     cn.unionecard.gateway.model.Fault}: {@code Busy} when nothing happened, {@code Unknown}
   *     when it may have
   */
  Future<Reply> submit(Request request);
}
