package cn.unionecard.gateway.terminal.push;

import cn.unionecard.gateway.model.Refusal;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.rules.Terminal;
import cn.unionecard.gateway.runtime.stores.HeldConnectionVerticle;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What keeps terminals from selling, and which keys prove nobody any more, as far as this node has
 * heard: kept up to date by PostgreSQL's notifications, and read anew whenever the connection had
 * been lost. May be asked from any thread.
 */
final class TerminalStandings extends HeldConnectionVerticle {
  /** Event bus address, within this process: the number of a terminal whose bar has changed. */
  static final String ADDRESS = "push.bars";

  /** As a message: all may have changed. */
  static final String ALL = "";

  private static final String KEYS = "k";
  private static final String LISTEN = "listen terminal_standing";

  private static final String BARRED =
      """
      select t.terminal_no, t.status, m.status as merchant_status
      from terminal t join merchant m on m.id = t.merchant
      where t.status <> 'ACTIVE' or m.status not in ('LIVE', 'RECTIFYING')
      """;

  private static final String OF_MERCHANT =
      """
      select t.terminal_no, t.status, m.status as merchant_status
      from merchant m join terminal t on t.merchant = m.id where m.id = $1
      """;

  private static final String OF_TERMINAL =
      """
      select t.terminal_no, t.status, m.status as merchant_status
      from terminal t join merchant m on m.id = t.merchant where t.id = $1
      """;

  private static final String RETIRED =
      "select encode(key_hash, 'hex') as key from terminal_key_retired";

  private static final DeliveryOptions HERE = new DeliveryOptions().setLocalOnly(true);

  private final long timeoutMs;
  private final Map<String, Refusal> bars = new ConcurrentHashMap<>();
  private volatile Set<String> retired = Set.of();
  private volatile boolean known;
  private volatile @Nullable PgConnection ear;

  /**
   * @param options a session of one's own: notifications are lost behind a pooler
   * @param timeoutMs an answer that takes longer costs the connection
   */
  TerminalStandings(PgConnectOptions options, long timeoutMs) {
    super(options, "terminals' bars");
    this.timeoutMs = timeoutMs;
  }

  /** Why the terminal may not sell; null: it may, or nothing has been heard yet. */
  @Nullable Refusal of(TerminalId terminal) {
    return bars.get(terminal.value());
  }

  /**
   * Whether a device's key is one that its terminal has given up.
   *
   * @param keyHash SHA-256 of the SubjectPublicKeyInfo, hex
   */
  boolean isRetired(String keyHash) {
    return retired.contains(keyHash);
  }

  /** Whether they have been read at all. */
  boolean isKnown() {
    return known;
  }

  /** Whether what changes now will be heard. */
  boolean hears() {
    PgConnection listening = ear;
    return listening != null && held().holds(listening);
  }

  /** First the ear, then the look: what changes in between is heard. */
  @Override
  protected void opened(PgConnection connection) {
    connection.notificationHandler(heard -> look(connection, heard.getPayload()));
    held()
        .await(
            connection,
            connection.query(LISTEN).execute(),
            timeoutMs,
            rows -> {
              lookAtKeys(connection);
              held()
                  .await(
                      connection,
                      connection.query(BARRED).execute(),
                      timeoutMs,
                      barred -> {
                        readAnew(barred);
                        ear = connection;
                      });
            });
  }

  private void lookAtKeys(PgConnection connection) {
    held().await(connection, connection.query(RETIRED).execute(), timeoutMs, this::readKeys);
  }

  private void readKeys(RowSet<Row> rows) {
    Set<String> keys = new HashSet<>();
    rows.forEach(row -> keys.add(row.getString("key")));
    retired = Set.copyOf(keys);
  }

  /**
   * The answers on one connection come in the order of the questions, each from a later moment than
   * the one before, so the last word is the newest.
   *
   * @param heard {@code m} or {@code t} and the row of a merchant or a terminal, or {@code k}: keys
   */
  private void look(PgConnection connection, String heard) {
    if (heard.equals(KEYS)) {
      lookAtKeys(connection);
      return;
    }
    String sql = heard.charAt(0) == 'm' ? OF_MERCHANT : OF_TERMINAL;
    Tuple row = Tuple.of(Integer.parseInt(heard.substring(1)));
    held().await(connection, connection.preparedQuery(sql).execute(row), timeoutMs, this::readSome);
  }

  private void readAnew(RowSet<Row> rows) {
    Set<String> barred = new HashSet<>();
    for (Row row : rows) {
      barred.add(row.getString("terminal_no"));
      bar(row);
    }
    bars.keySet().retainAll(barred);
    known = true;
    tell(ALL);
  }

  private void readSome(RowSet<Row> rows) {
    for (Row row : rows) {
      bar(row);
      tell(row.getString("terminal_no"));
    }
  }

  private void bar(Row row) {
    boolean active = row.getString("status").equals("ACTIVE");
    Refusal bar = Terminal.bar(active, row.getString("merchant_status"));
    if (bar == null) {
      bars.remove(row.getString("terminal_no"));
    } else {
      bars.put(row.getString("terminal_no"), bar);
    }
  }

  private void tell(String terminal) {
    vertx.eventBus().publish(ADDRESS, terminal, HERE);
  }
}
