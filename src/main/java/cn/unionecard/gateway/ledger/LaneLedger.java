package cn.unionecard.gateway.ledger;

import cn.unionecard.gateway.rules.Facts;
import cn.unionecard.gateway.runtime.stores.StoreFailure;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.core.buffer.Buffer;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One lane's hold on the ledger: a connection of its own, pipelined, and the chain it writes.
 * Belongs to one event loop.
 */
public final class LaneLedger {

  /** How a commit ended that did not succeed. */
  public enum Failure {
    /** Rolled back because of another lane's work: the same block may fly again. */
    CONFLICT,
    /** Rolled back by a time limit or a shortage of the database: nothing happened. */
    OVERLOADED,
    /** What the session prepared is out of date, nothing happened: fly again on a new one. */
    OUTDATED,
    /** This server takes no writes: nothing happened, a new connection may find one that does. */
    UNWRITABLE,
    /** The connection is gone: whether it landed must be asked. */
    LOST,
    /** Another process holds the chain. */
    FENCED,
    /** The catalog is stale: load it anew and fly again. */
    DEFINITIONS_CHANGED,
    /** A constraint or statement that should hold does not: a bug. */
    BUG
  }

  /** The plans of the flight are fixed: index probes, whatever the statistics say. */
  static final Map<String, String> SESSION =
      Map.of(
          "plan_cache_mode", "force_generic_plan",
          "enable_seqscan", "off",
          "enable_bitmapscan", "off",
          "enable_hashjoin", "off",
          "enable_mergejoin", "off",
          "jit", "off",
          "client_min_messages", "error");

  private static final byte[] NO_HEAD = new byte[32];

  /** A network that has fallen silent must not keep a lane waiting, whatever it does. */
  private static final long OPEN_MS_MAX = 3_000;

  private static final long CLOSE_MS_MAX = 500;

  private record Held(PgConnection connection, Chain chain) {}

  private final Vertx vertx;
  private final PgConnectOptions options;
  private final String chainName;
  private @Nullable PgConnection connection;
  private @Nullable Chain chain;
  private int session;
  private Runnable onLoss = () -> {};

  /**
   * @param options where the ledger is; with a statement cache and pipelining
   * @param chainName names the chain, such as {@code n1.0}
   */
  public LaneLedger(Vertx vertx, PgConnectOptions options, String chainName) {
    this.vertx = vertx;
    this.options = flightOptions(options);
    this.chainName = chainName;
  }

  private static PgConnectOptions flightOptions(PgConnectOptions given) {
    PgConnectOptions options = new PgConnectOptions(given);
    SESSION.forEach(options::addProperty);
    return options;
  }

  /** Tells when the connection is lost, though nothing was asked of it. */
  public void onLoss(Runnable told) {
    onLoss = told;
  }

  /** Whether the lane may fly. */
  public boolean isOpen() {
    return connection != null && chain != null;
  }

  /**
   * Connects and takes the chain over. Fails if another live process holds it.
   *
   * @return the chain as it stands: final, for a commit under way was waited for
   */
  public Future<Chain> open() {
    Future<PgConnection> connecting = PgConnection.connect(vertx, options);
    return connecting
        .compose(fresh -> takeChain(fresh).map(taken -> new Held(fresh, taken)))
        .timeout(OPEN_MS_MAX, TimeUnit.MILLISECONDS)
        .map(held -> use(held.connection(), held.chain()))
        .onFailure(failure -> connecting.onSuccess(late -> late.close().onComplete(closed -> {})));
  }

  private Chain use(PgConnection fresh, Chain taken) {
    connection = fresh;
    chain = taken;
    session = fresh.processId();
    fresh.closeHandler(
        closed -> {
          if (connection == fresh) {
            connection = null;
            onLoss.run();
          }
        });
    fresh.exceptionHandler(failure -> {}); // the statement in flight fails too, and tells more
    return taken;
  }

  private Future<Chain> takeChain(PgConnection fresh) {
    return lockName(fresh)
        .compose(
            locked ->
                locked
                    ? Future.succeededFuture(true)
                    : endFormerSession(fresh).compose(ended -> lockName(fresh)))
        .compose(
            locked ->
                locked
                    ? createAndTake(fresh)
                    : Future.failedFuture(
                        new IllegalStateException(
                            "chain "
                                + chainName
                                + " is held by another live process: give each node its own"
                                + " node.name")));
  }

  private Future<Boolean> lockName(PgConnection fresh) {
    return fresh
        .preparedQuery(FlightSql.LOCK_CHAIN_NAME)
        .execute(Tuple.of(chainName))
        .map(rows -> rows.iterator().next().getBoolean(0));
  }

  /**
   * The server may not have noticed that our former connection is gone, and would keep the name
   * locked for it.
   */
  private Future<Void> endFormerSession(PgConnection fresh) {
    return fresh
        .preparedQuery(FlightSql.END_SESSION)
        .execute(Tuple.of(session, chainName))
        .mapEmpty();
  }

  /** Of nodes that begin at once, whoever lost a slot to another looks for the next one. */
  private Future<Chain> createAndTake(PgConnection fresh) {
    return fresh
        .preparedQuery(FlightSql.CREATE_CHAIN)
        .execute(Tuple.of(chainName, Buffer.buffer(NO_HEAD)))
        .compose(created -> fresh.preparedQuery(FlightSql.TAKE_CHAIN).execute(Tuple.of(chainName)))
        .compose(
            rows ->
                rows.size() == 0
                    ? createAndTake(fresh)
                    : Future.succeededFuture(chainOf(rows.iterator().next())));
  }

  private Chain chainOf(Row row) {
    return new Chain(
        row.getInteger(0),
        chainName,
        row.getInteger(1),
        row.getLong(2),
        row.getLong(3),
        row.getBuffer(4).getBytes(),
        row.getLong(5));
  }

  /** The chain as this lane knows it. */
  public Chain chain() {
    Chain held = chain;
    if (held == null) {
      throw new IllegalStateException("chain " + chainName + " was never taken");
    }
    return held;
  }

  /** Begins the block's transaction and fills its facts under lock. */
  public Future<Void> prefetch(Need need, Facts facts) {
    PgConnection open = connection;
    return open == null ? lost() : Prefetch.run(open, need, facts);
  }

  /** Commits the block and moves the chain on. */
  public Future<Void> commit(SealedLeaves block, Facts facts) {
    PgConnection open = connection;
    if (open == null) {
      return lost();
    }
    return Commit.run(open, chain(), block, facts)
        .onSuccess(committed -> chain = chain().advancedTo(block.hash(), block.tick()));
  }

  private static <T> Future<T> lost() {
    return Future.failedFuture(new VertxException("connection lost", true));
  }

  /** Ends the transaction without a trace; quietly nothing if the connection is gone. */
  public Future<Void> rollback() {
    PgConnection open = connection;
    return open == null
        ? Future.succeededFuture()
        : open.query("ROLLBACK").execute().<Void>mapEmpty().otherwiseEmpty();
  }

  /** Drops the connection, so that nothing half-done is ever used again. */
  public Future<Void> close() {
    PgConnection open = connection;
    connection = null;
    return open == null
        ? Future.succeededFuture()
        : open.close().timeout(CLOSE_MS_MAX, TimeUnit.MILLISECONDS).otherwiseEmpty();
  }

  /** What a failed prefetch or commit means. */
  public static Failure failure(Throwable cause) {
    if (cause instanceof Prefetch.DefinitionsChanged) {
      return Failure.DEFINITIONS_CHANGED;
    }
    if (cause instanceof Prefetch.Overtaken) {
      return Failure.CONFLICT;
    }
    if (cause instanceof PgException e && FlightSql.FENCED.equals(e.getSqlState())) {
      return Failure.FENCED;
    }
    return switch (StoreFailure.of(cause)) {
      case CONFLICT -> Failure.CONFLICT;
      case OVERLOADED -> Failure.OVERLOADED;
      case OUTDATED -> Failure.OUTDATED;
      case UNWRITABLE -> Failure.UNWRITABLE;
      case UNREACHABLE, LOST -> Failure.LOST;
      case BUG -> Failure.BUG;
    };
  }
}
