package cn.unionecard.gateway.union;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/** {@link Passwords} on few threads of their own: each takes one for tens of milliseconds. */
final class PasswordWork {
  private final WorkerExecutor workers;
  private final Passwords passwords;

  PasswordWork(Vertx vertx, SecureRandom random, int threads) {
    workers = vertx.createSharedWorkerExecutor("passwords", threads);
    passwords = new Passwords(random);
  }

  /** A new random password. */
  String make() {
    return passwords.make();
  }

  /** What is stored of a password. */
  Future<String> hash(String password) {
    return workers.executeBlocking(() -> passwords.hash(password), false);
  }

  /**
   * Whether the password is the one of that hash.
   *
   * @param hash null: it is nobody's, which takes the same work
   */
  Future<Boolean> matches(String password, @Nullable String hash) {
    return workers.executeBlocking(
        () -> hash == null ? passwords.matchesNobody(password) : passwords.matches(password, hash),
        false);
  }
}
