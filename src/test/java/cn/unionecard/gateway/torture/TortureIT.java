package cn.unionecard.gateway.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.GatewayProcess;
import cn.unionecard.gateway.Loops;
import cn.unionecard.gateway.ledger.audit.Audit;
import cn.unionecard.gateway.model.TerminalId;
import cn.unionecard.gateway.runtime.config.Config;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import cn.unionecard.workbench.demo.DemoFile;
import cn.unionecard.workbench.demo.DemoFolder;
import cn.unionecard.workbench.demo.House;
import cn.unionecard.workbench.demo.Steps;
import cn.unionecard.workbench.embedded.FreePort;
import cn.unionecard.workbench.pos.PosTestbed;
import cn.unionecard.workbench.simulate.DemoTestbed;
import cn.unionecard.workbench.simulate.Journal;
import cn.unionecard.workbench.simulate.JournalCheck;
import cn.unionecard.workbench.simulate.Mix;
import cn.unionecard.workbench.simulate.Plan;
import cn.unionecard.workbench.simulate.PosSimulation;
import cn.unionecard.workbench.simulate.Progress;
import cn.unionecard.workbench.simulate.ReadBack;
import cn.unionecard.workbench.simulate.Report;
import cn.unionecard.workbench.simulate.Simulation;
import cn.unionecard.workbench.simulate.Testbed;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGKILL of the gateway, of PostgreSQL and of Redis at random moments under load, over HTTPS and
 * from POS terminals over ISO 8583, whose batches must balance in the end: no acknowledged record
 * is lost, doubled or changed, every unanswered request is resolved by repeating it, and the audit
 * is empty.
 *
 * <p>{@code -Dtorture.gateway=20 -Dtorture.postgres=5 -Dtorture.redis=5 -Dtorture.seed=…} say how
 * often and in which order; the seed is printed.
 */
class TortureIT {
  private static final int GATEWAY_KILLS = Integer.getInteger("torture.gateway", 20);
  private static final int POSTGRES_KILLS = Integer.getInteger("torture.postgres", 5);
  private static final int REDIS_KILLS = Integer.getInteger("torture.redis", 5);
  private static final long SEED = Long.getLong("torture.seed", new SecureRandom().nextLong());

  private static final int MEMBERS = 20_000;
  private static final int TERMINALS = 40;
  private static final int POS_TERMINALS = 20;
  private static final int CALM_MS_MIN = 50;
  private static final int CALM_MS_MAX = 1_500;
  private static final int GONE_MS_MAX = 500;
  private static final long READY_SECONDS = 60;
  private static final int KILLS = GATEWAY_KILLS + POSTGRES_KILLS + REDIS_KILLS;

  /** What was recorded meanwhile is read back and looked through. */
  private static final Duration END = Duration.ofSeconds(120 + 3L * KILLS);

  /** A till's patience outlasts the whole torture, on a slow machine too. */
  private static final long PATIENCE_SECONDS = 300 + 15L * KILLS;

  private final Random chance = new Random(SEED);
  private final Clock clock = Clock.systemUTC();
  private final int posPort;
  private final int posTlsPort;

  TortureIT() throws IOException {
    posPort = FreePort.orAny(0);
    posTlsPort = FreePort.orAny(0);
  }

  private enum Victim {
    GATEWAY,
    POSTGRES,
    REDIS
  }

  @Test
  void nothingAcknowledgedIsLostDoubledOrChanged(
      @TempDir(cleanup = CleanupMode.ON_SUCCESS) Path temporary) throws Exception {
    System.out.println("torture.seed=" + SEED);
    DemoFolder folder = DemoFolder.open(temporary.resolve("demo"));
    int https = FreePort.orAny(0);
    int management = FreePort.orAny(0);
    Config.Http http = build(folder, https, management);
    Vertx vertx = Loops.vertx();
    try (Stores stores = new Stores(folder, FreePort.orAny(0), FreePort.orAny(0))) {
      rewrite(folder, stores);
      try (Hall hall = new Hall(folder, stores, http, management)) {
        Testbed testbed = DemoTestbed.read(folder.demoJson(), TERMINALS);
        PosTestbed posStage = posStage(folder, testbed);
        Path journal = folder.root().resolve("journal");
        Path posJournal = folder.root().resolve("pos-journal");
        Simulation simulation =
            new Simulation(vertx, clock, half(testbed, 0), plan(journal, TERMINALS), Progress.NONE);
        PosSimulation posSimulation =
            new PosSimulation(
                vertx,
                clock,
                half(testbed, 1),
                posStage,
                plan(posJournal, POS_TERMINALS),
                Progress.NONE);
        hall.startGateway();
        Future<Report> report = simulation.run();
        Future<Report> posReport = posSimulation.run();
        for (Victim victim : victims()) {
          hall.torture(victim);
        }
        simulation.stop();
        posSimulation.stop();
        check(await(report), journal, stores);
        check(await(posReport), posJournal, stores);
        assertEquals(List.of(), await(new ReadBack(vertx, clock, testbed, entries(journal)).run()));
        assertEquals(0, hall.gateway.stop(), "exit code after SIGTERM");
      }
    } finally {
      Loops.await(vertx.close());
    }
  }

  /** POS terminals that no other till of the testbed is. */
  private PosTestbed posStage(DemoFolder folder, Testbed testbed) {
    Set<TerminalId> others =
        testbed.terminals().stream().map(Testbed.Terminal::id).collect(Collectors.toSet());
    PosTestbed all = PosTestbed.read(folder.demoJson(), TERMINALS + POS_TERMINALS, clock);
    return new PosTestbed(
        all.host(),
        all.port(),
        all.tlsPort(),
        all.ca(),
        all.terminals().stream()
            .filter(pos -> !others.contains(pos.terminal()))
            .limit(POS_TERMINALS)
            .toList(),
        all.suspended());
  }

  /** Every other card: two simulations must not show one code. */
  private static Testbed half(Testbed testbed, int which) {
    List<Testbed.Card> cards = new ArrayList<>();
    for (int i = which; i < testbed.cards().size(); i += 2) {
      cards.add(testbed.cards().get(i));
    }
    return new Testbed(
        testbed.gateway(),
        testbed.ca(),
        testbed.terminals(),
        testbed.suspended(),
        testbed.codeKeys(),
        cards);
  }

  private void check(Report report, Path journal, Stores stores) throws Exception {
    System.out.print(report.table());
    assertEquals(List.of(), report.examples());
    assertTrue(report.good());
    PostgresUrl url = PostgresUrl.parse(stores.postgresUrl());
    try (Connection database = url.jdbcConnection()) {
      JournalCheck.Result result = JournalCheck.check(entries(journal), database);
      System.out.println(result);
      assertEquals(List.of(), result.examples());
      assertTrue(result.good());
      assertTrue(result.acknowledged() > 0);
    }
    Audit audit = Audit.of(url);
    assertTrue(audit.isClean(), audit::describe);
  }

  /** One gateway process and what befalls it and its stores. */
  private final class Hall implements AutoCloseable {
    private final Map<String, String> environment;
    private final int management;
    private final Path log;
    private final Stores stores;
    private GatewayProcess gateway;

    Hall(DemoFolder folder, Stores stores, Config.Http http, int management) {
      this.stores = stores;
      this.management = management;
      this.log = folder.root().resolve("gateway.log");
      Map<String, String> settings =
          new HashMap<>(
              Map.of(
                  "ECARD_STORES_POSTGRES", stores.postgresUrl(),
                  "ECARD_STORES_REDIS", stores.redisUrl(),
                  "ECARD_KEYS_KEK_FILE", folder.kek().toString(),
                  "ECARD_HTTP_PORT", Integer.toString(http.port()),
                  "ECARD_HTTP_CERTIFICATE", http.certificate(),
                  "ECARD_HTTP_PRIVATE_KEY", http.privateKey(),
                  "ECARD_HTTP_TERMINAL_CA", http.terminalCa(),
                  "ECARD_ISO8583_TLS_PORT", Integer.toString(posTlsPort),
                  "ECARD_ISO8583_PORT", Integer.toString(posPort),
                  "ECARD_MANAGEMENT_PORT", Integer.toString(management)));
      // as at the demo: POS terminals of shown tills play without the tills' certificates
      settings.put("ECARD_ISO8583_SIGN_ON_CERTIFICATE", "never");
      this.environment = Map.copyOf(settings);
    }

    void startGateway() throws Exception {
      gateway = GatewayProcess.start(environment, management, log);
      try {
        gateway.ready().get(READY_SECONDS, TimeUnit.SECONDS);
      } catch (Exception e) {
        throw new IllegalStateException("not ready: " + tail(), e);
      }
    }

    /** Leaves no process behind, however the test ends. */
    @Override
    public void close() {
      if (gateway != null) {
        gateway.kill();
      }
    }

    void torture(Victim victim) throws Exception {
      pass(CALM_MS_MIN + chance.nextInt(CALM_MS_MAX - CALM_MS_MIN));
      switch (victim) {
        case GATEWAY -> {
          gateway.kill();
          startGateway();
        }
        case POSTGRES -> {
          stores.killPostgres();
          pass(chance.nextInt(GONE_MS_MAX));
          stores.startPostgres();
          gateway.ready().get(READY_SECONDS, TimeUnit.SECONDS);
        }
        case REDIS -> {
          stores.killRedis();
          pass(chance.nextInt(GONE_MS_MAX));
          stores.startRedis();
        }
      }
    }

    private String tail() throws IOException {
      List<String> lines = Files.readAllLines(log);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    }
  }

  /** Lets the load go on for a while. */
  private static void pass(int ms) throws Exception {
    CompletableFuture.runAsync(
            () -> {}, CompletableFuture.delayedExecutor(ms, TimeUnit.MILLISECONDS))
        .get();
  }

  private List<Victim> victims() {
    List<Victim> victims = new ArrayList<>();
    victims.addAll(Collections.nCopies(GATEWAY_KILLS, Victim.GATEWAY));
    victims.addAll(Collections.nCopies(POSTGRES_KILLS, Victim.POSTGRES));
    victims.addAll(Collections.nCopies(REDIS_KILLS, Victim.REDIS));
    Collections.shuffle(victims, chance);
    return victims;
  }

  private static Plan plan(Path journal, int terminals) {
    return new Plan(
        terminals,
        0,
        Duration.ZERO,
        Duration.ZERO,
        0,
        Mix.usual(),
        SEED,
        Duration.ofSeconds(PATIENCE_SECONDS),
        1,
        journal);
  }

  private Config.Http build(DemoFolder folder, int https, int management) throws Exception {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    try (House house = House.build(folder, MEMBERS, clock, new SecureRandom(), new Steps(out))) {
      String unused =
          house.writeDemoFile(
              new DemoFile.Addresses(
                  "https://localhost:" + https,
                  "",
                  "http://localhost:" + management,
                  new DemoFile.Pos("localhost", posPort, posTlsPort)),
              reader -> "");
      return house.http("127.0.0.1", https);
    }
  }

  /** The stores have come back on ports of their own. */
  private static void rewrite(DemoFolder folder, Stores stores) throws IOException {
    DemoFile.Stores before = DemoFile.readStores(folder);
    String text =
        Files.readString(folder.demoJson())
            .replace(before.postgres(), stores.postgresUrl())
            .replace(before.redis(), stores.redisUrl());
    Files.writeString(folder.demoJson(), text);
  }

  private static List<Journal.Entry> entries(Path journal) throws IOException {
    return Journal.read(journal);
  }

  private static <T> T await(Future<T> future) {
    return Loops.await(future, END);
  }
}
