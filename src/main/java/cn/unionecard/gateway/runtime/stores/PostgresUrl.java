package cn.unionecard.gateway.runtime.stores;

import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.config.Limits;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/**
 * Where a PostgreSQL database is and who we are there: {@code
 * postgresql://user:password@host:port/database}. User and password may be percent-encoded. Never
 * prints its password.
 */
public record PostgresUrl(String host, int port, String database, String user, String password) {
  private static final int DEFAULT_PORT = 5432;
  private static final int PIPELINED_MAX = 64;
  private static final int STATEMENTS_MAX = 64;
  private static final int STATEMENT_CHARS_MAX = 65_536;
  private static final String KEEPALIVE_IDLE_SECONDS = "5";
  private static final String KEEPALIVE_INTERVAL_SECONDS = "2";
  private static final String KEEPALIVES_MISSED_MAX = "3";

  /**
   * Reads a URL.
   *
   * @throws CannotStart when a part is missing or wrong; the message does not repeat the URL
   */
  public static PostgresUrl parse(String url) {
    URI uri = uri(url);
    String scheme = uri.getScheme();
    if (!"postgresql".equals(scheme) && !"postgres".equals(scheme)) {
      throw wrong("it must start with postgresql://");
    }
    String[] login =
        uri.getRawUserInfo() == null ? new String[0] : uri.getRawUserInfo().split(":", 2);
    String path = uri.getPath() == null ? "" : uri.getPath();
    if (uri.getHost() == null || login.length != 2 || path.length() < 2) {
      throw wrong("it must name user, password, host and database");
    }
    if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw wrong("it takes no parameters");
    }
    int port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
    return new PostgresUrl(
        uri.getHost(), port, path.substring(1), decode(login[0]), decode(login[1]));
  }

  private static URI uri(String url) {
    try {
      return new URI(url);
    } catch (URISyntaxException e) {
      throw wrong("it is not a URL");
    }
  }

  private static CannotStart wrong(String why) {
    return new CannotStart(
        "PostgreSQL URL: " + why + " (postgresql://user:password@host:port/database)");
  }

  private static String decode(String part) {
    return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /** The address without login, as JDBC wants it. */
  public String jdbcUrl() {
    return "jdbc:postgresql://" + host + ":" + port + "/" + database;
  }

  /** As {@link #jdbcConnection()}, in a transaction that sees one moment and changes nothing. */
  public Connection jdbcSnapshot() throws SQLException {
    Connection database = jdbcConnection();
    try {
      database.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      database.setReadOnly(true);
      database.setAutoCommit(false);
      return database;
    } catch (SQLException e) {
      database.close();
      throw e;
    }
  }

  /** A blocking connection, for start-up and commands; never on an event loop. */
  public Connection jdbcConnection() throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    properties.setProperty("ApplicationName", "ecard-gateway");
    properties.setProperty("connectTimeout", "5");
    properties.setProperty("tcpKeepAlive", "true");
    return DriverManager.getConnection(jdbcUrl(), properties);
  }

  /**
   * Opens nothing yet: a pool whose connections serve requests. A line takes its connections from
   * such a pool and keeps them: {@code PgConnection.connect} cannot be given TCP options. Library
   * defaults that are unbounded or off are written out here and in the two methods below.
   *
   * @param applicationName what {@code pg_stat_activity} shows
   * @param connectionsMax connections
   * @param waitingMax how many may wait for one, each until the deadline
   */
  public Pool pool(
      Vertx vertx, String applicationName, int connectionsMax, int waitingMax, Limits limits) {
    return pool(vertx, applicationName, connectionsMax, waitingMax, limits, Map.of());
  }

  /**
   * The same with further settings of its sessions.
   *
   * @param session names and values of PostgreSQL's run-time configuration
   */
  public Pool pool(
      Vertx vertx,
      String applicationName,
      int connectionsMax,
      int waitingMax,
      Limits limits,
      Map<String, String> session) {
    PgConnectOptions connect = connectOptions(applicationName, limits);
    session.forEach(connect::addProperty);
    PoolOptions options =
        new PoolOptions()
            .setName(applicationName)
            .setMaxSize(connectionsMax)
            .setMaxWaitQueueSize(waitingMax)
            .setConnectionTimeout(limits.deadlineMs())
            .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS);
    return pool(vertx, connect, options, limits);
  }

  /** Opens nothing yet: a pool of such sessions, which are renewed when that is needed. */
  public static Pool pool(
      Vertx vertx, PgConnectOptions connect, PoolOptions options, Limits limits) {
    return new RenewedPool(
        vertx,
        PgBuilder.pool()
            .using(vertx)
            .connectingTo(connect)
            .with(netOptions(limits))
            .with(options)
            .build());
  }

  /**
   * What a session is told: all statements of the line stay prepared, many may be under way, and
   * the server ends statements, waits for locks, forgotten transactions and sessions of vanished
   * gateways (which may hold locks) by its own clocks.
   */
  public PgConnectOptions connectOptions(String applicationName, Limits limits) {
    Map<String, String> properties = new HashMap<>(PgConnectOptions.DEFAULT_PROPERTIES);
    properties.put("application_name", applicationName);
    properties.put("statement_timeout", Integer.toString(limits.statementTimeoutMs()));
    properties.put("lock_timeout", Integer.toString(limits.statementTimeoutMs()));
    properties.put("idle_in_transaction_session_timeout", Integer.toString(limits.deadlineMs()));
    properties.put("tcp_keepalives_idle", KEEPALIVE_IDLE_SECONDS);
    properties.put("tcp_keepalives_interval", KEEPALIVE_INTERVAL_SECONDS);
    properties.put("tcp_keepalives_count", KEEPALIVES_MISSED_MAX);
    return new PgConnectOptions()
        .setHost(host)
        .setPort(port)
        .setDatabase(database)
        .setUser(user)
        .setPassword(password)
        .setProperties(properties)
        .setCachePreparedStatements(true)
        .setPreparedStatementCacheMaxSize(STATEMENTS_MAX)
        .setPreparedStatementCacheSqlLimit(STATEMENT_CHARS_MAX)
        .setPipeliningLimit(PIPELINED_MAX);
  }

  /**
   * How a vanished server is noticed: bytes that nobody acknowledges for the deadline end the
   * connection (needs the native transport), and keep-alive ends the silent ones.
   */
  public static NetClientOptions netOptions(Limits limits) {
    return new NetClientOptions()
        .setConnectTimeout(limits.statementTimeoutMs())
        .setTcpNoDelay(true)
        .setTcpKeepAlive(true)
        .setTcpUserTimeout(limits.deadlineMs());
  }

  /** The same database for another login. */
  public PostgresUrl as(String user, String password) {
    return new PostgresUrl(host, port, database, user, password);
  }

  /** What {@link #parse} reads; holds the password. */
  public String url() {
    return "postgresql://"
        + encode(user)
        + ":"
        + encode(password)
        + "@"
        + host
        + ":"
        + port
        + "/"
        + database;
  }

  private static String encode(String part) {
    return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Override
  public String toString() {
    return "postgresql://" + user + ":***@" + host + ":" + port + "/" + database;
  }
}
