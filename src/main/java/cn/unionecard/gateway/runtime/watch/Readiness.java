package cn.unionecard.gateway.runtime.watch;

import cn.unionecard.gateway.model.Unreadable;
import cn.unionecard.gateway.runtime.stores.Unfit;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Whether this node should be sent requests: no while it drains, and no while something it cannot
 * serve without is gone. Things it can do without (Redis) are named when gone, and change nothing.
 *
 * <p>May be used from any thread.
 */
public final class Readiness {
  private static final long PATIENCE_MS = 1_000;
  private static final String OK = "ok";
  private static final int NAMED_MAX = 5;

  private record Check(String name, boolean required, Supplier<Future<?>> question) {}

  private final List<Check> checks = new CopyOnWriteArrayList<>();
  private volatile boolean draining;

  /**
   * What was found.
   *
   * @param checks each name with {@code ok} or what is wrong
   */
  public record Report(boolean ready, boolean draining, Map<String, String> checks) {
    JsonObject toJson() {
      JsonObject named = new JsonObject();
      checks.forEach(named::put);
      return new JsonObject().put("ready", ready).put("draining", draining).put("checks", named);
    }
  }

  /** Adds a check whose failure makes the node not ready, such as PostgreSQL. */
  public void require(String name, Supplier<Future<?>> question) {
    checks.add(new Check(name, true, question));
  }

  /** Adds a check whose failure is only named, such as Redis. */
  public void watch(String name, Supplier<Future<?>> question) {
    checks.add(new Check(name, false, question));
  }

  /** From now on not ready: the node finishes what it has and ends. */
  public void drain() {
    draining = true;
  }

  /** Asks all checks at once; one that does not answer within a second has failed. Never fails. */
  public Future<Report> ask() {
    List<Check> asked = List.copyOf(checks);
    List<Future<String>> answers = new ArrayList<>();
    asked.forEach(check -> answers.add(answer(check)));
    return Future.all(answers).map(all -> report(asked, all.list()));
  }

  private static Future<String> answer(Check check) {
    try {
      return check
          .question()
          .get()
          .timeout(PATIENCE_MS, TimeUnit.MILLISECONDS)
          .map(OK)
          .otherwise(Readiness::wrong);
    } catch (RuntimeException failed) {
      return Future.succeededFuture(wrong(failed));
    }
  }

  /** A word of our own, or the kind of failure: messages may name hosts and users. */
  private static String wrong(Throwable failure) {
    return failure instanceof Unfit unfit ? unfit.word() : failure.getClass().getSimpleName();
  }

  /** Succeeds while nothing is unreadable; else fails with the words that name the first few. */
  public static Future<Void> allReadable(List<Unreadable> unreadable) {
    return unreadable.isEmpty()
        ? Future.succeededFuture()
        : Future.failedFuture(new Unfit(words(unreadable)));
  }

  private static String words(List<Unreadable> unreadable) {
    String named =
        unreadable.stream()
            .limit(NAMED_MAX)
            .map(Unreadable::toString)
            .collect(Collectors.joining(", "));
    int more = unreadable.size() - NAMED_MAX;
    return "switched off: " + named + (more > 0 ? " and " + more + " more" : "");
  }

  private Report report(List<Check> asked, List<String> answers) {
    Map<String, String> named = new TreeMap<>();
    boolean ready = !draining;
    for (int i = 0; i < asked.size(); i++) {
      named.put(asked.get(i).name(), answers.get(i));
      ready &= !asked.get(i).required() || answers.get(i).equals(OK);
    }
    return new Report(ready, draining, named);
  }
}
