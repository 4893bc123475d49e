package cn.unionecard.gateway.line;

import cn.unionecard.gateway.rules.CodeHints;
import cn.unionecard.gateway.rules.CodeUse;
import cn.unionecard.gateway.runtime.Expiring;
import cn.unionecard.gateway.runtime.config.Limits;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The memory of codes in Redis: who verified one, who guesses. One question per block, one time
 * limit; without Redis the lane goes on with what it saw itself. Nothing here decides about money.
 */
final class CodeGuard {
  private static final int REMEMBERED_MAX = 20_000;
  private static final long RETRY_MS = 500;
  private static final long CONNECT_MS_MAX = 1_000;
  private static final long WRONG_WINDOW_MS = 60_000;
  private static final int CLAIMS_MAX = 16;
  private static final Pattern CLAIM =
      Pattern.compile("([0-9]{1,18}):([0-9]{1,18}):([A-Za-z0-9]{1,16})");
  private static final Pattern COUNT = Pattern.compile("[0-9]{1,9}");

  private final Timers timers;
  private final Supplier<Redis> redis;
  private final Limits limits;
  private final Clock clock;
  private final Expiring<Integer> wrongByAlias = new Expiring<>(REMEMBERED_MAX);
  private final Expiring<Integer> wrongByTerminal = new Expiring<>(REMEMBERED_MAX);
  private final Expiring<String> claims = new Expiring<>(REMEMBERED_MAX);
  private @Nullable Redis client;
  private @Nullable RedisConnection connection;
  private boolean connecting;
  private long quietUntilMs;

  /**
   * @param redis a new client at each call
   */
  CodeGuard(Timers timers, Supplier<Redis> redis, Limits limits, Clock clock) {
    this.timers = timers;
    this.redis = redis;
    this.limits = limits;
    this.clock = clock;
  }

  /**
   * What is remembered of a block's codes; never fails, and answers within {@code redisTimeoutMs}.
   */
  Future<CodeHints> recall(List<Pending> block) {
    List<Pending> scanned = new ArrayList<>();
    for (Pending pending : block) {
      if (pending.code() != null) {
        scanned.add(pending);
      }
    }
    RedisConnection open = ready();
    if (open == null || scanned.isEmpty()) {
      return Future.succeededFuture(hints(scanned, null));
    }
    Request ask = Request.cmd(Command.MGET);
    for (Pending pending : scanned) {
      ask.arg(wrongAliasKey(alias(pending)));
    }
    for (Pending pending : scanned) {
      ask.arg(claimKey(alias(pending)));
    }
    return timers
        .within(limits.redisTimeoutMs(), open.send(ask))
        .onFailure(failure -> rest(open))
        .otherwiseEmpty()
        .map(answer -> hints(scanned, answer));
  }

  private CodeHints hints(List<Pending> scanned, @Nullable Response answer) {
    long now = clock.millis();
    Map<String, Integer> wrong = new HashMap<>();
    Map<CodeUse, String> claimed = new HashMap<>();
    Set<String> slowed = new HashSet<>();
    for (int i = 0; i < scanned.size(); i++) {
      String alias = alias(scanned.get(i));
      Integer own = wrongByAlias.get(alias, now);
      Response shared = answer == null ? null : answer.get(i);
      wrong.put(alias, Math.max(own == null ? 0 : own, count(shared)));
      addClaims(claimed, claims.get(alias, now));
      String terminal = scanned.get(i).request.terminal().value();
      if (slows(terminal)) {
        slowed.add(terminal);
      }
      Response told = answer == null ? null : answer.get(scanned.size() + i);
      addClaims(claimed, told == null ? null : told.toString());
    }
    return new CodeHints(wrong, claimed, limits.wrongCodesPerAliasMax(), slowed);
  }

  /**
   * A claim is kept as {@code serial:step:terminal}; several are parted by commas. Whatever else
   * stands there counts as nothing remembered.
   */
  private static void addClaims(Map<CodeUse, String> claimed, @Nullable String text) {
    if (text == null) {
      return;
    }
    for (String claim : text.split(",", CLAIMS_MAX + 1)) {
      Matcher parts = CLAIM.matcher(claim);
      if (parts.matches()) {
        claimed.put(
            new CodeUse(Long.parseLong(parts.group(1)), Long.parseLong(parts.group(2))),
            parts.group(3));
      }
    }
  }

  /** Anybody may have written there: what is no count of ours counts as nothing. */
  private static int count(@Nullable Response shared) {
    String text = shared == null ? "" : shared.toString();
    return COUNT.matcher(text).matches() ? Integer.parseInt(text) : 0;
  }

  /** Whether a terminal has presented so many wrong codes lately that a further one must wait. */
  boolean slows(String terminal) {
    Integer wrong = wrongByTerminal.get(terminal, clock.millis());
    return wrong != null && wrong >= limits.wrongCodesPerTerminalPerMinuteMax();
  }

  /** Remembers a wrong one-time password. */
  void wrong(String alias, String terminal) {
    long now = clock.millis();
    Integer before = wrongByAlias.get(alias, now);
    wrongByAlias.put(alias, before == null ? 1 : before + 1, now + limits.aliasLockMs());
    Integer ofTerminal = wrongByTerminal.get(terminal, now);
    wrongByTerminal.put(terminal, ofTerminal == null ? 1 : ofTerminal + 1, now + WRONG_WINDOW_MS);
    RedisConnection open = ready();
    if (open != null) {
      String key = wrongAliasKey(alias);
      tell(open, Request.cmd(Command.INCR).arg(key));
      tell(open, Request.cmd(Command.PEXPIRE).arg(key).arg(limits.aliasLockMs()));
    }
  }

  /**
   * Keeps a verified code for its terminal.
   *
   * @param hints what the block knew, so that other claims on the alias stay
   * @return until when, ms since 1970
   */
  long claim(String alias, CodeUse code, String terminal, CodeHints hints) {
    long until = clock.millis() + limits.codeClaimMs();
    List<String> all = new ArrayList<>();
    hints
        .claims()
        .forEach(
            (other, claimant) -> {
              if (other.card() == code.card() && other.step() != code.step()) {
                all.add(other.card() + ":" + other.step() + ":" + claimant);
              }
            });
    all.add(code.card() + ":" + code.step() + ":" + terminal);
    String text = String.join(",", all);
    claims.put(alias, text, until);
    RedisConnection open = ready();
    if (open != null) {
      tell(
          open,
          Request.cmd(Command.SET)
              .arg(claimKey(alias))
              .arg(text)
              .arg("PX")
              .arg(limits.codeClaimMs()));
    }
    return until;
  }

  private static String alias(Pending pending) {
    var code = pending.code();
    return code == null ? "" : code.alias();
  }

  private static String wrongAliasKey(String alias) {
    return "ecard:wrong:" + alias;
  }

  private static String claimKey(String alias) {
    return "ecard:claim:" + alias;
  }

  private void tell(RedisConnection open, Request command) {
    open.send(command)
        .onFailure(
            failure -> {
              if (!isOfOneKey(failure)) {
                rest(open);
              }
            });
  }

  /** What stands under the key is not ours: Redis itself works. */
  private static boolean isOfOneKey(Throwable failure) {
    return failure instanceof ErrorType error && (error.is("WRONGTYPE") || error.is("ERR"));
  }

  // ---- the connection

  private @Nullable RedisConnection ready() {
    if (connection == null && !connecting && clock.millis() >= quietUntilMs) {
      connect();
    }
    return connection;
  }

  /**
   * A client of its own for each connection: a connection that is closed goes back to its client's
   * pool, even one that has fallen silent.
   */
  private void connect() {
    connecting = true;
    Redis fresh = redis.get();
    timers
        .within(CONNECT_MS_MAX, fresh.connect())
        .onComplete(
            open -> {
              connecting = false;
              client = fresh;
              connection = open;
              open.exceptionHandler(failure -> rest(open));
              open.endHandler(ended -> rest(open));
            },
            failure -> {
              connecting = false;
              quietUntilMs = clock.millis() + RETRY_MS;
              fresh.close().onComplete(closed -> {});
            });
  }

  /** Gives Redis up for a moment: a slow one would cost every block its time limit. */
  private void rest(RedisConnection failed) {
    if (connection == failed) {
      connection = null;
      quietUntilMs = clock.millis() + RETRY_MS;
      close().onComplete(closed -> {});
    }
  }

  void open() {
    var unused = ready();
  }

  Future<Void> close() {
    Redis open = client;
    client = null;
    return open == null ? Future.succeededFuture() : open.close();
  }
}
