package cn.unionecard.gateway.member;

import cn.unionecard.gateway.privacy.MemberVault;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Work with the keys of people: of one where the caller is, of many on a thread of its own, for an
 * event loop has sales to answer meanwhile.
 */
final class VaultWork {
  private final MemberVault vault;
  private final @Nullable WorkerExecutor thread;

  private VaultWork(MemberVault vault, @Nullable WorkerExecutor thread) {
    this.vault = vault;
    this.thread = thread;
  }

  /**
   * Where the caller is.
   *
   * @param vault of his thread
   */
  static VaultWork here(MemberVault vault) {
    return new VaultWork(vault, null);
  }

  /**
   * On one thread, for all event loops of the node.
   *
   * @param vault nobody else's
   */
  static VaultWork apart(Vertx vertx, MemberVault vault) {
    return new VaultWork(vault, vertx.createSharedWorkerExecutor("ecard-members", 1));
  }

  <T> Future<T> with(Function<MemberVault, T> work) {
    return thread == null
        ? Future.succeededFuture(work.apply(vault))
        : thread.executeBlocking(() -> work.apply(vault), false);
  }
}
