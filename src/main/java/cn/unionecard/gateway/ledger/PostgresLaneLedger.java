package cn.unionecard.gateway.ledger;

import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

/** One lane's way to PostgreSQL. Belongs to one event loop. */
public final class PostgresLaneLedger implements LaneLedger {

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

  /** Sessions of ours that the server may still take for alive; an older one has ended long ago. */
  private static final int SESSIONS_MAX = 32;

  private final Vertx vertx;
  private final PgConnectOptions options;
  private final String chainName;
  private final Deque<Integer> sessions = new ArrayDeque<>();

  /**
   * @param options where the ledger is; with a statement cache and pipelining
   * @param chainName names the chain, such as {@code n1.0}
   */
  public PostgresLaneLedger(Vertx vertx, PgConnectOptions options, String chainName) {
    this.vertx = vertx;
    this.options = new PgConnectOptions(options);
    SESSION.forEach(this.options::addProperty);
    this.chainName = chainName;
  }

  @Override
  public LaneConnection connect(Runnable onLoss) {
    return new PostgresLaneConnection(this, chainName, onLoss);
  }

  Vertx vertx() {
    return vertx;
  }

  PgConnectOptions options() {
    return options;
  }

  /** Process ids of the sessions that this lane had before, also of those that never opened. */
  Integer[] formerSessions() {
    return sessions.toArray(Integer[]::new);
  }

  void remember(int session) {
    if (sessions.size() == SESSIONS_MAX) {
      sessions.removeFirst();
    }
    sessions.addLast(session);
  }
}
