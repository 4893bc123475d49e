package cn.unionecard.gateway.checkout;

import cn.unionecard.gateway.code.MemberCodes;
import cn.unionecard.gateway.ledger.Chain;
import cn.unionecard.gateway.ledger.LaneLedger;
import cn.unionecard.gateway.ledger.SealedLeaves;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Quote;
import cn.unionecard.gateway.model.Receipt;
import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.model.Request;
import cn.unionecard.gateway.model.TransactionId;
import cn.unionecard.gateway.receipt.Sealer;
import cn.unionecard.gateway.rules.Bounds;
import cn.unionecard.gateway.rules.Catalog;
import cn.unionecard.gateway.rules.Decision;
import cn.unionecard.gateway.rules.Entry;
import cn.unionecard.gateway.rules.Facts;
import cn.unionecard.gateway.rules.Presence;
import cn.unionecard.gateway.runtime.Limits;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One lane of the checkout line: gathers requests into a block, flies it (prefetch, decide, seal,
 * commit), answers, and flies the next. While one block flies the next one fills; there is no
 * timer. Belongs to one event loop.
 */
final class Lane {
  private static final Logger LOG = LoggerFactory.getLogger(Lane.class);

  /** Conflicts with other lanes are over at once; more in a row mean something else. */
  private static final int FLIGHTS_MAX = 20;

  private static final long REOPEN_MS_MIN = 50;
  private static final long REOPEN_MS_MAX = 1_000;

  private final Vertx vertx;
  private final LaneLedger ledger;
  private final CodeGuard guard;
  private final Supplier<Future<Catalog>> definitions;
  private final MemberCodes codes;
  private final Sealer sealer;
  private final StoredArchive archive;
  private final Limits limits;
  private final Bounds bounds;
  private final Clock clock;
  private final LaneMetrics metrics;
  private final Fingerprints fingerprints = new Fingerprints();
  private final Deque<Pending> queue = new ArrayDeque<>();
  private @Nullable Catalog catalog;
  private @Nullable Block flying;
  private boolean committing;
  private boolean closed;
  private int cautious;
  private boolean renewed;
  private @Nullable Promise<Void> drained;

  Lane(LaneParts parts) {
    this.vertx = parts.vertx();
    this.ledger = parts.ledger();
    this.guard = parts.guard();
    this.definitions = parts.definitions();
    this.codes = parts.codes();
    this.sealer = parts.sealer();
    this.archive = parts.archive();
    this.limits = parts.limits();
    this.bounds = bounds(limits);
    this.clock = parts.clock();
    this.metrics = parts.metrics();
  }

  private static Bounds bounds(Limits limits) {
    return new Bounds(
        limits.orderFenMax(),
        limits.holdMs(),
        limits.offlineAgeMs(),
        limits.offlineFenMax(),
        limits.offlineCountMax());
  }

  /** Takes the chain and loads the definitions. */
  Future<Void> open() {
    guard.open();
    ledger.onLoss(this::checkConnection);
    return ledger.open().compose(chain -> reloadDefinitions());
  }

  private Future<Void> reloadDefinitions() {
    return definitions
        .get()
        .timeout(limits.deadlineMs(), TimeUnit.MILLISECONDS)
        .onSuccess(loaded -> catalog = loaded)
        .mapEmpty();
  }

  /** Whether requests are flown, rather than answered BUSY. */
  boolean isOpen() {
    return !closed && ledger.isOpen() && catalog != null;
  }

  // ---- fill

  /** Puts a request into the block that fills. */
  Future<Reply> submit(Request request) {
    if (!isOpen() || drained != null) {
      return Future.failedFuture(new Fault.Busy("the ledger is not reachable, nothing happened"));
    }
    if (queue.size() >= limits.queueRequestsMax()) {
      metrics.full();
      return Future.failedFuture(new Fault.Busy("the line is full, nothing happened"));
    }
    if (guard.slows(request.terminal().value())) {
      return Future.failedFuture(
          new Fault.TooMany("too many wrong codes from this terminal, wait a minute", 60));
    }
    Promise<Reply> promise = Promise.promise();
    long deadline = clock.millis() + limits.deadlineMs();
    queue.add(new Pending(request, fingerprints.of(request), deadline, promise));
    launch();
    return promise.future();
  }

  private void launch() {
    if (flying != null || queue.isEmpty() || !isOpen()) {
      return;
    }
    Block next = new Block(fill());
    if (!next.requests.isEmpty()) {
      flying = next;
      fly(next, 1);
    }
  }

  /** What waited longer than its caller is answered BUSY: it never flew. */
  private List<Pending> fill() {
    int most = cautious > 0 ? 1 : limits.blockRequestsMax();
    cautious = Math.max(0, cautious - 1);
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
    return taken;
  }

  // ---- fly

  private void fly(Block block, int flight) {
    committing = false;
    long startNs = System.nanoTime();
    long nowMs = clock.millis();
    Facts facts = new Facts(catalog(), codes, bounds, nowMs);
    Future<Presence> recalled = guard.recall(block.requests); // answers while the next is written
    Future<Void> fetched = ledger.prefetch(block.need(facts, nowMs), facts);
    recalled
        .compose(presence -> fetched.map(presence))
        .compose(presence -> decideAndCommit(block, facts, presence))
        .timeout(2L * limits.deadlineMs(), TimeUnit.MILLISECONDS)
        .onComplete(
            presence -> {
              metrics.flown(block.requests.size(), facts.entries().size(), startNs);
              land(block, presence);
            },
            failure -> recover(block, flight, failure));
  }

  private Future<Presence> decideAndCommit(Block block, Facts facts, Presence presence) {
    facts.add(presence);
    Chain chain = ledger.chain();
    facts.stamp(Math.max(tickNow(), chain.tick() + 1), chain.slot());
    block.decide(facts);
    if (facts.entries().isEmpty()) {
      return ledger.rollback().map(presence);
    }
    SealedLeaves sealed = block.seal(sealer, chain, facts);
    committing = true;
    return ledger.commit(sealed, facts).map(presence);
  }

  private long tickNow() {
    Instant now = clock.instant();
    long ticksOfSecond = now.getNano() / (1_000_000 / TransactionId.TICKS_PER_MS);
    return TransactionId.tickOf(now.getEpochSecond() * 1_000) + ticksOfSecond;
  }

  private Catalog catalog() {
    Catalog loaded = catalog;
    if (loaded == null) {
      throw new IllegalStateException("the lane has no definitions");
    }
    return loaded;
  }

  // ---- land

  private void land(Block block, Presence presence) {
    flying = null;
    renewed = false;
    launch(); // the next block is on its way before this one's answers are written
    for (int i = 0; i < block.requests.size(); i++) {
      answer(block, block.requests.get(i), block.decision(i), presence);
    }
    finishDraining();
  }

  private void answer(Block block, Pending pending, Decision decision, Presence presence) {
    if (decision instanceof Entry entry) {
      recorded(block, pending, entry);
    } else if (decision instanceof Decision.Replay replay) {
      replayed(block, pending, replay.transaction());
    } else if (decision instanceof Decision.Quoted quoted) {
      quoted(pending, quoted, presence);
    } else if (decision instanceof Decision.Declined declined) {
      pending.answer(new Reply.Declined(declined.refusal()));
    }
  }

  private void recorded(Block block, Pending pending, Entry entry) {
    if (entry.refusal() == Refusal.CODE_UNKNOWN) {
      wrongCode(pending);
    }
    Receipt receipt = block.receipt(entry.id());
    if (receipt == null) {
      throw new IllegalStateException("no receipt of " + new TransactionId(entry.id()));
    }
    pending.answer(new Reply.Recorded(receipt, false));
  }

  private void wrongCode(Pending pending) {
    var code = pending.code();
    if (code != null) {
      guard.wrong(code.alias(), pending.request.terminal().value());
    }
  }

  /** The same answer again: from this block, or from an earlier one. */
  private void replayed(Block block, Pending pending, long transaction) {
    Receipt receipt = block.receipt(transaction);
    if (receipt != null) {
      pending.answer(new Reply.Recorded(receipt, true));
      return;
    }
    archive
        .receipt(new TransactionId(transaction))
        .onComplete(
            stored -> pending.answer(new Reply.Recorded(stored, true)),
            failure -> pending.fail(new Fault.Busy("the earlier answer cannot be read now")));
  }

  private void quoted(Pending pending, Decision.Quoted quoted, Presence presence) {
    Quote quote = quoted.quote();
    if (quote.refusal() == Refusal.CODE_UNKNOWN) {
      wrongCode(pending);
    }
    var code = pending.code();
    if (code != null && quoted.code() != null) {
      String terminal = pending.request.terminal().value();
      quote = quote.claimedUntil(guard.claim(code.alias(), quoted.code(), terminal, presence));
    }
    pending.answer(new Reply.Quoted(quote));
  }

  // ---- recover

  private void recover(Block block, int flight, Throwable cause) {
    LaneLedger.Failure failure = LaneLedger.failure(cause);
    metrics.failed(failure);
    switch (failure) {
      case CONFLICT -> again(block, flight, endTransaction());
      case DEFINITIONS_CHANGED ->
          again(block, flight, endTransaction().compose(over -> reloadDefinitions()));
      case OVERLOADED ->
          endTransaction()
              .onComplete(over -> giveUp(block, "the ledger is overloaded, nothing happened"));
      case OUTDATED -> renew(block, flight, cause);
      case UNWRITABLE -> lost(block, cause, false);
      case LOST -> lost(block, cause, committing);
      case FENCED -> fenced(block, cause);
      case BUG -> isolate(block, cause);
    }
  }

  /** Once; what a fresh session cannot do either is a bug. */
  private void renew(Block block, int flight, Throwable cause) {
    if (renewed) {
      isolate(block, cause);
      return;
    }
    LOG.info("the ledger's session is out of date, a new one is opened: {}", cause.toString());
    renewed = true;
    committing = false; // an answer that names an error is an end: nothing was written
    again(
        block,
        flight,
        ledger.close().compose(closed -> ledger.open()).compose(chain -> reloadDefinitions()));
  }

  /** A burst that held COMMIT has ended its transaction itself, one way or the other. */
  private Future<Void> endTransaction() {
    return committing ? Future.succeededFuture() : ledger.rollback();
  }

  private void again(Block block, int flight, Future<Void> ready) {
    ready.onComplete(
        over -> {
          if (flight < FLIGHTS_MAX) {
            fly(block, flight + 1);
          } else {
            giveUp(block, "too many conflicts, nothing happened");
          }
        },
        failure -> recover(block, flight, failure));
  }

  private void giveUp(Block block, String why) {
    block.requests.forEach(pending -> pending.fail(new Fault.Busy(why)));
    proceed();
  }

  private void proceed() {
    flying = null;
    renewed = false;
    launch();
    finishDraining();
  }

  /**
   * A bug must not take its neighbours down: the block's requests fly one by one, and the one that
   * fails alone is answered BUSY.
   */
  private void isolate(Block block, Throwable cause) {
    LOG.error("block of {} failed and was rolled back", block.requests.size(), cause);
    endTransaction()
        .onComplete(
            over -> {
              if (block.requests.size() == 1) {
                giveUp(block, "this request cannot be processed now, nothing happened");
                return;
              }
              for (int i = block.requests.size() - 1; i >= 0; i--) {
                queue.addFirst(block.requests.get(i));
              }
              cautious = block.requests.size();
              proceed();
            });
  }

  private void fenced(Block block, Throwable cause) {
    LOG.error("lane stops: {}", cause.getMessage());
    closed = true;
    ledger.close().onComplete(over -> giveUp(block, "this node was replaced, nothing happened"));
    failQueue("this node was replaced, nothing happened");
  }

  // ---- the connection was lost

  private void lost(Block block, Throwable cause, boolean mayHaveLanded) {
    LOG.warn(
        "ledger lost {}: {}",
        mayHaveLanded ? "while committing" : "before commit",
        cause.toString());
    failQueue("the ledger is not reachable, nothing happened");
    if (!mayHaveLanded) {
      block.requests.forEach(
          pending -> pending.fail(new Fault.Busy("the ledger is not reachable, nothing happened")));
    }
    long seq = ledger.chain().seq() + 1;
    ledger.close().onComplete(over -> reopen(block, mayHaveLanded, seq, REOPEN_MS_MIN));
  }

  private void failQueue(String why) {
    while (!queue.isEmpty()) {
      queue.removeFirst().fail(new Fault.Busy(why));
    }
  }

  private void reopen(Block block, boolean mayHaveLanded, long seq, long waitMs) {
    if (closed) {
      return;
    }
    ledger
        .open()
        .compose(chain -> reloadDefinitions().map(chain))
        .onComplete(
            chain -> resolve(block, mayHaveLanded, seq, chain),
            failure ->
                ledger
                    .close()
                    .onComplete(
                        over ->
                            vertx.setTimer(
                                waitMs,
                                timer ->
                                    reopen(
                                        block,
                                        mayHaveLanded,
                                        seq,
                                        Math.min(2 * waitMs, REOPEN_MS_MAX)))));
  }

  /** Asks the chain whether the block that was cut off has landed, before anything flies again. */
  private void resolve(Block block, boolean mayHaveLanded, long seq, Chain chain) {
    LOG.info("ledger is back, chain {} stands at block {}", chain.name(), chain.seq());
    if (!mayHaveLanded) {
      proceed();
    } else if (chain.seq() == seq && Arrays.equals(chain.head(), block.hash())) {
      land(block, Presence.UNKNOWN);
    } else if (chain.seq() == seq - 1) {
      fly(block, 1);
    } else {
      fenced(block, new IllegalStateException("chain " + chain.name() + " went on without us"));
    }
  }

  /** What an idle lane does when it learns that its connection is gone. */
  private void checkConnection() {
    if (flying == null && !closed && !ledger.isOpen() && catalog != null) {
      Block none = new Block(List.of());
      flying = none;
      reopen(none, false, 0, REOPEN_MS_MIN);
    }
  }

  // ---- drain

  /** Takes no more requests; completes when the last one is answered. */
  Future<Void> drain() {
    Promise<Void> promise = Promise.promise();
    drained = promise;
    finishDraining();
    return promise
        .future()
        .eventually(
            () -> {
              closed = true;
              return ledger.close().compose(over -> guard.close()).otherwiseEmpty();
            });
  }

  private void finishDraining() {
    Promise<Void> waiting = drained;
    if (waiting != null && flying == null && queue.isEmpty()) {
      waiting.tryComplete();
    }
  }
}
