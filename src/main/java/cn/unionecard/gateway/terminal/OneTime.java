package cn.unionecard.gateway.terminal;

import io.vertx.core.Future;

/** Remembers names that may be used once, over all nodes, until they could not be used anyway. */
public interface OneTime {

  /**
   * Uses a name.
   *
   * @param name what is used up
   * @param untilMs when it may be forgotten, ms since 1970
   * @return true for its first use; fails if that cannot be told, which the caller takes for a no
   */
  Future<Boolean> firstUse(String name, long untilMs);
}
