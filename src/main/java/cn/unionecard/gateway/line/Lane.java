package cn.unionecard.gateway.line;

import cn.unionecard.gateway.code.CodeReader;
import cn.unionecard.gateway.code.Scan;
import cn.unionecard.gateway.definitions.KnownDefinitions;
import cn.unionecard.gateway.ledger.Chain;
import cn.unionecard.gateway.ledger.LaneConnection;
import cn.unionecard.gateway.ledger.LaneLedger;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.model.Request;
import cn.unionecard.gateway.model.TransactionType;
import cn.unionecard.gateway.rules.Bounds;
import cn.unionecard.gateway.runtime.config.Limits;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One lane of the checkout line: gathers requests into a block, lets it fly, answers, and flies the
 * next. While one block flies the next one fills; there is no timer. Whatever ends, ends in {@link
 * #goOn}. Belongs to one event loop.
 */
final class Lane {
  private static final Logger LOG = LoggerFactory.getLogger(Lane.class);

  /** Conflicts with other lanes are over at once; more in a row mean something else. */
  private static final int FLIGHTS_MAX = 20;

  /** A network that has fallen silent must not keep a lane waiting, whatever it does. */
  private static final long OPEN_MS_MAX = 3_000;

  private static final long CLOSE_MS_MAX = 500;
  private static final long PULSE_MS = 1_000;
  private static final long REOPEN_MS_MIN = 50;
  private static final long REOPEN_MS_MAX = 500;

  private static final String UNREACHABLE = "the ledger is not reachable, nothing happened";

  private final LaneParts parts;
  private final LaneLedger ledger;
  private final CodeGuard guard;
  private final Timers timers;
  private final Limits limits;
  private final Bounds bounds;
  private final Clock clock;
  private final Answers answers;
  private final Fingerprints fingerprints = new Fingerprints();

  /** What waits: blocks that were in the air before, then requests that never were. */
  private final Deque<Block> again = new ArrayDeque<>();

  private final Deque<Pending> queue = new ArrayDeque<>();
  private @Nullable Flight flight;
  private @Nullable Flight doubtful;
  private long flights;

  /** What a flight needs: a connection, the chain that it holds, and what is known on it. */
  private @Nullable LaneConnection connection;

  private @Nullable Chain chain;
  private final KnownDefinitions known = new KnownDefinitions();

  private boolean opening;
  private boolean failing;
  private long reopenMs = REOPEN_MS_MIN;

  private boolean closed;
  private @Nullable Promise<Void> drained;

  Lane(LaneParts parts) {
    this.parts = parts;
    this.ledger = parts.ledger();
    this.guard = parts.guard();
    this.timers = parts.timers();
    this.limits = parts.limits();
    this.bounds = bounds(limits);
    this.clock = parts.clock();
    this.answers = new Answers(parts);
  }

  private static Bounds bounds(Limits limits) {
    return new Bounds(
        limits.orderFenMax(),
        limits.holdMs(),
        limits.offlineAgeMs(),
        limits.offlineFenMax(),
        limits.offlineCountMax());
  }

  // ---- fill

  /** Puts a request into the block that fills. */
  Future<Reply> submit(Request request) {
    if (!isOpen() || drained != null) {
      return Future.failedFuture(new Fault.Busy(UNREACHABLE));
    }
    if (queue.size() >= limits.queueRequestsMax()) {
      parts.metrics().full();
      return Future.failedFuture(new Fault.Busy("the line is full, nothing happened"));
    }
    if (request.type() == TransactionType.VERIFY && guard.slows(request.terminal().value())) {
      return Future.failedFuture(Answers.slowed()); // of no key, so nothing to answer again
    }
    Promise<Reply> promise = Promise.promise();
    long deadline = clock.millis() + limits.deadlineMs();
    try {
      Scan scan = CodeReader.read(request.code());
      byte[] fingerprint = fingerprints.of(request, scan);
      queue.add(new Pending(request, scan, fingerprint, deadline, promise));
    } catch (RuntimeException e) {
      return Future.succeededFuture(impossible(request, e));
    }
    goOn();
    return promise.future();
  }

  /** What waited longer than its caller is answered BUSY: it never flew. */
  private Block fill() {
    int most = limits.blockRequestsMax();
    long now = clock.millis();
    List<Pending> taken = new ArrayList<>(Math.min(most, queue.size()));
    while (taken.size() < most && !queue.isEmpty()) {
      Pending pending = queue.removeFirst();
      if (pending.deadlineMs <= now) {
        pending.fail(new Fault.Busy("waited too long, nothing happened"));
      } else {
        taken.add(pending);
      }
    }
    return new Block(taken);
  }

  private void failWaiting(String why) {
    while (!again.isEmpty()) {
      fail(again.removeFirst(), new Fault.Busy(why));
    }
    while (!queue.isEmpty()) {
      queue.removeFirst().fail(new Fault.Busy(why));
    }
  }

  private static void fail(Block block, Fault fault) {
    block.requests.forEach(pending -> pending.fail(fault));
  }

  // ---- go on

  /**
   * The one place where everything ends and begins: whatever is over, a flight or an opening, a
   * lane that is not open is opened, one that is flies what waits.
   */
  private void goOn() {
    if (flight != null || opening) {
      return; // it comes here when it has ended
    }
    if (closed) {
      drop().onComplete(over -> {});
    } else if (isIdle() && drained != null) {
      drained.tryComplete();
    } else if (!isConnected()) {
      reopen();
    } else if (doubtful != null) {
      resolve(doubtful);
    } else {
      launch();
    }
  }

  private boolean isIdle() {
    return flight == null && doubtful == null && again.isEmpty() && queue.isEmpty();
  }

  // ---- fly

  private void launch() {
    Block next = again.isEmpty() ? fill() : again.removeFirst();
    if (next.requests.isEmpty()) {
      return;
    }
    next.flights++;
    Flight begun =
        new Flight(
            ++flights,
            next,
            Objects.requireNonNull(connection),
            Objects.requireNonNull(chain),
            known,
            bounds,
            parts);
    flight = begun;
    begun.fly().onSuccess(end -> ended(begun, end));
  }

  private void ended(Flight ended, Flight.End end) {
    if (flight != ended) {
      return; // an old flight moves no chain and answers nobody
    }
    flight = null;
    Block block = ended.block;
    switch (end) {
      case LANDED -> {
        chain = ended.after();
        landed(ended);
      }
      case CONFLICT, STALE -> again(ended);
      case OUTDATED -> renewed(ended);
      case OVERLOADED -> fail(block, new Fault.Busy("the ledger is overloaded, nothing happened"));
      case FAILED -> isolate(ended);
      case LOST -> {
        fail(block, new Fault.Busy(UNREACHABLE));
        failWaiting(UNREACHABLE);
      }
      case DOUBTFUL -> {
        doubtful = ended;
        failWaiting(UNREACHABLE);
      }
    }
    goOn();
  }

  /** The next block is on its way before this one's answers are written. */
  private void landed(Flight landed) {
    landed.landed();
    goOn();
    answers.give(landed.block, landed.hints());
    landed.answered();
  }

  /** Once; what a fresh session cannot do either is a bug. */
  private void renewed(Flight outdated) {
    Block block = outdated.block;
    if (block.isRenewed) {
      isolate(outdated);
    } else {
      block.isRenewed = true;
      again(outdated);
    }
  }

  private void again(Flight ended) {
    if (ended.block.flights < FLIGHTS_MAX) {
      again.addFirst(ended.block);
    } else {
      isolate(ended);
    }
  }

  /**
   * A bug must not take its neighbours down: halves fly again, until the guilty one is alone. It
   * would fail for ever, so it hears no "again", but an end.
   */
  private void isolate(Flight failed) {
    Block block = failed.block;
    if (block.requests.size() > 1) {
      List<Block> halves = block.halves();
      again.addFirst(halves.get(1));
      again.addFirst(halves.get(0));
      return;
    }
    Pending guilty = block.requests.get(0);
    guilty.answer(impossible(guilty.request, failed.cause()));
  }

  private Reply impossible(Request request, @Nullable Throwable cause) {
    parts.metrics().impossible(request.type());
    LOG.error("{} of terminal {} cannot be processed", request.type(), request.terminal(), cause);
    return new Reply.Declined(Refusal.CANNOT_PROCESS);
  }

  /** Asks the chain whether the block that was cut off has landed, before anything flies again. */
  private void resolve(Flight cut) {
    doubtful = null;
    Chain now = Objects.requireNonNull(chain);
    Block block = cut.block;
    if (now.seq() == cut.after().seq() && Arrays.equals(now.head(), cut.after().head())) {
      landed(cut);
    } else if (now.seq() == cut.before().seq()) {
      if (cut.isSuspect()) {
        isolate(cut);
      } else {
        again(cut);
      }
    } else {
      LOG.error("chain {} went on without us", now.name());
      fail(block, new Fault.Unknown("another process wrote this chain, repeat the same key"));
    }
    goOn();
  }

  // ---- open

  /** Takes the chain. */
  Future<Void> open() {
    guard.open();
    opening = true;
    return connected()
        .onComplete(any -> opening = false)
        .onSuccess(
            ready -> {
              pulse();
              goOn();
            })
        .onFailure(failure -> drop().onComplete(over -> {}));
  }

  /** Whether requests are flown, rather than answered BUSY. */
  boolean isOpen() {
    return !closed && !failing && isConnected();
  }

  private boolean isConnected() {
    return connection != null && connection.isOpen();
  }

  private void reopen() {
    opening = true;
    connected()
        .onComplete(
            ready -> {
              failing = false;
              reopenMs = REOPEN_MS_MIN;
              opened();
            },
            failure -> {
              if (!failing) {
                LOG.warn("the lane is closed until it can be opened: {}", failure.toString());
              }
              failing = true;
              failWaiting(UNREACHABLE);
              long unused = timers.set(reopenMs, this::opened);
              reopenMs = Math.min(2 * reopenMs, REOPEN_MS_MAX);
            });
  }

  private void opened() {
    opening = false;
    goOn(); // which looks whether it is still true
  }

  private Future<Void> connected() {
    return isConnected() ? Future.succeededFuture() : connect();
  }

  private Future<Void> connect() {
    LaneConnection fresh = ledger.connect(this::goOn);
    return timers
        .within(OPEN_MS_MAX, fresh.open())
        .onFailure(failure -> fresh.close().onComplete(over -> {}))
        .onSuccess(
            taken -> {
              LOG.info("chain {} is taken, it stands at block {}", taken.name(), taken.seq());
              connection = fresh;
              chain = taken;
              known.forgetAll(); // it may be another server, that has seen other edits
            })
        .mapEmpty();
  }

  /**
   * An idle connection that has fallen silent says nothing: it is asked, before a customer is the
   * one who finds out.
   */
  private void pulse() {
    LaneConnection held = connection;
    if (flight == null && held != null && held.isOpen()) {
      timers
          .within(limits.statementTimeoutMs(), held.rollback())
          .onFailure(
              silent -> {
                if (flight == null && connection == held) {
                  drop().onComplete(over -> {});
                  goOn();
                }
              });
    }
    if (!closed) {
      long unused = timers.set(PULSE_MS, this::pulse);
    }
  }

  private Future<Void> drop() {
    LaneConnection held = connection;
    connection = null;
    return held == null
        ? Future.succeededFuture()
        : timers.within(CLOSE_MS_MAX, held.close()).otherwiseEmpty();
  }

  // ---- drain

  /** Takes no more requests; completes when the last one is answered. */
  Future<Void> drain() {
    Promise<Void> promise = Promise.promise();
    drained = promise;
    goOn();
    return promise
        .future()
        .eventually(
            () -> {
              closed = true;
              return drop().compose(over -> guard.close()).otherwiseEmpty();
            });
  }
}
