package cn.unionecard.gateway.node;

import cn.unionecard.gateway.review.Reviews;
import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.keys.Kek;
import cn.unionecard.gateway.runtime.keys.Keyring;
import cn.unionecard.gateway.runtime.stores.DatabaseRoles;
import cn.unionecard.gateway.runtime.stores.Migrations;
import cn.unionecard.gateway.runtime.stores.PartitionEnd;
import cn.unionecard.gateway.runtime.stores.Postgres;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import cn.unionecard.gateway.runtime.stores.RedisProbe;
import cn.unionecard.gateway.runtime.stores.StoreProbe;
import cn.unionecard.gateway.runtime.stores.Unfit;
import cn.unionecard.gateway.runtime.watch.Readiness;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PostgreSQL and Redis as one node uses them: a pool for each kind of work, so that none can take
 * another's connections, and probes that tell whether the stores serve.
 */
final class Stores {
  private static final Logger LOG = LoggerFactory.getLogger(Stores.class);
  private static final int ARCHIVE_CONNECTIONS = 4;
  private static final int DESK_CONNECTIONS = 4;
  private static final int VOICE_CONNECTIONS = 4;

  final PostgresUrl postgres;

  /** The same database as the checkout line sees it. */
  final PostgresUrl line;

  /** And as reports and analysis see it. */
  final PostgresUrl reports;

  /** For what was recorded, for looking at definitions, and what the edges ask beside a sale. */
  final Pool archive;

  /** For the work of staff and partners. */
  final Pool desks;

  /** For what members and tills send. */
  final Pool voices;

  private final Postgres trial;
  private final StoreProbe postgresProbe;
  private final StoreProbe redisProbe;
  private final PartitionEnd partitions;

  Stores(Machine machine) {
    Config config = machine.config();
    postgres = PostgresUrl.parse(config.stores().postgres());
    line = sameFor("stores.linePostgres", config.stores().linePostgres());
    reports = sameFor("stores.reportPostgres", config.stores().reportPostgres());
    archive = pool(machine, "ecard-archive", ARCHIVE_CONNECTIONS, Map.of());
    desks = pool(machine, "ecard-desk", DESK_CONNECTIONS, Map.of());
    voices = pool(machine, "ecard-voice", VOICE_CONNECTIONS, Reviews.SESSION);
    trial = new Postgres(archive, config.node().name());
    RedisProbe redis =
        new RedisProbe(
            machine.vertx(),
            config.stores().redis(),
            config.node().name(),
            () -> Long.toHexString(machine.random().nextLong()));
    postgresProbe = new StoreProbe(machine.vertx(), "PostgreSQL", trial::writes);
    redisProbe = new StoreProbe(machine.vertx(), "Redis", redis::works);
    MeterRegistry registry = machine.metrics().registry();
    gauge(registry, "postgres", postgresProbe);
    gauge(registry, "redis", redisProbe);
    partitions = new PartitionEnd(machine.vertx(), archive, machine.clock(), registry);
  }

  /** Two databases would be two truths. */
  private PostgresUrl sameFor(String key, String url) {
    if (url.isEmpty()) {
      return postgres;
    }
    PostgresUrl other = PostgresUrl.parse(url);
    if (!other.as(postgres.user(), postgres.password()).equals(postgres)) {
      throw new CannotStart(
          key + " " + other + " is not the database of stores.postgres " + postgres);
    }
    return other;
  }

  private static void gauge(MeterRegistry registry, String store, StoreProbe probe) {
    Gauge.builder("ecard.store.up", probe, each -> each.works() ? 1 : 0)
        .description("whether a store did what is needed of it when it was last tried")
        .tag("store", store)
        .register(registry);
  }

  private Pool pool(Machine machine, String name, int connections, Map<String, String> session) {
    Config config = machine.config();
    int waiting = config.limits().queueRequestsMax();
    return postgres.pool(machine.vertx(), name, connections, waiting, config.limits(), session);
  }

  /**
   * The keys, if the schema is of this release. Blocks.
   *
   * @throws CannotStart if schema or keys do not fit
   */
  static Keyring keyring(Config config, Kek kek) {
    Migrations.requireCurrent(config.stores().postgres());
    PostgresUrl postgres = PostgresUrl.parse(config.stores().postgres());
    try (Connection database = postgres.jdbcConnection()) {
      return Keyring.load(database, kek);
    } catch (SQLException e) {
      throw new CannotStart("the keyring cannot be read: " + e.getMessage());
    }
  }

  void tell(Readiness readiness) {
    readiness.require("postgres", postgresProbe::ask);
    readiness.watch("schema", trial::isOfThisRelease);
    readiness.watch("redis", redisProbe::ask);
    readiness.watch("database-role", this::servesOnly);
  }

  /** A Redis that is away may come; one that can never do what is needed is refused. */
  Future<Void> requireSupported() {
    return redisProbe
        .ask()
        .recover(
            failure ->
                failure instanceof Unfit unfit && unfit.word().equals(RedisProbe.CLUSTER)
                    ? Future.failedFuture(
                        new CannotStart(
                            "stores.redis "
                                + RedisProbe.CLUSTER
                                + ": use one Redis, or one with replicas"))
                    : Future.succeededFuture());
  }

  /** Asks again and again, so that readiness need not. */
  void start() {
    postgresProbe.start();
    redisProbe.start();
    partitions.start();
    Future<Void> unused =
        servesOnly()
            .onFailure(
                owner -> LOG.warn("{}; serve as a member of ecard_serves", owner.getMessage()));
  }

  private Future<Void> servesOnly() {
    return archive
        .query(DatabaseRoles.OWNS)
        .execute()
        .compose(
            rows ->
                rows.iterator().next().getBoolean("owns")
                    ? Future.failedFuture(new DatabaseRoles.ServesAsOwner())
                    : Future.succeededFuture());
  }
}
