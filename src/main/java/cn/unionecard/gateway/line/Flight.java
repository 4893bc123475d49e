package cn.unionecard.gateway.line;

import cn.unionecard.gateway.definitions.Changes;
import cn.unionecard.gateway.definitions.KnownDefinitions;
import cn.unionecard.gateway.definitions.Wanted;
import cn.unionecard.gateway.ledger.Chain;
import cn.unionecard.gateway.ledger.LaneConnection;
import cn.unionecard.gateway.ledger.LaneLedger;
import cn.unionecard.gateway.ledger.SealedLeaves;
import cn.unionecard.gateway.line.FlightTimes.Stage;
import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.rules.Bounds;
import cn.unionecard.gateway.rules.CodeHints;
import cn.unionecard.gateway.rules.Facts;
import io.vertx.core.Future;
import io.vertx.sqlclient.DatabaseException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt to commit a block: prefetch, decide, seal, commit; before it learns what of the
 * definitions the lane does not know. It owns its block, its connection, the chain as it was and
 * its number, and touches no other; it ends once. No step takes longer than its limit, and what
 * comes after that nobody hears. When it has ended, its connection has no open transaction, or is
 * dropped.
 */
final class Flight {
  private static final Logger LOG = LoggerFactory.getLogger(Flight.class);
  private static final long ROLLBACK_MS_MAX = 500;

  /** A customer notices. */
  private static final long SLOW_NS = 1_000_000_000L;

  /** What is learnt may change or name what is not known, but not for ever. */
  private static final int LEARNS_MAX = 3;

  /** How a flight ended. */
  enum End {
    /** All is decided, and what is to be recorded was committed. */
    LANDED,
    /** Rolled back because of another lane's work: the block may fly again. */
    CONFLICT,
    /** Rolled back, for the definitions that it needs have changed or were not known. */
    STALE,
    /** Rolled back by a time limit or a shortage of the database. */
    OVERLOADED,
    /** The connection is dropped, for what it prepared is out of date; nothing happened. */
    OUTDATED,
    /** Rolled back by a bug: would fail again. */
    FAILED,
    /** The connection is dropped; commit was not sent, so nothing happened. */
    LOST,
    /** The connection is dropped, commit was sent: the chain knows whether it landed. */
    DOUBTFUL
  }

  final long number;
  final Block block;
  private final LaneConnection connection;
  private final Chain before;
  private final LaneParts parts;
  private final KnownDefinitions known;
  private final Facts facts;
  private final long nowMs;
  private final FlightTimes times;
  private Chain after;
  private CodeHints hints = CodeHints.UNKNOWN;
  private boolean committing;
  private boolean suspect;
  private @Nullable Throwable cause;

  /**
   * @param before the chain that the block is to prolong, as its connection took it or left it
   */
  Flight(
      long number,
      Block block,
      LaneConnection connection,
      Chain before,
      KnownDefinitions known,
      Bounds bounds,
      LaneParts parts) {
    this.number = number;
    this.block = block;
    this.connection = connection;
    this.times = new FlightTimes(block.requests.get(0).cameNs);
    this.before = before;
    this.after = before;
    this.parts = parts;
    this.nowMs = parts.clock().millis();
    this.known = known;
    this.facts = new Facts(known, parts.codes().get(), bounds, nowMs);
  }

  /** Flies; never fails, for how it ends is what it brings. */
  Future<End> fly() {
    return Future.succeededFuture()
        .compose(begun -> learn(LEARNS_MAX))
        .compose(learnt -> fetch())
        .compose(this::decideAndCommit)
        .recover(this::failed)
        .recover(failure -> Future.succeededFuture(lost(failure)));
  }

  /** Nothing, where all that the block needs is known. */
  private Future<Void> learn(int more) {
    Wanted wanted = block.wanted(known);
    if (wanted.isEmpty()) {
      return Future.succeededFuture();
    }
    if (more == 0) {
      return Future.failedFuture(new LaneLedger.DefinitionsChanged());
    }
    parts.metrics().learns();
    return parts
        .timers()
        .within(prefetchMsMax(), connection.learn(wanted))
        .compose(
            learned -> {
              known.learn(wanted, learned);
              tell(learned.changes());
              return learn(more - 1);
            });
  }

  private void tell(Changes changes) {
    if (!changes.isNone()) {
      parts.definitionsSeen().accept(changes.version());
    }
  }

  private Future<Changes> fetch() {
    times.reached(Stage.LEARN);
    Future<CodeHints> recalled = parts.guard().recall(block.requests); // meanwhile the next is made
    Future<Changes> asked = connection.prefetch(block.need(facts, nowMs, known.version()), facts);
    times.reached(Stage.ASK);
    return parts
        .timers()
        .within(prefetchMsMax(), asked.compose(changes -> fetched(changes, recalled)));
  }

  private Future<Changes> fetched(Changes changes, Future<CodeHints> recalled) {
    times.reached(Stage.FETCH);
    return recalled.map(
        remembered -> {
          hints = remembered;
          return changes;
        });
  }

  /**
   * The server gives up before we do, and we before our caller: so he hears that nothing happened.
   */
  private long prefetchMsMax() {
    return (parts.limits().statementTimeoutMs() + parts.limits().deadlineMs()) / 2;
  }

  /**
   * What changed of the definitions and what the block does not need is forgotten, no more.
   *
   * @throws LaneLedger.DefinitionsChanged if the block needs what is not known
   */
  private void renew(Changes changes) {
    if (!changes.isNone()) {
      known.forget(changes);
      tell(changes);
    }
    boolean more = block.note(facts, known) || !changes.isNone();
    if (more && !block.wanted(known).isEmpty()) {
      throw new LaneLedger.DefinitionsChanged();
    }
  }

  private Future<End> decideAndCommit(Changes changes) {
    times.reached(Stage.RECALL);
    renew(changes);
    facts.add(hints);
    facts.stamp(Math.max(tickNow(), before.tick() + 1), before.slot());
    block.decide(facts);
    times.reached(Stage.DECIDE);
    if (facts.entries().isEmpty()) {
      return rollback().map(End.LANDED);
    }
    SealedLeaves sealed = block.seal(parts.sealer(), before, facts);
    times.reached(Stage.SEAL);
    Future<Void> sent = connection.commit(before, sealed, facts);
    times.reached(Stage.WRITE);
    committing = true;
    after = before.advancedTo(sealed.hash(), sealed.tick());
    return parts.timers().within(parts.limits().deadlineMs(), sent).map(End.LANDED);
  }

  private long tickNow() {
    Instant now = parts.clock().instant();
    long ticksOfSecond = now.getNano() / (1_000_000 / TransactionId.TICKS_PER_MS);
    return TransactionId.tickOf(now.getEpochSecond() * 1_000) + ticksOfSecond;
  }

  // ---- how it ends

  private Future<End> failed(Throwable failure) {
    cause = failure;
    LaneLedger.Failure kind = LaneLedger.failure(failure);
    parts.metrics().failed(kind);
    return switch (kind) {
      case CONFLICT -> undone(End.CONFLICT, failure);
      case DEFINITIONS_CHANGED -> undone(End.STALE, failure);
      case OVERLOADED -> undone(End.OVERLOADED, failure);
      case BUG -> {
        suspect = true;
        yield undone(End.FAILED, failure);
      }
      // the server said no, so nothing was written
      case OUTDATED -> Future.succeededFuture(drop(End.OUTDATED, failure));
      case UNWRITABLE, FENCED -> Future.succeededFuture(drop(End.LOST, failure));
      case LOST -> Future.succeededFuture(lost(failure));
    };
  }

  /**
   * A burst that held COMMIT has ended its transaction itself, if it was the server that said no.
   */
  private Future<End> undone(End end, Throwable failure) {
    if (!committing) {
      return rollback().map(end);
    }
    return Future.succeededFuture(failure instanceof DatabaseException ? end : lost(failure));
  }

  private Future<Void> rollback() {
    return parts
        .timers()
        .within(ROLLBACK_MS_MAX, connection.rollback())
        .recover(
            failure -> {
              drop(failure);
              return Future.succeededFuture();
            });
  }

  private End lost(Throwable failure) {
    return drop(committing ? End.DOUBTFUL : End.LOST, failure);
  }

  private End drop(End end, Throwable failure) {
    drop(failure);
    return end;
  }

  private void drop(Throwable failure) {
    LOG.warn(
        "flight {} of {} drops its connection {} commit: {}",
        number,
        block.requests.size(),
        committing ? "after" : "before",
        failure.toString());
    connection.close().onComplete(closed -> {});
  }

  // ---- what it leaves

  /** What the block's callers showed, as it was remembered elsewhere. */
  CodeHints hints() {
    return hints;
  }

  /** The chain as it stands if the flight has landed. */
  Chain after() {
    return after;
  }

  /** The chain as it stands if it has not. */
  Chain before() {
    return before;
  }

  /** Whether the block itself is to blame: it would only fail again. */
  boolean isSuspect() {
    return suspect;
  }

  /** What it failed over, or null. */
  @Nullable Throwable cause() {
    return cause;
  }

  /** What it committed is durable. */
  void landed() {
    times.reached(Stage.COMMIT);
  }

  /** Its callers have their answers. */
  void answered() {
    times.reached(Stage.ANSWER);
    parts.metrics().flown(block.requests.size(), facts.entries().size(), times);
    if (times.totalNs() > SLOW_NS) {
      LOG.warn("flight {} of {} requests was slow: {}", number, block.requests.size(), times);
    }
  }
}
