package cn.unionecard.gateway.ledger;

import cn.unionecard.gateway.definitions.Changes;
import cn.unionecard.gateway.definitions.DefinitionRows;
import cn.unionecard.gateway.definitions.Learned;
import cn.unionecard.gateway.definitions.Wanted;
import cn.unionecard.gateway.rules.Facts;
import cn.unionecard.gateway.runtime.CannotStart;
import io.vertx.core.Future;
import io.vertx.core.VertxException;
import io.vertx.core.buffer.Buffer;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import org.jspecify.annotations.Nullable;

/** A lane's connection to PostgreSQL. */
final class PostgresLaneConnection implements LaneConnection {
  private static final byte[] NO_HEAD = new byte[32];

  private final PostgresLaneLedger ledger;
  private final String chainName;
  private final Runnable onLoss;
  private @Nullable Future<PgConnection> connecting;
  private @Nullable PgConnection connection;
  private boolean dropped;

  PostgresLaneConnection(PostgresLaneLedger ledger, String chainName, Runnable onLoss) {
    this.ledger = ledger;
    this.chainName = chainName;
    this.onLoss = onLoss;
  }

  @Override
  public boolean isOpen() {
    return connection != null;
  }

  // ---- open

  @Override
  public Future<Chain> open() {
    Future<PgConnection> fresh = PgConnection.connect(ledger.vertx(), ledger.options());
    connecting = fresh;
    return fresh.compose(this::begin).compose(this::opened);
  }

  private record Held(PgConnection connection, Chain chain) {}

  private Future<Held> begin(PgConnection fresh) {
    if (dropped) {
      return lost();
    }
    fresh.closeHandler(
        closed -> {
          if (connection != null) {
            connection = null;
            onLoss.run();
          }
        });
    fresh.exceptionHandler(failure -> {}); // the statement in flight fails too, and tells more
    Future<Chain> taken = takeChain(fresh, ledger.formerSessions());
    ledger.remember(fresh.processId()); // from now on it may hold the name, whatever we hear of it
    return taken.map(chain -> new Held(fresh, chain));
  }

  private Future<Chain> opened(Held held) {
    if (dropped) {
      return lost();
    }
    connection = held.connection();
    return Future.succeededFuture(held.chain());
  }

  private Future<Chain> takeChain(PgConnection fresh, Integer[] former) {
    return lockName(fresh)
        .compose(
            locked ->
                locked
                    ? Future.succeededFuture(true)
                    : endFormerSessions(fresh, former).compose(ended -> lockName(fresh)))
        .compose(
            locked ->
                locked
                    ? createAndTake(fresh)
                    : Future.failedFuture(
                        new CannotStart(
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
   * The server may not have noticed that a former connection of ours is gone, and would keep the
   * name locked for it.
   */
  private Future<Void> endFormerSessions(PgConnection fresh, Integer[] former) {
    return fresh
        .preparedQuery(FlightSql.END_SESSIONS)
        .execute(Tuple.of(former, chainName))
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

  // ---- fly

  @Override
  public Future<Learned> learn(Wanted wanted) {
    PgConnection open = connection;
    return open == null ? lost() : DefinitionRows.learn(open, wanted);
  }

  @Override
  public Future<Changes> prefetch(Need need, Facts facts) {
    PgConnection open = connection;
    return open == null ? lost() : Prefetch.run(open, need, facts);
  }

  @Override
  public Future<Void> commit(Chain chain, SealedLeaves block, Facts facts) {
    PgConnection open = connection;
    if (open == null) {
      throw gone();
    }
    return Commit.run(open, chain, block, facts);
  }

  @Override
  public Future<Void> rollback() {
    PgConnection open = connection;
    return open == null ? lost() : open.query("ROLLBACK").execute().mapEmpty();
  }

  private static <T> Future<T> lost() {
    return Future.failedFuture(gone());
  }

  private static VertxException gone() {
    return new VertxException("connection lost", true);
  }

  // ---- close

  @Override
  public Future<Void> close() {
    dropped = true;
    connection = null;
    Future<PgConnection> opened = connecting;
    return opened == null ? Future.succeededFuture() : opened.compose(PgConnection::close);
  }
}
