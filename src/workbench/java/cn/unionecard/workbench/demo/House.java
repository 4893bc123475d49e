package cn.unionecard.workbench.demo;

import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.privacy.MemberVault;
import cn.unionecard.gateway.runtime.CannotStart;
import cn.unionecard.gateway.runtime.Clocks;
import cn.unionecard.gateway.runtime.Secrets;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.keys.Kek;
import cn.unionecard.gateway.runtime.keys.Keyring;
import cn.unionecard.gateway.runtime.stores.DatabaseRoles;
import cn.unionecard.gateway.runtime.stores.Migrations;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import cn.unionecard.workbench.embedded.EmbeddedPostgres;
import cn.unionecard.workbench.embedded.EmbeddedRedis;
import java.io.IOException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * Everything a demo gateway stands on, ready: running stores with schema, keys and city, and the
 * certificates of the gateway and its terminals. Closing it stops the stores; what was committed
 * stays in the folder.
 */
public final class House implements AutoCloseable {
  private static final String SERVING_LOGIN = "ecard_gateway";
  private static final String LINE_LOGIN = "ecard_demo_line";
  private static final String REPORT_LOGIN = "ecard_demo_reports";
  private static final int SERVING_PASSWORD_BYTES = 16;
  private static final String RECEIPT_ALGORITHM = "SM2";

  private final DemoFolder folder;
  private final EmbeddedPostgres postgres;
  private final Logins logins;
  private final EmbeddedRedis redis;
  private final Keyring keyring;
  private final List<TerminalId> posTerminals;
  private final boolean newKeys;
  private final Clock clock;
  private final SecureRandom random;

  private House(
      DemoFolder folder,
      EmbeddedPostgres postgres,
      Logins logins,
      EmbeddedRedis redis,
      Keyring keyring,
      List<TerminalId> posTerminals,
      boolean newKeys,
      Clock clock,
      SecureRandom random) {
    this.posTerminals = posTerminals;
    this.newKeys = newKeys;
    this.clock = clock;
    this.random = random;
    this.folder = folder;
    this.postgres = postgres;
    this.logins = logins;
    this.redis = redis;
    this.keyring = keyring;
  }

  /**
   * What it is to be.
   *
   * @param size how large the city is; zeros: as large as that of the folder, if it has one
   * @param hosts what the gateway answers under
   * @param newKeys whether certificates, passwords and master keys are made anew
   */
  public record Plan(Size size, Hosts hosts, boolean newKeys) {}

  /** The same for this machine alone. */
  public static House build(
      DemoFolder folder, int members, Clock clock, SecureRandom random, Steps steps)
      throws Exception {
    Size size = new Size(members, 0, 0);
    return build(folder, new Plan(size, Hosts.LOOPBACK, false), clock, random, steps);
  }

  /**
   * Builds the house step by step; a later call on the same folder finds most of it done.
   *
   * @throws Exception what keeps a step from being done; everything started is stopped again
   */
  public static House build(
      DemoFolder folder, Plan plan, Clock clock, SecureRandom random, Steps steps)
      throws Exception {
    return new Builder(folder, plan, clock, random, steps).build();
  }

  public DemoFolder folder() {
    return folder;
  }

  /** {@code postgresql://user:password@host:port/database}. */
  public String postgres() {
    return postgres.url();
  }

  /** The same for the gateway, which serves and owns nothing. */
  public String serving() {
    return logins.serving;
  }

  /** Both stores as the gateway sees them: the line and reports have logins of their own. */
  public Config.Stores stores() {
    return new Config.Stores(logins.serving, redis.url(), logins.line, logins.reports);
  }

  /** The database for each of those who use it. */
  private record Logins(String serving, String line, String reports) {}

  /** {@code redis://:password@host:port}. */
  public String redis() {
    return redis.url();
  }

  /** All keys, opened. */
  public Keyring keyring() {
    return keyring;
  }

  /** Where the gateway finds the key-encryption key. */
  public Config.Keys keys() {
    return keysOf(folder);
  }

  /** Where the gateway finds its certificate, its key, and the CA of the terminals. */
  public Config.Http http(String host, int port) {
    return new Config.Http(
        host,
        port,
        DemoCertificates.server(folder).toString(),
        DemoCertificates.serverKey(folder).toString(),
        DemoCertificates.ca(folder).toString(),
        "auto");
  }

  /** The union desk, with the key of the terminals' CA. */
  public Config.Desk desk(Config.Desk defaults) {
    return new Config.Desk(
        DemoCertificates.caKey(folder).toString(),
        defaults.staffTokenLifetimeMs(),
        defaults.passwordTriesMax(),
        defaults.passwordLockMs(),
        defaults.signInsMax(),
        defaults.secondFactor(),
        defaults.activationMs(),
        defaults.vetoSweepMs(),
        defaults.complaintSweepMs(),
        defaults.readsAlarm(),
        defaults.readsMax());
  }

  /** A blocking connection to the database, the caller's to close. */
  public Connection connect() throws SQLException {
    return PostgresUrl.parse(postgres()).jdbcConnection();
  }

  /**
   * Writes {@code demo.json}, when the gateway listens. Master keys and passwords that are there
   * already stay, unless new ones are wanted.
   *
   * @param tokens gives a token for the account that reads the city's feed
   * @return that token
   */
  public String writeDemoFile(
      DemoFile.Addresses addresses, Function<DemoStaff.Account, String> tokens)
      throws IOException, SQLException {
    DemoFile.Stores stores = new DemoFile.Stores(postgres(), redis(), folder.kek());
    try (Connection connection = connect()) {
      DemoMasterKeys keys = new DemoMasterKeys(connection, Kek.of(keys()), clock, random);
      keys.inject(posTerminals, newKeys);
      Map<String, String> passwords = newKeys ? Map.of() : DemoFile.passwords(folder);
      List<DemoStaff.Account> staff = DemoStaff.renew(connection, passwords, clock, random);
      String token = tokens.apply(DemoStaff.reader(staff));
      DemoFile.write(
          folder, stores, connection, addresses, new DemoFile.Secret(keys.all(), staff, token));
      return token;
    }
  }

  @Override
  public void close() {
    boolean unused = Thread.interrupted(); // whoever breaks off waits for the stores, too
    try (postgres;
        redis) {
      // closes Redis first: resources close in the opposite order
    }
  }

  static Config.Keys keysOf(DemoFolder folder) {
    return new Config.Keys(folder.kek().toString(), null, RECEIPT_ALGORITHM);
  }

  /** The steps in their order; remembers what has been started. */
  private static final class Builder {
    private final DemoFolder folder;
    private final Plan plan;
    private final Clock clock;
    private final SecureRandom random;
    private final Steps steps;
    private final Deque<AutoCloseable> started = new ArrayDeque<>();

    Builder(DemoFolder folder, Plan plan, Clock clock, SecureRandom random, Steps steps) {
      this.plan = plan;
      this.folder = folder;
      this.clock = clock;
      this.random = random;
      this.steps = steps;
    }

    House build() throws Exception {
      try {
        EmbeddedPostgres postgres = steps.step("启动数据库", "start PostgreSQL", () -> start(folder));
        started.push(postgres);
        EmbeddedRedis redis =
            steps.step("启动缓存", "start Redis", () -> EmbeddedRedis.start(folder.redis(), 0));
        started.push(redis);
        steps.act("建表", "migrate the schema", () -> migrate(postgres.url()));
        Keyring keyring;
        List<TerminalId> posTerminals;
        try (Connection connection = PostgresUrl.parse(postgres.url()).jdbcConnection()) {
          keyring = steps.step("备好密钥", "keys, wrapped in the keyring", () -> keys(connection));
          City city = steps.step("生成城市", "imagine the city", () -> city(connection));
          boolean loaded =
              steps.step("载入城市", "load the city", () -> load(connection, city, keyring));
          steps.act("签发证书", "certificates", () -> certificates(connection, city));
          describe(city, loaded);
          posTerminals = city.posTerminals();
        }
        return new House(
            folder,
            postgres,
            logins(postgres),
            redis,
            keyring,
            posTerminals,
            plan.newKeys,
            clock,
            random);
      } catch (Throwable failed) {
        stop(failed);
        throw failed;
      }
    }

    private Logins logins(EmbeddedPostgres postgres) throws IOException, SQLException {
      return new Logins(
          login(postgres, DatabaseRoles.SERVES, SERVING_LOGIN, "serving-password"),
          login(postgres, DatabaseRoles.LINE, LINE_LOGIN, "line-password"),
          login(postgres, DatabaseRoles.REPORTS, REPORT_LOGIN, "report-password"));
    }

    private String login(EmbeddedPostgres postgres, String group, String login, String file)
        throws IOException, SQLException {
      String password =
          Secrets.keep(folder.postgres().resolve(file), random, SERVING_PASSWORD_BYTES);
      PostgresUrl owner = PostgresUrl.parse(postgres.url());
      try (Connection connection = owner.jdbcConnection()) {
        DatabaseRoles.let(connection, group, login, password);
      }
      return owner.as(login, password).url();
    }

    private static EmbeddedPostgres start(DemoFolder folder) {
      return EmbeddedPostgres.start(folder.postgres(), 0);
    }

    private Keyring keys(Connection connection) throws IOException, SQLException {
      String hex = Secrets.keep(folder.kek(), random, Kek.BYTES);
      if (hex.isEmpty()) {
        throw new IllegalStateException(folder.kek() + " is empty");
      }
      return Keyring.complete(connection, Kek.of(keysOf(folder)), RECEIPT_ALGORITHM, clock, random);
    }

    private City city(Connection connection) throws SQLException {
      Size size = plan.size.or(CityLoader.size(connection)).or(Size.CITY);
      return City.generate(City.SEED, size, LocalDate.ofInstant(clock.instant(), Clocks.CHINA));
    }

    private void migrate(String url) {
      try {
        Migrations.migrate(url);
      } catch (CannotStart e) {
        throw folder.isOfAnother(e);
      }
    }

    private boolean load(Connection connection, City city, Keyring keyring) throws SQLException {
      byte[] key = keyring.current(Keyring.Purpose.VAULT).secret();
      try {
        return CityLoader.load(
            connection, city, new MemberVault(key, Kek.of(keysOf(folder)), random));
      } catch (CannotStart e) {
        throw folder.isOfAnother(e);
      }
    }

    private void certificates(Connection connection, City city) throws Exception {
      if (plan.newKeys) {
        folder.clearCertificates();
      }
      new DemoCertificates(folder, clock, random)
          .issue(connection, city.shownTerminals(), plan.hosts.names());
    }

    private void describe(City city, boolean isNew) {
      steps.say("");
      steps.say(
          String.format(
              Locale.ROOT,
              "  焦作 Jiaozuo%s: 工会 %,d unions · 会员 %,d members · 卡 %,d cards%n"
                  + "  商户 %,d merchants · 终端 %,d terminals · 活动 %,d campaigns%n"
                  + "  全部为合成数据 all of it synthetic",
              isNew ? "" : " (已在库 kept from before)",
              city.orgs().size(),
              city.people().members(),
              city.people().cards(),
              city.merchants().size(),
              city.terminals().size(),
              city.campaigns().size()));
    }

    private void stop(Throwable failed) {
      boolean unused = Thread.interrupted();
      for (AutoCloseable server : started) {
        try {
          server.close();
        } catch (Exception e) {
          failed.addSuppressed(e);
        }
      }
    }
  }
}
